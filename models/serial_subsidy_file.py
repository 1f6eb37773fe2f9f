import io
import re
import zipfile
from decimal import Decimal

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..core import depreciation
from ..core.spreadsheet import BOM, csv_text, safe_cell
from ..core.subsidy_file import SubsidyLimits, SubsidyRow, check_rows

_lt = LazyTranslate(__name__)

FLAWS = {
    "undone": _lt("The new unit was returned."),
    "not_delivered": _lt("The new unit has not been delivered: its serial is missing."),
    "same_unit": _lt("The new unit is the old one."),
    "no_imei": _lt("The new unit has no IMEI on record."),
    "bad_imei": _lt("An IMEI of the new unit is wrong."),
    "not_activated": _lt("The new unit has not been activated."),
    "used_before_sale": _lt("The new unit was activated before its invoice."),
    "no_invoice": _lt("There is no posted invoice."),
    "no_price": _lt("There is no price."),
    "over_ceiling": _lt("The price is over the ceiling."),
    "no_subsidy": _lt("There is no subsidy."),
    "over_cap": _lt("The subsidy is over the cap."),
    "bad_level": _lt("The energy level is missing or not good enough."),
    "no_photo": _lt("There is no photo."),
    "repeated": _lt("Another row names the same unit."),
    "reported_before": _lt("The unit was handed in before."),
    "one_a_person": _lt("Another row is of the same person and class."),
}
_EXTENSION = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
}


