"""A set of rules: which detectors run, from which limits on, with which error rates.

A rule set is data, so that it can have versions and be tried on the past. `RuleSet()`
is the one the module starts with. Every number has a unit and says where it is from.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType

from . import evidence
from .errors import SerialError
from .evidence_rates import Rate, Rates
from .leak import LeakSettings
from .rule_limits import THRESHOLDS, check_threshold, defaults, settings_of

__all__ = ["DETECTORS", "THRESHOLDS", "RuleSet", "rate_table", "rates_of"]

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

#: Facts of our own records that somebody has to hear of, whatever a region enforces.
ALWAYS_TOLD = frozenset({"never_shipped", "blocked_unit"})


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
    thresholds: Mapping[str, float] = field(default_factory=defaults)

    def __post_init__(self):
        if not 0 < self.prior < 1:
            raise SerialError("bad_prior", prior=self.prior)
        for code, value in self.thresholds.items():
            check_threshold(code, value)
        complete = MappingProxyType({**defaults(), **self.thresholds})
        object.__setattr__(self, "thresholds", complete)

    def is_enabled(self, detector: str) -> bool:
        """Tell whether a detector is switched on."""
        return detector in self.enabled

    def settings(self, prefix: str):
        """Return the settings of a detector (`rule_limits.SETTINGS`) by these rules.

        >>> RuleSet(thresholds={"leak_probability": 0.8}).settings("leak").member
        0.8
        """
        settings = settings_of(prefix, self.thresholds)
        if isinstance(settings, LeakSettings):
            return replace(settings, member=self.thresholds["leak_probability"])
        return settings

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

    @cached_property
    def digest(self) -> str:
        """What tells two sets of rules apart, whatever version they call themselves."""
        table = {
            n: (rate.error, rate.miss) for n, rate in rate_table(self.rates).items()
        }
        parts = [
            self.prior,
            table,
            sorted(self.rates.registered_places),
            sorted(self.rates.weightless),
            sorted(self.enabled),
            dict(self.thresholds),
        ]
        text = json.dumps(parts, sort_keys=True)
        return sha256(text.encode()).hexdigest()

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

    def alerts(
        self, judgement: evidence.Judgement, level: str, company_score: float
    ) -> bool:
        """Tell whether a judgement raises an alert.

        :param level: what the unit's region enforces
        :param company_score: from where on its company wants alerts, if rules are mute
        """
        return self.suspects(judgement, level, company_score) or not (
            ALWAYS_TOLD.isdisjoint(judgement.reasons)
        )

    def suspects(
        self, judgement: evidence.Judgement, level: str, company_score: float
    ) -> bool:
        """Tell whether a judgement is enough to suspect a diversion."""
        score = self.thresholds["alert_score"] or company_score
        return level in ("alert", "hold") and judgement.score >= score

    def _judge_without_place(self, judgement, context):
        """Leave out that the unit was seen elsewhere, if that is all that was seen."""
        reasons = [r for r in judgement.reasons if r not in self.silent]
        if set(_PLACE_REASONS).isdisjoint(reasons):
            nowhere = evidence.judge([], frozenset(), context, self._rates, self.prior)
            judgement = replace(judgement, score=nowhere.score, place_score=0)
        return replace(judgement, reasons=tuple(reasons))


# === RATES AS A TABLE === #


def rate_table(rates: Rates | None = None) -> dict[str, Rate]:
    """Return every rate by its name: `gps`, `fixed` …, `radius_50` for a radius.

    >>> rate_table()["gps"].error, rate_table()["radius_50"].error
    (0.03, 0.08)
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
