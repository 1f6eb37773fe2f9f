from odoo import fields, models


class SerialActivation(models.Model):
    """The first use of a unit: when, by which way, and where it was seen."""

    _name = "serial.activation"
    _description = "Activation"
    _order = "activated_at desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, ondelete="restrict"
    )
    active = fields.Boolean(
        default=True, help="Archived when the unit physically comes back."
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    activated_at = fields.Datetime(required=True, readonly=True, index=True)
    source = fields.Selection(
        [
            ("page", "Public Page"),
            ("api", "API"),
            ("portal", "Distributor"),
            ("backend", "Back Office"),
        ],
        required=True,
        readonly=True,
    )
    phone = fields.Char(
        readonly=True,
        help="E.164.",
        groups="serial_dossier.serial_dossier_group_personal_data",
    )
    phone_masked = fields.Char(string="Phone (masked)", readonly=True)
    consent_text = fields.Text(readonly=True)
    consent_at = fields.Datetime(readonly=True)
    account = fields.Char(
        readonly=True, groups="serial_dossier.serial_dossier_group_personal_data"
    )
    device_key = fields.Char(readonly=True, help="Hash of the device's identifier.")
    ip_prefix = fields.Char(readonly=True, string="IP (truncated)")
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    city = fields.Char(readonly=True)
    radius_km = fields.Integer(readonly=True, string="Precision (km)")
    observations = fields.Json(readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    verdict = fields.Selection(
        [
            ("inside", "Inside"),
            ("outside", "Outside"),
            ("undecided", "Undecided"),
        ],
        readonly=True,
    )
    score = fields.Integer(readonly=True, aggregator="avg")
    reasons = fields.Json(readonly=True)
    proof_requested = fields.Boolean(readonly=True)

    _lot_live_uniq = models.UniqueIndex(
        "(lot_id) WHERE active", "This unit is activated already."
    )
