"""Cartons in stock, and what a transfer made of them, row by row."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

# Columns that say who, when or which row it is, and nothing of what it holds.
NOT_COMPARED = {
    "id",
    "create_uid",
    "write_uid",
    "create_date",
    "write_date",
    "reference",
    "backorder_id",
    "access_token",
}
REFERENCES = {
    "move_id": "stock_move",
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
                "SELECT * FROM %s WHERE %s ORDER BY id",
                SQL.identifier(table),
                SQL(condition, **of),
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
        values[name] = value
    return values
