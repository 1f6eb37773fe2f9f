import base64
from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

SHOWN = 200


class SerialChannelTransferEnter(models.TransientModel):
    """Serials for a transfer: typed, pasted, scanned, from a file or a shipment.

    On a draft they are added; on one that is on its way they are received.
    """

    _name = "serial.channel.transfer.enter"
    _description = "Enter Serials of a Transfer"

    transfer_id = fields.Many2one(
        "serial.channel.transfer", required=True, readonly=True
    )
    sender_id = fields.Many2one(related="transfer_id.sender_id")
    is_receipt = fields.Boolean(compute="_compute_is_receipt")
    text = fields.Text(
        string="Serials", help="SN, code, IMEI or carton; any separators."
    )
    file = fields.Binary(help="CSV, XLSX or text.")
    filename = fields.Char()
    shipment_id = fields.Many2one(
        "serial.channel.transfer",
        string="Whole Shipment",
        domain="[('receiver_id', '=', sender_id), "
        "('state', 'in', ('sent', 'disputed', 'received'))]",
        help="Everything that the sender got by it and still has.",
    )
    close = fields.Boolean(
        string="Nothing More Will Come",
        help="What is still expected is put down as missing.",
    )
    result_html = fields.Html(readonly=True, sanitize=False)

    @api.depends("transfer_id.state")
    def _compute_is_receipt(self):
        for wizard in self:
            wizard.is_receipt = wizard.transfer_id.state != "draft"

    def action_enter(self):
        """Add or receive, and show what could not be."""
        self.ensure_one()
        transfer = self.transfer_id
        transfer._ensure_office()
        rows = self._enter(transfer.sudo())
        if not any(row["result"] == "refused" for row in rows):
            return {"type": "ir.actions.act_window_close"}
        self.write({"text": False, "file": False, "result_html": self._draw(rows)})
        return self._get_records_action(target="new")

    def _enter(self, transfer_sudo):
        content = base64.b64decode(self.file) if self.file else None
        entries, rows = transfer_sudo._read_list(self.text or "", content)
        if not (entries or rows or self.shipment_id or self.close):
            raise UserError(self.env._("Enter serials, or choose a file."))
        rows = transfer_sudo._explain(rows, {})
        if self.is_receipt:
            return rows + transfer_sudo._receive(entries, self.close)
        rows += transfer_sudo._add(entries)
        if self.shipment_id:
            rows += transfer_sudo._add_shipment(self.shipment_id.sudo())
        return rows

    def _draw(self, rows):
        """Return the refused rows as a table, and how many there are of each result."""
        counts = Counter(row["result"] for row in rows)
        refused = [row for row in rows if row["result"] == "refused"]
        done = counts["added"] + counts["received"]
        lines = Markup().join(
            Markup("<tr><td>{}</td><td><b>{}</b></td><td>{}</td></tr>").format(
                row["row"] or "", row["text"][:80], row["message"]
            )
            for row in refused[:SHOWN]
        )
        summary = self.env._(
            "%(done)s taken, %(refused)s refused:", done=done, refused=len(refused)
        )
        return Markup('<p>{}</p><table class="table table-sm">{}</table>').format(
            summary, lines
        )
