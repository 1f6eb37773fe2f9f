from odoo import api, models
from odoo.tools import SQL

from ..core import serial_list


class SerialPortalReceiveMixin(models.AbstractModel):
    """Receipt by one scan: a pallet, a carton or a unit, of whatever shipment."""

    _name = "serial.portal.receive.mixin"
    _description = "Receipt by Scanning in the Distributor Portal"

    @api.model
    def _receive_scan(self, text):
        """Take in what a scan names, on the open shipments it is expected with.

        What is on none of them is refused alike, whoever holds it.

        :return: dict `text`, `type` (success, info, warning, danger), `received`,
            `already`, `rows` (those that need a look), `transfers` as in the list
        """
        text = (text or "").strip()[: serial_list.MAX_TEXT]
        lot_ids = self.env["stock.lot"].sudo()._find_units([text])[text].lot_ids
        transfers_sudo = self._get_expecting(lot_ids)
        rows = [] if transfers_sudo else self._get_received(lot_ids)
        for transfer_sudo in transfers_sudo:
            transfer = transfer_sudo.with_env(self.env)
            rows += transfer._portal_receive([text])["rows"]
        received = [row for row in rows if row["result"] == "received"]
        already = [row for row in rows if row["result"] == "already"]
        rest = [row for row in rows if row not in received and row not in already]
        return {
            "text": serial_list.clean(text),
            "type": self._get_receipt_type(received, already, rest),
            "received": len(received),
            "already": len(already),
            "rows": rest,
            "transfers": [self._prepare_transfer(one) for one in transfers_sudo],
        }

    def _get_receipt_type(self, received, already, rest):
        if rest:
            return "warning"
        if received:
            return "success"
        return "info" if already else "danger"

    def _get_received(self, lot_ids):
        """Return a row for each of these units that is with the distributor already."""
        own = [
            ("id", "in", lot_ids),
            ("channel_partner_id", "=", self._get_distributor().id),
        ]
        count = self.env["stock.lot"].sudo().search_count(own)
        return [{"result": "already"}] * count

    def _get_expecting(self, lot_ids):
        """Return the open shipments (sudo) to the distributor that units are on."""
        partner = self._get_distributor()
        for name in ("transfer", "transfer.line", "assignment"):
            self.env[f"serial.channel.{name}"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT transfer.id
                  FROM serial_channel_transfer transfer
                 WHERE transfer.receiver_id = %(partner)s
                   AND transfer.state IN ('sent', 'disputed')
                   AND (EXISTS (
                        SELECT FROM serial_channel_transfer_line line
                         WHERE line.transfer_id = transfer.id
                           AND line.lot_id = ANY(%(lots)s))
                    OR EXISTS (
                        SELECT FROM serial_channel_assignment bound
                         WHERE bound.picking_id = transfer.picking_id
                           AND bound.partner_id = transfer.receiver_id
                           AND bound.released_at IS NULL
                           AND bound.lot_id = ANY(%(lots)s)))
              ORDER BY transfer.id
                """,
                partner=partner.id,
                lots=list(lot_ids),
            )
        )
        return self.env["serial.channel.transfer"].sudo().browse(i for (i,) in rows)
