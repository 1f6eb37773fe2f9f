from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import serial_list
from ..core import transfer as rules
from ..core.errors import SerialError
from .recall_sql import BARS_SALE

# What decides whether a unit may go on, read in one statement for all of them.
UNIT_FIELDS = (
    "name",
    "channel_partner_id",
    "stage",
    "sale_date",
    "activated_at",
    "blocked",
    "recalled",
    "in_service",
)
MAX_FILE = 10 * 1024 * 1024


class SerialTransferSendMixin(models.AbstractModel):
    """Putting units on a transfer, sending it, calling it off.

    Whoever calls these has checked that the user may act for the sender.
    """

    _name = "serial.transfer.send.mixin"
    _description = "Sending of Channel Transfers"

    # === UNITS === #

    def _add(self, entries):
        """Put units on a draft and return a row for each text; set-based.

        :param entries: (row number or None, text) each
        """
        self._ensure_state("draft")
        lots = self.env["stock.lot"]
        found = lots._find_units(
            [text for _row, text in entries],
            SQL("lot.channel_partner_id = %s", self.sender_id.id),
        )
        lot_ids = {lot_id for units in found.values() for lot_id in units.lot_ids}
        units, names = self._get_units(lot_ids)
        taken = self._get_line_lot_ids()
        rows, added = [], []
        for number, text in entries:
            for row in self._judge_entry(text, found[text], units, taken):
                if row["result"] == "added":
                    taken.add(row["lot_id"])
                    added.append(row["lot_id"])
                rows.append({**row, "row": number})
        if added:
            self.env["serial.channel.transfer.line"]._insert(self, added)
        return self._explain(rows, names)

    def _judge_entry(self, text, found, units, taken):
        """Yield what becomes of a text: one row, of a carton one a unit."""
        if not found.lot_ids:
            yield self._get_row(text, None, "refused", "not_held")
        elif len(found.lot_ids) > 1 and not found.is_carton:
            yield self._get_row(text, None, "refused", "ambiguous")
        else:
            for lot_id in found.lot_ids:
                yield self._judge_unit(text, lot_id, units, taken)

    def _judge_unit(self, text, lot_id, units, taken):
        if lot_id in taken:
            return self._get_row(text, lot_id, "already", "repeated")
        reason = rules.refusal_to_send(units[lot_id], self.sender_id.id)
        return self._get_row(text, lot_id, "refused" if reason else "added", reason)

    @api.model
    def _get_row(self, text, lot_id, result, reason, row=None):
        """Return what is told of one text."""
        return {
            "row": row,
            "text": text,
            "lot_id": lot_id,
            "result": result,
            "reason": reason,
        }

    def _add_shipment(self, transfer):
        """Put on a draft all that its sender got by a former transfer and still has."""
        self._ensure_state("draft")
        if transfer.receiver_id != self.sender_id or transfer.state == "draft":
            raise UserError(self.env._("Choose a shipment that the sender received."))
        lot_ids = transfer._get_arrived_lot_ids()
        units, names = self._get_units(lot_ids)
        taken = self._get_line_lot_ids()
        rows = [
            self._judge_unit(names[lot_id], lot_id, units, taken)
            for lot_id in lot_ids
            # What has gone on since is no news.
            if units[lot_id].holder_id == self.sender_id.id
        ]
        added = [row["lot_id"] for row in rows if row["result"] == "added"]
        if added:
            self.env["serial.channel.transfer.line"]._insert(self, added)
        return self._explain(rows, names)

    def _remove(self, line_ids):
        """Take units off a draft."""
        self._ensure_state("draft")
        lines = self.line_ids.filtered(lambda line: line.id in set(line_ids))
        lines.unlink()
        self.env["serial.channel.transfer.line"]._forget()

    # === STEPS === #

    def _send(self):
        """Send a draft; return the rows of units that may not go, which stop it."""
        self._lock()
        self._ensure_state("draft")
        self._ensure_route()
        lot_ids = self._get_line_lot_ids()
        if not lot_ids:
            raise UserError(self.env._("There is nothing on this transfer yet."))
        units, names = self._get_units(lot_ids)
        reasons = {
            lot_id: rules.refusal_to_send(unit, self.sender_id.id)
            for lot_id, unit in units.items()
        }
        refused = [
            self._get_row(names[lot_id], lot_id, "refused", reason)
            for lot_id, reason in reasons.items()
            if reason
        ]
        if refused:
            return self._explain(refused, names)
        self.env["serial.channel.transfer.line"]._update(
            self, SQL("true"), {"is_open": True}
        )
        self.write({"state": "sent", "sent_at": fields.Datetime.now()})
        return []

    def _cancel(self):
        """Call off a transfer of which nothing has arrived yet."""
        self._lock()
        self._ensure_state("draft", "sent", "disputed")
        if self.received_count or self.line_ids.filtered("resolution"):
            raise UserError(
                self.env._(
                    "Units of %(transfer)s have arrived: it can no longer be "
                    "cancelled.",
                    transfer=self.name,
                )
            )
        self.env["serial.channel.transfer.line"]._update(
            self, SQL("true"), {"is_open": False}
        )
        self.state = "cancelled"
        self._close_activities()

    # === HELPERS === #

    @api.model
    def _get_units(self, lot_ids):
        """Return ({lot id: core unit}, {lot id: name}); one query."""
        self.env["stock.lot"].flush_model(UNIT_FIELDS)
        self.env["serial.channel.transfer.line"].flush_model()
        self.env["serial.recall"].flush_model(["state", "block_sale"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.name, lot.channel_partner_id, lot.stage,
                       lot.sale_date IS NOT NULL, lot.activated_at IS NOT NULL,
                       coalesce(lot.blocked, false), coalesce(%s, false),
                       coalesce(lot.in_service, false),
                       EXISTS (SELECT FROM serial_channel_transfer_line line
                                WHERE line.lot_id = lot.id AND line.is_open)
                  FROM stock_lot lot
                 WHERE lot.id = ANY(%s)
              ORDER BY lot.id
                """,
                SQL(BARS_SALE),
                list(lot_ids),
            )
        )
        return (
            {row[0]: rules.Unit(*row[2:]) for row in rows},
            {row[0]: row[1] for row in rows},
        )

    def _get_line_lot_ids(self):
        """Return the ids of the units on this transfer."""
        self.env["serial.channel.transfer.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id FROM serial_channel_transfer_line "
                "WHERE transfer_id = %s",
                self.id,
            )
        )
        return {lot_id for (lot_id,) in rows}

    def _explain(self, rows, names):
        """Return rows with the serial's name and the reason's text."""
        texts = {
            reason: self.env["serial.reason"]._get_text(reason)
            for reason in {row["reason"] for row in rows if row["reason"]}
        }
        return [
            {
                **row,
                "serial": names.get(row["lot_id"], ""),
                "message": texts.get(row["reason"], ""),
            }
            for row in rows
        ]

    @api.model
    def _read_list(self, texts=None, content=None):
        """Return (entries, rows of what could not be read) of a list or a file.

        :param texts: a pasted text, or a list of texts
        :param bytes content: a file
        """
        entries, unread = [], []
        if isinstance(texts, str):
            entries = [(entry.row, entry.text) for entry in serial_list.parse(texts)]
        elif texts:
            entries = [(None, text.strip()) for text in texts if text and text.strip()]
        if content:
            if len(content) > MAX_FILE:
                raise UserError(self.env._("The file is larger than 10 MB."))
            try:
                read, unread = serial_list.read(content)
            except SerialError as error:
                raise UserError(self._get_file_error(error)) from error
            entries += [(entry.row, entry.text) for entry in read]
        if len(entries) > serial_list.MAX_ENTRIES:
            raise UserError(self.env._("The list is too long: send it in parts."))
        entries = [(row, text[: serial_list.MAX_TEXT]) for row, text in entries]
        return entries, [
            self._get_row(one.text, None, "refused", one.reason, one.row)
            for one in unread
        ]

    @api.model
    def _get_file_error(self, error):
        return self.env["serial.import.error"]._get_message(error.reason, error.values)
