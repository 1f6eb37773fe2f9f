from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SerialAsBuiltMixin(models.AbstractModel):
    """What a manufacturing order built into which unit, as exactly as it is known.

    Stock links every finished line of an order with every component it consumed: of N
    units each is said to hold the parts of all. Where parts were paired with units
    (scanned, or told by a factory file) each line is linked with its own parts only.
    """

    _name = "serial.as.built.mixin"
    _description = "As-built Parts of Production"

    # === EXACT LINKS === #

    @api.model
    def _link_exactly(self, finished_lines, consumed_ids):
        """Link finished move lines with the component lines that went into them.

        A part that was paired goes with its unit; components without a serial go with
        every unit; of what was not paired, units that lack it may have any.

        :return: False if no unit was paired: all of that is left to stock
        """
        units = finished_lines.lot_id
        if not self._has_pairs(units):
            return False
        self.env["stock.move.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM stock_move_line_consume_rel
                 WHERE consume_line_id = ANY(%s)
                """,
                finished_lines.ids,
            )
        )
        self.env.cr.execute(self._get_link_query(finished_lines.ids, consumed_ids))
        names = ["consume_line_ids", "produce_line_ids"]
        self.env["stock.move.line"].invalidate_model(names, flush=False)
        return True

    def _has_pairs(self, units):
        domain = [("lot_id", "in", units.ids), ("component_lot_id", "!=", False)]
        return bool(self.env["serial.part"].sudo().search_count(domain, limit=1))

    def _get_link_query(self, finished_ids, consumed_ids):
        return SQL(
            """
            WITH %(lines)s
            INSERT INTO stock_move_line_consume_rel (consume_line_id, produce_line_id)
            SELECT made.id, used.id
              FROM made JOIN used ON used.lot_id IS NULL OR NOT made.is_unit
             UNION
            SELECT made.id, used.id
              FROM pair
              JOIN made ON made.lot_id = pair.unit_id AND made.is_unit
              JOIN used ON used.lot_id = pair.component_id
             UNION
            SELECT made.id, loose.id
              FROM loose JOIN made ON made.is_unit
             WHERE (made.lot_id, loose.product_id) NOT IN (
                       SELECT unit_id, product_id FROM pair
                   )
            """,
            lines=self._get_lines_ctes(finished_ids, consumed_ids),
        )

    def _get_lines_ctes(self, finished_ids, consumed_ids):
        """Return the CTEs made, used, pair and loose (used, but in no unit's pairs)."""
        self.env["serial.part"].flush_model()
        return SQL(
            """
            made AS (
                SELECT line.id, line.lot_id, move.production_id,
                       move.product_id = production.product_id
                       AND template.tracking = 'serial'
                       AND line.lot_id IS NOT NULL AS is_unit
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN mrp_production production ON production.id = move.production_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE line.id = ANY(%(finished)s) AND line.quantity > 0
            ), used AS (
                SELECT line.id, line.lot_id, line.product_id, template.tracking,
                       move.raw_material_production_id AS production_id
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE line.id = ANY(%(consumed)s)
            ), pair AS (
                SELECT part.lot_id AS unit_id, part.component_lot_id AS component_id,
                       component.product_id
                  FROM serial_part part
                  JOIN stock_lot component ON component.id = part.component_lot_id
                 WHERE part.lot_id IN (SELECT lot_id FROM made WHERE is_unit)
                   AND part.component_lot_id IN (SELECT lot_id FROM used)
                   AND part.removed_at IS NULL
            ), loose AS (
                SELECT * FROM used
                 WHERE lot_id IS NOT NULL
                   AND (tracking = 'lot'
                        OR lot_id NOT IN (SELECT component_id FROM pair))
            )
            """,
            finished=finished_ids,
            consumed=consumed_ids,
        )

    # === WHAT IS KNOWN WITHOUT PAIRING === #

    def _record_as_built(self):
        """Record the parts of finished units as far as the orders tell; set-based.

        They tell what a single unit holds, or the only one that lacks a part, and
        which batch is in all units if only one was used.
        """
        finished = self.move_finished_ids.move_line_ids
        consumed = self.move_raw_ids.move_line_ids
        lines = (finished.ids, consumed.filtered("lot_id").ids)
        if not all(lines):
            return
        self.env["stock.move.line"].flush_model()
        self.env["stock.move"].flush_model()
        query = self._get_deduced_query(*lines)
        rows = self.env.execute_query_dict(query)
        parts = self.env["serial.part"].sudo()
        self._ensure_free(rows)
        parts._insert_rows([self._prepare_as_built(row) for row in rows])
        units = finished.lot_id.filtered("stage")
        self._record_assembly(units)

    def _get_deduced_query(self, finished_ids, consumed_ids):
        """Return a query of the parts that can sit in one unit only, or in all."""
        return SQL(
            """
            WITH %(lines)s,
            unit AS (
                SELECT *, count(*) OVER (PARTITION BY production_id) AS units
                  FROM made WHERE is_unit
            ), lack AS (
                SELECT unit.lot_id AS unit_id, unit.production_id, kind.product_id,
                       unit.units,
                       count(*) OVER (
                           PARTITION BY unit.production_id, kind.product_id
                       ) AS lacking
                  FROM unit
                  JOIN (
                    SELECT production_id, product_id, tracking,
                           count(DISTINCT lot_id) AS lots
                      FROM loose GROUP BY 1, 2, 3
                  ) AS kind USING (production_id)
                 WHERE units = 1
                    OR (kind.tracking = 'serial' OR kind.lots = 1)
                   AND (unit.lot_id, kind.product_id) NOT IN (
                           SELECT unit_id, product_id FROM pair
                       )
            )
            SELECT DISTINCT lack.unit_id AS lot_id, loose.lot_id AS component_lot_id,
                   component.name, loose.product_id, loose.tracking,
                   loose.production_id, production.name AS installed_by
              FROM lack
              JOIN loose USING (production_id, product_id)
              JOIN stock_lot component ON component.id = loose.lot_id
              JOIN mrp_production production ON production.id = loose.production_id
             WHERE (loose.tracking = 'lot' OR lack.lacking = 1)
               AND NOT EXISTS (
                    SELECT FROM serial_part part
                     WHERE part.lot_id = lack.unit_id AND part.removed_at IS NULL
                       AND (part.component_lot_id = loose.lot_id
                            OR part.name = component.name)
                   )
          ORDER BY 1, 2
            """,
            lines=self._get_lines_ctes(finished_ids, consumed_ids),
        )

    def _prepare_as_built(self, row):
        row = dict(row)
        if row.pop("tracking") == "lot":
            row["component_lot"] = row.pop("name")
        return {**row, "source": "production", "installed_at": fields.Datetime.now()}

    def _ensure_free(self, rows):
        """Refuse to build in what by our records sits in another unit."""
        names = [row["name"] for row in rows if row["tracking"] != "lot"]
        seats = self.env["serial.part"]._find_seats(names)
        taken = [
            (seat, row)
            for row in rows
            if row["tracking"] != "lot"
            for seat in seats.get(row["name"], ())
            if not seat.removed and seat.product_id in (None, row["product_id"])
        ]
        if taken:
            raise UserError(
                "\n".join(
                    self.env._(
                        "%(part)s sits in another unit: %(unit)s.",
                        part=seat.name,
                        unit=seat.unit,
                    )
                    for seat, _row in taken[:10]
                )
            )

    def _record_assembly(self, units):
        """Record one event a unit that names the parts it holds; one statement."""
        groups = (
            self.env["serial.part"]
            .sudo()
            ._read_group(
                [("lot_id", "in", units.ids), ("production_id", "in", self.ids)],
                ["production_id", "lot_id"],
                ["name:array_agg", "component_lot:array_agg"],
            )
        )
        per_lot = {}
        for production, unit, names, batches in groups:
            parts = sorted(filter(None, [*names, *batches]))
            per_lot[unit.id] = {
                "document_model": production._name,
                "document_id": production.id,
                "document_name": production.name,
                "data": {"private": {"parts": parts, "reason": ", ".join(parts)}},
            }
        self.env["serial.event"].sudo()._record(
            list(per_lot), "assembled", per_lot=per_lot
        )
