from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# A draft and what waits for the user come first, then the newest.
ORDER = "id desc"
OPEN = {
    "incoming": Domain("state", "in", ("sent", "disputed")),
    "outgoing": Domain("state", "in", ("draft", "sent", "disputed")),
}


class SerialPortalTransferMixin(models.AbstractModel):
    """Transfers and sales as the distributor's pages show them."""

    _name = "serial.portal.transfer.mixin"
    _description = "Transfers in the Distributor Portal"

    # === LISTS === #

    def _get_transfers_domain(self, direction):
        subtree = self._get_distributor()._get_channel_subtree_ids()
        if direction == "outgoing":
            return Domain("sender_id", "in", subtree)
        arriving = Domain("receiver_id", "=", self._get_distributor().id)
        return arriving & Domain("state", "not in", ("draft", "cancelled"))

    @api.model
    def _count_transfers(self, direction, only_open=False):
        """Return how many transfers there are; direction: incoming or outgoing."""
        domain = self._get_transfers_domain(direction)
        if only_open:
            domain &= OPEN[direction]
        return self.env["serial.channel.transfer"].search_count(domain)

    @api.model
    def _get_transfers(self, direction, offset=0, limit=None):
        """Return transfers as rows, the newest first."""
        transfers_sudo = (
            self.env["serial.channel.transfer"]
            .search(
                self._get_transfers_domain(direction),
                order=ORDER,
                offset=offset,
                limit=limit,
            )
            .sudo()
        )
        return [self._prepare_transfer(transfer) for transfer in transfers_sudo]

    def _prepare_transfer(self, transfer_sudo):
        states = dict(transfer_sudo._fields["state"]._description_selection(self.env))
        return {
            "id": transfer_sudo.id,
            "name": transfer_sudo.name,
            "shipment": transfer_sudo.picking_id.name or "",
            "sender": transfer_sudo.sender_name,
            "receiver": transfer_sudo.receiver_id.name,
            "state": transfer_sudo.state,
            "state_label": states[transfer_sudo.state],
            "note": transfer_sudo.note or "",
            "sent_at": transfer_sudo.sent_at,
            "counts": {
                name: transfer_sudo[name] for name in transfer_sudo._count_fields
            },
        }

    # === ONE TRANSFER === #

    @api.model
    def _find_transfer(self, transfer_id):
        """Return a transfer that the user may see, maybe none."""
        found = Domain("id", "=", transfer_id) & Domain("is_in_my_channel", "=", True)
        return self.env["serial.channel.transfer"].search(found, limit=1)

    @api.model
    def _get_transfer(self, transfer_id, limit):
        """Return one transfer with its units and what the user may do; None if none."""
        transfer = self._find_transfer(transfer_id)
        if not transfer:
            return None
        row = self._prepare_transfer(transfer.sudo())
        labels = self._get_unit_labels()
        units = transfer._portal_get_units(limit=limit)
        sends, receives = transfer._portal_is("sender"), transfer._portal_is("receiver")
        return {
            **row,
            "incoming": receives,
            "units": [{**unit, "label": labels[unit["state"]]} for unit in units],
            "may": {
                "add": sends and row["state"] == "draft",
                "cancel": sends and row["state"] in ("draft", "sent"),
                "receive": receives and row["state"] in ("sent", "disputed"),
                "settle": sends and row["state"] == "disputed",
            },
        }

    def _get_unit_labels(self):
        line = self.env["serial.channel.transfer.line"]
        return dict(line._fields["state"]._description_selection(self.env))

    @api.model
    def _act(self, transfer_id, action, form):
        """Do one of the things a transfer's page offers.

        :param dict form: `texts` (pasted or scanned), `file` (bytes), `note`, `line_id`
        :return: the answer of the transfer, see `serial.transfer.portal.mixin`
        """
        transfer = self._find_transfer(transfer_id)
        entries = {"texts": form["texts"], "file": form["file"]}
        line_ids, note = [form["line_id"]], form["note"]
        if action in ("add", "receive") and not any(entries.values()):
            raise UserError(self.env._("Scan, type or choose a file first."))
        actions = {
            "add": lambda: transfer._portal_add(**entries),
            "remove": lambda: transfer._portal_remove(line_ids=line_ids),
            "send": transfer._portal_send,
            "cancel": transfer._portal_cancel,
            "receive": lambda: transfer._portal_receive(**entries),
            "receive_all": lambda: transfer._portal_receive("all"),
            "close": lambda: transfer._portal_receive([], close=True),
            "dispute": lambda: transfer._portal_dispute(
                [form["line_id"]], form["note"]
            ),
            "settle": lambda: transfer._portal_settle(line_ids, note),
        }
        return actions[action]()

    # === SALES === #

    @api.model
    def _declare_sales(self, texts, day, file=None):
        """Record what the distributor sold to consumers; a row a unit.

        :param str texts: as scanned, typed or pasted
        :param str day: the day of the sale, YYYY-MM-DD
        """
        partner_sudo = self._get_distributor()
        transfers_sudo = self.env["serial.channel.transfer"].sudo()
        entries, unread = transfers_sudo._read_list(texts, file)
        if not entries and not unread:
            raise UserError(self.env._("Scan, type or choose a file first."))
        rows = (
            self.env["stock.lot"]
            .sudo()
            ._declare_sale(
                [text for _row, text in entries], self._read_day(day), partner_sudo
            )
        )
        return transfers_sudo._explain(unread, {}) + rows

    def _read_day(self, text):
        try:
            day = date.fromisoformat(str(text))
        except ValueError:
            raise UserError(self.env._("Please give the day of the sale.")) from None
        if day > fields.Date.context_today(self.env.user):
            raise UserError(self.env._("The day of the sale cannot lie in the future."))
        return day
