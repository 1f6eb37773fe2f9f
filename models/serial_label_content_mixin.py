from odoo import models
from odoo.exceptions import UserError

from ..core import digital_link, gs1, label_content
from ..core.errors import SerialError
from ..reports.label_layout import Line, lay_out
from ..reports.symbol import encode
from .serial_label_line import CUT

# Where a line's value stands, if not in the unit's field of the same name.
_PATHS = {
    "serial": "name",
    "code": "scan_code_display",
    "sku": "product_id.default_code",
    "gtin": "product_id.barcode",
    "batch": "serial_batch_id.name",
    "company": "company_id.name",
}


class SerialLabelContentMixin(models.AbstractModel):
    """What labels of units say, gathered for many units in a few queries."""

    _name = "serial.label.content.mixin"
    _inherit = ["serial.label.flaw.mixin"]
    _description = "Content of Labels"

    # === SYMBOL === #

    def _get_contents(self, lots_sudo):
        """Return {lot id: what its symbol says}; raise and name a unit that cannot."""
        kind = self.symbol
        if not kind:
            return {}
        links = {} if kind == "code128" else lots_sudo._get_digital_links()
        contents = {}
        for lot in lots_sudo:
            try:
                if kind == "code128":
                    content = label_content.of_text(lot.name)
                elif kind in label_content.GS1_KINDS:
                    content = self._get_gs1_content(lot, links.get(lot.id))
                else:
                    content = label_content.of_text(self._get_link(lot, links))
            except SerialError as error:
                self._refuse_label(lot, error)
            contents[lot.id] = content
        return contents

    def _get_link(self, lot, links):
        if lot.id not in links:
            raise SerialError("no_code")
        return links[lot.id]

    def _get_gs1_content(self, lot, link):
        elements = self._get_elements(link)
        if self.symbol_dates:
            elements = label_content.add_dates(
                elements, lot.production_date, lot.expiry_date
            )
        return label_content.of_elements(elements)

    def _get_elements(self, link):
        """Return the elements of a unit's Digital Link; SerialError without a GTIN."""
        try:
            return digital_link.parse(link or "")
        except gs1.Gs1Error as error:
            raise SerialError("no_gtin") from error

    # === TEXT === #

    def _get_texts(self, lots_sudo, contents):
        """Return {lot id: ((line of the template, its value), …)}."""
        lang = self.lang or self.env.lang
        lines = self.sudo().with_context(lang=lang).line_ids
        lots_sudo = lots_sudo.with_context(lang=lang, display_default_code=False)
        kinds = [(line, line.kind) for line in lines]
        return {
            lot.id: tuple(
                (line, self._get_value(line, kind, lot, contents.get(lot.id)))
                for line, kind in kinds
            )
            for lot in lots_sudo
        }

    def _get_value(self, line, kind, lot, content):
        if kind == "text":
            return line.text or ""
        if kind == "hri":
            return content.shown if content else ""
        if kind == "product":
            return lot.product_id.display_name
        value = lot
        for name in _PATHS.get(kind, kind).split("."):
            value = value[name]
        if kind == "company" and not value:
            value = (self.company_id or self.env.company).name
        return str(value or "")

    # === DRAWN === #

    def _lay_out(self, lots_sudo, contents):
        """Yield each unit's label, laid out; raise and name one that has no room."""
        form = self._get_form()
        texts = self._get_texts(lots_sudo, contents)
        captions = {
            line: line._get_caption() for line, _v in next(iter(texts.values()))
        }
        for lot in lots_sudo:
            content = contents.get(lot.id)
            lines = [
                Line(f"{captions[line]} {value}".strip(), line.size, line.kind in CUT)
                for line, value in texts[lot.id]
                if value
            ]
            try:
                symbol = encode(self.symbol, content.encoded) if content else None
                yield lay_out(form, symbol, lines)
            except SerialError as error:
                self._refuse_label(lot, error)

    def _refuse_label(self, lot, error):
        """Raise why a unit's label cannot be made, naming it."""
        raise UserError(
            self.env._(
                "No label of %(serial)s: %(reason)s",
                serial=lot.name,
                reason=self._get_flaw_text(error.reason, **error.values),
            )
        ) from error
