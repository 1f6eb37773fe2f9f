"""How often each way of locating a unit errs: data, each number with its source.

An operator who measures better numbers passes other `Rates`; nothing else changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEASURED = (
    "60,000 random Chinese addresses in DB-IP, GeoLite2 and ip2region, June 2026: "
    "agreement of two files is an upper bound on trust"
)
STUDY = (
    "arXiv 2605.21937 (May 2026), four location files against RIPE Atlas and UNICEF "
    "Giga: median error 3-16 km on fixed lines, 179-207 km on mobile networks"
)
POSITION = (
    "a position is right to metres, but its province is the one of the nearest town: "
    "2.8 % of 13,935 Chinese villages and towns named wrongly (`core/nearest.py`); "
    "travel and forged positions are not measured and round it up to 3 %"
)


@dataclass(frozen=True)
class Rate:
    """How an observation errs.

    `error`: how often a unit inside its territory is seen outside; `miss`: how
    often one outside is seen inside; `fact`: where the numbers come from.
    """

    error: float
    miss: float
    fact: str

    def __post_init__(self):
        if not (0 < self.error < 1 and 0 < self.miss < 1 and self.fact):
            raise ValueError("a rate is two probabilities with their source")

    def ratio(self, outside: bool) -> float:
        """Return how much likelier the observation is if the unit left its territory.

        >>> round(Rate(0.10, 0.05, "example").ratio(outside=True), 2)
        9.5
        """
        if outside:
            return (1 - self.miss) / self.error
        return self.miss / (1 - self.error)


def _radius_rates():
    fact = f"{STUDY}; rates between the fixed and the mobile one, by precision"
    return (
        (50, Rate(0.08, 0.05, fact)),
        (100, Rate(0.12, 0.05, fact)),
        (200, Rate(0.20, 0.08, fact)),
    )


def _suspicion():
    """Return how far a fact from our own records speaks against a unit (0 .. 1)."""
    return {
        "void_code": 1.0,
        "never_shipped": 0.8,
        "traded_in_before": 0.8,
        "dealer_stock": 0.7,
        "before_sale_date": 0.6,
        "returned_before": 0.4,
    }


@dataclass(frozen=True)
class Rates:
    """Error rates by source, network and precision, for territories of subdivisions.

    The two country rates hold where country or territory tell apart by country.
    `gps` is how often the nearest town names a wrong province (`POSITION`): a position
    itself errs by metres, what it is taken for does not.
    """

    gps: Rate = Rate(0.03, 0.03, POSITION)
    declared: Rate = Rate(0.10, 0.10, "assumed: people mistype and some misstate")
    country: Rate = Rate(
        0.015,
        0.02,
        "1-2 %: location files differ on 1-10 % of countries, hosting most of all",
    )
    country_mobile: Rate = Rate(
        0.03, 0.03, "as for countries, doubled: a roaming SIM shows its home country"
    )
    fixed: Rate = Rate(0.10, 0.05, f"7-12 % of fixed lines in China. {MEASURED}")
    fixed_agreeing: Rate = Rate(
        0.065, 0.05, f"fixed, less half of the 7 % on which files differ. {MEASURED}"
    )
    mobile: Rate = Rate(0.40, 0.05, f"China Mobile: 59.6 % agree. {MEASURED}")
    mobile_agreeing: Rate = Rate(
        0.20, 0.08, f"mobile, less half of the 40 % on which files differ. {MEASURED}"
    )
    by_radius: tuple[tuple[float, Rate], ...] = field(default_factory=_radius_rates)
    wide: Rate = Rate(0.35, 0.10, f"a radius over 200 km spans provinces. {STUDY}")
    unknown_radius: Rate = Rate(
        0.12,
        0.05,
        f"the upper end of fixed lines: neither network nor radius. {MEASURED}",
    )
    registered: Rate = Rate(
        0.30, 0.08, f"DB-IP puts 27 % of Chinese addresses in Beijing. {MEASURED}"
    )
    registered_places: frozenset[str] = frozenset({"CN-BJ"})
    store: Rate = Rate(
        0.01,
        0.02,
        "assumed: a store's address is checked once; what is scanned there may have "
        "been carried there",
    )
    disputed: Rate = Rate(
        0.50,
        0.40,
        f"files name different places, so one of two at least is wrong. {MEASURED}",
    )
    #: Networks that say nothing about where a unit is.
    weightless: frozenset[str] = frozenset(
        {"vpn", "hosting", "tor", "proxy", "cgnat", "bogon"}
    )
    suspicion: Mapping[str, float] = field(default_factory=_suspicion)

    def by_precision(self, radius_km: float | None) -> Rate:
        """Return the rate of an IP location of unknown network by its radius."""
        if radius_km is None:
            return self.unknown_radius
        for limit, rate in self.by_radius:
            if radius_km <= limit:
                return rate
        return self.wide

    def named(self, channel: str) -> Rate:
        """Return the rate of a channel (`evidence_channel.channel_of`).

        >>> Rates().named("mobile").error, Rates().named("radius_100").error
        (0.4, 0.12)
        """
        if channel == "fixed_wide":
            return self.wide
        name, _, radius = channel.partition("_")
        if name == "radius":
            return self.by_precision(float(radius))
        found = getattr(self, channel, None)
        return found if isinstance(found, Rate) else self.unknown_radius
