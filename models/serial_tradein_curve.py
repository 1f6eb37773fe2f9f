from odoo import fields, models


class SerialTradeinCurve(models.Model):
    """A point of a depreciation curve: what is left of the base value at an age."""

    _name = "serial.tradein.curve"
    _inherit = ["serial.tradein.line.mixin"]
    _description = "Depreciation in a Trade-in Programme"
    _order = "age_months, id"

    class_id = fields.Many2one(
        "serial.tradein.class",
        ondelete="cascade",
        domain="[('program_id', '=', program_id)]",
        help="Empty: classes without a curve of their own.",
    )
    age_months = fields.Integer(
        string="Age (months)",
        required=True,
        help="Counted from the day of sale, else of activation.",
    )
    percent = fields.Float(string="Left (%)", required=True, digits=(6, 2))

    _percent_check = models.Constraint(
        "CHECK (percent BETWEEN 0 AND 100 AND age_months >= 0)",
        "Between 0 and 100 percent are left.",
    )
    _age_uniq = models.UniqueIndex(
        "(program_id, coalesce(class_id, 0), age_months)",
        "The curve has a point at this age already.",
    )
