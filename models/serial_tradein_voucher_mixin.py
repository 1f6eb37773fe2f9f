from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..reports import document, layout


class SerialTradeinVoucherMixin(models.AbstractModel):
    """The voucher: what the consumer brings along, and the store scans."""

    _name = "serial.tradein.voucher.mixin"
    _description = "Voucher of a Trade-in"

    def action_view_voucher(self):
        """Open the voucher as a PDF."""
        self.ensure_one()
        self.check_access("read")
        if self.state in ("cancelled", "refused"):
            raise UserError(
                self.env._("%(claim)s has ended: it has no voucher.", claim=self.name)
            )
        attachment_sudo = self.sudo()._keep_voucher()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment_sudo.id}",
            "target": "new",
        }

    def _keep_voucher(self):
        """Return the file of the voucher as it is now."""
        name = f"{self._get_file_name()}.pdf"
        attachments = self.env["ir.attachment"]
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("name", "=", name),
        ]
        kept = attachments.search(domain, limit=1) or attachments.create(
            {"name": name, "res_model": self._name, "res_id": self.id}
        )
        kept.write({"raw": self._get_voucher_pdf(), "mimetype": "application/pdf"})
        return kept

    def _get_voucher_pdf(self):
        """Return the voucher as the bytes of a PDF, in the language of the context."""
        self.ensure_one()
        frame = document.Frame(
            brand=self.company_id.name,
            title=self.env._("Trade-in Voucher"),
            number=self.name,
            qr=self._get_link(),
            qr_label=self.env._("Follow your trade-in"),
            footer=self._get_voucher_footer(),
        )
        return document.draw_document(frame, self._get_voucher_story())

    def _get_voucher_story(self):
        story = [
            layout.heading(self.env._("What it is worth")),
            layout.table(
                [self.env._("For"), self.env._("Amount")],
                self._get_voucher_amounts(),
                (120, 60),
                size=10,
            ),
            layout.heading(self.env._("The unit")),
            document.twin_facts(self._get_voucher_unit()),
            layout.heading(self.env._("Condition, as it was described")),
            layout.words(self.answer_text or "–"),
        ]
        if self.offer_state:
            story += [
                layout.heading(self.env._("What the inspection found")),
                layout.words(self.revision_reason or "–"),
                document.twin_facts(self._get_revision()),
            ]
        return [
            *story,
            layout.heading(self.env._("Terms")),
            layout.words(self._get_voucher_terms(), 8, "grey"),
            document.signatures(
                [self.env._("Handed in by, date"), self.env._("Taken in by, date")]
            ),
        ]

    def _get_voucher_amounts(self):
        value, subsidy = self._get_value(), self.granted_subsidy or self.subsidy
        rows = [[self.env._("Value of the unit"), self._format_amount(value)]]
        if subsidy:
            rows.append(
                [
                    self.env._("Subsidy on a new unit, by its real price"),
                    self._format_amount(subsidy),
                ]
            )
        rows.append([self.env._("Together"), self._format_amount(value + subsidy)])
        return rows

    def _get_voucher_unit(self):
        def day(moment):
            return moment and format_date(
                self.env, fields.Datetime.context_timestamp(self, moment).date()
            )

        return [
            (self.env._("Product"), self.product_id.display_name),
            (self.env._("Serial number"), self.lot_id.name),
            (self.env._("IMEI"), self.lot_id.imei),
            (self.env._("Age in months"), str(self.age_months)),
            (self.env._("Programme"), self.program_id.name),
            (self.env._("Class"), self.class_id.name),
            (self.env._("Accepted on"), day(self.accepted_at)),
            (self.env._("Received on"), day(self.received_at)),
            (self.env._("Inspected on"), day(self.inspected_at)),
            (self.env._("Taken in by"), self.partner_id.name),
            (self.env._("State"), self._get_state_label()),
        ]

    def _get_voucher_terms(self):
        return self.env._(
            "The voucher pays for one new unit of the programme, in one order, and "
            "cannot be paid out. The value holds if the unit is as described; else "
            "you are asked whether you agree to another one, or take your unit back. "
            "The subsidy follows from the price that is really paid for the new unit. "
            "If the new unit is returned, value and subsidy are taken back."
        )

    def _get_voucher_footer(self):
        phone = self.company_id.serial_page_phone
        return " · ".join(filter(None, [self.company_id.name, phone]))
