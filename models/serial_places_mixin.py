from functools import lru_cache

from odoo import api, fields, models
from odoo.tools import SQL, file_open

from ..core import journey
from ..core.place_centre import read_centres
from .serial_channel_figures_mixin import READERS

MOST_STOPS = 120
MOST_RUNS = 2_000
MOST_LANES = 12
MOST_JUMPS = 20
SURE_SOURCES = ("gps", "store")

# Scans one after another at the same place are one run: whatever their number, there
# are no more runs than changes of place.
_RUNS = """
SELECT country_id, state_id, min(scanned_at) AS first, max(scanned_at) AS last,
       count(*) AS count, min(radius_km) AS radius_km
  FROM (
    SELECT *, count(*) FILTER (WHERE changed) OVER (ORDER BY scanned_at, id) AS run
      FROM (
        SELECT *, (country_id, state_id) IS DISTINCT FROM
                  (lag(country_id) OVER moments, lag(state_id) OVER moments) AS changed
          FROM (%(scans)s) AS scan
        WINDOW moments AS (ORDER BY scanned_at, id)
      ) AS compared
  ) AS numbered
 GROUP BY run, country_id, state_id
 ORDER BY last DESC
 LIMIT %(most)s
"""


@lru_cache(maxsize=1)
def _get_centres():
    """Return where places lie, read once a process."""
    with file_open("serial_dossier/core/places.txt") as lines:
        return read_centres(lines)


