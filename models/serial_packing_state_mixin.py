from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError

from ..core import aggregation
from ..core.aggregation import CARTON, PALLET, STOCK
from .serial_packing_text import TEXTS

SHOWN = 200  # units or cartons of a box on the screen


class Bench(NamedTuple):
    """What is in hand (packages, sudo), and how new boxes are made there."""

    carton: object
    pallet: object
    type_ids: dict
    full: dict
    is_mixed: bool


class SerialPackingStateMixin(models.AbstractModel):
    """What the packing screen shows, and what the rules of packing are asked with."""

    _name = "serial.packing.state.mixin"
    _description = "State of the Packing Screen"

    # === THE BENCH === #

    def _read_bench(self, bench):
        """Return what a browser says of its bench; what is gone is not in hand."""
        packages = self.env["stock.package"].sudo()
        held = {
            level: packages.browse(self._read_number(bench, f"{level}_id") or ())
            for level in (CARTON, PALLET)
        }
        held = {level: package.exists() for level, package in held.items()}
        levels = (CARTON, PALLET)
        types = {one: self._read_number(bench, f"{one}_type_id") for one in levels}
        return Bench(
            held[CARTON],
            held[PALLET],
            types,
            {one: self._read_full(bench, one, types) for one in levels},
            bool(
                bench.get("is_mixed")
                if "is_mixed" in bench
                else self._find_type(types[CARTON], CARTON).serial_is_mixed
            ),
        )

    def _read_number(self, bench, name):
        value = bench.get(name)
        return value if isinstance(value, int) and 0 < value < 2**31 else 0

    def _read_full(self, bench, level, types):
        if f"{level}_full" in bench:
            return min(self._read_number(bench, f"{level}_full"), 10_000)
        return self._find_type(types[level], level).serial_full_count

    def _get_left_open(self, bench):
        """Return the bench with what its user left open."""
        domain = [("serial_state", "=", "open"), ("create_uid", "=", self.env.uid)]
        left = self.env["stock.package"].sudo().search(domain, order="id desc")
        pallet = left.filtered(lambda one: one.serial_level == PALLET)[:1]
        carton = left.filtered(lambda one: one.serial_level != PALLET)[:1]
        return bench._replace(carton=carton, pallet=pallet)

    def _find_type(self, type_id, level):
        """Return a type of boxes (sudo) of a level; the first one if none is chosen."""
        domain = [
            ("serial_level", "=", level),
            ("company_id", "in", [False, *self.env.companies.ids]),
        ]
        types = self.env["stock.package.type"].sudo().search(domain)
        return types.filtered(lambda one: one.id == type_id) or types[:1]

    def _get_type(self, bench, level):
        found = self._find_type(bench.type_ids[level], level)
        if not found:
            raise UserError(
                self.env._(
                    "No package type is packed as a carton or pallet. Set one up in "
                    "Inventory, Configuration, Package Types."
                )
            )
        return found

    # === FOR THE RULES === #

    def _get_box(self, package):
        """Return what the rules want to know of a package (sudo), or None."""
        if not package:
            return None
        level = PALLET if package.serial_level == PALLET else CARTON
        quants = package.quant_ids.filtered(lambda quant: quant.quantity > 0)
        lines = package.packing_line_ids
        first = self._get_unit(lines[0].lot_id.id) if lines and not quants else None
        place = package.location_id
        boxes = package.child_package_ids
        return aggregation.Box(
            package.id,
            level,
            package.serial_state == "open",
            package.serial_is_mixed,
            package.serial_full_count if package.serial_state == "open" else 0,
            len(boxes) if level == PALLET else len(quants.lot_id) + len(lines),
            first.place_id if first else place.id or None,
            first.owner_id if first else quants.owner_id[:1].id or None,
            frozenset((quants.product_id | lines.product_id).ids),
            package.parent_package_id.id or None,
            bool(place) and place.usage not in STOCK,
        )

    def _get_new_box(self, bench):
        """Return the carton that a bench would open now."""
        return aggregation.Box(
            0, CARTON, True, is_mixed=bench.is_mixed, full=bench.full[CARTON]
        )

    def _get_unit(self, lot_id):
        """Return what the rules want to know of a unit."""
        lot = self.env["stock.lot"].sudo().browse(lot_id)
        quant = self.env["stock.quant"].sudo()
        quant = quant.search(
            [
                ("lot_id", "=", lot.id),
                ("quantity", ">", 0),
                ("location_id.usage", "in", STOCK),
                ("location_id.company_id", "in", [False, *self.env.companies.ids]),
            ],
            limit=1,
        )
        line = self.env["serial.packing.line"].sudo()
        line = line.search([("lot_id", "=", lot.id)], limit=1)
        return aggregation.Unit(
            lot.id,
            lot.product_id.id,
            quant.location_id.id or None,
            lot.stage or "",
            lot.blocked,
            quant.owner_id.id or None,
            quant.package_id.id or None,
            line.package_id.id or None,
        )

    def _get_carton_name(self, unit):
        package_id = unit.open_in_id or unit.package_id
        return self.env["stock.package"].sudo().browse(package_id or ()).name or ""

    # === FOR THE SCREEN === #

    def _get_state(self, bench, message=None, printed=()):
        """Return what the screen shows.

        :param printed: boxes closed by this step, whose labels are wanted now
        """
        return {
            "carton": self._prepare_carton(bench.carton),
            "pallet": self._prepare_pallet(bench.pallet),
            "types": self._prepare_types(),
            "message": message,
            "print": [{"id": box.id, "name": box.name} for box in printed],
        }

    def _prepare_types(self):
        return {
            level: [
                {
                    "id": one.id,
                    "name": one.name,
                    "full": one.serial_full_count,
                    "is_mixed": one.serial_is_mixed,
                }
                for one in self.env["stock.package.type"]
                .sudo()
                .search(
                    [
                        ("serial_level", "=", level),
                        ("company_id", "in", [False, *self.env.companies.ids]),
                    ]
                )
            ]
            for level in (CARTON, PALLET)
        }

    def _prepare_carton(self, carton):
        if not carton:
            return False
        lots = carton.quant_ids.filtered(lambda quant: quant.quantity > 0).lot_id
        lots = carton.packing_line_ids.sorted("id", reverse=True).lot_id | lots
        return {
            "id": carton.id,
            "name": carton.name,
            "type": carton.package_type_id.name or "",
            "is_open": carton.serial_state == "open",
            "count": len(lots),
            "full": carton.serial_full_count,
            "pallet": carton.parent_package_id.name or "",
            "products": self._count_products(lots),
            "units": [
                {"id": lot.id, "name": lot.name, "product": lot.product_id.display_name}
                for lot in lots[:SHOWN]
            ],
        }

    def _count_products(self, lots):
        return [
            {"id": product.id, "name": product.display_name, "count": len(of_product)}
            for product, of_product in lots.grouped("product_id").items()
        ]

    def _prepare_pallet(self, pallet):
        if not pallet:
            return False
        cartons = pallet.child_package_ids.sorted("id", reverse=True)
        counts = cartons._get_unit_counts()
        return {
            "id": pallet.id,
            "name": pallet.name,
            "type": pallet.package_type_id.name or "",
            "count": len(cartons),
            "full": pallet.serial_full_count,
            "units": sum(counts.values()),
            "cartons": [
                {"id": one.id, "name": one.name, "count": counts.get(one.id, 0)}
                for one in cartons[:SHOWN]
            ],
        }

    # === WORDS === #

    def _say(self, kind, name, text):
        return {"type": kind, "name": name, "text": text}

    def _get_words(self, reason, name=""):
        text = TEXTS[reason]
        words = self.env._(text)
        return words % {"package": name}
