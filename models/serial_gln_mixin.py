from odoo import api, models
from odoo.exceptions import ValidationError

from .serial_epcis import is_checked


class SerialGlnMixin(models.AbstractModel):
    """Records that have a Global Location Number, kept in the field `_gln_field`."""

    _name = "serial.gln.mixin"
    _description = "Global Location Number"
    _gln_field = "serial_gln"

    @api.model
    def _ensure_gln(self, gln):
        if gln and not (len(gln) == 13 and is_checked(gln)):
            raise ValidationError(
                self.env._(
                    "%(gln)s is no GLN: it has 13 digits, of which the last one "
                    "checks the others.",
                    gln=gln,
                )
            )
