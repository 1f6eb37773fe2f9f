from odoo import models
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ..reports import document, layout


class SerialRepairReportMixin(models.AbstractModel):
    """The repair report: what the customer gets in hand with his unit."""

    _name = "serial.repair.report.mixin"
    _description = "Repair Report"

    def _get_repair_report_pdf(self):
        """Return the report as the bytes of a PDF, in the language of the context."""
        self.ensure_one()
        lot = self.lot_id
        frame = document.Frame(
            brand=self.company_id.name,
            title=self.env._("Repair Report"),
            number=self.name,
            qr=lot.page_url or "",
            qr_label=lot.scan_code_display or lot.name or "",
            footer=self._get_report_footer(),
        )
        return document.draw_document(frame, self._get_report_story())

    def _get_report_footer(self):
        company = self.company_id
        return " · ".join(
            filter(None, [company.name, company.serial_page_phone, company.website])
        )

    def _get_report_story(self):
        story = [
            layout.heading(self.env._("Unit")),
            document.twin_facts(self._get_report_unit()),
            layout.heading(self.env._("Repair")),
            document.twin_facts(self._get_report_repair()),
        ]
        if self.serial_fault_note:
            said = self.env._("What the customer said")
            story += [layout.heading(said), layout.words(self.serial_fault_note)]
        story += self._get_report_parts()
        story += self._get_report_labour()
        story += self._get_report_pictures()
        return [
            *story,
            layout.gap(4),
            document.signatures(
                [
                    self.env._("Service centre, date"),
                    self.env._("Received by, date"),
                ]
            ),
        ]

    def _get_report_unit(self):
        lot = self.lot_id
        return [
            (self.env._("Product"), self.product_id.display_name),
            (self.env._("Serial number"), lot.name),
            (self.env._("IMEI"), lot.imei),
            (self.env._("Customer"), self.partner_id.name),
            (self.env._("Sold on"), self._get_report_day(lot.sale_date)),
            (self.env._("Activated on"), self._get_report_day(lot.activated_at)),
            (self.env._("Warranty until"), self._get_report_day(lot.warranty_end)),
            (self.env._("Exchanged for"), self._get_report_exchange()),
        ]

    def _get_report_exchange(self):
        done = self.serial_result == "exchanged"
        return self.serial_exchange_lot_id.name if done else ""

    def _get_report_repair(self):
        coverage = dict(
            self._fields["serial_coverage"]._description_selection(self.env)
        )
        result = dict(self._fields["serial_result"]._description_selection(self.env))
        return [
            (self.env._("Taken in"), self._get_report_time(self.serial_taken_in_at)),
            (
                self.env._("Promised for"),
                self._get_report_time(self.serial_promised_at),
            ),
            (
                self.env._("Given back"),
                self._get_report_time(self.serial_given_back_at),
            ),
            (self.env._("Fault"), self.serial_fault_id.name),
            (self.env._("Cause"), self.serial_cause_id.name),
            (self.env._("Work done"), self.serial_action_id.name),
            (self.env._("Result"), result.get(self.serial_result)),
            (self.env._("Coverage"), coverage.get(self.serial_coverage)),
            (self.env._("Why"), self.serial_coverage_reason),
        ]

    def _get_report_parts(self):
        moves = self.move_ids.filtered(
            lambda move: move.repair_line_type == "add" and move.state != "cancel"
        )
        if not moves:
            return []
        columns = [
            self.env._("Part"),
            self.env._("Quantity"),
            self.env._("Old serial"),
            self.env._("New serial"),
            self.env._("Paid by"),
        ]
        rows = [
            [
                move.product_id.display_name,
                f"{move.quantity or move.product_uom_qty:g}",
                move.serial_old_part or "–",
                move._get_new_part() or "–",
                self._get_payer(move.serial_covered),
            ]
            for move in moves
        ]
        return [
            layout.heading(self.env._("Parts")),
            layout.table(columns, rows, (62, 20, 36, 36, 26), size=8, wrap=(0,)),
        ]

    def _get_report_labour(self):
        if not self.serial_labour_ids:
            return []
        columns = [self.env._("Work"), self.env._("Hours"), self.env._("Paid by")]
        rows = [
            [line.action_id.name, f"{line.hours:g}", self._get_payer(line.covered)]
            for line in self.serial_labour_ids
        ]
        return [
            layout.heading(self.env._("Labour")),
            layout.table(columns, rows, (124, 30, 26), size=8),
            *self._get_report_total(),
        ]

    def _get_report_total(self):
        order = self.sale_order_id.sudo()
        if not order:
            return []
        total = formatLang(self.env, order.amount_total, currency_obj=order.currency_id)
        return [
            layout.gap(2),
            layout.facts([(self.env._("To pay (%(order)s)", order=order.name), total)]),
        ]

    def _get_payer(self, covered):
        return self.env._("Maker") if covered else self.env._("Customer")

    def _get_report_pictures(self):
        photos = self.serial_photo_ids.sudo().filtered(
            lambda photo: (photo.mimetype or "").startswith("image/")
        )
        if not photos:
            return []
        images = [photo.raw for photo in photos[:8]]
        return [layout.heading(self.env._("Photos")), document.pictures(images)]

    def _get_report_day(self, value):
        return (value and format_date(self.env, value)) or ""

    def _get_report_time(self, value):
        return (value and format_datetime(self.env, value, dt_format="short")) or ""
