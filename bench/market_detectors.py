"""Copied codes, second lives and fake activations: what our detectors say of a market.

Each function returns the units it accuses. The detectors get what is observed, turned
into the plain tuples they take.
"""

import sys
from collections import Counter, defaultdict
from datetime import timedelta

from market_judges import make_evidence
from market_places import NO_PROVINCE, REPO

sys.path.insert(0, str(REPO))

from core import clone, early_use, fake_activation, lifeless, reuse
from core.evidence_rates import Rates
from core.leak import learn_errors
from core.place_centre import read_centres

#: A unit in use shows within this time.
LIFE = timedelta(days=60)
HOUR = timedelta(hours=1)
#: Findings of a lower score ask for a look and accuse nobody: a second claim of which
#: our records tell nothing, a sale that was declared some days late.
REUSED, EARLY = 60, 70
_RATES = Rates()
_KINDS = {"repaired": "in_service"}


# === WHAT ONE WOULD GUESS === #


def guess_clones(market):
    """Return the units that were seen in three provinces or more."""
    observed = market.observed.sightings
    return {u for u, life in observed.items() if len({s.place for s in life}) > 2}


def guess_refurbished(market):
    """Return the units that came back or were claimed again."""
    found = {event.unit for event in market.observed.events}
    for unit, life in market.observed.sightings.items():
        if sum(seen.kind == "activation" for seen in life) > 1:
            found.add(unit)
    return found


def guess_fakes(market, least=5):
    """Return the units activated with others by one address or device in a day."""
    days = defaultdict(set)
    for unit, life in market.observed.sightings.items():
        for seen in life:
            if seen.kind == "activation":
                days[seen.address, seen.at.date()].add(unit)
                days[seen.device, seen.at.date()].add(unit)
    return set().union(*(units for units in days.values() if len(units) >= least))


# === OURS === #


def find_clones(market):
    """Return the units whose code is on several things."""
    with (REPO / "core" / "places.txt").open(encoding="utf-8") as lines:
        centres = read_centres(lines)
    errors = learn_errors(make_evidence(market.observed))
    by_unit = {
        unit: [_sighting_of(seen) for seen in life]
        for unit, life in market.observed.sightings.items()
    }
    crowds = Counter(
        clone.crowd_of(clone.occasions_of(life), clone.first_claims(life))
        for life in by_unit.values()
    )
    del crowds[0]
    rows = [seen for life in by_unit.values() for seen in life]
    found = clone.find_clones(rows, None, centres, None, errors, crowds)
    return {finding.unit for finding in found}


def _sighting_of(seen):
    return clone.Sighting(
        seen.unit,
        seen.at,
        "" if seen.network == "vpn" or seen.place == NO_PROVINCE else seen.place,
        clone.error_of(seen.network, _RATES),
        seen.address,
        str(seen.account or ""),
        channel=seen.network if seen.network in ("mobile", "fixed") else "unknown",
        model=seen.model,
    )


def find_refurbished(market):
    """Return the units that had a life before the one they were sold into as new."""
    observed, steps, declared = market.observed, {}, set()
    for event in observed.events:
        if event.kind == "restored":
            declared.add(event.unit)
        kind = _KINDS.get(event.kind, event.kind)
        steps.setdefault(event.unit, []).append(reuse.Step(kind, event.at))
    lives = []
    for unit, life in observed.sightings.items():
        claims = [seen for seen in life if seen.kind == "activation"]
        if len(claims) < 2 and unit not in steps:
            continue
        told = list(steps.get(unit, ()))
        for number, seen in enumerate(claims):
            kind = "claimed" if number else "activated"
            told.append(reuse.Step(kind, seen.at, str(seen.account)))
        lives.append(reuse.Life(unit, tuple(told), unit in declared))
    found = reuse.find_reused(lives)
    return {finding.unit for finding in found if finding.score >= REUSED}


def find_fakes(market):
    """Return the units that nobody bought when they were activated."""
    observed = market.observed
    end = max(life[-1].at for life in observed.sightings.values())
    claims, uses = [], []
    for unit, life in observed.sightings.items():
        first = next((seen for seen in life if seen.kind == "activation"), None)
        if not first:
            continue
        record = observed.units[unit]
        claims.append(_make_claim(record, first, life, end))
        stock = record.left_stock_at
        uses.append(early_use.Use(unit, first.at, record.sale_date, handled_at=stock))
    found = set()
    for burst in fake_activation.find_bursts(claims):
        found.update(burst.units)
    for group in lifeless.find_lifeless(claims):
        found.update(unit for unit, _chance in group.members)
    for finding in early_use.judge_uses(uses):
        if finding.score >= EARLY:
            found.add(finding.unit)
    return found


def _make_claim(record, first, life, end):
    later = any(seen.at > first.at + HOUR for seen in life)
    sold = record.sale_date and record.sale_date <= first.at.date()
    if record.left_stock_at:
        sold = record.left_stock_at <= first.at and sold is not False
    return fake_activation.Claim(
        record.unit,
        first.at,
        first.address,
        first.network,
        str(first.device),
        str(first.account),
        f"{record.distributor}/{first.at:%Y-%m}",
        later if later or first.at + LIFE <= end else None,
        sold,
    )
