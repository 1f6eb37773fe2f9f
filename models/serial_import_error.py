import json

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# Why a row or a whole file could not be taken, by the reason `core` gives.
MESSAGES = {
    # a cell
    "missing_serial": _lt("The row has no serial number."),
    "too_long": _lt("At most %(maximum)s characters fit; there are %(found)s."),
    "bad_characters": _lt("It holds characters that are not allowed here."),
    "bad_length": _lt("It has a wrong number of digits."),
    "bad_check_digit": _lt(
        "The check digit is wrong: a digit was misread or mistyped."
    ),
    "imeisv": _lt(
        "This is an IMEI with its software version (16 digits). Give the 15 digits."
    ),
    "placeholder": _lt("This is a placeholder, not the number of a device."),
    "multicast": _lt("No device has such a MAC address: it is a multicast address."),
    "empty": _lt("It is empty."),
    "rounded_number": _lt(
        "The spreadsheet rounded this number. Format the column as text and fill it "
        "again."
    ),
    "bad_date": _lt("This is not a date. Write it as 2026-03-31."),
    "future_date": _lt("This date is in the future."),
    "too_many_parts": _lt("A unit has at most %(maximum)s components in one cell."),
    "same_imei": _lt("Both IMEIs are the same."),
    "same_part": _lt("The row names this component twice."),
    # a row that cannot be read
    "bad_row": _lt("The row cannot be read: a quotation mark is missing."),
    "rest_of_row": _lt(
        "It follows a row with a missing quotation mark and may be a part of it."
    ),
    "too_many_cells": _lt(
        "The row has %(found)s cells under %(maximum)s headers. A text that holds the "
        "delimiter needs quotation marks."
    ),
    "control_characters": _lt("The row holds bytes that are no text."),
    # the file as a whole
    "repeated": _lt("Row %(first)s of the file has it already."),
    "missing_product": _lt(
        "The serial is not known yet and the row names no product. Add a product "
        "column or choose a product for the whole file."
    ),
    "unknown_product": _lt("No product has this internal reference, barcode or name."),
    "ambiguous_product": _lt("Several products have this reference, barcode or name."),
    "product_not_serial": _lt("%(product)s is not tracked by serial number."),
    "product_not_coded": _lt(
        "%(product)s has no serial scheme. Choose one on the product or its category."
    ),
    "ambiguous_serial": _lt(
        "Several products have this serial number. Name the product in the row."
    ),
    # what we have already
    "other_product": _lt("This code was minted for %(product)s."),
    "other_company": _lt("This serial belongs to another company."),
    "conflict": _lt(
        "The serial has %(known)s already, and such a number never changes."
    ),
    "taken": _lt("Serial %(serial)s has it."),
    "life_ended": _lt("The life of this serial has ended: %(stage)s."),
    # stores
    "ends_before": _lt("It ends before it begins."),
    "missing_partner": _lt("The store is new and the row names no distributor."),
    "unknown_partner": _lt("No distributor has this reference, tax number or name."),
    "ambiguous_partner": _lt("Several distributors have this reference or name."),
    "archived_store": _lt("This store is archived. Restore it first."),
    # reading
    "empty_file": _lt("The file is empty."),
    "old_excel": _lt(
        "This is an old Excel file (.xls) or protected by a password. Save it as .xlsx "
        "or CSV without a password."
    ),
    "bad_file": _lt("This is neither a CSV nor an XLSX file, or it is damaged."),
    "bad_encoding": _lt("The text is neither in UTF-8 nor in GB18030 (GBK)."),
    "too_large": _lt("The workbook unpacks to more than 1 GB. Split it."),
    "too_many_rows": _lt("A file may have %(maximum)s rows. Split it."),
    "no_column": _lt(
        "A column is missing. Needed are: %(required)s. The file has: %(found)s. Known "
        "columns are: %(expected)s."
    ),
    "no_serial_column": _lt(
        "No column with serial numbers. The file has: %(found)s. Known columns are: "
        "%(expected)s."
    ),
    "duplicate_column": _lt("Two columns hold the same thing: %(found)s."),
}

FIELD_LABELS = {
    "serial": _lt("Serial number"),
    "imei": _lt("IMEI"),
    "imei2": _lt("IMEI 2"),
    "meid": _lt("MEID"),
    "eid": _lt("EID"),
    "mac": _lt("MAC address"),
    "plant": _lt("Plant"),
    "line": _lt("Line"),
    "machine": _lt("Machine"),
    "date": _lt("Production date"),
    "product": _lt("Product"),
    "part": _lt("Component"),
    "platform": _lt("Platform"),
    "store": _lt("Store ID"),
    "name": _lt("Name"),
    "url": _lt("Link"),
    "partner": _lt("Distributor"),
    "products": _lt("Products"),
    "date_from": _lt("Authorised from"),
    "date_to": _lt("Authorised until"),
    "sku": _lt("SKU"),
    "gtin": _lt("GTIN"),
    "price": _lt("Price"),
    "currency": _lt("Currency"),
    "observed": _lt("Seen at"),
}


class SerialImportError(models.Model):
    """A row of a factory file that was not taken, and why."""

    _name = "serial.import.error"
    _description = "Factory File Row Error"
    _order = "import_id, row, id"
    _rec_name = "message"

    import_id = fields.Many2one(
        "serial.import",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    row = fields.Integer(readonly=True, help="Row number as a spreadsheet shows it.")
    column = fields.Char(readonly=True)
    value = fields.Char(readonly=True)
    reason = fields.Char(readonly=True, export_string_translation=False)
    detail = fields.Json(readonly=True)
    message = fields.Char(compute="_compute_message")

    @api.depends("reason", "detail")
    @api.depends_context("lang")
    def _compute_message(self):
        for error in self:
            error.message = self._get_message(error.reason, error.detail or {})

    @api.model
    def _to_detail(self, values):
        """Return the values of a message as JSON text."""
        # PostgreSQL's JSON has no NUL character, files may have.
        return json.dumps(values, default=str, ensure_ascii=False).replace(
            "\\u0000", ""
        )

    @api.model
    def _get_label(self, name):
        """Return what a field is called; a header stays as it is."""
        return self.env._(FIELD_LABELS[name]) if name in FIELD_LABELS else str(name)

    @api.model
    def _get_message(self, reason, detail):
        """Return a reason of `core` in the reader's language."""
        values = dict(detail)
        for name in ("found", "expected", "required"):
            if isinstance(values.get(name), list):
                values[name] = ", ".join(self._get_label(part) for part in values[name])
        if "stage" in values:
            stage = self.env["stock.lot"]._fields["stage"]
            labels = dict(stage._description_selection(self.env))
            values["stage"] = labels.get(values["stage"], values["stage"])
        if reason not in MESSAGES:
            text = self.env["serial.reason"]._get_text(reason)
            if text != reason:
                return text
            return self.env._("It cannot be taken (%(reason)s).", reason=reason)
        text = self.env._(MESSAGES[reason])
        return text % values
