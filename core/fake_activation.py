"""Activations that no consumer made: bonuses are paid for them, warranties start early.

    find_bursts(claims, settings) -> list[Burst]          (many units, one hand)
    core.lifeless.find_lifeless(claims) -> list[LifelessGroup]  (sold on paper only)
    core.early_use.judge_uses(uses) -> list[UseFinding]   (what our records contradict)

A shop that activates for its customers and a carrier that hides thousands of them
behind one address are honest. So an address alone accuses nobody: a burst is one hand
where the pace, the sameness of device or account and the silence afterwards say so
together, each as odds (`BurstSettings`), and what such networks usually carry is data.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, log
from typing import NamedTuple


class Claim(NamedTuple):
    """One activation. `prefix` is the address as stored (/24, /48).

    `account` is a hash of telephone or account, `group` whose stock the unit came from
    (distributor or shipment), `later`: was the unit seen again afterwards, by anybody
    (None: too early to tell), `sold`: do our records have it sold before (False: they
    have it in stock later than that; None: they say nothing).
    """

    unit: int
    at: datetime
    prefix: str = ""
    network: str | None = None
    device: str = ""
    account: str = ""
    group: str = ""
    later: bool | None = None
    sold: bool | None = None


def _usual():
    """Return how many units one device, account or address range has in a run.

    Assumed, on the safe side: a household owns few units of one brand; an address range
    of /24 serves up to 256 lines, a carrier's shared one (CGNAT) thousands.
    """
    return {
        "device": 3,
        "account": 5,
        "hosting": 6,
        "vpn": 30,
        "fixed": 12,
        "unknown": 25,
        "mobile": 200,
    }


@dataclass(frozen=True)
class BurstSettings:
    """When many activations are one hand."""

    prior: Mapping[str, float] = field(
        default_factory=lambda: {"device": 0.05, "account": 0.03, "address": 0.003}
    )
    usual: Mapping[str, int] = field(default_factory=_usual)
    least: int = 5  # units of a run that is looked at
    address_hours: float = 6.0  # a pause that ends a run at one address
    people_days: float = 30.0  # ... of one device or account
    #: Seconds from one to the next, median -> weight: customers come slower.
    paces: tuple[tuple[float, float], ...] = ((120, 3), (900, 2), (3600, 1), (7200, 0))
    slow: float = -2.0  # the weight of a slower pace
    later_rate: float = 0.6  # share of honest units seen again; measure it
    fake_later_rate: float = 0.3  # some are sold in the end
    sold_odds: float = 10.0  # a unit that our records have sold before is honest
    unsold_odds: float = 20.0  # one that they have in stock later is not
    probability: float = 0.95


@dataclass(frozen=True)
class Burst:
    """Units that one hand activated, and what tells so."""

    kind: str  # device, account or address
    key: str
    units: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    median_seconds: float
    usual: int  # units such a device, account or address has in a run
    later: tuple[int, int]  # seen again, of how many that should have been
    probability: float
    reasons: tuple[str, ...]


def find_bursts(
    claims: Iterable[Claim], settings: BurstSettings | None = None
) -> list[Burst]:
    """Return the bursts, the surest first; a unit may be in several."""
    settings = settings or BurstSettings()
    claims = sorted(claims, key=lambda claim: claim.at)
    found = []
    for kind, pause in _pauses(settings).items():
        by_key = defaultdict(list)
        for claim in claims:
            key = claim.prefix if kind == "address" else getattr(claim, kind)
            if key:
                by_key[key].append(claim)
        for key, many in by_key.items():
            if len(many) < settings.least:
                continue
            runs = split_runs(many, pause)
            found += [_judge_run(kind, key, run, runs, settings) for run in runs]
    found = filter(None, found)
    return sorted(found, key=lambda burst: (-burst.probability, burst.kind, burst.key))


def _pauses(settings):
    people = timedelta(days=settings.people_days)
    return {
        "device": people,
        "account": people,
        "address": timedelta(hours=settings.address_hours),
    }


def split_runs(claims: list[Claim], pause: timedelta) -> list[list[Claim]]:
    """Return claims in order of time, cut where longer than `pause` nothing came."""
    runs = []
    for claim in claims:
        if runs and claim.at - runs[-1][-1].at <= pause:
            runs[-1].append(claim)
        else:
            runs.append([claim])
    return runs


def _judge_run(kind, key, run, runs, settings):
    units = dict.fromkeys(claim.unit for claim in run)
    if len(units) < settings.least:
        return None
    usual = settings.usual.get(kind) or _usual_of_network(run, settings)
    gap = median_gap(run)
    later = later_of(run)
    weights = {
        "many_units": _weigh_count(len(units), usual),
        "unusual_surge": _weigh_surge(kind, run, runs),
        "fast_pace": _weigh_pace(gap, settings),
        "same_people": _weigh_people(kind, run),
        "no_later_life": weigh_later(*later, settings),
        "in_stock": _weigh_records(run, settings),
    }
    probability = _posterior(settings.prior[kind], sum(weights.values()))
    if probability < settings.probability:
        return None
    return Burst(
        kind=kind,
        key=key,
        units=tuple(units),
        first_at=run[0].at,
        last_at=run[-1].at,
        median_seconds=gap,
        usual=usual,
        later=later,
        probability=probability,
        reasons=tuple(name for name, weight in weights.items() if weight > 0),
    )


def _posterior(prior, weight):
    odds = exp(min(50.0, weight)) * prior / (1 - prior)
    return odds / (1 + odds)


# === WEIGHTS (natural logarithms of odds) === #


def _usual_of_network(run, settings):
    networks = [claim.network or "unknown" for claim in run]
    network = max(sorted(set(networks)), key=networks.count)
    return settings.usual.get(network, settings.usual["unknown"])


def _weigh_count(count, usual):
    """Weigh how many units there are: never more than e⁴, whatever the number."""
    return max(-4.0, min(4.0, 2.5 * log(count / usual)))


def _weigh_surge(kind, run, runs):
    """Weigh a run against what the same address usually does: a shop is steady."""
    others = sorted(len(other) for other in runs if other is not run)
    if kind != "address" or len(others) < 3:
        return 0.0
    typical = others[len(others) // 2]
    return max(-4.0, min(3.0, 1.5 * log(len(run) / (3 * typical))))


def median_gap(run: list[Claim]) -> float:
    """Return the median seconds between one claim and the next."""
    gaps = sorted((other.at - one.at).total_seconds() for one, other in pairwise(run))
    return gaps[len(gaps) // 2] if gaps else 0.0


def _weigh_pace(gap, settings):
    found = (weight for limit, weight in settings.paces if gap <= limit)
    return next(found, settings.slow)


def _weigh_records(run, settings):
    """Weigh what our records say: a declared sale before, or stock afterwards."""
    sold = sum(claim.sold is True for claim in run)
    unsold = sum(claim.sold is False for claim in run)
    weight = unsold * log(settings.unsold_odds) - sold * log(settings.sold_odds)
    return max(-12.0, min(12.0, weight))


def _weigh_people(kind, run):
    """Weigh who activated: customers of a shop are many, a hand is one."""
    weight = 0.0
    for name in {"device", "account"} - {kind}:
        known = [getattr(claim, name) for claim in run if getattr(claim, name)]
        if len(known) < len(run) / 2:
            continue
        share = len(set(known)) / len(known)
        weight += 2.0 if share <= 0.3 else -1.0 if share >= 0.8 else 0.0
    return weight


def later_of(run: list[Claim]) -> tuple[int, int]:
    """Return how many were seen again, of how many of which that is known."""
    known = [claim.later for claim in run if claim.later is not None]
    return sum(known), len(known)


def weigh_later(seen: int, known: int, settings: BurstSettings) -> float:
    """Weigh how many of the units were ever seen again, by anybody."""
    fake, honest = settings.fake_later_rate, settings.later_rate
    weight = seen * log(fake / honest)
    weight += (known - seen) * log((1 - fake) / (1 - honest))
    return max(-6.0, min(6.0, weight))
