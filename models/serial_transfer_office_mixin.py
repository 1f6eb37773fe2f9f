from odoo import fields, models
from odoo.exceptions import UserError

from .window import form_window


class SerialTransferOfficeMixin(models.AbstractModel):
    """What people of the brand do on a transfer's screen, in a side's name."""

    _name = "serial.transfer.office.mixin"
    _description = "Channel Transfers in the Back Office"

    # === ACTIONS === #

    def action_send(self):
        """Send drafts, in their senders' name."""
        for transfer in self:
            transfer._ensure_office()
            refused = transfer.sudo()._send()
            if refused:
                raise UserError(transfer._get_refusal(refused))

    def action_receive_all(self):
        """Take in all that is announced, in the receivers' name."""
        for transfer in self:
            transfer._ensure_office()
            transfer.sudo()._receive()

    def action_cancel(self):
        """Call transfers off, in their senders' name."""
        for transfer in self:
            transfer._ensure_office()
            transfer.sudo()._cancel()

    def action_enter(self):
        """Ask for serials to add or to receive."""
        self.ensure_one()
        return self._get_wizard_window(
            "serial.channel.transfer.enter",
            self.env._("Add Serials")
            if self.state == "draft"
            else self.env._("Receive Serials"),
        )

    def action_settle(self):
        """Ask how what is in dispute is settled."""
        self.ensure_one()
        return self._get_settle_window(self.line_ids._get_disputed())

    def action_view_serials(self):
        """Open the units on this transfer."""
        self.ensure_one()
        lot_ids = self._get_line_lot_ids() or self._get_arrived_lot_ids()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Serials of %(transfer)s", transfer=self.name),
            [("id", "in", list(lot_ids))],
        )

    def action_view_picking(self):
        """Open the delivery."""
        self.ensure_one()
        return self.picking_id._get_records_action()

    def _get_settle_window(self, lines):
        return self._get_wizard_window(
            "serial.channel.transfer.settle",
            self.env._("Settle"),
            default_line_ids=[fields.Command.set(lines.ids)],
        )

    def _get_wizard_window(self, model, name, **context):
        return form_window(model, name, **{"default_transfer_id": self.id, **context})

    def _get_refusal(self, rows):
        """Return which units may not go and why, in a person's words."""
        return self.env._(
            "These units may not go. Take them off the transfer: %(serials)s",
            serials=", ".join(
                f"{row['serial']} ({row['message']})" for row in rows[:10]
            ),
        )
