import io

from odoo import models

DRAWN = "serial_dossier."


class IrActionsReport(models.Model):
    """Reports of ours are drawn, not rendered from HTML.

    A report named `serial_dossier.x` asks each record for the bytes of its PDF, by the
    method `_get_x_pdf`. So Print menus, mail templates and the portal work as ever, and
    nothing has to be installed beside Odoo.
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

    def _is_drawn(self, report_ref):
        return self._get_report(report_ref).report_name.startswith(DRAWN)
