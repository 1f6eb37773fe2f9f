from collections import defaultdict

from odoo import fields, models
from odoo.tools import format_date

from ..reports.coverage import Coverage, Table, draw_coverage
from ..reports.document import Frame

# Shipments with uncoded units that the paper names; the regulator's file has all.
MOST = 500


class SerialExportCoverageMixin(models.AbstractModel):
    """The coverage report as a PDF."""

    _name = "serial.export.coverage.mixin"
    _description = "Coverage Report"

    def _count_coverage(self):
        return 1

    def _write_coverage_part(self):
        """Return that this is the last part: the report has one only."""
        return True

    def _make_coverage_file(self, file):
        groups = self._group_coverage()
        units, coded = self._sum_up(groups)
        self.write({"unit_count": units, "uncoded_count": units - coded})
        file.write(draw_coverage(self._prepare_coverage(groups, units, coded)))

    def _get_coverage_domain(self):
        """Return the domain of the moves that the report is about."""
        domain = [("company_id", "=", self.company_id.id)]
        if self.compliance_id:
            domain.append(("compliance_id", "=", self.compliance_id.id))
        if self.product_id:
            domain.append(("product_id", "=", self.product_id.id))
        coverage = self.env["serial.coverage"]
        for operator, day in ((">=", self.date_from), ("<", self.date_to)):
            if day:
                moment = coverage._get_midnight(day, after=operator == "<")
                domain.append(("date", operator, moment))
        return domain

    def _group_coverage(self):
        """Return (month, product, category, units, coded) of what left; one query."""
        self.env.flush_all()
        return self.env["serial.coverage"]._read_group(
            self._get_coverage_domain(),
            ["date:month", "product_id", "compliance_id"],
            ["unit_count:sum", "coded_count:sum"],
            order="date:month, product_id",
        )

    def _sum_up(self, groups):
        return sum(group[3] for group in groups), sum(group[4] for group in groups)

    def _sum_by(self, groups, at):
        """Return {key: (units, coded)} by the member of groups at a place."""
        found = defaultdict(list)
        for group in groups:
            found[group[at]].append(group)
        return {key: self._sum_up(part) for key, part in found.items()}

    def _prepare_coverage(self, groups, units, coded):
        return Coverage(
            frame=self._get_coverage_frame(),
            notice=self._get_coverage_notice(units, units - coded),
            is_whole=units == coded,
            facts=self._get_coverage_facts(units, coded, units - coded),
            chart_title=self.env._("Share coded, by month"),
            shares=tuple(
                (f"{month:%Y-%m}", 100 * part / whole)
                for month, (whole, part) in self._sum_by(groups, 0).items()
                if whole
            ),
            tables=(
                self._get_product_table(self._sum_by(groups, 1)),
                self._get_shipment_table(),
                self._get_law_table(self._sum_by(groups, 2)),
            ),
            signed_by=(self.env._("Responsible, date"), self.env._("Checked, date")),
        )

    def _get_coverage_frame(self):
        return Frame(
            brand=self.company_id.name,
            title=self.env._("Coverage Report"),
            number=self._get_period(),
            footer=" · ".join(
                filter(None, [self.company_id.name, self.compliance_id.name])
            ),
        )

    def _get_period(self):
        days = [
            format_date(self.env, day) if day else "…"
            for day in (self.date_from, self.date_to)
        ]
        return " – ".join(days) if self.date_from or self.date_to else ""

    def _get_coverage_notice(self, units, uncoded):
        if not units:
            return self.env._("No unit of a coded category left in this time.")
        if not uncoded:
            return self.env._("Every one of %(units)s units bore a code.", units=units)
        return self.env._(
            "%(uncoded)s of %(units)s units left without a code.",
            uncoded=uncoded,
            units=units,
        )

    def _get_coverage_facts(self, units, coded, uncoded):
        share = f"{100 * coded / units:.2f} %" if units else "–"
        return (
            (self.env._("Company"), self.company_id.name),
            (
                self.env._("Coded category"),
                self.compliance_id.name or self.env._("All"),
            ),
            (self.env._("Product"), self.product_id.display_name),
            (
                self.env._("Made on"),
                format_date(self.env, fields.Date.context_today(self)),
            ),
            (self.env._("Units that left"), f"{units:,}"),
            (self.env._("With a code"), f"{coded:,}"),
            (self.env._("Without a code"), f"{uncoded:,}"),
            (self.env._("Share coded"), share),
        )

    # === TABLES === #

    def _get_product_table(self, sums):
        return Table(
            title=self.env._("By product"),
            columns=(
                self.env._("Product"),
                self.env._("Units"),
                self.env._("With a code"),
                self.env._("Without a code"),
                self.env._("Coded"),
            ),
            rows=tuple(
                (
                    product.display_name,
                    units,
                    coded,
                    units - coded,
                    f"{100 * coded / units:.1f} %",
                )
                for product, (units, coded) in sums.items()
                if units
            ),
            widths=(80, 25, 25, 28, 22),
            right=(1, 2, 3, 4),
            empty=self.env._("None."),
        )

    def _get_shipment_table(self):
        rows = self.env["serial.coverage"].search(
            [*self._get_coverage_domain(), ("uncoded_count", ">", 0)], limit=MOST + 1
        )
        more = self.env._("Only the last %(count)s are listed.", count=MOST)
        return Table(
            title=self.env._("Shipments with units without a code"),
            columns=(
                self.env._("Left on"),
                self.env._("Shipment"),
                self.env._("Product"),
                self.env._("Receiver"),
                self.env._("Units"),
                self.env._("Without a code"),
            ),
            rows=tuple(self._get_shipment_cells(row) for row in rows[:MOST]),
            widths=(24, 32, 56, 44, 18, 26),
            right=(4, 5),
            empty=self.env._("None: every shipment was coded whole."),
            note=more if len(rows) > MOST else "",
        )

    def _get_shipment_cells(self, row):
        # A receiver who is a person stays unnamed.
        partner = row.partner_id
        is_firm = partner.is_company or partner.channel_tier
        return (
            format_date(self.env, fields.Datetime.context_timestamp(self, row.date)),
            row.picking_id.name or "",
            row.product_id.display_name,
            partner.name if is_firm else self.env._("a consumer"),
            row.unit_count,
            row.uncoded_count,
        )

    def _get_law_table(self, sums):
        categories = self.compliance_id.union(*sums)
        confidences = dict(
            categories._fields["confidence"]._description_selection(self.env)
        )
        return Table(
            title=self.env._("What wants them coded"),
            columns=(
                self.env._("Coded category"),
                self.env._("Source"),
                self.env._("In force from"),
                self.env._("Checked against"),
            ),
            rows=tuple(
                (
                    category.name,
                    category.source or "",
                    format_date(self.env, category.date_from) or "",
                    confidences[category.confidence],
                )
                for category in categories
            ),
            widths=(52, 74, 24, 30),
            empty=self.env._("None."),
        )
