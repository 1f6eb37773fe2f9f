import re

from odoo import api, models

from ..core.activation import format_time
from ..core.bundle import sha256

_UNSAFE = re.compile(r"[^\w.\- ]+")


class SerialEvidenceFileMixin(models.AbstractModel):
    """Test purchases and statements of a case, and the files that prove them."""

    _name = "serial.evidence.file.mixin"
    _description = "Files of Evidence Bundles"

    @api.model
    def _name_files(self, attachments_sudo):
        """Return {attachment id: name in the bundle}: unique, and no path."""
        return {
            attachment.id: f"{number:03}-{self._get_safe_name(attachment.name)}"
            for number, attachment in enumerate(attachments_sudo, start=1)
        }

    def _get_safe_name(self, name):
        return _UNSAFE.sub("_", name or "").strip(" .")[-80:] or "file"

    @api.model
    def _collect_files(self, attachments_sudo, names):
        """Return the files with their hashes, reading one after the other."""
        files = []
        for attachment in attachments_sudo:
            content = attachment.raw or b""
            files.append(
                {
                    "name": names[attachment.id],
                    "title": attachment.name,
                    "type": attachment.mimetype,
                    "size": len(content),
                    "sha256": sha256(content),
                }
            )
            attachment.invalidate_recordset(["raw"], flush=False)
        return files

    @api.model
    def _collect_statements(self, statements_sudo, names):
        """Return what the distributor said; its author stays unnamed."""
        kinds = dict(statements_sudo._fields["kind"]._description_selection(self.env))
        return [
            {
                "kind": said.kind,
                "kind_name": kinds[said.kind],
                "partner": said.partner_id.name,
                "given_at": format_time(said.given_at),
                "text": said.body,
                "files": [names[file.id] for file in said.attachment_ids],
            }
            for said in statements_sudo.sorted("id")
        ]

    @api.model
    def _get_statements(self, case_sudo):
        """Return what was said on a case, and on its alerts before it was one."""
        return (case_sudo.statement_ids | case_sudo.alert_ids.statement_ids).sorted(
            "id"
        )

    @api.model
    def _get_attachments(self, case_sudo):
        """Return the files of a case's purchases and statements, and no others."""
        purchases = case_sudo.purchase_ids.sorted("id")
        return purchases.attachment_ids | self._get_statements(case_sudo).attachment_ids

    @api.model
    def _collect_purchases(self, purchases_sudo, names):
        """Return test purchases; their buyers stay unnamed, who held units does not."""
        results = self.env["serial.diversion.purchase"]._fields["result"]
        results = dict(results._description_selection(self.env))
        return [
            {
                "name": bought.name,
                "bought_at": format_time(bought.bought_at),
                "store": bought.store_id.display_name or bought.seller or "",
                "seller": bought.seller_partner_id.name or "",
                "listing": bought.url or bought.listing_id.url or "",
                "order": bought.order_number or "",
                "price": f"{bought.price:.2f} {bought.currency_id.name}",
                "seal": bought.seal or "",
                "lot_id": bought.lot_id.id,
                "serial": bought.lot_id.name or "",
                "result": bought.result or "",
                "result_name": results.get(bought.result, ""),
                "trace": bought.trace_text or "",
                "custody": self._collect_custody(bought.custody_ids),
                "files": [names[file.id] for file in bought.attachment_ids],
            }
            for bought in purchases_sudo
        ]

    def _collect_custody(self, lines_sudo):
        """Return who had a unit when, the first first."""
        actions = dict(lines_sudo._fields["action"]._description_selection(self.env))
        return [
            {
                "at": format_time(line.moment),
                "who": line.holder,
                "action": line.action,
                "what": ": ".join(filter(None, [actions[line.action], line.note])),
            }
            for line in lines_sudo.sorted("moment")
        ]
