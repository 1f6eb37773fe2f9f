"""Three judges of one simulated market, on the same observations.

Each returns a `Verdict`: the units it accuses of being diverted with their scores, and
the cases it would open. The naive rule and ours see what is observed; the oracle
(`market_oracle`) is told the true rates as well.
"""

import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from market_evidence import find_crowded
from market_oracle import Oracle
from market_places import NO_PROVINCE, REPO

sys.path.insert(0, str(REPO))

from core.evidence import Observation
from core.leak import (
    LeakSettings,
    UnitEvidence,
    find_leaks,
    learn_errors,
    sightings_of,
)


class Case(NamedTuple):
    """Whom a case accuses: a distributor, for one shipment or (None) for a time."""

    distributor: int
    shipment: int | None
    place: str


@dataclass
class Verdict:
    """What a judge says: unit -> (score, shapes it speaks of), and cases."""

    accused: dict[int, tuple[float, str]] = field(default_factory=dict)
    cases: set[Case] = field(default_factory=set)
    seconds: float = 0.0


def judge_naively(market):
    """Accuse every unit that was ever seen in another place than it was bound to."""
    observed, verdict = market.observed, Verdict()
    start = time.process_time()
    for unit, life in observed.sightings.items():
        home = observed.units[unit].home
        seen = {s.place for s in life} - {NO_PROVINCE} - home
        if seen:
            verdict.accused[unit] = 1.0, "any"
            record = observed.units[unit]
            for place in seen:
                case = Case(record.distributor, record.shipment, place)
                verdict.cases.add(case)
    verdict.seconds = time.process_time() - start
    return verdict


# === OURS === #


def judge_ours(market):
    """Accuse the named members of the leaks that `core.leak` finds."""
    start = time.process_time()
    units = make_evidence(market.observed)
    leaks = find_leaks(units, learn_errors(units), LeakSettings())
    verdict = Verdict()
    for leak in leaks:
        verdict.cases |= set(_cases_of(market.observed, leak))
        for unit, probability in leak.members[: leak.named]:
            known = verdict.accused.get(unit, (0.0, ""))
            verdict.accused[unit] = max(known, (probability, _shape_of(leak)))
    verdict.seconds = time.process_time() - start
    return verdict


def make_evidence(observed):
    """Return the `UnitEvidence` of every unit that was seen."""
    crowded = find_crowded(observed)
    result = []
    for unit, life in observed.sightings.items():
        record = observed.units[unit]
        seen = [
            _observe(s) for s in life if (record.shipment, s.address) not in crowded
        ]
        groups = (
            ("carton", record.carton),
            ("shipment", record.shipment),
            ("batch", record.batch),
            ("window", (record.distributor, f"{record.shipped_at:%Y-%m}")),
        )
        result.append(UnitEvidence(unit, record.home, sightings_of(seen), groups))
    return result


def _observe(sighting):
    country, _, subdivision = sighting.place.partition("-")
    return Observation(
        source="ip:geolite2@2018-07",
        country=country,
        subdivision=subdivision or None,
        radius_km=sighting.radius_km,
        network=sighting.network,
        occasion=sighting.address,
        prefix=sighting.prefix,
    )


def _shape_of(leak):
    if leak.kind in ("carton", "shipment"):
        whole = leak.kind == "carton" or leak.shape == "cartons"
        return "carton" if whole else "scattered"
    return "drip"


def _cases_of(observed, leak):
    """Yield whom a found leak names: its shipment's distributor, or its window's."""
    if leak.kind == "window":
        yield Case(leak.key[0], None, leak.place)
        return
    named = [observed.units[unit] for unit, _ in leak.members]
    if leak.kind == "batch":
        counts = Counter(unit.distributor for unit in named)
        for distributor, _count in counts.most_common(1):
            yield Case(distributor, None, leak.place)
        return
    for unit in named[:1]:
        yield Case(unit.distributor, unit.shipment, leak.place)


# === THE ORACLE === #

#: From this probability on the oracle opens a case, as ours does.
CASE = 0.5


def judge_as_oracle(market):
    """Return every unit's true posterior probability, and the cases it is sure of."""
    start = time.process_time()
    oracle = Oracle(market)
    verdict = Verdict()
    for unit, (chance, shape) in oracle.judge().items():
        if chance > 0.01 and unit in market.observed.sightings:  # sold by now
            kind = "carton" if shape in ("whole", "part") else shape
            verdict.accused[unit] = chance, kind
    sure = defaultdict(float)
    for distributor, shipment, place, chance in oracle.cases:
        sure[Case(distributor, shipment, place)] += chance
    verdict.cases = {case for case, chance in sure.items() if chance >= CASE}
    verdict.seconds = time.process_time() - start
    return verdict
