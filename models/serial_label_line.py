from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

KINDS = [
    ("product", "Product"),
    ("serial", "Serial Number"),
    ("code", "Code"),
    ("sku", "Internal Reference"),
    ("gtin", "GTIN"),
    ("hri", "What the Symbol Says"),
    ("imei", "IMEI"),
    ("imei2", "IMEI 2"),
    ("meid", "MEID"),
    ("eid", "EID"),
    ("mac", "MAC Address"),
    ("production_date", "Production Date"),
    ("expiry_date", "Expiry Date"),
    ("batch", "Minting Batch"),
    ("plant", "Plant"),
    ("production_line", "Line"),
    ("company", "Company"),
    ("text", "Text"),
]
# What stands before a value where a line has no caption of its own.
CAPTIONS = {
    "serial": _lt("SN"),
    "code": _lt("Code"),
    "gtin": "GTIN",
    "imei": "IMEI",
    "imei2": "IMEI 2",
    "meid": "MEID",
    "eid": "EID",
    "mac": "MAC",
    "production_date": _lt("Made"),
    "expiry_date": _lt("Expires"),
    "batch": _lt("Batch"),
}
# Names are cut where they are too long; what identifies a unit never is.
CUT = {"product", "company", "text"}


class SerialLabelLine(models.Model):
    """A line of text on labels of a template."""

    _name = "serial.label.line"
    _description = "Line of a Label"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "serial.label.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, string="Shows", required=True, default="serial")
    with_caption = fields.Boolean(string="Captioned", default=True)
    caption = fields.Char(
        translate=True, help="Empty: the usual one, in the template's language."
    )
    text = fields.Char(translate=True, help="What a line of the kind Text says.")
    size = fields.Float(
        string="Size (pt)",
        default=8,
        required=True,
        digits=(5, 1),
        help="Smaller where the label has less room.",
    )

    _size_range = models.Constraint(
        "CHECK (size BETWEEN 4 AND 72)", "Text is of 4 to 72 points."
    )

    def _get_caption(self):
        """Return what stands before this line's value, "" for nothing."""
        if not self.with_caption or self.kind == "text":
            return ""
        return self.caption or self.env._(CAPTIONS.get(self.kind, ""))
