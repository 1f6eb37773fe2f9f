"""A set of rules: which detectors run, from which limits on, with which error rates.

A rule set is data, so that it can have versions and be tried on the past. `RuleSet()`
is the one the module starts with. Every number has a unit and says where it is from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType

from . import evidence
from .errors import SerialError
from .evidence_rates import Rate, Rates

#: Every detector, in the order in which screens list them: the kinds of alerts too.
DETECTORS = (
    "region_mismatch",
    "outside_country",
    "leak",
    "clone",
    "refurbished_as_new",
    "never_shipped",
    "void_code",
    "recalled_unit",
    "destroyed_unit",
    "traded_in_before",
    "bulk_activation",
    "before_sale_date",
    "dealer_stock",
    "no_later_life",
    "unknown_codes",
    "unit_surfaced",
)

#: Reasons of a judgement that fall silent with a detector.
REASON_DETECTORS = MappingProxyType(
    {
        "outside_region": "region_mismatch",
        "outside_country": "outside_country",
        "returned_before": "refurbished_as_new",
        **{code: code for code in DETECTORS if code != "outside_country"},
    }
)
_PLACE_REASONS = ("outside_region", "outside_country")


@dataclass(frozen=True)
class Threshold:
    """A limit: the value it starts with, its unit, its bounds and where it is from."""

    default: float
    unit: str
    fact: str
    low: float = 0.0
    high: float = 1_000_000.0

    def __post_init__(self):
        if not (self.low <= self.default <= self.high and self.unit and self.fact):
            raise ValueError("a threshold has a value within bounds, unit and source")


def _share(default, fact):
    return Threshold(default, "share", fact, 0.0, 1.0)


def _suspicions():
    fact = "assumed: how much of the doubt about a unit this fact of our records takes"
    return {
        f"suspicion_{reason}": _share(value, fact)
        for reason, value in Rates().suspicion.items()
    }


_FLIGHT = "an airliner cruises at 900 km/h; above it no parcel and no person travels"
_SESSION = "the customary end of a visit in web analytics"
_CHOICE = "chosen; replace it with what your closed cases show"

#: Every limit of the detectors by its code.
THRESHOLDS = MappingProxyType(
    {
        "alert_score": Threshold(
            0, "score", "0: each company's own setting decides", 0, 100
        ),
        "repeat_score": Threshold(
            20, "score", f"an alert closed once comes back if so much higher: {_CHOICE}"
        ),
        "session_minutes": Threshold(30, "minutes", _SESSION),
        "leak_fdr": _share(0.01, "one leak reported in a hundred may be none"),
        "leak_probability": _share(
            0.5, "a member is likelier diverted than not: equal cost of both errors"
        ),
        "leak_units": Threshold(3, "units", f"fewer are no group: {_CHOICE}", 1),
        "clone_speed": Threshold(1000, "km/h", _FLIGHT, 1),
        "clone_distance": Threshold(
            500, "km", "twice the median error of mobile addresses, and more", 1
        ),
        "clone_places": Threshold(4, "places", _CHOICE, 2),
        "clone_days": Threshold(30, "days", _CHOICE, 1),
        "bulk_device_units": Threshold(3, "units", f"of one device: {_CHOICE}", 2),
        "bulk_account_units": Threshold(6, "units", f"of one account: {_CHOICE}", 2),
        "bulk_address_units": Threshold(
            20, "units", f"of one address, which many people share: {_CHOICE}", 2
        ),
        "bulk_hours": Threshold(24, "hours", _CHOICE, 1),
        "sale_days": Threshold(
            1, "days", "a sale is dated in local time, an activation in UTC"
        ),
        "life_days": Threshold(
            60, "days", f"a unit in use shows within this time: {_CHOICE}", 1
        ),
        "unknown_codes": Threshold(20, "codes", _CHOICE, 2),
        "unknown_hours": Threshold(24, "hours", _CHOICE, 1),
        **_suspicions(),
    }
)


def _defaults():
    return MappingProxyType({code: limit.default for code, limit in THRESHOLDS.items()})


@dataclass(frozen=True)
class RuleSet:
    """One version of the rules, complete: every threshold has a value.

    `prior` is the share of units expected outside their territory before anything is
    seen of one.
    """

    version: str = "0"
    prior: float = evidence.PRIOR
    rates: Rates = field(default_factory=Rates)
    enabled: frozenset[str] = frozenset(DETECTORS)
    thresholds: Mapping[str, float] = field(default_factory=_defaults)

    def __post_init__(self):
        if not 0 < self.prior < 1:
            raise SerialError("bad_prior", prior=self.prior)
        for code, value in self.thresholds.items():
            check_threshold(code, value)
        complete = MappingProxyType({**_defaults(), **self.thresholds})
        object.__setattr__(self, "thresholds", complete)

    def is_enabled(self, detector: str) -> bool:
        """Tell whether a detector is switched on."""
        return detector in self.enabled

    @cached_property
    def silent(self) -> frozenset[str]:
        """The reasons that nobody shall hear of: their detectors are off."""
        return frozenset(
            reason
            for reason, detector in REASON_DETECTORS.items()
            if detector not in self.enabled
        )

    @cached_property
    def _rates(self):
        """Return the rates with the weight of facts as this rule set has it."""
        suspicion = {
            code.removeprefix("suspicion_"): value
            for code, value in self.thresholds.items()
            if code.startswith("suspicion_")
        }
        return replace(self.rates, suspicion={**self.rates.suspicion, **suspicion})

    def judge(self, observations, codes, facts: frozenset[str]) -> evidence.Judgement:
        """Judge a unit by these rules.

        :param facts: what our own records say, see `evidence.facts_of`

        >>> seen = evidence.Observation("ip:dbip", "CN", "BJ", radius_km=20)
        >>> rules = RuleSet(enabled=frozenset(DETECTORS) - {"region_mismatch"})
        >>> rules.judge([seen], frozenset({"CN-GD"}), frozenset())
        Judgement(verdict='outside', score=0, reasons=(), place_score=0)
        """
        context = evidence.UnitContext(facts=facts - self.silent)
        judgement = evidence.judge(
            observations, codes, context, self._rates, self.prior
        )
        if self.silent.isdisjoint(judgement.reasons):
            return judgement
        return self._judge_without_place(judgement, context)

    def _judge_without_place(self, judgement, context):
        """Leave out that the unit was seen elsewhere, if that is all that was seen."""
        reasons = [r for r in judgement.reasons if r not in self.silent]
        if set(_PLACE_REASONS).isdisjoint(reasons):
            nowhere = evidence.judge([], frozenset(), context, self._rates, self.prior)
            judgement = replace(judgement, score=nowhere.score, place_score=0)
        return replace(judgement, reasons=tuple(reasons))


def check_threshold(code: str, value: float) -> None:
    """Raise `SerialError` where a threshold is unknown or outside its bounds."""
    limit = THRESHOLDS.get(code)
    if limit is None:
        raise SerialError("unknown_threshold", code=code)
    if not limit.low <= value <= limit.high:
        raise SerialError(
            "bad_threshold", code=code, low=limit.low, high=limit.high, value=value
        )


# === RATES AS A TABLE === #


def rate_table(rates: Rates | None = None) -> dict[str, Rate]:
    """Return every rate by its name: `gps`, `fixed` …, `radius_50` for a radius.

    >>> list(rate_table())[:3], rate_table()["radius_50"].error
    (['gps', 'declared', 'country'], 0.08)
    """
    rates = rates or Rates()
    table = {f.name: getattr(rates, f.name) for f in fields(rates)}
    found = {name: rate for name, rate in table.items() if isinstance(rate, Rate)}
    return found | {f"radius_{limit:g}": rate for limit, rate in rates.by_radius}


def rates_of(table: Mapping[str, Rate], **values: object) -> Rates:
    """Return the rates a table spells out; what it does not name stays as it is.

    :param values: the other fields of `Rates`, such as `registered_places`

    >>> rates_of({"gps": Rate(0.5, 0.5, "a test")}).by_precision(50).error
    0.08
    """
    names = {f.name for f in fields(Rates)}
    known = {name: rate for name, rate in table.items() if name in names}
    by_radius = tuple(
        (limit, table.get(f"radius_{limit:g}", rate))
        for limit, rate in Rates().by_radius
    )
    return Rates(**known, by_radius=by_radius, **values)
