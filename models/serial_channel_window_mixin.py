from odoo import models

from .serial_dossier_mixin import OPEN_ALERT_STATES
from .window import list_window


class SerialChannelWindowMixin(models.AbstractModel):
    """What the figures of a distributor count, opened from his form."""

    _name = "serial.channel.window.mixin"
    _description = "Windows of a Distributor"

    def action_view_channel_units(self):
        """Open the serials of this distributor and of all he supplies."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Channel of %(partner)s", partner=self.display_name),
            [("channel_partner_id", "in", self._get_channel_subtree_ids())],
        )

    def action_view_channel_alerts(self):
        """Open the alerts on units of this distributor and of all he supplies."""
        return self._get_channel_window(
            "serial.diversion.alert",
            self.env._("Alerts"),
            [
                ("partner_id", "in", self._get_channel_subtree_ids()),
                ("state", "in", OPEN_ALERT_STATES),
            ],
        )

    def action_view_channel_transfers(self):
        """Open the transfers from and to this distributor and all he supplies."""
        ids = self._get_channel_subtree_ids()
        return self._get_channel_window(
            "serial.channel.transfer",
            self.env._("Transfers"),
            ["|", ("sender_id", "in", ids), ("receiver_id", "in", ids)],
        )

    def _get_leak_field(self):
        return "partner_id"

    def _get_channel_window(self, model, name, domain):
        self.ensure_one()
        return list_window(model, f"{name}: {self.display_name}", domain)
