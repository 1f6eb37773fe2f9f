"""From stored observations to the evidence of units, a million at a time.

The database tells what was seen of a unit as text: a line an occasion, the files of
one occasion with `;` between them, each as `source|country|subdivision|radius|network|
prefix`. Few such texts differ, so each is read once, and units share what they have in
common: a million of them fit into a few hundred megabytes.
"""

from collections.abc import Iterable, Mapping

from .evidence import Observation
from .evidence_channel import sightings_of
from .leak import UnitEvidence

#: From so many units of one shipment on, an address is that of a shop or a company.
CROWD = 4
#: The source of a scan: its country and subdivision are ids of records.
SCAN = "scan"


class Evidence:
    """Collects `leak.UnitEvidence` from rows of the database.

    :param homes: {region id: place codes}
    :param countries: {country id: ISO code}
    :param subdivisions: {subdivision id: ISO code}
    """

    def __init__(
        self,
        homes: Mapping[int, frozenset[str]],
        countries: Mapping[int, str],
        subdivisions: Mapping[int, str],
    ):
        self.homes = homes
        self.units = []
        self.observation_count = 0
        self._countries = countries
        self._subdivisions = subdivisions
        self._sightings = {}
        self._occasions = {}
        self._groups = {}

    def add(self, rows: Iterable[tuple]) -> None:
        """Add units: (lot, region, partner, month, picking, package, batch, told,
        number of observations) each; those of which nothing is known are left out.
        """
        sightings, groups, homes = self._sightings, self._groups, self.homes
        for lot_id, region_id, *key, told, count in rows:
            self.observation_count += count
            seen = sightings.get(told)
            if seen is None:
                seen = sightings[told] = self._read(told)
            if not seen:
                continue
            key = tuple(key)
            found = groups.get(key)
            if found is None:
                found = groups[key] = _groups_of(*key)
            self.units.append(UnitEvidence(lot_id, homes[region_id], seen, found))

    def _read(self, told):
        """Return what the occasions of one unit are worth."""
        found = []
        for line in told.split("\n"):
            if line not in self._occasions:
                seen = map(self._observation, line.split(";")) if line else ()
                self._occasions[line] = sightings_of(seen)
            found += self._occasions[line]
        return tuple(sorted(found))

    def _observation(self, text):
        source, country, subdivision, radius, network, prefix = text.split("|")
        if source == SCAN:
            source = "ip"
            country = self._countries.get(int(country))
            subdivision = subdivision and self._subdivisions.get(int(subdivision))
        return Observation(
            source=source,
            country=country or None,
            subdivision=subdivision or None,
            radius_km=float(radius) if radius else None,
            network=network or None,
            prefix=int(prefix) if prefix else None,
        )


def _groups_of(partner_id, month, picking_id, package_id, batch_id):
    """Return the groups a unit belongs to, the narrowest first."""
    found = (
        ("carton", package_id),
        ("shipment", picking_id),
        ("batch", batch_id),
        ("window", partner_id and (partner_id, month)),
    )
    return tuple(group for group in found if group[1])
