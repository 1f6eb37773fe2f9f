from urllib.parse import unquote

from odoo import models
from odoo.tools import SQL

from ..core import code_scheme, epcis
from ..core.epc_urn import elements
from .epcis_places import LEAVES

_BY_TYPE = {
    epcis.AGGREGATION: [k for k, t in epcis.TYPES.items() if t == epcis.AGGREGATION],
    epcis.ASSOCIATION: [k for k, t in epcis.TYPES.items() if t == epcis.ASSOCIATION],
}
_DECLARED = SQL(
    "event.corrects_id IS NOT NULL AND event.kind = ANY(%s)",
    sorted(epcis.DECLARATIONS),
)


class SerialEpcisFilterMixin(models.AbstractModel):
    """From what a query asks for to a condition on steps."""

    _name = "serial.epcis.filter.mixin"
    _description = "Filters of EPCIS Events"

    def _get_visible(self):
        """Return the condition that the user sees the serial `lot`."""
        return SQL(
            "lot.stage IS NOT NULL "
            "AND (lot.company_id IS NULL OR lot.company_id = ANY(%s))",
            self.env.user.company_ids.ids,
        )

    def _get_condition(self, query):
        """Return the condition on `event` that a query is."""
        conditions = [SQL("true")]
        for name, sign, moment in query.times:
            if name == "record_time":
                condition = SQL("event.record_time %s %s", SQL(sign), moment)
            else:
                condition = self._said("event_time", SQL("%s %s", SQL(sign), moment))
            conditions.append(condition)
        if query.is_wrong is not None:
            conditions.append(SQL("(%s) = %s", _DECLARED, query.is_wrong))
        for name in (
            *("types", "actions", "biz_steps", "dispositions", "ids", "epcs"),
            *("any_epcs", "parents", "read_points", "biz_locations", "transactions"),
        ):
            values = getattr(query, name)
            if values is not None:
                conditions.append(getattr(self, f"_filter_{name}")(values))
        return SQL(" AND ").join(conditions)

    def _said(self, column, test):
        """Return the condition that a step says something: of itself, or, where it
        declares another one wrong, of that: such an event repeats what was wrong.

        :param str column: of the step
        :param SQL test: what follows the column
        """
        return SQL(
            "CASE WHEN %s THEN EXISTS (SELECT FROM serial_event original "
            "WHERE original.id = event.corrects_id AND %s %s) ELSE %s %s END",
            _DECLARED,
            SQL.identifier("original", column),
            test,
            SQL.identifier("event", column),
            test,
        )

    def _among(self, column, values):
        return self._said(column, SQL("= ANY(%s)", list(values)))

    # === WHAT AND WHY === #

    def _filter_types(self, values):
        kinds = {kind for value in values for kind in _BY_TYPE.get(value, ())}
        condition = self._among("kind", sorted(kinds))
        if epcis.OBJECT in values:
            others = self._said("kind", SQL("<> ALL(%s)", sorted(epcis.TYPES)))
            condition = SQL("(%s OR %s)", condition, others)
        return condition

    def _filter_actions(self, values):
        kinds = [kind for kind, action in epcis.ACTIONS.items() if action in values]
        condition = self._among("kind", kinds)
        if epcis.OBSERVE in values:
            others = self._said("kind", SQL("<> ALL(%s)", list(epcis.ACTIONS)))
            condition = SQL("(%s OR %s)", condition, others)
        return condition

    def _filter_biz_steps(self, values):
        return self._among("biz_step", values)

    def _filter_dispositions(self, values):
        return self._among("disposition", values)

    def _filter_ids(self, values):
        return SQL("event.id = ANY(%s)", self._get_first_steps(values))

    # === OBJECTS === #

    def _filter_epcs(self, values):
        own = SQL("event.lot_id = ANY(%s)", self._find_lots(values))
        packages = self._get_packages(values)
        if not packages:
            return own
        return SQL("(%s OR %s)", own, self._in_package("child", packages))

    def _filter_parents(self, values):
        own = SQL(
            "event.kind = 'assembled' AND event.lot_id = ANY(%s)",
            self._find_lots(values),
        )
        packages = self._get_packages(values)
        if not packages:
            return own
        return SQL("(%s OR %s)", own, self._in_package("parent", packages))

    def _filter_any_epcs(self, values):
        return SQL(
            "(%s OR %s)", self._filter_epcs(values), self._filter_parents(values)
        )

    def _in_package(self, name, packages):
        return SQL(
            "event.kind IN ('packed', 'unpacked') "
            "AND event.data->'private'->>%s = ANY(%s)",
            name,
            packages,
        )

    def _get_packages(self, uris):
        """Return the names of the cartons and pallets that URIs are of."""
        names = []
        start = f"{self.env['serial.epcis']._get_base()}/epcis/package/"
        for uri in uris:
            names += [value for ai, value in elements(uri) if ai == "00"]
            if uri.startswith(start):
                names.append(unquote(uri.removeprefix(start)))
        return names

    def _find_lots(self, uris):
        """Return the IDs of the serials that URIs are of; two queries at most."""
        codes, pairs = [], []
        for uri in uris:
            keys = dict(elements(uri))
            if "01" in keys and "21" in keys:
                pairs.append((keys["01"], keys["21"]))
            elif "/sn/" in uri:
                codes.append(code_scheme.canonical(unquote(uri.rpartition("/")[2])))
        names = [name for _gtin, name in pairs]
        rows = self.env.execute_query(
            SQL(
                "SELECT id, product_id, name, scan_code FROM stock_lot "
                "WHERE scan_code = ANY(%(codes)s) OR name = ANY(%(names)s)",
                codes=[*filter(None, codes), *filter(None, map(_code, names))],
                names=names,
            )
        )
        products = self.env["product.product"].sudo().browse({row[1] for row in rows})
        gtins = {one.id: self.env["serial.epcis"]._get_gtin(one) for one in products}
        named = set(pairs)
        return [
            lot_id
            for lot_id, product_id, name, code in rows
            if code in codes
            or (gtins[product_id], name) in named
            or (gtins[product_id], code) in {(g, _code(n)) for g, n in pairs}
        ]

    # === WHERE AND BY WHICH DOCUMENT === #

    def _filter_read_points(self, values):
        return self._among("location_id", self._find_locations(values))

    def _filter_biz_locations(self, values):
        stays = self._said("kind", SQL("<> ALL(%s)", sorted(LEAVES)))
        return SQL("%s AND %s", self._filter_read_points(values), stays)

    def _find_locations(self, uris):
        start = f"{self.env['serial.epcis']._get_base()}/epcis/location/"
        ids = [uri.removeprefix(start) for uri in uris if uri.startswith(start)]
        ids = [int(text) for text in ids if text.isascii() and text.isdigit()]
        glns = [value for uri in uris for ai, value in elements(uri) if ai == "414"]
        if glns:
            domain = [("warehouse_id.serial_gln", "in", glns)]
            ids += self.env["stock.location"].sudo().search(domain).ids
        return ids

    def _filter_transactions(self, values):
        names = [unquote(uri.replace("/", ":").rpartition(":")[2]) for uri in values]
        return self._among("document_name", names)


def _code(text):
    return code_scheme.canonical(text)
