from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

FLAWS = {
    "no_labels": _lt("There is no label on the page: it has no rows or columns."),
    "bad_size": _lt("A size is missing, or too small."),
    "bad_dpi": _lt("Printers have 100 to 2400 dots an inch."),
    "labels_overlap": _lt("Labels overlap: the pitch is less than their size."),
    "beyond_page": _lt("The labels reach beyond the page."),
    "symbol_too_small": _lt(
        "The symbol's modules would be too small to read: it needs %(least)s mm and "
        "has %(room)s mm."
    ),
    "symbol_too_long": _lt("This is too long for the symbol: %(content)s"),
    "symbol_not_ascii": _lt("The symbol holds Latin letters and digits only."),
    "symbol_beyond_label": _lt("The symbol does not fit on the label."),
    "no_code": _lt("The unit has no code."),
    "no_gtin": _lt(
        "The product's barcode is no valid GTIN: a GS1 symbol or tag needs one."
    ),
    "no_prefix": _lt(
        "The GTIN does not begin with the company's GS1 prefix: see the settings."
    ),
    "no_room_for_text": _lt("The text does not fit on the label."),
}


class SerialLabelFlawMixin(models.AbstractModel):
    """Why a label cannot be made."""

    _name = "serial.label.flaw.mixin"
    _description = "Flaws of Labels"

    def _get_flaw_text(self, reason, **values):
        """Return why a label cannot be drawn, in a person's words."""
        text = FLAWS.get(reason)
        if text:
            return str(self.env._(text)) % values
        return self.env["serial.reason"]._get_text(reason)
