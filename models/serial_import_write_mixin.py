from collections import Counter

import pytz

from odoo import fields, models
from odoo.tools import SQL

from ..core.factory_row import IDENTIFIERS

# Columns of stock_lot that a factory file fills.
COLUMNS = (*IDENTIFIERS, "plant", "production_line", "machine", "production_date")
# Columns whose values an event may tell; identifiers stay on the serial.
TOLD = ("plant", "production_line", "machine")


class SerialImportWriteMixin(models.AbstractModel):
    """Writing what a chunk of a factory file says: one statement a kind of step."""

    _name = "serial.import.write.mixin"
    _description = "Writing of Factory Data"

    def _write_steps(self, steps):
        """Write (unit, product, known serial, step); return how many of each action."""
        new = [(unit, product) for unit, product, known, _step in steps if not known]
        lot_ids = self._create_lots(new)
        lot_ids |= {unit.row: known.lot_id for unit, _p, known, _s in steps if known}
        old_uncoded = self.env["stock.lot"].browse(
            known.lot_id for _u, _p, known, _s in steps if known and not known.stage
        )
        self._adopt_lots(
            old_uncoded | old_uncoded.browse(lot_ids[u.row] for u, _ in new)
        )
        items = [
            (lot_ids[unit.row], unit, known, step) for unit, _p, known, step in steps
        ]
        self._record_steps(
            [item for item in items if item[3].action in ("create", "produce")],
            "produced",
            "produced",
        )
        old_uncoded._place_on_stage()
        self._record_steps(
            [item for item in items if item[3].action == "update"], "imported"
        )
        self._insert_parts(items)
        return Counter(step.action for *_, step in steps)

    # === SERIALS === #

    def _create_lots(self, new):
        """Insert serials not known before and return `{row: lot id}`."""
        if not new:
            return {}
        self._queue_for_creation({product for _unit, product in new})
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO stock_lot (name, product_id, company_id, create_uid,
                                       create_date, write_uid, write_date)
                SELECT given.name, given.product_id, given.company_id, %(uid)s,
                       %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(names)s::varchar[], %(products)s::integer[],
                              %(companies)s::integer[])
                       AS given(name, product_id, company_id)
             RETURNING product_id, name, id
                """,
                uid=self.env.uid,
                now=now,
                names=[unit.serial for unit, _product in new],
                products=[product.id for _unit, product in new],
                companies=[product.company_id.id or None for _unit, product in new],
            )
        )
        ids = {(product, name): lot for product, name, lot in self.env.cr.fetchall()}
        return {unit.row: ids[product.id, unit.serial] for unit, product in new}

    def _queue_for_creation(self, products):
        """Make imports that create serials of one scheme run one after the other.

        Nothing in the database keeps two transactions from creating the same serial
        number. Both update this row, so the later one fails to serialise and runs
        again, when it sees what the earlier one made.
        """
        schemes = {p.product_tmpl_id._get_serial_scheme().sudo() for p in products}
        counters = [scheme._get_counter("").id for scheme in schemes]
        self.env.cr.execute(
            SQL(
                "UPDATE serial_counter SET prefix = prefix WHERE id = ANY(%s)",
                sorted(counters),
            )
        )

    def _adopt_lots(self, lots):
        """Give serials without a code theirs; the number they came with stays."""
        for product, of_product in lots.grouped("product_id").items():
            of_product._adopt(product.product_tmpl_id._get_serial_scheme())

    def _record_steps(self, items, kind, stage=None):
        """Record one event a serial, with what changed on it."""
        per_lot = {}
        for lot_id, unit, known, step in items:
            values = {
                name: step.changes.get(name, getattr(known, name) if known else None)
                for name in COLUMNS
            }
            per_lot[lot_id] = values | {"data": self._get_event_data(unit, step)}
            if unit.produced:
                per_lot[lot_id]["event_time"] = self._to_utc(unit.produced)
        self.env["serial.event"].sudo()._record(
            list(per_lot),
            kind,
            stage,
            lot_values={**dict.fromkeys(COLUMNS), "serial_import_id": self.id},
            per_lot=per_lot,
            document=self,
        )

    def _get_event_data(self, unit, step):
        public, private = {}, {"row": unit.row, "changed": sorted(step.changes)}
        if produced := step.changes.get("production_date"):
            public["production_date"] = produced.isoformat()
        private |= {name: step.changes[name] for name in TOLD if name in step.changes}
        if step.parts:
            private["parts"] = [part.serial for part in step.parts]
        return {"public": public, "private": private}

    def _to_utc(self, moment):
        local = self.env.tz.localize(moment)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # === COMPONENTS === #

    def _insert_parts(self, items):
        """Insert new components, linked to their own serial if we know it."""
        new = [(lot_id, part) for lot_id, *_, step in items for part in step.parts]
        if not new:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_part (lot_id, name, product_id, component_lot_id,
                                         source, installed_at, installed_by,
                                         create_uid, create_date, write_uid, write_date)
                SELECT given.lot_id, given.name, given.product_id,
                       (SELECT id FROM stock_lot
                         WHERE name = given.name AND product_id = given.product_id
                      ORDER BY id LIMIT 1),
                       'file', %(now)s, %(document)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(lots)s::integer[], %(names)s::varchar[],
                              %(products)s::integer[])
                       AS given(lot_id, name, product_id)
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                document=self.name,
                lots=[lot_id for lot_id, _part in new],
                names=[part.serial for _lot_id, part in new],
                products=[int(part.product or 0) or None for _lot_id, part in new],
            )
        )
        self.env["serial.part"].invalidate_model(flush=False)
        self.env["stock.lot"].invalidate_model(["part_ids"], flush=False)

    # === ERRORS === #

    def _write_errors(self, errors, headers):
        """Insert the errors of rows; a column is called as the file calls it."""
        if not errors:
            return
        model = self.env["serial.import.error"]
        columns = {
            "row": [error.row for error in errors],
            "column": [headers.get(error.column, error.column) for error in errors],
            "value": [error.value for error in errors],
            "reason": [error.reason for error in errors],
            "detail": [model._to_detail(error.values) for error in errors],
        }
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_import_error (import_id, create_uid, create_date,
                                                 write_uid, write_date, %(names)s)
                SELECT %(record)s, %(uid)s, %(now)s, %(uid)s, %(now)s, given.*
                  FROM unnest(%(rows)s) AS given
                """,
                names=SQL(", ").join(map(SQL.identifier, columns)),
                record=self.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                rows=SQL(", ").join(
                    SQL("%s::%s[]", values, SQL(model._fields[name].column_type[1]))
                    for name, values in columns.items()
                ),
            )
        )
        model.invalidate_model(flush=False)
        self.invalidate_recordset(["error_ids"], flush=False)
