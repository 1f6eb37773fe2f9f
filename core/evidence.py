"""From observations of a place to a verdict: is the unit where it was meant to be?

No single observation proves anything: location by IP address errs. Each one is a
likelihood ratio (how much likelier it is if the unit left its territory), independent
ones add up as log-odds on top of a prior, and the sum is a probability.

- `score` (0-100) is that probability, raised by facts from our own records such as a
  void code: each leaves its own share of the doubt (`Rates.suspicion`), whatever the
  place says. `place_score` is the probability alone.
- `verdict` is about the place alone: "outside" or "inside" when the observations
  together speak at least three to one, else "undecided". Under three to one evidence
  is "not worth more than a bare mention" (Kass and Raftery 1995).
- `recalled_unit` and `blocked_unit` are reported and do not raise the score: a recall
  says nothing against who holds the unit.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp, log

from . import territory
from .errors import SerialError
from .evidence_channel import channel_of
from .evidence_rates import Rate, Rates

__all__ = [
    "Judgement",
    "Observation",
    "Rate",
    "Rates",
    "UnitContext",
    "facts_of",
    "judge",
]

#: Share of units expected outside their territory before anything is seen of one.
#: Replace it with the brand's own share once cases have outcomes.
PRIOR = 0.10
#: Weight of evidence under which the place stays undecided.
DECISIVE = 3.0

#: Every reason, in the order in which reasons are reported.
REASONS = (
    "void_code",
    "blocked_unit",
    "recalled_unit",
    "never_shipped",
    "traded_in_before",
    "dealer_stock",
    "before_sale_date",
    "returned_before",
    "not_bound",
    "outside_country",
    "outside_region",
    "sources_disagree",
    "sources_agree",
    "vpn_or_hosting",
    "low_precision",
    "place_unknown",
)


@dataclass(frozen=True)
class Observation:
    """Where a unit seemed to be, by one source.

    `source` is a kind, `ip`, `gps`, `store` or `declared`, with the file or device
    after a colon (`ip:dbip`). Sources of one kind look at the same thing, so they
    count as one. So do repeats, unless `occasion` (device, network and day: a session)
    says that they were seen independently. `network` is `fixed`, `mobile`, None, or
    what weighs nothing: `vpn`, `hosting`, `tor`, `proxy`, `cgnat`, `bogon`. `prefix`
    is the length of the network that the location file describes.
    """

    source: str
    country: str | None = None
    subdivision: str | None = None
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    network: str | None = None
    occasion: str = ""
    prefix: int | None = None

    @property
    def kind(self) -> str:
        """The kind of source: what the observation is about."""
        return self.source.partition(":")[0]

    @property
    def place(self) -> str:
        """The place code seen, "" if none."""
        return territory.place_code(self.country, self.subdivision)


@dataclass(frozen=True)
class UnitContext:
    """What our own records say about a unit when it is judged."""

    stage: str | None = None
    shipped: bool = False
    sale_date: date | None = None
    activated_at: datetime | None = None
    was_returned: bool = False
    was_traded_in: bool = False
    in_dealer_stock: bool = False
    recalled: bool = False
    blocked: bool = False
    #: Facts found before, as `facts_of` returned them.
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """Verdict on the place, score of the unit, and the reasons for both."""

    verdict: str
    score: int
    reasons: tuple[str, ...] = ()
    place_score: int = 0


@dataclass(frozen=True)
class _Finding:
    """What the observations of one kind and occasion add."""

    weight: float = 0.0  # natural logarithm of the likelihood ratio
    reasons: frozenset[str] = frozenset()


def judge(
    observations: list[Observation],
    codes: frozenset[str],
    context: UnitContext,
    rates: Rates | None = None,
    prior: float = PRIOR,
) -> Judgement:
    """Judge a unit by where it was seen, its territory and our own records.

    >>> seen = Observation("ip:geolite2", "CN", "BJ", radius_km=20, network="fixed")
    >>> judge([seen], frozenset({"CN-GD"}), UnitContext(stage="shipped", shipped=True))
    Judgement(verdict='outside', score=51, reasons=('outside_region',), place_score=51)
    """
    if not 0 < prior < 1:
        raise SerialError("bad_prior", prior=prior)
    rates = rates or Rates()
    reasons = set(facts_of(context))
    if not codes:
        reasons.add("not_bound")
    findings = _weigh_all(observations, codes, rates)
    weight = sum(finding.weight for finding in findings)
    reasons = reasons.union(*(finding.reasons for finding in findings))
    if len({finding.weight > 0 for finding in findings if finding.weight}) == 2:
        reasons.add("sources_disagree")
    verdict = _verdict(weight)
    if findings and verdict == "undecided" and not reasons & _WHY_UNDECIDED:
        reasons.add("low_precision")
    doubt = 1 - _posterior(prior, weight) if codes else 1.0
    score = 1 - doubt * _doubt_left(reasons, rates)
    return Judgement(
        verdict=verdict,
        score=round(100 * score),
        reasons=tuple(sorted(reasons, key=REASONS.index)),
        place_score=round(100 * (1 - doubt)),
    )


_WHY_UNDECIDED = {
    "sources_disagree",
    "vpn_or_hosting",
    "low_precision",
    "place_unknown",
}


def _grouped(observations):
    """Return the observations that count as one together, as lists."""
    groups = {}
    for observation in dict.fromkeys(observations):
        key = observation.occasion, observation.kind
        groups.setdefault(key, []).append(observation)
    return groups.values()


def _weigh_all(observations, codes, rates):
    if not codes:  # nothing to compare a place with
        return []
    findings = [_weigh(group, codes, rates) for group in _grouped(observations)]
    return findings or [_Finding(reasons=frozenset({"place_unknown"}))]


def _weigh(group, codes, rates):
    if any(observation.network in rates.weightless for observation in group):
        return _Finding(reasons=frozenset({"vpn_or_hosting"}))
    relations = {o: territory.relation(o.place, codes) for o in group}
    decided = [o for o in group if relations[o] != "undecided"]
    if not decided:
        known = any(observation.place for observation in group)
        return _Finding(
            reasons=frozenset({"low_precision" if known else "place_unknown"})
        )
    if len({relations[o] for o in decided}) > 1:
        return _Finding(reasons=frozenset({"sources_disagree"}))
    outside = relations[decided[0]] == "outside"
    return _weigh_decided(decided, outside, codes, rates)


def _weigh_decided(group, outside, codes, rates):
    """Weigh observations of one kind that all say inside, or all say outside."""
    reasons = set()
    agreeing = len({o.source for o in group}) > 1 and len({o.place for o in group}) == 1
    if agreeing:
        reasons.add("sources_agree")
    levels = {o: _level(o.place, outside, codes) for o in group}
    if outside:
        reasons |= {f"outside_{level}" for level in levels.values()}
    found = [_rate_of(o, levels[o], agreeing, rates) for o in group]
    # Sources that name one place vouch for each other: the most precise one counts.
    # Where they name different places the least precise one does.
    choose = min if len({o.place for o in group}) == 1 else max
    rate = choose(found, key=lambda rate: rate.error)
    return _Finding(log(rate.ratio(outside)), frozenset(reasons))


def _level(place, outside, codes):
    """Tell whether the country or the region (subdivision) decided."""
    country = territory.country_of(place)
    if outside:
        same_country = country in map(territory.country_of, codes)
        return "region" if same_country else "country"
    whole = country in map(territory.normalised, codes)
    return "country" if whole else "region"


def _rate_of(observation, level, agreeing, rates):
    channel = channel_of(observation, rates.weightless)
    if channel in ("declared", "gps", "store"):
        return rates.named(channel)
    mobile = channel == "mobile"
    if level == "country":
        return rates.country_mobile if mobile else rates.country
    radius = observation.radius_km
    registered = observation.place in rates.registered_places
    if registered and not mobile and (radius is None or radius > 100):
        return rates.registered
    if agreeing and channel in ("mobile", "fixed"):
        channel += "_agreeing"
    return rates.named(channel)


def _verdict(weight):
    if abs(weight) < log(DECISIVE):
        return "undecided"
    return "outside" if weight > 0 else "inside"


def _posterior(prior, weight):
    odds = log(prior / (1 - prior)) + weight
    return 1 / (1 + exp(-max(-700.0, min(700.0, odds))))


def facts_of(context: UnitContext) -> frozenset[str]:
    """Return what our own records say against a unit, as reason codes.

    They can be stored, and judged again later by other rules.
    """
    left_us = context.shipped or context.sale_date or context.was_returned
    # A sale is dated in local time, an activation in UTC: a day apart is no finding.
    early = (
        context.sale_date
        and context.activated_at
        and context.activated_at.date() < context.sale_date - timedelta(days=1)
    )
    found = {
        "void_code": context.stage == "void",
        "blocked_unit": context.blocked,
        "recalled_unit": context.recalled,
        "never_shipped": context.stage in _NEEDS_SHIPPING and not left_us,
        "traded_in_before": context.was_traded_in
        or context.stage in ("traded_in", "retired"),
        "dealer_stock": context.in_dealer_stock,
        "before_sale_date": early,
        "returned_before": context.was_returned,
    }
    return context.facts.union(reason for reason, holds in found.items() if holds)


_NEEDS_SHIPPING = ("minted", "produced", "activated")


def _doubt_left(reasons, rates):
    """Return the share of the doubt that facts from our records leave."""
    left = 1.0
    for reason in sorted(reasons):
        left *= 1 - rates.suspicion.get(reason, 0.0)
    return left
