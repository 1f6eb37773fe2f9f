from odoo import api, fields, models
from odoo.tools import SQL

from ..core.aggregation import CARTON, PALLET


class SerialPackageNoteMixin(models.AbstractModel):
    """Tells the dossiers of units into which package they went and out of which.

    An event `packed` or `unpacked` names in its private data the container (`parent`,
    its SSCC), that container's `level`, and for a carton that went onto a pallet the
    carton (`child`): every unit in it gets the event. Its document is the container.
    """

    _name = "serial.package.note.mixin"
    _description = "Packing in Dossiers"

    # === UNITS: AFTER STOCK MOVES === #

    @api.model
    def _note_moves(self, moves):
        """Record what done moves packed and unpacked; a fixed number of statements."""
        if not moves:
            return
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.package_id, line.result_package_id, line.location_id,
                       line.location_dest_id, array_agg(DISTINCT line.lot_id)
                  FROM stock_move_line line
                  JOIN stock_lot lot ON lot.id = line.lot_id AND lot.stage IS NOT NULL
                 WHERE line.move_id = ANY(%s) AND line.state = 'done'
                   AND line.package_id IS DISTINCT FROM line.result_package_id
              GROUP BY 1, 2, 3, 4
                """,
                moves.ids,
            )
        )
        self._note_steps(
            "unpacked", [(old, place, lots) for old, _new, place, _to, lots in rows]
        )
        self._note_steps(
            "packed", [(new, place, lots) for _old, new, _from, place, lots in rows]
        )

    # === CARTONS: WHEN THEIR PALLET CHANGES === #

    def _get_parents(self):
        """Return {package: the one it is in}."""
        return {package: package.parent_package_id for package in self}

    def _note_parents(self, before):
        """Record for the units in packages that these went into others, or out."""
        changed = {
            package: old
            for package, old in before.items()
            if package.parent_package_id != old
        }
        if not changed:
            return
        inside = self.browse(one.id for one in changed)._get_lots_inside()
        unpacked, packed = [], []
        for package, old in changed.items():
            place, lots = inside.get(package.id, (None, []))
            unpacked.append((old.id, place, lots, package))
            packed.append((package.parent_package_id.id, place, lots, package))
        self._note_steps("unpacked", unpacked)
        self._note_steps("packed", packed)

    def _get_lots_inside(self):
        """Return {package id: (location id, ids of coded lots)}, cartons of a pallet
        included; one query.
        """
        self.env["stock.quant"].flush_model()
        self.flush_model(["parent_package_id", "parent_path"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT box.id, max(quant.location_id), array_agg(DISTINCT lot.id)
                  FROM stock_package box
                  JOIN stock_package inner_box
                    ON inner_box.parent_path LIKE box.parent_path || '%%'
                  JOIN stock_quant quant
                    ON quant.package_id = inner_box.id AND quant.quantity > 0
                  JOIN stock_lot lot ON lot.id = quant.lot_id AND lot.stage IS NOT NULL
                 WHERE box.id = ANY(%s)
              GROUP BY box.id
                """,
                self.ids,
            )
        )
        return {box_id: (place_id, lots) for box_id, place_id, lots in rows}

    # === BOTH === #

    def _note_steps(self, kind, steps):
        """Record one kind of step for many packages at once.

        :param steps: (container id or None, location id, lot ids, carton or nothing)
        """
        steps = [(*step, self.browse())[:4] for step in steps if step[0]]
        if not steps:
            return
        now = fields.Datetime.now()
        containers = self.browse({step[0] for step in steps}).sudo()
        of_id = {one.id: one for one in containers}
        per_lot = {}
        for container_id, place_id, lot_ids, child in steps:
            values = self._prepare_note(of_id[container_id], place_id, child)
            per_lot.update(dict.fromkeys(lot_ids, values))
        extra = self.env.context.get("serial_packing_event") or {}
        self.env["serial.event"].sudo()._record(
            list(per_lot), kind, per_lot=per_lot, **{"event_time": now, **extra}
        )
        self.env["serial.packing.entry"]._note(kind, steps, now)

    def _prepare_note(self, container, place_id, child):
        told = {
            "parent": container.name,
            "level": container.serial_level or (PALLET if child else CARTON),
        }
        if child:
            told["child"] = child.name
        return {
            "location_id": place_id,
            "document_model": "stock.package",
            "document_id": container.id,
            "document_name": container.name,
            "data": {"private": told},
        }
