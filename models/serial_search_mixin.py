from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import code_scheme, serial_list

POSITIVE_OPERATORS = ("=", "in", "like", "ilike", "=like", "=ilike")
ANY_LOT = SQL("true")
MAX_PASTED = 500


class SerialSearchMixin(models.AbstractModel):
    """Finds serials in the back office by whatever is typed, pasted or scanned.

    It stands on `serial.find.mixin`, which the serial has as well.
    """

    _name = "serial.search.mixin"
    _description = "Search of Serials"

    serial_lookup = fields.Char(
        string="Serial, code, IMEI or carton",
        store=False,
        search="_search_serial_lookup",
        help="For searches: what it names exactly; if it names nothing, the serials "
        "whose number contains it.",
    )

    # === SEARCH === #

    @api.model
    def _search_serial_lookup(self, operator, value):
        """Find what a text names exactly, a scanner's too; else what contains it."""
        if operator not in ("in", "ilike", "like"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        texts = [text.strip() for text in texts if isinstance(text, str)]
        found = self._find_named(filter(None, texts))
        if found or operator == "in":
            return Domain("id", "in", found)
        return Domain.OR(
            Domain("name", operator, text) | self._get_number_domain(text, operator)
            for text in texts
        )

    @api.model
    def _find_named(self, texts):
        """Return the ids of the serials that texts name, those in cartons included.

        A text that names nothing may be a list of several, pasted into one field.
        """
        texts = list(texts)
        lot_ids = self._get_ids(self._find_units(texts, ANY_LOT))
        if not lot_ids:
            parts = {part.text for text in texts for part in serial_list.parse(text)}
            if len(texts) < len(parts) <= MAX_PASTED:
                lot_ids = self._get_ids(self._find_units(parts, ANY_LOT))
        return lot_ids

    @api.model
    def _get_ids(self, found):
        return sorted({lot_id for units in found.values() for lot_id in units.lot_ids})

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Offer first what a text names exactly, then what contains it."""
        if not name or operator != "ilike":
            return super().name_search(name, domain, operator, limit)
        within = Domain(domain or Domain.TRUE)
        exact = self.search_fetch(
            within & Domain("serial_lookup", "=", name), ["display_name"], limit=limit
        )
        first = [(lot.id, lot.display_name) for lot in exact.sudo()]
        if limit and len(first) >= limit:
            return first
        rest = within & Domain("id", "not in", exact.ids)
        return first + super().name_search(
            name, rest, operator, limit and limit - len(first)
        )

    @api.model
    def _search_display_name(self, operator, value):
        """Find a serial by any of its numbers, however a person types them."""
        domain = super()._search_display_name(operator, value)
        if operator not in POSITIVE_OPERATORS or not value:
            return domain
        texts = [value] if isinstance(value, str) else value
        return Domain.OR(
            [domain, *(self._get_number_domain(text, operator) for text in texts)]
        )

    @api.model
    def _get_number_domain(self, text, operator):
        """Return the domain of serials that a code, IMEI, MEID, EID or MAC names.

        Every condition is served by an index of its own.
        """
        text = text.strip()[:64] if isinstance(text, str) else ""
        code = code_scheme.canonical(text)
        domain = Domain("scan_code", "=", code) if code else Domain.FALSE
        if len(code) > 3 and operator.endswith("like"):
            # The serial number of a random scheme is the code with its hyphens.
            domain |= Domain("name", operator, code_scheme.grouped(code))
        return domain | self._get_identifier_domain(text)
