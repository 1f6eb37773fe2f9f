"""What a simulated market is made of: its settings, what is observed, and the truth.

`Observed` is all that a judge may look at. `Truth` is kept apart from it: nothing in a
unit, a sighting or an event tells whether its unit was diverted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SHAPES = ("whole", "part", "scattered", "drip")
#: Units of a leak, from the least to the most.
SMALLEST, LARGEST = 3, 500


@dataclass(frozen=True)
class Settings:
    """How a market is made. Rates are shares of units unless said otherwise."""

    units: int = 66_000
    distributors: int = 40
    months: int = 12
    cartons: tuple[int, ...] = (20, 24, 30, 40)
    sold: float = 0.94  # of the shipped units, within the time simulated
    #: Share of units diverted; drawn between the two, anew for each market.
    base_rate: tuple[float, float] = (0.005, 0.03)
    shapes: tuple[str, ...] = SHAPES
    sizes: tuple[int, int] = (SMALLEST, LARGEST)
    dishonest: float = 0.5  # of the distributors
    # Location: mobile addresses are wrong 40 % of the time, fixed ones 7-12 %.
    mobile_error: float = 0.40
    mobile_spread: float = 0.06  # standard deviation over provinces
    fixed_error: tuple[float, float] = (0.07, 0.12)
    in_beijing: float = 0.27  # of the misplaced addresses
    near_by: float = 0.45
    no_province: float = 0.05  # the file knows the country alone
    # People: where they are, what they use, how often they scan.
    mobile: float = 0.5
    unknown_network: float = 0.1
    same_network: float = 0.8
    gift: float = 0.02
    travel: float = 0.03
    vpn: float = 0.02
    vpn_known: float = 0.8
    scans: tuple[float, ...] = (0.25, 0.25, 0.25, 0.25)  # 1, 2, 3, 4 a unit
    same_session: float = 0.4  # of the scans after the first
    same_address: float = 0.3
    household: float = 0.15  # of later visits: somebody else at home, another device
    # Devices: browsers tell the model of most, but no more of an iPhone than its name.
    # Set, not measured; the models themselves are as unequal as words (Zipf).
    iphones: float = 0.22
    nameless: float = 0.10
    models: int = 400
    # Fraud, and honest life that looks like it: numbers of units, of bursts.
    clones: int = 60
    display_units: int = 30
    refurbished: int = 100
    on_record: float = 0.97  # of them: what came back past us cannot be told
    second_hand: int = 150
    honest_returns: int = 150
    fake_bursts: int = 25
    honest_bursts: int = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """What the brand's own records say of a unit."""

    unit: int
    carton: int
    shipment: int
    batch: int
    distributor: int
    home: frozenset[str]  # place codes where it may be sold
    shipped_at: datetime
    sale_date: date | None = None  # as declared, some days late at times
    left_stock_at: datetime | None = None  # as the dealer's records say, if they do


@dataclass(frozen=True, slots=True)
class Sighting:
    """One activation or scan of a unit, as it is stored."""

    unit: int
    kind: str  # "activation" (asked for) or "scan"
    at: datetime
    device: int
    account: int | None  # hash of a phone number or account; activations have one
    address: str  # the kept part, a /24
    network: str | None  # as an ASN file would tell
    place: str  # as the location file says
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    prefix: int
    model: str  # of the device, as its browser tells


@dataclass(frozen=True, slots=True)
class Event:
    """Something recorded of a unit: `returned`, `repaired`, `traded_in`, `restored`.

    `restored`: sold again, declared as used or refurbished.
    """

    unit: int
    kind: str
    at: datetime


@dataclass
class Observed:
    """All that a judge may look at."""

    homes: list[Mapping[str, float]]  # a distributor: place -> share of its sales
    units: list[Unit] = field(default_factory=list)
    sightings: dict[int, list[Sighting]] = field(default_factory=dict)  # by unit
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Leak:
    """Units of one distributor that were sold to one foreign place."""

    shape: str
    distributor: int
    shipments: frozenset[int]
    cartons: frozenset[int]
    place: str
    units: frozenset[int]


@dataclass
class Truth:
    """What no judge is told, except the oracle: the rates, never a unit's own truth."""

    noise: object
    base_rate: float = 0.0
    leaks: list[Leak] = field(default_factory=list)
    clones: set[int] = field(default_factory=set)
    refurbished: set[int] = field(default_factory=set)
    fakes: list[frozenset[int]] = field(default_factory=list)

    @property
    def leak_of(self):
        """Unit -> its leak."""
        return {unit: leak for leak in self.leaks for unit in leak.units}


@dataclass(frozen=True)
class Market:
    """One simulated market."""

    seed: int
    settings: Settings
    observed: Observed
    truth: Truth
