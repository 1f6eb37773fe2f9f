import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import epcis_read, serial_list
from ..core.epcis_rule import Finding

_logger = logging.getLogger(__name__)

STOCK = ("internal", "transit")
PACKING = ("packed", "unpacked")


class SerialCaptureFillMixin(models.AbstractModel):
    """What events put into what: units into cartons, parts into units."""

    _name = "serial.capture.fill.mixin"
    _description = "Cartons and Parts of Captured Events"

    # === PARTS === #

    def _refuse_parts(self, lines):
        """Return `{row: Finding}` of events whose parts cannot be built in."""
        built_in = [
            (line, name)
            for line in lines
            if line.report.step[0] == "assembled" and not self._is_restored(line.report)
            for name in map(self._get_part_name, line.report.units)
        ]
        if not built_in:
            return {}
        found = self.env["serial.part"]._find_parts({name for _line, name in built_in})
        refused = {}
        for line, name in built_in:
            seats = [one for one in found[name].seats if not one.removed]
            if any(seat.unit_id not in line.lot_ids for seat in seats):
                refused[line.id] = self._refuse("part_elsewhere", name)
            elif found[name].stolen:
                refused[line.id] = self._refuse("part_stolen", name)
        return refused

    def _refuse(self, reason, name):
        return Finding("/childEPCs", reason, {"uris": name})

    def _get_part_name(self, uri):
        return serial_list.clean(epcis_read.key_of(uri).value or uri)[:512]

    # === BOTH === #

    def _fill(self, wave):
        """Put units into cartons and parts into units, or take them out.

        :return: (row, serial's id) of those whose dossier the stock move told it to
        """
        told = set()
        for entry in wave:
            step = entry.line.report.step[0]
            if self._is_restored(entry.line.report) and step not in PACKING:
                continue  # its parts came with the unit
            if step == "assembled":
                self._build_in(entry)
            elif step == "part_changed":
                self._take_out(entry)
            elif step in PACKING:
                lot_ids = self._repack(entry, is_in=step == "packed")
                told.update((entry.line.id, lot_id) for lot_id in lot_ids)
        return told

    def _build_in(self, entry):
        report, [lot_id] = entry.line.report, entry.lot_ids
        names = [self._get_part_name(uri) for uri in report.units]
        found = self.env["serial.part"]._find_parts(names)
        rows = []
        for uri, name in zip(report.units, names, strict=True):
            if any(not one.removed for one in found[name].seats):
                continue
            key = epcis_read.key_of(uri)
            serials = found[name].serials
            known = serials[0] if len(serials) == 1 else None
            products = self._find_products({key.gtin}) if key.gtin else {}
            rows.append(
                {
                    "lot_id": lot_id,
                    "component_lot" if key.kind == "lot" else "name": name,
                    "product_id": known.product_id
                    if known
                    else next(iter(products.get(key.gtin, ())), None),
                    "component_lot_id": known and known.lot_id,
                    "source": "file",
                    "installed_at": report.event_time,
                    "installed_by": self.name,
                }
            )
        self.env["serial.part"]._insert_rows(rows)

    def _take_out(self, entry):
        report = entry.line.report
        names = [self._get_part_name(uri) for uri in report.units]
        domain = [("lot_id", "in", entry.lot_ids), ("removed_at", "=", False)]
        parts = self.env["serial.part"].sudo().search(domain)
        if names:
            parts = parts.filtered(
                lambda part: part.name in names or part.component_lot in names
            )
        parts.write({"removed_at": report.event_time, "removed_by": self.name})

    # === CARTONS === #

    def _repack(self, entry, is_in):
        """Put units and cartons into a container, or take them out of it.

        What lies in stock is moved; of what does not, such as units still at the
        factory, it is noted in which carton they are.

        :return: ids of the serials whose dossiers stock told it to
        """
        report = entry.line.report
        container = self._get_container(report)
        if not container:
            return set()
        boxes = self._get_boxes(report, container)
        told = boxes._get_lots_inside().values()
        in_boxes = {lot_id for _place, lot_ids in told for lot_id in lot_ids}
        in_boxes |= self._get_announced(boxes)
        loose = [lot_id for lot_id in entry.lot_ids if lot_id not in in_boxes]
        quants = self._get_quants(loose)
        self._announce(set(loose) - set(quants.lot_id.ids), container, is_in)
        boxes = boxes.filtered(
            lambda one: (one.parent_package_id == container) != is_in
        )
        quants = quants.filtered(lambda one: (one.package_id == container) != is_in)
        before = self._get_counts(entry.lot_ids)
        try:
            with self.env.cr.savepoint():
                boxes.write({"parent_package_id": container.id if is_in else False})
                goal = container if is_in else container.browse()
                container._move_quants(quants, goal)
        except UserError as error:
            _logger.info("%s: not packed as told: %s", self.name, error)
        after = self._get_counts(entry.lot_ids)
        return {lot_id for lot_id in entry.lot_ids if after[lot_id] > before[lot_id]}

    def _get_packing_event(self, report):
        """Return what the step that stock tells has from the event."""
        return {
            "event_time": report.event_time,
            "event_offset": report.offset,
            "biz_step": report.biz_step or None,
            "disposition": report.disposition or None,
        }

    def _get_counts(self, lot_ids):
        """Return {serial's id: how many steps its dossier has}."""
        rows = self.env.execute_query(
            SQL("SELECT id, event_count FROM stock_lot WHERE id = ANY(%s)", lot_ids)
        )
        return dict(rows)

    def _announce(self, lot_ids, container, is_in):
        """Note in which carton units are that are not in stock."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_lot SET announced_package_id = %(new)s
                 WHERE id = ANY(%(ids)s)
                   AND announced_package_id IS DISTINCT FROM %(new)s
                   AND (%(is_in)s OR announced_package_id = %(container)s)
                """,
                new=container.id if is_in else None,
                ids=sorted(lot_ids),
                is_in=is_in,
                container=container.id,
            )
        )
        self.env["stock.lot"].invalidate_model(["announced_package_id"], flush=False)

    def _get_announced(self, boxes):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM stock_lot WHERE announced_package_id = ANY(%s)",
                (boxes | boxes.all_children_package_ids).ids,
            )
        )
        return {lot_id for (lot_id,) in rows}

    def _get_container(self, report):
        """Return what was packed into, none if its number may not be used again yet."""
        try:
            with self.env.cr.savepoint():
                package = self._get_package(report.parent)
        except UserError as error:
            _logger.info("%s: not packed as told: %s", self.name, error)
            return self.env["stock.package"]
        return package.with_context(
            serial_packing_event=self._get_packing_event(report)
        )

    def _get_package(self, uri):
        """Return the package (sudo) that a URI names, made if there is none."""
        name = epcis_read.key_of(uri).value or uri[:64]
        packages = self.env["stock.package"].sudo()
        found = packages.search([("name", "=", name)], order="id desc", limit=1)
        return found or packages.create({"name": name})

    def _get_boxes(self, report, package):
        """Return the cartons among what was packed, by their numbers."""
        keys = map(epcis_read.key_of, report.units)
        names = [key.value for key in keys if key.kind == "sscc"]
        if self._is_restored(report):
            # of our own, which names the serials in it as well
            child = report.ours.get("private", {}).get("child")
            names += [child] if isinstance(child, str) else []
        boxes = package.search([("name", "in", names)]) if names else package.browse()
        return boxes - package

    def _get_quants(self, lot_ids):
        domain = [
            ("lot_id", "in", lot_ids),
            ("quantity", ">", 0),
            ("location_id.usage", "in", STOCK),
        ]
        return self.env["stock.quant"].sudo().search(domain)
