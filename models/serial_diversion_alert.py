from odoo import fields, models


class SerialDiversionAlert(models.Model):
    """A signal that a unit is not where it was meant to be, with its reasons."""

    _name = "serial.diversion.alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Diversion Alert"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True, default="New", copy=False)
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", required=True, readonly=True, index=True
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    activation_id = fields.Many2one("serial.activation", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Distributor", readonly=True, index="btree_not_null"
    )
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True, string="Seen in")
    state_id = fields.Many2one("res.country.state", string="Subdivision", readonly=True)
    observed_at = fields.Datetime(readonly=True)
    score = fields.Integer(readonly=True, aggregator="avg")
    reasons = fields.Json(readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", tracking=True, index=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    state = fields.Selection(
        [
            ("new", "New"),
            ("investigating", "Investigating"),
            ("confirmed", "Confirmed"),
            ("dismissed", "Dismissed"),
        ],
        default="new",
        required=True,
        tracking=True,
    )
    outcome_note = fields.Text(tracking=True)
