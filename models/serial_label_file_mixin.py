import csv
import io
import tempfile

import openpyxl

from odoo import fields, models
from odoo.exceptions import UserError

from ..core import label_content
from ..core.errors import SerialError
from ..core.gs1 import GS
from ..core.spreadsheet import BOM, csv_text
from ..reports import label_pdf, label_zpl
from ..reports.pdf_join import PdfJoiner

# Not text/…: Odoo would keep every word of such a file in the database.
_MIMETYPES = {
    "pdf": "application/pdf",
    "zpl": "application/zpl",
    "csv": "application/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SerialLabelFileMixin(models.AbstractModel):
    """The files of a label job: parts, one a chunk, joined when a file is full."""

    _name = "serial.label.file.mixin"
    _description = "Files of a Label Job"

    file_ids = fields.One2many(
        "serial.label.file",
        "job_id",
        domain=[("is_part", "=", False)],
        readonly=True,
        copy=False,
    )

    # === ACTIONS === #

    def action_download(self):
        """Download the job's file; of several, the list is opened."""
        self.ensure_one()
        self.check_access("read")
        if not self.file_ids:
            raise UserError(self.env._("There is no file yet."))
        if len(self.file_ids) == 1:
            return self.file_ids.action_download()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Files of %(job)s", job=self.name),
            "res_model": "serial.label.file",
            "view_mode": "list",
            "domain": [("job_id", "=", self.id), ("is_part", "=", False)],
        }

    # === PARTS === #

    def _get_parts(self):
        return self.env["serial.label.file"].search(
            [("job_id", "=", self.id), ("is_part", "=", True)], order="id"
        )

    def _get_open_count(self):
        """Return how many labels wait in parts for their file to be full."""
        return sum(self._get_parts().mapped("label_count"))

    def _write_part(self, lots_sudo, template_sudo, contents):
        """Write the part of the file that has these units."""
        if self.output == "pdf":
            data = label_pdf.draw_labels(
                template_sudo._get_form(),
                template_sudo._lay_out(lots_sudo, contents),
                self.name,
                self._get_skip(),
            )
        elif self.output == "zpl":
            form = template_sudo._get_form()
            layouts = template_sudo._lay_out(lots_sudo, contents)
            data = label_zpl.draw_labels(form, layouts).encode()
        elif self.output == "rfid":
            data = csv_text(self._get_tag_rows(lots_sudo)).encode()
        else:
            texts = template_sudo._get_texts(lots_sudo, contents)
            rows = self._get_rows(lots_sudo, template_sudo, contents, texts)
            data = csv_text(rows).encode()
        self._create_file(data, lots_sudo, is_part=True)

    def _create_file(self, data, lots_sudo=None, parts=None, is_part=False):
        ending = {"rfid": "csv"}.get(self.output, self.output)
        number = len(self.file_ids) + 1
        name = f"{self.name.replace('/', '-')}-{number:03}.{ending}"
        attachment = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": data,
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": _MIMETYPES[ending],
            }
        )
        first, last = (parts or lots_sudo)[0], (parts or lots_sudo)[-1]
        return self.env["serial.label.file"].create(
            {
                "job_id": self.id,
                "name": name,
                "is_part": is_part,
                "label_count": sum(parts.mapped("label_count"))
                if parts
                else len(lots_sudo),
                "first_serial": first.first_serial if parts else first.name,
                "last_serial": last.last_serial if parts else last.name,
                "size": len(data),
                "attachment_id": attachment.id,
            }
        )

    # === WHOLE FILES === #

    def _close_file(self):
        """Join the parts there are to a file, and forget them."""
        if parts := self._get_parts():
            self._create_file(self._join(parts), parts=parts)
            parts.unlink()

    def _join(self, parts):
        with tempfile.TemporaryFile() as file:
            if self.output == "pdf":
                joiner = PdfJoiner(file)
                for part in parts:
                    joiner.add(part.attachment_id.raw)
                    part.attachment_id.invalidate_recordset(["raw", "datas"])
                joiner.finish()
            elif self.output == "xlsx":
                self._join_workbook(file, parts)
            else:
                if self.output != "zpl":
                    file.write((BOM + csv_text([self._get_columns()])).encode())
                for part in parts:
                    file.write(part.attachment_id.raw)
            file.seek(0)
            return file.read()

    def _join_workbook(self, file, parts):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(self.env._("Labels"))
        sheet.append(self._get_columns())
        for part in parts:
            text = part.attachment_id.raw.decode()
            for row in csv.reader(io.StringIO(text, newline="")):
                sheet.append(row)
        book.save(file)

    # === ROWS === #

    def _get_columns(self):
        """Return the columns of a file for markers or tag printers."""
        columns = [
            self.env._("Serial Number"),
            self.env._("Product"),
            self.env._("GTIN"),
        ]
        if self.output == "rfid":
            return [*columns, self.env._("EPC URI"), self.env._("EPC")]
        lines = self.template_id.sudo().line_ids
        kinds = dict(lines._fields["kind"]._description_selection(self.env))
        return [
            *columns,
            self.env._("Code"),
            self.env._("Symbol"),
            self.env._("Symbol in Words"),
            *(line.caption or kinds[line.kind] for line in lines),
        ]

    def _get_common(self, lot):
        return [lot.name, lot.product_id.display_name, lot.product_id.barcode or ""]

    def _get_rows(self, lots_sudo, template_sudo, contents, texts):
        """Yield the rows of units for lasers and inkjets."""
        separator = template_sudo.separator or ""
        for lot in lots_sudo:
            content = contents.get(lot.id)
            yield [
                *self._get_common(lot),
                lot.scan_code or "",
                content.raw.replace(GS, separator) if content else "",
                content.shown if content else "",
                *(value for _line, value in texts[lot.id]),
            ]

    def _get_tag_rows(self, lots_sudo):
        tags = self._get_tags(lots_sudo)
        for lot in lots_sudo:
            tag = tags[lot.id]
            yield [*self._get_common(lot), tag.uri, tag.hex]

    # === RFID === #

    def _get_tags(self, lots_sudo):
        """Return {lot id: its tag}; raise and name a unit that can have none."""
        template_sudo = self.template_id.sudo()
        prefix = self.company_id.sudo().serial_gs1_prefix or ""
        links = lots_sudo._get_digital_links()
        tags = {}
        for lot in lots_sudo:
            try:
                tags[lot.id] = label_content.tag_of(
                    template_sudo.epc_scheme,
                    template_sudo._get_elements(links.get(lot.id)),
                    prefix,
                    int(template_sudo.epc_filter),
                )
            except SerialError as error:
                template_sudo._refuse_label(lot, error)
        return tags
