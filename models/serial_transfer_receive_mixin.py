from datetime import datetime
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ..core import transfer as rules


class Passed(NamedTuple):
    """Units that get the same distributor and region, as an assignment opens them."""

    lot_ids: list
    partner_id: int
    region_id: int
    picking_id: int
    date: datetime


class SerialTransferReceiveMixin(models.AbstractModel):
    """What the receiver says has arrived, and what that makes of each unit.

    Whoever calls these has checked that the user may act for the receiver.
    """

    _name = "serial.transfer.receive.mixin"
    _description = "Receipt of Channel Transfers"

    # === STEPS === #

    def _receive(self, entries=None, close=False):
        """Take in units and return a row for each text; set-based.

        :param entries: (row number or None, text) each; None: all that is announced
        :param bool close: what is still expected is missing then
        """
        self._lock()
        self._ensure_state("sent", "disputed")
        self._announce()
        lines = self._get_lines()
        asked, numbers = self._get_asked(entries, lines)
        lot_ids = {lot_id for _text, ids, _carton in asked for lot_id in ids}
        units, names = self._get_units(lot_ids)
        receipt = rules.Receipt(
            self.sender_id.id or None, self.receiver_id.id, lines, units
        )
        if entries is None:
            asked = [(names[lot_ids[0]], lot_ids, False) for _t, lot_ids, _c in asked]
        outcomes = receipt.outcomes(asked)
        self._take_in([one.lot_id for one in outcomes if one.result == "received"])
        self._note_surplus([one.lot_id for one in outcomes if one.result == "surplus"])
        self._raise_surfaced({one.lot_id for one in outcomes if one.surfaced})
        if close:
            self._close_receipt()
        self._update_state()
        return self._get_receipt_rows(outcomes, numbers, names)

    def _dispute(self, line_ids, note):
        """Say of announced units that they have not arrived."""
        self._lock()
        self._ensure_state("sent", "disputed")
        self.env["serial.channel.transfer.line"]._update(
            self,
            SQL("line.id = ANY(%s) AND line.state = 'expected'", list(line_ids)),
            {"state": "missing", "note": note or None, "is_open": True},
        )
        self._update_state()

    # === WHAT IS ASKED === #

    def _get_lines(self):
        """Return {lot id: core line} of this transfer; one query."""
        self.env["serial.channel.transfer.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id, state, resolution IS NOT NULL "
                "FROM serial_channel_transfer_line WHERE transfer_id = %s ORDER BY id",
                self.id,
            )
        )
        return {lot_id: rules.Line(state, settled) for lot_id, state, settled in rows}

    def _get_asked(self, entries, lines):
        """Return what core asks for, and the row of each text.

        What is announced goes before other units of the same number.
        """
        if entries is None:
            expected = [
                lot_id for lot_id, line in lines.items() if line.state == "expected"
            ]
            return [("", (lot_id,), False) for lot_id in expected], {}
        lots = self.env["stock.lot"]
        texts = list(dict.fromkeys(text for _row, text in entries))
        found = lots._find_units(texts, SQL("lot.id = ANY(%s)", list(lines)))
        strange = [text for text in texts if not found[text].lot_ids]
        found.update(lots._find_units(strange))
        numbers = {}
        for row, text in entries:
            numbers.setdefault(text, row)
        return [(text, *found[text]) for _row, text in entries], numbers

    def _get_receipt_rows(self, outcomes, numbers, names):
        """Return outcomes as rows; units of others are not named to the receiver."""
        return self._explain(
            [
                self._get_row(
                    one.text,
                    None if one.result == "refused" else one.lot_id,
                    one.result,
                    one.reason,
                    numbers.get(one.text),
                )
                for one in outcomes
            ],
            names,
        )

    # === WHAT CHANGES === #

    def _take_in(self, lot_ids):
        """Make units the receiver's; those of a delivery are already."""
        if not lot_ids:
            return
        self.env["serial.channel.transfer.line"]._update(
            self,
            SQL("line.lot_id = ANY(%s)", lot_ids),
            {"state": "received", "is_open": False},
        )
        self._hand_over(lot_ids)

    def _hand_over(self, lot_ids):
        """Record that units have arrived, and bind them to the receiver."""
        if not self.sender_id:
            self.env["serial.event"].sudo()._record(
                lot_ids,
                "received",
                partner_id=self.receiver_id.id,
                document=self.sudo(),
            )
            return
        now = fields.Datetime.now()
        groups = self._get_passed(lot_ids, now)
        self.env["serial.binding"].sudo()._record(
            "rebound",
            None,
            [
                (
                    group.lot_ids,
                    {
                        "channel_partner_id": group.partner_id,
                        "channel_region_id": group.region_id,
                    },
                    self._get_passed_event(now),
                )
                for group in groups
            ],
        )
        assignment = self.env["serial.channel.assignment"].sudo()
        assignment._release([(group.lot_ids, now) for group in groups], "rebound")
        assignment._open(groups)

    def _get_passed(self, lot_ids, now):
        """Return units grouped by the region they have at the receiver.

        A unit keeps its region, unless the receiver's own lies within that.
        """
        own = self.receiver_id._get_channel_region()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT region.id, region.parent_path, array_agg(lot.id ORDER BY lot.id)
                  FROM stock_lot lot
             LEFT JOIN serial_channel_region region ON region.id = lot.channel_region_id
                 WHERE lot.id = ANY(%s)
              GROUP BY region.id
                """,
                lot_ids,
            )
        )
        return [
            Passed(
                ids,
                self.receiver_id.id,
                own.id if own and own.parent_path.startswith(path or "") else region_id,
                None,
                now,
            )
            for region_id, path, ids in rows
        ]

    def _get_passed_event(self, now):
        return {
            "event_time": now,
            "partner_id": self.receiver_id.id,
            "document_model": self._name,
            "document_id": self.id,
            "document_name": self.name,
        }

    def _note_surplus(self, lot_ids):
        """Put down units that came without being announced; they stay the sender's."""
        if lot_ids:
            self.env["serial.channel.transfer.line"]._insert(
                self, lot_ids, "surplus", is_open=True
            )

    def _raise_surfaced(self, lot_ids):
        """Tell the brand of units that nobody could expect at this receiver."""
        if lot_ids:
            self.env["serial.diversion.lead"].sudo()._raise(
                "unit_surfaced",
                [
                    {"lot_id": lot_id, "partner_id": self.receiver_id.id}
                    for lot_id in sorted(lot_ids)
                ],
            )

    def _close_receipt(self):
        """Call what is still expected missing, but for units that have gone on since.

        Of a delivery they had arrived then; else the sender has them no more.
        """
        line = self.env["serial.channel.transfer.line"]
        holder_id = self.sender_id.id or self.receiver_id.id
        gone = SQL(
            "line.state = 'expected' AND NOT EXISTS (SELECT FROM stock_lot lot "
            "WHERE lot.id = line.lot_id AND lot.channel_partner_id = %s)",
            holder_id,
        )
        if self.sender_id:
            closed = {"state": "missing", "resolution": "stays", "is_open": False}
        else:
            closed = {"state": "received", "is_open": False}
        line._update(self, gone, closed)
        line._update(
            self,
            SQL("line.state = 'expected'"),
            {"state": "missing", "is_open": True},
        )

    def _update_state(self):
        """Let the transfer's state follow from its lines, and tell who must know."""
        self.invalidate_recordset(self._count_fields, flush=False)
        state = rules.state_of(self.expected_count, self.disputed_count)
        was = self.state
        if state != "sent" and not self.received_at:
            self.received_at = fields.Datetime.now()
        if state != was:
            self.state = state
        if state == "disputed" and was != "disputed":
            self._schedule_dispute()
        elif was == "disputed" and state != "disputed":
            self._close_activities()
