"""Cartons in stock, and what a transfer made of them, row by row."""

from contextlib import closing
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..models.stock_own import STOCK_OWN
from .common import SerialCase

# Columns that say who, when or which row it is, and nothing of what it holds.
NOT_COMPARED = {
    "id",
    "create_uid",
    "write_uid",
    "create_date",
    "write_date",
    "reference",
    "origin",
    "backorder_id",
    "access_token",
}
REFERENCES = {
    "lot_id": "stock_lot",
    "move_id": "stock_move",
    "origin_returned_move_id": "stock_move",
    "return_id": "stock_picking",
    "picking_id": "stock_picking",
    "package_history_id": "stock_package_history",
}
PICKING_NAME = ("stock_picking", "name")
TABLES = {
    "stock_move_line": "picking_id = ANY(%(pickings)s)",
    "stock_move": "picking_id = ANY(%(pickings)s)",
    "stock_picking": "id = ANY(%(pickings)s)",
    "stock_quant": "product_id = ANY(%(products)s)",
    "stock_package": "id = ANY(%(packages)s)",
    "stock_package_history": "package_id = ANY(%(packages)s)",
    "stock_lot": "product_id = ANY(%(products)s)",
}


def create_package(env, name, children=None, **values):
    """Return a new package that contains others."""
    package = env["stock.package"].create({"name": name, **values})
    if children:
        children.parent_package_id = package
    return package


def put_into_stock(lots, location, size=None, owner=None, prefix="CARTON"):
    """Put serials into stock, so many in a carton, or loose; return the cartons."""
    env = lots.env
    quant = env["stock.quant"].sudo()
    packages = env["stock.package"]
    package = None
    now = fields.Datetime.now()
    for number, lot in enumerate(lots):
        if size and number % size == 0:
            package = create_package(env, f"{prefix}-{number // size:03}")
            packages |= package
        quant._update_available_quantity(
            lot.product_id,
            location,
            1,
            lot_id=lot,
            package_id=package,
            owner_id=owner,
            in_date=now + timedelta(minutes=number),
        )
    return packages


def rows_of(env, pickings, packages):
    """Return all rows that belong to transfers: table -> list of {column: value}.

    What refers to a row that was made anew is told by that row's place in its table.
    """
    env.flush_all()
    of = {
        "pickings": pickings.ids,
        "packages": packages.ids,
        "products": pickings.move_ids.product_id.ids,
    }
    found = {}
    for table, condition in TABLES.items():
        env.cr.execute(
            SQL(
                "SELECT * FROM %s WHERE %s ORDER BY %s",
                SQL.identifier(table),
                SQL(condition, **of),
                # Stock compares the quants of one product only.
                SQL("product_id, id" if table == "stock_quant" else "id"),
            )
        )
        found[table] = env.cr.dictfetchall()
    return {
        table: [_compared(table, row, found) for row in rows]
        for table, rows in found.items()
    }


def _compared(table, row, found):
    values = {}
    for name, value in row.items():
        if name in NOT_COMPARED or (table, name) == PICKING_NAME:
            continue
        if name in REFERENCES and value:
            ids = [other["id"] for other in found[REFERENCES[name]]]
            value = ids.index(value) if value in ids else value
        # A flag that was never set is as good as one that was set to false.
        values[name] = False if value is None else value
    return values


class CartonCase(SerialCase):
    """Transfers of cartons, made by stock itself and by us."""

    def setUp(self):
        super().setUp()
        self.shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock_location.id}
        )

    def second(self):
        """Return another coded product."""
        return self._create_product("Tablet", serial_scheme_id=self.scheme.id)

    def made(self, count, product=None):
        """Return new serials that may be delivered."""
        lots = self.mint(count, product)
        lots._move_to_stage("produced", "produced")
        return lots

    def assertSameAsStock(self, make, packages):
        """Assert that `make(env)`, which returns pickings, makes the same rows as with
        stock's own code; return the pickings and their rows.
        """
        rows = []
        for own in (True, False):
            with closing(self.env.cr.savepoint(flush=True)):
                env = self.env(context={**self.env.context, STOCK_OWN: own})
                pickings = make(env)
                rows.append(rows_of(env, pickings, packages))
            self.env.invalidate_all(flush=False)
        expected, actual = rows
        self.maxDiff = None
        for table in expected:
            self.assertEqual(len(expected[table]), len(actual[table]), table)
            for number, pair in enumerate(
                zip(expected[table], actual[table], strict=True)
            ):
                self.assertEqual(*pair, f"{table} {number}")
        return expected

    def draft(self, env, quantities, **values):
        """Return a transfer of so many of these products, not yet confirmed."""
        ends = {
            "location_id": self.stock_location.id,
            "location_dest_id": self.customer_location.id,
        }
        ends.update((name, values.pop(name)) for name in ends if name in values)
        picking = env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id, **ends, **values}
        )
        for product, quantity in quantities:
            env["stock.move"].create(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "picking_id": picking.id,
                    **ends,
                }
            )
        return picking