class SerialSubsidyFile(models.AbstractModel):
    """The file by which subsidies are claimed: table, pictures, and what is wrong."""

    _name = "serial.subsidy.file"
    _description = "Subsidy File"

    # === GATHERED === #

    @api.model
    def _check(self, claims):
        """Return the rows of claims, those that are complete apart from the others."""
        rows = self._get_rows(claims)
        limits = {
            tradein_class.code: SubsidyLimits(
                most=depreciation.exact(tradein_class.subsidy_cap),
                ceiling=depreciation.exact(tradein_class.price_ceiling),
                worst_level=tradein_class.energy_level,
                needs_imei=tradein_class.needs_imei,
                per_person=tradein_class.person_limit,
            )
            for tradein_class in claims.class_id
        }
        return check_rows(rows, limits, self._get_reported_numbers(claims))

    def _get_reported_numbers(self, claims):
        """Return serials and IMEIs of units that were handed in for other claims."""
        lots = claims.new_lot_id
        others = claims.search(
            [
                ("subsidy_reported_at", "!=", False),
                ("id", "not in", claims.ids),
                "|",
                ("new_lot_id", "in", lots.ids),
                (
                    "new_lot_id.imei",
                    "in",
                    [imei for imei in lots.mapped("imei") if imei],
                ),
            ]
        )
        return {
            number
            for lot in others.new_lot_id
            for number in (lot.name, lot.imei, lot.imei2)
            if number
        }

    def _get_rows(self, claims):
        proofs = self._get_activation_proofs(claims.new_lot_id)
        return [self._get_row(claim, proofs) for claim in claims]

    def _get_activation_proofs(self, lots):
        """Return {lot id: when and by what it was switched on}, in one query."""
        events = self.env["serial.event"].search(
            [("lot_id", "in", lots.ids), ("kind", "=", "activated")], order="id"
        )
        return {
            event.lot_id.id: f"{event.event_time:%Y-%m-%d %H:%M} UTC {event.hash[:16]}"
            for event in events
        }

    def _get_row(self, claim, proofs):
        lot, line = claim.new_lot_id, claim.sale_line_id
        invoice = line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )[:1]
        price = line.price_total / line.product_uom_qty if line.product_uom_qty else 0
        return SubsidyRow(
            claim=claim.name,
            class_code=claim.class_id.code or "",
            person_key=claim.person_key or "",
            old_serial=claim.lot_id.name,
            new_serial=lot.name or "",
            imei=lot.imei or "",
            imei2=lot.imei2 or "",
            activated_on=self._get_day(lot.activated_at),
            activation_proof=proofs.get(lot.id, ""),
            invoice=invoice.name or "",
            invoice_date=invoice.invoice_date or None,
            price=depreciation.exact(price),
            subsidy=depreciation.exact(claim.granted_subsidy),
            level=claim.new_product_id.serial_energy_level or 0,
            photos=self._get_photo_names(claim),
            is_undone=claim.state == "clawed_back",
        )

    def _get_day(self, moment):
        if not moment:
            return None
        return fields.Datetime.context_timestamp(self, moment).date()

    def _get_photo_names(self, claim):
        """Return names for a claim's pictures that say whose they are."""
        serial = re.sub(r"[^\w-]+", "_", claim.new_lot_id.name or claim.lot_id.name)
        name = f"{claim._get_file_name()}_{serial}"
        return tuple(
            f"{name}_{number}.{_EXTENSION.get(file.mimetype, 'bin')}"
            for number, file in enumerate(claim.attachment_ids.sorted("id"), start=1)
        )

    @api.model
    def _get_flaw_texts(self, codes):
        """Return what is wrong with a row, in words."""
        return [self.env._(FLAWS[code]) for code in codes]

    # === WRITTEN === #

    def _get_columns(self):
        """Return (title, how to read it off a row) of each column."""
        return [
            (self.env._("Claim"), lambda row: row.claim),
            (self.env._("Class"), lambda row: row.class_code),
            (self.env._("Serial number"), lambda row: row.new_serial),
            (self.env._("IMEI"), lambda row: row.imei),
            (self.env._("IMEI 2"), lambda row: row.imei2),
            (self.env._("Energy level"), lambda row: row.level or ""),
            (self.env._("Activated on"), lambda row: row.activated_on or ""),
            (self.env._("Proof of activation"), lambda row: row.activation_proof),
            (self.env._("Invoice"), lambda row: row.invoice),
            (self.env._("Invoice date"), lambda row: row.invoice_date or ""),
            (self.env._("Price paid"), lambda row: row.price),
            (self.env._("Subsidy"), lambda row: row.subsidy),
            (self.env._("Old unit"), lambda row: row.old_serial),
            (self.env._("Person (code)"), lambda row: row.person_key),
            (self.env._("Photos"), lambda row: ", ".join(row.photos)),
        ]

    def _get_table(self, rows):
        columns = self._get_columns()
        yield [title for title, _read in columns]
        for row in rows:
            yield [read(row) for _title, read in columns]

    def _get_bad_table(self, bad):
        columns = self._get_columns()
        yield [*(title for title, _read in columns), self.env._("What is wrong")]
        for row, codes in bad:
            texts = " ".join(self._get_flaw_texts(codes))
            yield [*(read(row) for _title, read in columns), texts]

    @api.model
    def _make_csv(self, check):
        """Return the good rows as the text of a CSV file."""
        return BOM + csv_text(self._get_table(check.good))

    @api.model
    def _make_xlsx(self, check, reversals=()):
        """Return a workbook: rows to hand in, rows that are not, and what is undone."""
        book = openpyxl.Workbook(write_only=True)
        self._write_sheet(book, self.env._("To hand in"), self._get_table(check.good))
        if check.bad:
            name = self.env._("Not handed in")
            self._write_sheet(book, name, self._get_bad_table(check.bad))
        if reversals:
            name = self.env._("To pay back")
            self._write_sheet(book, name, self._get_table(reversals))
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()

    def _write_sheet(self, book, name, table):
        sheet, table = book.create_sheet(name[:31]), [*table]
        sheet.freeze_panes = "A2"
        for number, cells in enumerate(zip(*table, strict=True), start=1):
            width = max(len(str(cell or "")) for cell in cells) + 2
            sheet.column_dimensions[get_column_letter(number)].width = min(width, 60)
        for number, cells in enumerate(table):
            sheet.append([self._make_cell(sheet, cell, not number) for cell in cells])

    def _make_cell(self, sheet, value, is_head):
        # Texts stay texts: of an IMEI as a number, the last digits would be lost.
        if isinstance(value, str):
            value = safe_cell(value)
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            cell.number_format = "@"
        elif isinstance(value, Decimal):
            cell.number_format = "0.00"
        if is_head:
            cell.font = Font(bold=True)
        return cell

    @api.model
    def _make_zip(self, claims, check):
        """Return the pictures of the good rows, named as the table names them."""
        good = {row.claim for row in check.good}
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for claim in claims.filtered(lambda one: one.name in good):
                files = claim.attachment_ids.sorted("id")
                for name, kept in zip(self._get_photo_names(claim), files, strict=True):
                    archive.writestr(name, kept.raw)
        return file.getvalue()
