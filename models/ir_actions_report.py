import io

from odoo import models

DRAWN = "serial_dossier."


class IrActionsReport(models.Model):
    """Reports of ours are drawn, not rendered from HTML.

    A report named `serial_dossier.x` asks each record for the bytes of its PDF, by the
    method `_get_x_pdf`, or all for the text that a printer reads, by `_get_x_text`. So
    Print menus, mail templates and the portal work as ever, and nothing has to be
    installed beside Odoo.
    """

    _inherit = "ir.actions.report"

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        if not self._is_drawn(report_ref):
            return super()._pre_render_qweb_pdf(report_ref, res_ids, data)
        # Odoo's own way gives HTML while a test runs.
        streams = self._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        return streams, "pdf"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if not self._is_drawn(report_ref):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        report_sudo = self._get_report(report_ref)
        records = self.env[report_sudo.model].browse(res_ids)
        # The address of a report is open to whoever is logged in.
        records.check_access("read")
        name = report_sudo.report_name.removeprefix(DRAWN)
        return {
            record.id: {
                "stream": io.BytesIO(getattr(record, f"_get_{name}_pdf")()),
                "attachment": None,
            }
            for record in records
        }

    def _render_qweb_text(self, report_ref, docids, data=None):
        """Ask all records together: `_get_x_text`, which the printer reads as it is."""
        if not self._is_drawn(report_ref):
            return super()._render_qweb_text(report_ref, docids, data)
        report_sudo = self._get_report(report_ref)
        records = self.env[report_sudo.model].browse(docids)
        records.check_access("read")
        name = report_sudo.report_name.removeprefix(DRAWN)
        # In bytes: Odoo tells the browser the length of what it gets.
        return getattr(records, f"_get_{name}_text")().encode(), "text"

    def _is_drawn(self, report_ref):
        return self._get_report(report_ref).report_name.startswith(DRAWN)
