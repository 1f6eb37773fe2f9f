from babel.dates import format_skeleton

from odoo import models
from odoo.tools import format_date, get_lang
from odoo.tools.misc import formatLang

from ..reports import document, layout

WIDTHS = (24, 44, 36, 20, 19, 19, 20)
AMOUNTS = (4, 5, 6)


class SerialSettlementPrintMixin(models.AbstractModel):
    """A settlement sheet on paper."""

    _name = "serial.settlement.print.mixin"
    _description = "Print of a Settlement Sheet"

    def _get_settlement_pdf(self):
        """Return the sheet as the bytes of a PDF, in the language of the context."""
        self.ensure_one()
        frame = document.Frame(
            brand=self.company_id.name,
            title=self.env._("Settlement Sheet"),
            number=self.name,
            footer=self.company_id.name,
        )
        return document.draw_document(frame, self._get_settlement_story())

    def _get_settlement_story(self):
        columns = [
            self.env._("Repair"),
            self.env._("Product"),
            self.env._("Serial Number"),
            self.env._("Given Back"),
            self.env._("Labour"),
            self.env._("Parts"),
            self.env._("Total"),
        ]
        rows = [self._get_settlement_row(line) for line in self.line_ids]
        totals = (self.labour, self.parts, self.amount)
        rows.append(("", "", "", "", *map(self._format_money, totals)))
        return [
            document.twin_facts(self._get_settlement_facts()),
            layout.gap(4),
            layout.table(columns, rows, WIDTHS, size=8, right=AMOUNTS),
            layout.gap(6),
            document.signatures(
                [self.env._("Service centre, date"), self.env._("For the brand, date")]
            ),
        ]

    def _get_settlement_facts(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            (self.env._("Service Centre"), self.centre_id.name),
            (self.env._("Address"), self._get_address()),
            (self.env._("Month"), self._get_month_text()),
            (self.env._("State"), states[self.state]),
            (self.env._("Repairs"), str(self.repair_count)),
            (self.env._("Labour"), self._format_money(self.labour)),
            (self.env._("Parts"), self._format_money(self.parts)),
            (self.env._("Total"), self._format_money(self.amount)),
        ]

    def _get_settlement_row(self, line):
        return (
            line.repair_id.name,
            line.product_id.display_name,
            line.lot_id.name or "",
            format_date(self.env, line.given_back_on),
            self._format_money(line.labour),
            self._format_money(line.parts),
            self._format_money(line.amount),
        )

    def _get_month_text(self):
        """Return the month as the language writes it: October 2026, 2026年10月."""
        locale = get_lang(self.env).code
        return format_skeleton("yMMMM", self.month, locale=locale)

    def _get_address(self):
        centre = self.centre_id
        return ", ".join(filter(None, [centre.street, centre.city, centre.phone]))

    def _format_money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)
