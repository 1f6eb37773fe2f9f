from odoo import fields, models


class SerialActivationClaim(models.Model):
    """Somebody else's wish to activate what is activated already.

    A second owner, or a second unit with the same code: one claim proves neither.
    """

    _name = "serial.activation.claim"
    _description = "Claim on an Activated Unit"
    _order = "claimed_at desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="cascade"
    )
    claimant = fields.Char(
        required=True, readonly=True, help="Hash of the owner, else of the device."
    )
    owner_key = fields.Char(readonly=True, help="Hash of the telephone or account.")
    device_key = fields.Char(readonly=True, help="Hash of the device's identifier.")
    claimed_at = fields.Datetime(required=True, readonly=True, index=True)
    source = fields.Char(readonly=True)
    ip_prefix = fields.Char(string="IP (truncated)", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    radius_km = fields.Integer(readonly=True, string="Precision (km)")
    network = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    _claimant_uniq = models.UniqueIndex(
        "(lot_id, claimant)", "This claim is known already."
    )
