from odoo import api, fields, models


class SerialRepairCode(models.Model):
    """What was wrong with a unit, why, and what was done about it, in fixed words."""

    _name = "serial.repair.code"
    _description = "Repair Code"
    _order = "kind, sequence, code"

    kind = fields.Selection(
        [("fault", "Fault"), ("cause", "Cause"), ("action", "Work Done")],
        required=True,
        default="fault",
    )
    code = fields.Char(required=True, help="As it stands in events and exports.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Empty: for every product.",
    )
    excludes_warranty = fields.Boolean(
        help="What comes from this cause is not covered by the warranty.",
    )
    labour_hours = fields.Float(
        string="Usual Hours",
        aggregator=None,
        help="How long this work takes as a rule.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (kind, code)", "This code of the same kind exists already."
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.name

    _rec_names_search = ("name", "code")
