"""Printing labels, and reading them as a scanner does."""

import io
from datetime import date

import pypdfium2
import zxingcpp
from PIL import Image

from ..core.zpl import read_graphic
from .common import SerialCase

GTIN = "09520123456788"
NEARER = 1.1


def read_symbols(pdf, dpi=300):
    """Return what a scanner reads on each page of a PDF: lists of ZXing's results."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [
        zxingcpp.read_barcodes(
            page.render(scale=dpi / 72, grayscale=True).to_pil(), try_invert=False
        )
        for page in document
    ]


def read_contents(pdf, dpi=300):
    """Return the content of every symbol of a PDF, page by page, row by row.

    The reader misses a straight symbol now and then, as any does that looks once: a
    second look from a little nearer adds what the first one did not see.
    """
    contents = []
    pages = zip(read_symbols(pdf, dpi), read_symbols(pdf, dpi * NEARER), strict=True)
    for first, second in pages:
        found = [(_place(one), one.bytes) for one in first]
        known = {content for _, content in found}
        found += [
            (_place(one, NEARER), one.bytes) for one in second if one.bytes not in known
        ]
        contents += [content.decode() for _, content in sorted(found)]
    return contents


def read_text(pdf):
    """Return the text of each page of a PDF."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [page.get_textpage().get_text_range() for page in document]


def read_zpl(text):
    """Return the content of the symbol of each label in ZPL."""
    contents = []
    for label in text.split("^XZ")[:-1]:
        field = "^GFA" + label.split("^GFA")[1].split("^FS")[0]
        rows, width = read_graphic(field)
        image = Image.new("L", (width + 60, len(rows) + 60), 255)
        for y, row in enumerate(rows):
            for x in range(width):
                if row >> (width - 1 - x) & 1:
                    image.putpixel((x + 30, y + 30), 0)
        contents += [one.bytes.decode() for one in zxingcpp.read_barcodes(image)]
    return contents


def _place(symbol, nearer=1):
    """Return row and place in it."""
    corner = symbol.position.top_left
    return round(corner.y / nearer) // 50, round(corner.x / nearer)


class LabelCase(SerialCase):
    """Six units of a product with a GTIN, and labels for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = GTIN
        cls.lots = cls.mint(6, production_date=date(2026, 1, 31))
        cls.template = cls.env.ref("serial_dossier.serial_label_template_roll")
        cls.job_model = cls.env["serial.label.job"].with_user(cls.user)

    def make_template(self, **values):
        return self.env["serial.label.template"].create({"name": "Test", **values})

    def print_labels(self, lots=None, template=None, **values):
        job = self.job_model.create(
            {
                "template_id": (template or self.template).id,
                "lot_ids": [(6, 0, (lots or self.lots).ids)],
                **values,
            }
        )
        job.action_print()
        return job

    def get_file(self, job):
        return job.file_ids.attachment_id.raw

    def get_marks(self, job):
        marks = self.env["serial.mark"].search([("job_id", "=", job.id)])
        return marks.sorted(lambda mark: mark.lot_id.id)
