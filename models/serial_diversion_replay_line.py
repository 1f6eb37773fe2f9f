from odoo import fields, models


class SerialDiversionReplayLine(models.Model):
    """An alert that one version of the rules raises, and whether the other does."""

    _name = "serial.diversion.replay.line"
    _description = "Changed Alert of a Replay"
    _log_access = False
    _order = "id"
    _rec_name = "lot_id"

    replay_id = fields.Many2one(
        "serial.diversion.replay",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    change = fields.Selection(
        [("added", "Added"), ("dropped", "Dropped"), ("kept", "Kept")],
        required=True,
        readonly=True,
        help="Alerts that both versions raise are listed where somebody closed one.",
    )
    kind = fields.Selection(
        [("activation", "At Activation"), ("leak", "By a Leak")],
        string="Found",
        required=True,
        readonly=True,
    )
    activation_id = fields.Many2one(
        "serial.activation", readonly=True, ondelete="cascade", index=True
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial", readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Distributor", readonly=True)
    region_id = fields.Many2one(
        "serial.channel.region", string="Target Region", readonly=True
    )
    state_id = fields.Many2one("res.country.state", string="Seen in", readonly=True)
    score_before = fields.Integer(
        string="Score by the Active Rules", readonly=True, aggregator="avg"
    )
    score_after = fields.Integer(
        string="Score by These Rules", readonly=True, aggregator="avg"
    )
    truth = fields.Selection(
        [("confirmed", "Confirmed"), ("dismissed", "Dismissed")],
        string="Alert Closed as",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)

    def action_view_activation(self):
        """Open the activation with what was seen."""
        self.ensure_one()
        return (self.activation_id or self.lot_id)._get_records_action()