class SerialPlacesMixin(models.AbstractModel):
    """Where and when one unit was: the picture on its dossier."""

    _name = "serial.places.mixin"
    _description = "Places of a Serial"

    dossier_places = fields.Json(
        string="Places", compute="_compute_dossier_places", groups=READERS
    )

    @api.depends("event_count")
    @api.depends_context("lang")
    def _compute_dossier_places(self):
        for lot in self:
            lot.dossier_places = lot._get_places() if lot.stage else False

    def _get_places(self):
        """Return what the picture shows, as far as the user may read it.

        :return: `lanes`: [{name}], one a place; `bound`: [{begins, ends, partner,
            region}]; `stops`: [{lane, kind, first, last, count, sure, radius_km, seen,
            model, id}]; `jumps`: [{origin, target, km, hours}]; and how many
            there are; `hidden`: how many sightings are too old to be drawn
        """
        self.check_access("read")
        names = {}
        all_stops = sorted(
            [*self._get_scan_stops(names), *self._get_other_stops(names)],
            key=lambda stop: (stop.first, stop.last),
        )
        stops = journey.condense(all_stops, MOST_STOPS)
        bindings = self._get_bindings()
        lanes = self._get_lanes(stops, names)
        jumps = journey.find_jumps(all_stops, _get_centres())
        bounds = [bound for bound, _row in bindings]
        return {
            "lanes": [{"name": name} for name in dict.fromkeys(lanes.values())],
            "bound": [row for _bound, row in bindings],
            "stops": [self._describe_stop(stop, bounds, lanes) for stop in stops],
            "jumps": [
                self._describe_jump(jump, all_stops, stops)
                for jump in jumps[:MOST_JUMPS]
            ],
            "jump_count": len(jumps),
            "hidden": sum(s.count for s in all_stops) - sum(s.count for s in stops),
        }

    # === WHAT WAS SEEN === #

    def _get_scan_stops(self, names):
        """Return the scans of this unit, those at one place in a row as one."""
        scan = self.env["serial.scan"]
        query = scan._search(
            [
                ("lot_id", "=", self._origin.id),
                ("is_bot", "=", False),
                ("country_id", "!=", False),
            ]
        )
        columns = ("id", "scanned_at", "country_id", "state_id", "radius_km")
        scans = query.select(
            *(scan._field_to_sql(query.table, name, query) for name in columns)
        )
        rows = self.env.execute_query_dict(SQL(_RUNS, scans=scans, most=MOST_RUNS))
        codes = self._name_places(
            {(row["country_id"], row["state_id"]) for row in rows}, names
        )
        return [
            journey.Stop(
                kind="scan",
                place=codes[row["country_id"], row["state_id"]],
                first=row["first"],
                last=row["last"],
                count=row["count"],
                radius_km=row["radius_km"],
            )
            for row in rows
        ]

    def _get_other_stops(self, names):
        """Return activations, and where it was bought or found in a store."""
        lot_id = self._origin.id
        activations = (
            self.env["serial.activation"]
            .with_context(active_test=False)
            .search([("lot_id", "=", lot_id)])
        )
        pairs = {(one.country_id.id, one.state_id.id) for one in activations}
        codes = self._name_places(pairs, names)
        stops = [
            journey.Stop(
                kind="activation",
                place=codes[one.country_id.id, one.state_id.id],
                first=one.activated_at,
                last=one.activated_at,
                sure=self._is_sure(one),
                radius_km=one.radius_km or None,
                key=one.id,
            )
            for one in activations
        ]
        for kind, model, field in (
            ("purchase", "serial.diversion.purchase", "bought_at"),
            ("lead", "serial.diversion.lead", "last_seen_at"),
        ):
            stops += self._get_store_stops(kind, model, field)
        return stops

    def _get_store_stops(self, kind, model, field):
        """Return what stores told of: their place is not kept."""
        if model not in self.env or not self.env[model].has_access("read"):
            return []
        found = self.env[model].search([("lot_id", "=", self._origin.id)])
        return [
            journey.Stop(
                kind, "", record[field], record[field], sure=True, key=record.id
            )
            for record in found
            if record[field]
        ]

    def _is_sure(self, activation):
        """Tell whether a place was told by more than an address."""
        return any(
            str(seen.get("source", "")).startswith(SURE_SOURCES)
            for seen in activation.observations or []
        )

    # === PLACES === #

    def _name_places(self, pairs, names):
        """Return {(country id, state id): code}; their names go into `names`."""
        described, codes = self.env["serial.diversion.map"]._describe_places(
            {(country_id or 0, state_id or 0) for country_id, state_id in pairs}
        )
        names.update({code: place["name"] for code, place in described.items()})
        return {pair: codes[pair[0] or 0, pair[1] or 0] for pair in pairs}

    def _get_lanes(self, stops, names):
        """Return {(is a store, place): name of its lane}, those seen first on top."""
        lanes = {}
        for stop in stops:
            key = self._get_lane_key(stop)
            if key in lanes:
                continue
            name = names.get(stop.place) or self.env._("Place unknown")
            if key[0]:
                name = self.env._("Stores")
            elif len(lanes) >= MOST_LANES:
                name = self.env._("Other places")
            lanes[key] = name
        return lanes

    def _get_lane_key(self, stop):
        return stop.kind in ("purchase", "lead"), stop.place

    # === BOUND === #

    def _get_bindings(self):
        """Return (`journey.Bound`, what is drawn of it) each, oldest first."""
        assignments = self.env["serial.channel.assignment"].search(
            [("lot_id", "=", self._origin.id)], order="assigned_at, id"
        )
        places = assignments.region_id._get_place_codes()
        return [
            (
                journey.Bound(
                    one.assigned_at,
                    one.released_at or None,
                    places.get(one.region_id.id, frozenset()),
                ),
                {
                    "begins": fields.Datetime.to_string(one.assigned_at),
                    "ends": fields.Datetime.to_string(one.released_at),
                    "partner": one.sudo().partner_id.display_name,
                    "region": one.region_id.display_name or "",
                },
            )
            for one in assignments
        ]

    # === DESCRIBE === #

    def _describe_stop(self, stop, bounds, lanes):
        """Return what the picture shows of a stop."""
        names = list(dict.fromkeys(lanes.values()))
        model = {
            "scan": "serial.scan",
            "activation": "serial.activation",
            "purchase": "serial.diversion.purchase",
            "lead": "serial.diversion.lead",
        }[stop.kind]
        return {
            "lane": names.index(lanes[self._get_lane_key(stop)]),
            "kind": stop.kind,
            "first": fields.Datetime.to_string(stop.first),
            "last": fields.Datetime.to_string(stop.last),
            "count": stop.count,
            "sure": stop.sure,
            "radius_km": stop.radius_km,
            "seen": journey.relation_of(stop, bounds) if stop.place else "",
            "model": model,
            "id": stop.key,
        }

    def _describe_jump(self, jump, all_stops, stops):
        """Return a jump between the stops that are drawn, which may be condensed."""
        ends = {}
        for end in ("origin", "target"):
            there = all_stops[getattr(jump, end)]
            ends[end] = next(
                (
                    at
                    for at, stop in enumerate(stops)
                    if (stop.kind, stop.place) == (there.kind, there.place)
                    and stop.first <= there.first <= stop.last
                ),
                None,
            )
        left = fields.Datetime.to_string(all_stops[jump.origin].last)
        return {**ends, "km": jump.km, "hours": jump.hours, "left": left}
