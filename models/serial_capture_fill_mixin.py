import logging

from odoo import models
from odoo.exceptions import UserError

from ..core import epcis_read, serial_list
from ..core.epcis_rule import Finding

_logger = logging.getLogger(__name__)

STOCK = ("internal", "transit")


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
            if line.report.step[0] == "assembled"
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
            if step == "assembled":
                self._build_in(entry)
            elif step == "part_changed":
                self._take_out(entry)
            elif step in ("packed", "unpacked"):
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
                    "component_lot_id": known and known.id,
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
        """Move what lies in stock into a carton, or out of it.

        :return: ids of the serials whose dossiers stock told it to; others, such as
            those that are still at the factory, are told by the event itself
        """
        report = entry.line.report
        if "serial.package.note.mixin" not in self.env.registry:
            return set()
        package = self._get_package(report.parent).with_context(
            serial_packing_event={
                "event_time": report.event_time,
                "event_offset": report.offset,
                "biz_step": report.biz_step or None,
                "disposition": report.disposition or None,
            }
        )
        boxes = self._get_boxes(report.units, package)
        boxes = boxes.filtered(lambda box: (box.parent_package_id == package) != is_in)
        told = boxes._get_lots_inside().values()
        inside = {lot_id for _place, lot_ids in told for lot_id in lot_ids}
        quants = self._get_quants([one for one in entry.lot_ids if one not in inside])
        quants = quants.filtered(lambda one: (one.package_id == package) != is_in)
        try:
            with self.env.cr.savepoint():
                boxes.write({"parent_package_id": package.id if is_in else False})
                package._move_quants(quants, package if is_in else package.browse())
        except UserError as error:
            _logger.info("%s: not packed as told: %s", self.name, error)
            return set()
        return (inside | set(quants.lot_id.ids)).intersection(entry.lot_ids)

    def _get_package(self, uri):
        """Return the package (sudo) that a URI names, made if there is none."""
        name = epcis_read.key_of(uri).value or uri[:64]
        packages = self.env["stock.package"].sudo()
        found = packages.search([("name", "=", name)], order="id desc", limit=1)
        return found or packages.create({"name": name})

    def _get_boxes(self, uris, package):
        """Return the cartons among what was packed, by their numbers."""
        keys = map(epcis_read.key_of, uris)
        names = [key.value for key in keys if key.kind == "sscc"]
        boxes = package.search([("name", "in", names)]) if names else package.browse()
        return boxes - package

    def _get_quants(self, lot_ids):
        domain = [
            ("lot_id", "in", lot_ids),
            ("quantity", ">", 0),
            ("location_id.usage", "in", STOCK),
        ]
        return self.env["stock.quant"].sudo().search(domain)
