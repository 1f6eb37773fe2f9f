from collections import Counter, defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..core import epcis_read

# The day of production of a unit that has none yet: that of the event, where it was.
_PRODUCED_ON = SQL(
    "coalesce(lot.production_date, "
    "(source.event_time + source.event_offset::interval)::date)"
)


class Entry(NamedTuple):
    """An event and those serials of it that it is told to now."""

    line: object
    lot_ids: list


class SerialCaptureWriteMixin(models.AbstractModel):
    """Tells events to the dossiers they are about, each to each serial once."""

    _name = "serial.capture.write.mixin"
    _inherit = [
        "serial.capture.place.mixin",
        "serial.capture.fill.mixin",
        "serial.capture.ship.mixin",
        "serial.capture.restore.mixin",
    ]
    _description = "Telling of Captured Events"

    def _write_lines(self, lines):
        """Tell events to their serials, in their order.

        :return: ({row: steps told}, {row: Finding} of what cannot be)
        """
        refused = self._refuse_parts(lines)
        lines = [line for line in lines if line.id not in refused]
        places = self._find_places(lines)
        pairs = self._leave_out_known(
            [(lot, line.report) for line in lines for lot in line.lot_ids]
        )
        fresh = self.env["serial.captured"].sudo()._claim(pairs, self)
        counts = Counter()
        for wave in self._get_waves(lines, fresh):
            counts += self._tell_wave(wave, places)
        return counts, refused

    def _get_waves(self, lines, fresh):
        """Yield entries in which no serial occurs twice, in the order of events."""
        wave, seen = [], set()
        for line in lines:
            lot_ids = [one for one in line.lot_ids if (one, line.report.hash) in fresh]
            fresh.difference_update((one, line.report.hash) for one in lot_ids)
            if seen.intersection(lot_ids):
                yield wave
                wave, seen = [], set()
            if lot_ids:
                wave.append(Entry(line, lot_ids))
                seen.update(lot_ids)
        if wave:
            yield wave

    def _tell_wave(self, wave, places):
        """Record one event a serial; a statement a kind of step."""
        told = self._fill(wave) | self._ship(wave, places)
        counts = Counter(row_id for row_id, _lot_id in told)
        groups = defaultdict(list)
        for line, lot_ids in wave:
            left = [lot_id for lot_id in lot_ids if (line.id, lot_id) not in told]
            if left:
                groups[self._get_step(line.report)].append(Entry(line, left))
        for (kind, stage), entries in groups.items():
            recorded = self._tell(kind, stage, entries, places)
            for entry in entries:
                counts[entry.line.id] += len(recorded.intersection(entry.lot_ids))
        return counts

    def _get_step(self, report):
        """Return the step that an event is, and the stage it leads to."""
        if self._is_restored(report):
            return report.ours["step"], None
        return report.step

    def _tell(self, kind, stage, entries, places):
        """Record a step; what may not move is told all the same, in its own words."""
        per_lot = {}
        for entry in entries:
            per_lot.update(self._prepare_events(entry, places))
        lot_ids = self._get_movable(list(per_lot), stage)
        values = {"production_date": _PRODUCED_ON} if stage == "produced" else None
        done = self._record(lot_ids, kind, stage, values, per_lot) if lot_ids else set()
        rest = [lot_id for lot_id in per_lot if lot_id not in done]
        if stage and rest:
            done |= self._record(rest, "captured", None, None, per_lot)
        return done

    def _record(self, lot_ids, kind, stage, lot_values, per_lot):
        events, own = self.env["serial.event"].sudo(), {"document": self}
        return set(
            events._record(
                lot_ids,
                kind,
                stage,
                lot_values=lot_values,
                per_lot={lot_id: per_lot[lot_id] for lot_id in lot_ids},
                **({} if "document_name" in next(iter(per_lot.values())) else own),
            )
        )

    def _get_movable(self, lot_ids, stage):
        """Return the serials that a partner's word may move to a stage."""
        sources = epcis_read.MOVES_FROM.get(stage)
        if not sources:
            return lot_ids
        return [
            lot_id
            for (lot_id,) in self.env.execute_query(
                SQL(
                    "SELECT id FROM stock_lot WHERE id = ANY(%s) AND stage = ANY(%s)",
                    lot_ids,
                    list(sources),
                )
            )
        ]

    def _prepare_events(self, entry, places):
        """Return {serial's id: columns of its dossier's event}."""
        report = entry.line.report
        if self._is_restored(report):
            return self._prepare_restored(report, entry.lot_ids)
        values = self._prepare_event(report, places)
        return dict.fromkeys(entry.lot_ids, values)

    def _prepare_event(self, report, places):
        """Return the columns of a dossier's event that says what was reported."""
        private = {"event_id": report.hash.partition("#")[0], "type": report.type}
        words = " · ".join(filter(None, (report.biz_step, report.disposition)))
        for name, value in (
            ("reason", words if self._get_step(report)[0] == "captured" else ""),
            ("parent", self._get_parent_name(report)),
            ("places", list(report.places)),
            ("transactions", [list(pair) for pair in report.transactions]),
            ("parties", [list(one) for one in report.parties]),
            ("error", report.error),
        ):
            if value:
                private[name] = value
        if report.type == "AssociationEvent" and report.units:
            private["parts"] = [self._get_part_name(uri) for uri in report.units]
        return {
            "event_time": report.event_time,
            "event_offset": report.offset,
            "biz_step": report.biz_step or None,
            "disposition": report.disposition or None,
            "location_id": places.get_location_id(report),
            "partner_id": self._get_partner_id(report, places),
            "data": {"public": {}, "private": private},
        }

    def _get_parent_name(self, report):
        return epcis_read.key_of(report.parent).value or report.parent
