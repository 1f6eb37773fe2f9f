from odoo import models
from odoo.tools import SQL

from ..core.activation import format_time
from ..core.bundle_figures import count, figures
from ..core.observed import Evidence
from .serial_run_collect_mixin import ACTIVATIONS

# The units of a group, by its kind.
_OF_GROUP = {
    "shipment": "bound.picking_id = %(picking_id)s",
    "carton": """bound.picking_id IS NOT NULL AND EXISTS (
        SELECT FROM stock_move_line line
         WHERE line.lot_id = bound.lot_id AND line.picking_id = bound.picking_id
           AND line.result_package_id = %(package_id)s AND line.state = 'done')""",
    "batch": "lot.serial_batch_id = %(batch_id)s",
    # a month, or the first and the last of several: 2026-01/2026-03
    "window": """bound.partner_id = %(partner_id)s
        AND to_char(bound.assigned_at, 'YYYY-MM') BETWEEN left(%(window)s, 7)
            AND right(%(window)s, 7)""",
}
_UNITS = """
SELECT bound.lot_id, bound.region_id, lot.name
  FROM serial_channel_assignment bound
  JOIN stock_lot lot ON lot.id = bound.lot_id
 WHERE bound.released_at IS NULL AND bound.region_id = ANY(%(regions)s) AND %(group)s
 ORDER BY bound.lot_id
"""
# As the scoring run reads them, up to the moment it did: with the other units of the
# same shipments, since an address that many of them share tells nothing.
_SHIPPED = """(
    SELECT lot_id, picking_id, partner_id FROM serial_channel_assignment
     WHERE released_at IS NULL
       AND (lot_id = ANY(%(lot_ids)s) OR picking_id IN (
            SELECT picking_id FROM serial_channel_assignment
             WHERE released_at IS NULL AND lot_id = ANY(%(lot_ids)s)))
)"""
_TOLD = """
SELECT lot_id, string_agg(told, E'\n' ORDER BY told), count(*)
  FROM (%(once)s) AS once
 WHERE lot_id = ANY(%(lot_ids)s)
 GROUP BY lot_id
"""
_OF_SHIPPED = "%s AND lot_id IN (SELECT lot_id FROM %s AS shipped) AND %s <= %s"


class SerialEvidenceGroupMixin(models.AbstractModel):
    """The groups of an evidence bundle, with figures that anybody can compute again."""

    _name = "serial.evidence.group.mixin"
    _description = "Groups of Evidence Bundles"

    def _get_probabilities(self, alerts, leaks):
        """Return lot id -> probability that it left its region: of its group's run,
        else the score of its alert."""
        found = {}
        for alert in alerts:
            lot_id = alert.lot_id.id
            found[lot_id] = max(alert.score / 100, found.get(lot_id, 0))
        of_groups = {}
        for line in leaks.line_ids:
            lot_id = line.lot_id.id
            of_groups[lot_id] = max(line.probability, of_groups.get(lot_id, 0))
        return {**found, **of_groups}

    def _prepare_group(self, leak):
        """Return a group with its figures and the units that were counted."""
        members, complete = self._get_members(leak)
        return {
            "name": leak._get_group_name() or "",
            "leak": leak.name,
            "kind": leak.kind,
            "kind_name": self._get_label(leak, "kind"),
            "place": leak.place,
            "place_name": self._get_place_name(leak.place),
            "n": leak.n,
            "k": leak.k,
            "expected": leak.expected,
            **figures(leak.k, leak.n, leak.expected),
            "odds": leak.odds,
            "rule_version": leak.rule_version or "",
            "found_at": format_time(leak.found_at),
            "confirmed_at": format_time(leak.confirmed_at),
            "sources": leak.sources or [],
            "source_text": leak.source_text or "",
            "summary": leak.summary or "",
            "complete": complete,
            "members": members,
        }

    def _get_members(self, leak):
        """Return the units that were counted, and whether these are all of them.

        Where more was seen or sent back since, only those that left are listed.
        """
        left = {line.lot_id.id: line for line in leak.line_ids}
        found = self._get_seen_units(leak)
        taken = leak.run_id.leak_ids - leak
        without = set(taken.line_ids.lot_id.ids) - left.keys()
        for lots in (found, {k: v for k, v in found.items() if k not in without}):
            members = [
                self._prepare_member(lot_id, name, places, left.get(lot_id))
                for lot_id, (name, places) in lots.items()
            ]
            if count(members, leak.place) == (leak.k, leak.n):
                return members, True
        return [
            self._prepare_member(
                lot_id, line.lot_id.name, [leak.place] * line.seen_outside, line
            )
            for lot_id, line in left.items()
        ], False

    def _prepare_member(self, lot_id, serial, places, line):
        return {
            "lot_id": lot_id,
            "serial": serial,
            "places": list(places),
            "probability": line.probability if line else None,
        }

    def _get_group_condition(self, leak):
        return SQL(
            _OF_GROUP[leak.kind],
            picking_id=leak.picking_id.id,
            package_id=leak.package_id.id,
            batch_id=leak.batch_id.id,
            partner_id=leak.partner_id.id,
            window=leak.window or "",
        )

    def _get_told_query(self, leak, lot_ids):
        """Return the query of what was told of units when a run found a group."""
        run = self.env["serial.diversion.run"]
        until = leak.confirmed_at or leak.found_at
        bound = SQL(_SHIPPED, lot_ids=lot_ids)
        activations, scans = (
            SQL(_OF_SHIPPED, told, bound, SQL.identifier(moment), until)
            for told, moment in (
                (SQL(ACTIVATIONS), "create_date"),
                (run._get_scans_query(), "scanned_at"),
            )
        )
        once = run._get_once_query(activations, scans, bound)
        return SQL(_TOLD, once=once, lot_ids=lot_ids)

    def _get_seen_units(self, leak):
        """Return {lot id: (serial, places)} of the units of a group that were seen."""
        run = self.env["serial.diversion.run"]
        evidence = Evidence(run._get_homes(), *run._get_place_codes())
        group = self._get_group_condition(leak)
        rows = self.env.execute_query(
            SQL(_UNITS, regions=list(evidence.homes), group=group)
        )
        regions = {lot_id: region_id for lot_id, region_id, _name in rows}
        told = self.env.execute_query(self._get_told_query(leak, list(regions)))
        nothing = (None,) * 5
        evidence.add((row[0], regions[row[0]], *nothing, *row[1:]) for row in told)
        names = {lot_id: name for lot_id, _region_id, name in rows}
        return {
            unit.unit: (
                names[unit.unit],
                sorted({place for _c, place in unit.sightings}),
            )
            for unit in evidence.units
        }
