from datetime import timedelta
from functools import lru_cache

from odoo import fields, models
from odoo.tools import SQL, file_open

from ..core import clone
from ..core.evidence_channel import WEIGHTLESS
from ..core.place_centre import read_centres
from ..core.rule_limits import settings_of

WITHIN = timedelta(days=400)
# So many units are needed to learn how many visitors look at one.
ENOUGH = 1000

# Since it was shipped last, for what was before a return was another life.
_SEEN = """
CREATE TEMP TABLE serial_detector_seen ON COMMIT DROP AS
SELECT seen.*
  FROM (
    SELECT lot_id, scanned_at AS at, country_id, state_id, network, radius_km,
           coalesce(ip_prefix, session_key) AS visitor, device_model AS model,
           NULL AS owner
      FROM serial_scan scan
     WHERE lot_id IS NOT NULL AND is_bot IS NOT TRUE AND is_repeat IS NOT TRUE
       AND scanned_at >= %(begin)s AND %(not_excused)s
 UNION ALL
    SELECT lot_id, activated_at, country_id, state_id,
           observations -> 0 ->> 'network', radius_km, coalesce(ip_prefix, 'a' || id),
           NULL, coalesce(owner_key, '?')
      FROM serial_activation
     WHERE active AND activated_at >= %(begin)s AND whitelist_id IS NULL
 UNION ALL
    SELECT lot_id, claimed_at, country_id, state_id, network, radius_km,
           coalesce(ip_prefix, 'c' || id), NULL, claimant
      FROM serial_activation_claim
     WHERE claimed_at >= %(begin)s
  ) AS seen
  JOIN stock_lot lot ON lot.id = seen.lot_id
 WHERE seen.at >= coalesce(lot.shipped_at, seen.at) AND lot.stage <> 'void'
"""
# Models and addresses since the first claim: who looked, as `core.clone` counts them.
_UNITS = """
CREATE TEMP TABLE serial_detector_unit ON COMMIT DROP AS
SELECT seen.lot_id, count(DISTINCT visitor) AS visitors,
       count(DISTINCT owner) AS owners,
       count(DISTINCT (country_id, state_id)) AS places, max(at) AS last_at,
       count(DISTINCT model) FILTER (WHERE at >= claimed_at) AS models,
       count(DISTINCT visitor) FILTER (WHERE at >= claimed_at AND model IS NULL)
           AS addresses
  FROM serial_detector_seen seen
  LEFT JOIN (
    SELECT lot_id, min(at) AS claimed_at
      FROM serial_detector_seen WHERE owner IS NOT NULL GROUP BY lot_id
  ) AS claim ON claim.lot_id = seen.lot_id
 GROUP BY seen.lot_id
"""
_CROWDS = """
SELECT greatest(models - (owners - 1), addresses - 2 * (owners - 1), 0) AS crowd,
       count(*)
  FROM serial_detector_unit WHERE owners > 0 GROUP BY crowd
"""
# Fewer visitors at fewer places never reach the odds that are asked for.
_ROWS = """
SELECT seen.lot_id, seen.at, seen.country_id, seen.state_id, seen.network,
       seen.radius_km, seen.visitor, seen.model, seen.owner
  FROM serial_detector_seen seen
  JOIN serial_detector_unit unit ON unit.lot_id = seen.lot_id
 WHERE ((unit.visitors > 3 AND unit.places > 1) OR unit.owners > 1)
   AND unit.last_at >= %s
"""


@lru_cache(maxsize=1)
def _get_centres():
    """Return where places lie, read once a process."""
    with file_open("serial_dossier/core/places.txt") as lines:
        return read_centres(lines)


class SerialDetectorCloneMixin(models.AbstractModel):
    """Copied codes."""

    _name = "serial.detector.clone.mixin"
    _description = "Detector of Copied Codes"

    def _find_clone(self, rule_set, since):
        self._gather_seen()
        codes = self.env["serial.diversion.run"]._get_place_codes()
        sightings = [
            self._prepare_sighting(row, codes, rule_set.rates)
            for row in self.env.execute_query(SQL(_ROWS, since))
        ]
        if not sightings:
            return []
        found = clone.find_clones(
            sightings,
            self._get_shares(codes),
            _get_centres(),
            settings_of("clone", rule_set.thresholds),
            self.env.context.get("serial_location_errors"),
            self._get_crowds(),
        )
        return [self._prepare_clone(finding) for finding in found]

    def _gather_seen(self):
        """Put what was seen of all units into tables of this transaction."""
        values = {
            "begin": fields.Datetime.now() - WITHIN,
            "not_excused": self.env["serial.diversion.run"]._get_not_excused(),
        }
        self.env.cr.execute(
            "DROP TABLE IF EXISTS serial_detector_seen, serial_detector_unit"
        )
        self.env.cr.execute(SQL(_SEEN, **values))
        self.env.cr.execute(_UNITS)

    def _prepare_sighting(self, row, codes, rates):
        """Return one row as `core.clone.Sighting`."""
        lot_id, at, country_id, state_id, network, radius_km, *who = row
        visitor, model, owner = (value or "" for value in who)
        place = self._get_place(country_id, state_id, codes)
        channel, error = self._get_channel(place, network, radius_km, rates)
        return clone.Sighting(
            unit=lot_id,
            at=at,
            place="" if network in WEIGHTLESS else place,
            error=error,
            visitor=visitor,
            owner=owner,
            channel=channel,
            model=model,
        )

    def _get_place(self, country_id, state_id, codes):
        """Return the code of a place: provinces of China, elsewhere countries."""
        country = codes[0].get(country_id) or ""
        state = codes[1].get(state_id) if country == "CN" else None
        if country == "CN" and not state:
            return ""  # somewhere in China is no place of its own
        return f"{country}-{state}" if state else country

    def _get_channel(self, place, network, radius_km, rates):
        """Return the class of an observation, and how often such a one errs."""
        if not place.startswith("CN"):
            rate = rates.country_mobile if network == "mobile" else rates.country
            return "unknown", rate.error
        if network in ("mobile", "fixed"):
            return network, getattr(rates, network).error
        return "unknown", rates.by_precision(radius_km).error

    def _get_shares(self, codes):
        """Return how often each place is seen at all."""
        counts = {}
        for country_id, state_id, count in self.env.execute_query(
            SQL(
                "SELECT country_id, state_id, count(*) FROM serial_detector_seen"
                " GROUP BY country_id, state_id"
            )
        ):
            if place := self._get_place(country_id, state_id, codes):
                counts[place] = counts.get(place, 0) + count
        total = sum(counts.values()) + len(counts) + 1
        return {place: (count + 1) / total for place, count in counts.items()}

    def _get_crowds(self):
        """Return {people who looked since a claim: units}; None of too few units."""
        crowds = dict(self.env.execute_query(SQL(_CROWDS)))
        return crowds if sum(crowds.values()) >= ENOUGH else None

    def _prepare_clone(self, finding):
        """Return the alert on a copied code."""
        detail = {
            "places": [place for place, _count in finding.places],
            "visitors": finding.visitors,
            "owners": finding.owners,
        }
        if finding.jump:
            detail.update(
                places=[finding.jump.origin, finding.jump.target],
                km=finding.jump.km,
                hours=finding.jump.hours,
            )
        return {
            "lot_id": finding.unit,
            "observed_at": finding.last_at,
            "score": 50 + 50 * finding.probability,
            "reasons": ["clone", *finding.reasons],
            "detail": detail,
        }
