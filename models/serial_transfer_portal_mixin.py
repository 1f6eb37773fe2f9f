from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class SerialTransferPortalMixin(models.AbstractModel):
    """The doors of distributors: who may act for a side, checked; then with all rights.

    Every method answers `{"rows": [...], "counts": {...}, "state": ...}`. A row is
    `{"row", "text", "lot_id", "serial", "result", "reason", "message"}`: `result` is
    added, received, surplus, already or refused; `row` its row in a file or list.
    """

    _name = "serial.transfer.portal.mixin"
    _description = "Channel Transfers for Distributors"

    # === THE SENDER === #

    @api.model
    def _portal_get_receivers(self):
        """Return the partners (with all rights) that the user's company may send to."""
        mine = self.env.user._get_channel_partner()
        partners = mine.channel_child_ids | mine.channel_parent_id.commercial_partner_id
        return partners.filtered(
            lambda partner: not self._get_route_refusal(mine, partner)
        )

    @api.model
    def _portal_create(self, receiver, note=""):
        """Return a new draft from the user's company to a partner (record or id)."""
        mine = self.env.user._get_channel_partner()
        receiver_id = receiver if isinstance(receiver, int) else receiver.id
        if receiver_id not in self._portal_get_receivers().ids:
            raise AccessError(self.env._("You cannot send units to this partner."))
        transfer_sudo = self.sudo().create(
            {"sender_id": mine.id, "receiver_id": receiver_id, "note": note or False}
        )
        return transfer_sudo.with_env(self.env)

    def _portal_add(self, texts=None, file=None, shipment=None):
        """Put units on a draft.

        :param texts: a pasted text or a list of texts: serials, codes, cartons
        :param bytes file: CSV, XLSX or text
        :param shipment: a former transfer or delivery (its transfer) to send on whole
        """
        transfer_sudo = self._portal_as("sender")
        entries, rows = transfer_sudo._read_list(texts, file)
        rows = transfer_sudo._explain(rows, {}) + transfer_sudo._add(entries)
        if shipment:
            shipment_sudo = shipment._portal_as("receiver")
            rows += transfer_sudo._add_shipment(shipment_sudo)
        return transfer_sudo._portal_answer(rows)

    def _portal_remove(self, texts=None, line_ids=()):
        """Take units off a draft, by what names them or by their lines."""
        transfer_sudo = self._portal_as("sender")
        line_ids = list(line_ids)
        if texts:
            entries, _rows = transfer_sudo._read_list(texts)
            line_ids += transfer_sudo._find_lines(text for _row, text in entries)
        transfer_sudo._remove(line_ids)
        return transfer_sudo._portal_answer([])

    def _portal_send(self):
        """Send a draft; rows are the units that may not go: nothing is sent then."""
        transfer_sudo = self._portal_as("sender")
        return transfer_sudo._portal_answer(transfer_sudo._send())

    def _portal_cancel(self):
        """Call off a draft, or what was sent and has not begun to arrive."""
        transfer_sudo = self._portal_as("sender")
        transfer_sudo._cancel()
        return transfer_sudo._portal_answer([])

    # === THE RECEIVER === #

    def _portal_receive(self, texts=None, file=None, close=False):
        """Take in units.

        :param texts: "all", a pasted text or a list of texts: serials, codes, cartons
        :param bool close: nothing more will come: what is left is missing
        """
        transfer_sudo = self._portal_as("receiver")
        if texts == "all":
            return transfer_sudo._portal_answer(transfer_sudo._receive(None, close))
        entries, rows = transfer_sudo._read_list(texts, file)
        rows = transfer_sudo._explain(rows, {})
        rows += transfer_sudo._receive(entries, close)
        return transfer_sudo._portal_answer(rows)

    def _portal_dispute(self, lines, note=""):
        """Say that units (lines, their ids or texts) have not arrived."""
        transfer_sudo = self._portal_as("receiver")
        transfer_sudo._announce()
        line_ids = getattr(lines, "ids", lines)
        if isinstance(line_ids, str):
            line_ids = [line_ids]
        texts = [one for one in line_ids if isinstance(one, str)]
        line_ids = [one for one in line_ids if not isinstance(one, str)]
        line_ids += transfer_sudo._find_lines(texts)
        if not line_ids:
            raise UserError(self.env._("These units are not on the transfer."))
        transfer_sudo._dispute(line_ids, (note or "").strip()[:500])
        return transfer_sudo._portal_answer([])

    # === BOTH SIDES === #

    def _portal_settle(self, line_ids, reason=""):
        """Give in: what the other side says of these units is right."""
        side = "sender" if self._portal_is("sender") else "receiver"
        transfer_sudo = self._portal_as(side)
        lines = transfer_sudo.line_ids.filtered(lambda line: line.id in set(line_ids))
        for state, of_state in lines.grouped("state").items():
            gives = (side == "sender") == (state == "missing")
            transfer_sudo._settle(
                of_state.ids,
                "stays" if gives else "moves",
                (reason or "").strip()[:500] or self.env._("Agreed by the other side"),
                side,
            )
        return transfer_sudo._portal_answer([])

    def _portal_get_units(self, states=(), limit=None, offset=0):
        """Return the units on a transfer as rows, for whom it concerns.

        `{"line_id", "lot_id", "serial", "product", "state", "resolution", "note",
        "decision_note"}`;
        those of a delivery that was not acknowledged yet have no line.
        """
        self.check_access("read")
        transfer_sudo = self.sudo()
        if transfer_sudo.picking_id and not transfer_sudo.line_ids:
            lot_ids = transfer_sudo._get_arrived_lot_ids()
            lots = self.env["stock.lot"].sudo().browse(lot_ids)
            stop = None if limit is None else offset + limit
            return [
                transfer_sudo._get_unit_row(lot)
                for lot in lots[offset:stop]
                if not states or "expected" in states
            ]
        domain = [("transfer_id", "=", self.id)]
        if states:
            domain.append(("state", "in", list(states)))
        lines = transfer_sudo.line_ids.search(
            domain, limit=limit, offset=offset, order="id"
        )
        return [transfer_sudo._get_unit_row(line.lot_id, line) for line in lines]

    def _get_unit_row(self, lot, line=None):
        return {
            "line_id": line.id if line else None,
            "lot_id": lot.id,
            "serial": lot.name,
            "product": lot.product_id.display_name,
            "state": line.state if line else "expected",
            "resolution": line.resolution if line else False,
            "note": line.note if line else False,
            "decision_note": line.decision_note if line else False,
        }

    # === CHECKS === #

    def _portal_is(self, side):
        """Tell whether the user works for one side of this transfer."""
        self.ensure_one()
        mine = self.env.user._get_channel_partner()
        transfer_sudo = self.sudo().exists()
        return bool(mine) and transfer_sudo[f"{side}_id"] == mine

    def _portal_as(self, side):
        """Return this transfer with all rights, if the user may act for a side."""
        is_draft = self.sudo().exists().state == "draft"
        if not self._portal_is(side) or (side == "receiver" and is_draft):
            raise AccessError(self.env._("This transfer is not yours."))
        return self.sudo()

    def _portal_answer(self, rows):
        return {
            "rows": rows,
            "state": self.state,
            "counts": {name: self[name] for name in self._count_fields},
        }

    def _find_lines(self, texts):
        """Return the ids of the lines that texts name."""
        lines = dict(
            self.env["serial.channel.transfer.line"]
            .sudo()
            ._read_group([("transfer_id", "=", self.id)], ["lot_id"], ["id:max"])
        )
        by_lot = {lot.id: line_id for lot, line_id in lines.items()}
        lots = self.env["stock.lot"]
        found = lots._find_units(texts, SQL("lot.id = ANY(%s)", list(by_lot)))
        return [by_lot[lot_id] for units in found.values() for lot_id in units.lot_ids]
