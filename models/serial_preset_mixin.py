from odoo import fields, models

CONFIDENCES = [
    ("H", "The text of the law"),
    ("M", "Reports of the law"),
    ("L", "Hearsay: look it up"),
]


class SerialPresetMixin(models.AbstractModel):
    """Facts of law or custom that come as presets, with how well they were checked.

    They are data, for the brand to change.
    """

    _name = "serial.preset.mixin"
    _inherit = ["mail.thread"]
    _description = "Presets with Sources"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        copy=False, help="The preset this is a copy of; yours to change."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company")
    country_group_id = fields.Many2one("res.country.group", index="btree_not_null")
    confidence = fields.Selection(
        CONFIDENCES,
        string="Checked against",
        default="M",
        required=True,
        help="How well the source was checked before it was written down here.",
    )
