"""The limits of a rule set: each with its unit, its bounds and where it is from.

Where a detector has settings of its own, the limits start as those and are handed to
it as those (`settings_of`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from .clone import CloneSettings
from .errors import SerialError
from .evidence_rates import Rates
from .fake_activation import BurstSettings
from .leak import LeakSettings
from .reuse import ReuseSettings
from .unknown_codes import PrintSettings


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


_CHOICE = "chosen; replace it with what your closed cases show"
_FLIGHT = "an airliner, door to door; neither a parcel nor a person is faster"
_SIMULATED = "tuned on the simulated market (bench/market.py)"

#: Settings of detectors: which of them are limits, as (unit, source, lowest, highest).
SETTINGS = MappingProxyType(
    {
        "leak": (
            LeakSettings,
            {
                "fdr": ("share", "so many of the leaks reported may be none", 1e-9, 1),
                "named": (
                    "share",
                    f"units are named from here on: {_SIMULATED}",
                    0.5,
                    1,
                ),
                "suspect": ("share", f"from here on a case: {_CHOICE}", 0.05, 0.99),
            },
        ),
        "clone": (
            CloneSettings,
            {
                "prior": ("share", f"of codes that are copied: {_CHOICE}", 1e-9, 0.9),
                "probability": ("share", _SIMULATED, 0.01, 1),
                "speed_km_h": ("km/h", _FLIGHT, 1, 100_000),
            },
        ),
        "bulk": (
            BurstSettings,
            {
                "least": ("units", _CHOICE, 2, 1000),
                "probability": ("share", _SIMULATED, 0.01, 1),
                "address_hours": ("hours", _CHOICE, 0.1, 1000),
                "people_days": ("days", _CHOICE, 0.1, 1000),
                "later_rate": ("share", "of honest units seen again", 0.01, 0.99),
            },
        ),
        "reuse": (
            ReuseSettings,
            {
                "tried_days": ("days", "a first use so short is a look", 0, 100),
                "settle_days": ("days", "a second claim sooner: same sale", 0, 100),
                "unrecorded_score": ("score", "under 50: no alert", 0, 100),
            },
        ),
        "unknown": (
            PrintSettings,
            {
                "copies": ("people", _CHOICE, 2, 1000),
                "series": ("codes", _CHOICE, 2, 1000),
                "series_visitors": ("people", _CHOICE, 1, 1000),
            },
        ),
    }
)


def _of_settings():
    return {
        f"{prefix}_{name}": Threshold(getattr(kind(), name), *told)
        for prefix, (kind, names) in SETTINGS.items()
        for name, told in names.items()
        if name in kind.__dataclass_fields__
    }


def _suspicions():
    fact = "assumed: how much of the doubt about a unit this fact of our records takes"
    return {
        f"suspicion_{reason}": Threshold(value, "share", fact, 0, 1)
        for reason, value in Rates().suspicion.items()
    }


#: Every limit of the detectors by its code.
THRESHOLDS = MappingProxyType(
    {
        "alert_score": Threshold(
            0, "score", "0: each company's own setting decides", 0, 100
        ),
        "repeat_score": Threshold(
            20, "score", f"a closed alert comes back if so much higher: {_CHOICE}"
        ),
        "leak_probability": Threshold(
            LeakSettings().member,
            "share",
            "a member likelier went than not: both errors cost the same",
            0,
            1,
        ),
        "leak_units": Threshold(3, "units", f"fewer are no group: {_CHOICE}", 1),
        **_of_settings(),
        **_suspicions(),
    }
)


def defaults() -> Mapping[str, float]:
    """Return the value each limit starts with."""
    return {code: limit.default for code, limit in THRESHOLDS.items()}


def check_threshold(code: str, value: float) -> None:
    """Raise `SerialError` where a threshold is unknown or outside its bounds."""
    limit = THRESHOLDS.get(code)
    if limit is None:
        raise SerialError("unknown_threshold", code=code)
    if not limit.low <= value <= limit.high:
        raise SerialError(
            "bad_threshold", code=code, low=limit.low, high=limit.high, value=value
        )


def settings_of(prefix: str, thresholds: Mapping[str, float]) -> object:
    """Return the settings of a detector as the limits have them.

    >>> settings_of("clone", {"clone_speed_km_h": 500.0}).speed_km_h
    500.0
    """
    kind, names = SETTINGS[prefix]
    start = kind()
    return replace(
        start,
        **{
            name: type(getattr(start, name))(thresholds[f"{prefix}_{name}"])
            for name in names
            if name in kind.__dataclass_fields__ and f"{prefix}_{name}" in thresholds
        },
    )
