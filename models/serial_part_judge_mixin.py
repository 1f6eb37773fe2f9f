from odoo import api, models
from odoo.tools import SQL, LazyTranslate

from ..core import genuine, serial_list
from ..core.genuine import Found, Seat, Serial

_lt = LazyTranslate(__name__)

TEXTS = {
    "genuine": _lt("%(part)s is genuine."),
    "in_other_unit": _lt("%(part)s sits in another unit: %(unit)s."),
    "stolen": _lt("%(part)s was reported stolen."),
    "unknown": _lt("%(part)s is not among our parts."),
    "wrong_product": _lt("%(part)s is no part of this product: %(product)s."),
    "replaced_before": _lt("%(part)s was taken out of a unit before: %(unit)s."),
}
TEXTS_FOR_OUTSIDERS = {
    "in_other_unit": _lt("%(part)s sits in another unit."),
    "replaced_before": _lt("%(part)s was taken out of a unit before."),
}


class SerialPartJudgeMixin(models.AbstractModel):
    """Says of a part's serial whether it is genuine and may be built in.

    What is known is gathered with the same few queries however many parts are asked
    for; `core.genuine` decides. It answers with units of all distributors: callers in
    the portal tell their users the status, not the unit.
    """

    _name = "serial.part.judge.mixin"
    _description = "Judgement of Parts"

    @api.model
    def _judge(self, texts, lot=None, product=None):
        """Return {text: genuine.Judgement} of parts' serials, as typed or scanned.

        :param lot: the unit they are to go into, or sit in
        :param product: the component they are meant to be; else what belongs into
            the unit by its bills of materials and its parts so far
        """
        texts = [text for text in texts if text]
        clean = {text: serial_list.clean(text) for text in texts}
        found = self._find_parts(clean.values())
        products = frozenset(product.ids) if product else frozenset()
        if lot and not products:
            products = self._get_component_ids(lot)
        return {
            text: genuine.judge(name, found[name], lot.id if lot else None, products)
            for text, name in clean.items()
        }

    @api.model
    def _get_judgement_text(self, judgement, with_unit=True):
        """Return a judgement in words.

        :param with_unit: tell the number of the other unit; False for outsiders
        """
        products = self.env["product.product"].sudo()
        seat = judgement.seat
        texts = TEXTS if with_unit else TEXTS | TEXTS_FOR_OUTSIDERS
        text = self.env._(texts[judgement.status])
        return text % {
            "part": judgement.name,
            "unit": seat.unit if seat else "",
            "product": products.browse(judgement.product_id).display_name or "",
        }

    # === WHAT IS KNOWN === #

    @api.model
    def _find_parts(self, texts):
        """Return {text: Found} of cleaned texts: three queries, however many."""
        texts = sorted(set(texts))
        serials = self._find_part_serials(texts)
        # Serials are printed in capitals and typed in small letters.
        names = {text: {text, text.upper()} for text in texts}
        for text in texts:
            names[text].update(serial.name for serial in serials[text])
        every = sorted(set().union(*names.values())) if names else []
        seats, stolen = self._find_seats(every), self._find_stolen(every)
        return {
            text: Found(
                tuple(serials[text]),
                tuple(seat for name in names[text] for seat in seats.get(name, ())),
                tuple(one for name in names[text] for one in stolen.get(name, ())),
            )
            for text in texts
        }

    def _find_part_serials(self, texts):
        """Return {text: serials of ours that it names}, of the user's companies."""
        condition = SQL(
            "(lot.company_id IS NULL OR lot.company_id = ANY(%s))",
            self.env.companies.ids,
        )
        units = (
            self.env["stock.lot"]
            .sudo()
            ._find_units({*texts, *map(str.upper, texts)}, condition)
        )
        units = {
            text: () if found.is_carton else found.lot_ids
            for text, found in units.items()
        }
        lot_ids = {text: units[text] or units[text.upper()] for text in texts}
        every = sorted(set().union(*lot_ids.values()))
        lots = self.env["stock.lot"].sudo().browse(every)
        lots.fetch(["name", "product_id"])
        known = {lot.id: Serial(lot.id, lot.name, lot.product_id.id) for lot in lots}
        return {text: [known[lot_id] for lot_id in lot_ids[text]] for text in texts}

    def _find_seats(self, names):
        """Return {name: seats} of parts that sit or sat in a unit."""
        self.env["serial.part"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT part.name, part.id, lot.id, lot.name, part.product_id,
                       part.component_lot_id, part.removed_at IS NOT NULL
                  FROM serial_part part
                  JOIN stock_lot lot ON lot.id = part.lot_id
                 WHERE part.name = ANY(%s)
              ORDER BY part.id
                """,
                names,
            )
        )
        seats = {}
        for name, part_id, lot_id, unit, product_id, component_id, removed in rows:
            seat = Seat(part_id, lot_id, unit, name, product_id, component_id, removed)
            seats.setdefault(name, []).append(seat)
        return seats

    def _find_stolen(self, names):
        """Return {name: ids of the products it was stolen as; None: of any}."""
        found = (
            self.env["serial.part.stolen"]
            .sudo()
            .search_fetch([("name", "in", names)], ["name", "product_id"])
        )
        stolen = {}
        for one in found:
            stolen.setdefault(one.name, []).append(one.product_id.id or None)
        return stolen

    @api.model
    def _get_component_ids(self, lot):
        """Return the ids of the products that belong into a unit; empty: unknown.

        Those of its bills of materials, sub-assemblies included, and of its parts so
        far; without a bill nobody knows which others belong.
        """
        for model in ("mrp.bom", "mrp.bom.line", "serial.part"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE inside(product_id) AS (
                    SELECT %(product)s::integer
                     UNION
                    SELECT line.product_id
                      FROM inside
                      JOIN product_product product ON product.id = inside.product_id
                      JOIN mrp_bom bom
                        ON bom.product_tmpl_id = product.product_tmpl_id AND bom.active
                       AND coalesce(bom.product_id = product.id, true)
                      JOIN mrp_bom_line line ON line.bom_id = bom.id
                )
                SELECT product_id, true FROM inside WHERE product_id <> %(product)s
                 UNION
                SELECT product_id, false FROM serial_part
                 WHERE lot_id = %(lot)s AND product_id IS NOT NULL
                """,
                product=lot.sudo().product_id.id,
                lot=lot.id,
            )
        )
        has_bill = any(is_of_bill for _product_id, is_of_bill in rows)
        return frozenset(row[0] for row in rows) if has_bill else frozenset()
