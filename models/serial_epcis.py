from odoo import api, models

from ..core.check_digit import mod_10
from ..core.errors import SerialError


class SerialEpcis(models.AbstractModel):
    """What EPCIS needs to know of our records, to name them to the outside world."""

    _name = "serial.epcis"
    _description = "EPCIS"

    @api.model
    def _get_base(self):
        """Return the address that URIs of our own begin with."""
        params = self.env["ir.config_parameter"].sudo()
        return (params.get_param("web.base.url") or "").rstrip("/")

    @api.model
    def _get_gtin(self, product):
        """Return the GTIN of a product as 14 digits, or "" if it has none."""
        return as_gtin(product.sudo().barcode or "")


def as_gtin(text):
    """Return a barcode as a GTIN of 14 digits, or "" if it is none."""
    if len(text) not in (8, 12, 13, 14) or not is_checked(text):
        return ""
    return text.zfill(14)


def is_checked(text):
    """Tell whether digits end with their check digit, as all keys of GS1 do."""
    try:
        return text.isascii() and text.isdigit() and mod_10(text[:-1]) == text[-1]
    except SerialError:
        return False
