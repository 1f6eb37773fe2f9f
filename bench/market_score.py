"""How well judges did: what each accused, beside the truth, added up over markets."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import market_detectors
from market import make_market
from market_judges import judge_as_oracle, judge_naively, judge_ours

JUDGES = {"naive": judge_naively, "ours": judge_ours, "oracle": judge_as_oracle}
DETECTORS = ("clones", "refurbished", "fakes")
CARTON = ("whole", "part")


class Row(NamedTuple):
    """A unit that was diverted, or accused: the truth beside what was said."""

    shape: str  # of its leak, "" for an honest unit
    size: int  # units of its leak
    network: str
    said: str = ""  # shape that the judge spoke of
    score: float = 0.0


class Named(NamedTuple):
    """A leak, and what the cases of a judge name of it."""

    shape: str
    size: int
    distributor: bool
    shipment: bool
    place: bool


@dataclass
class Tally:
    """The sums over one or more markets."""

    seeds: list[int] = field(default_factory=list)
    units: int = 0
    diverted: list[Row] = field(default_factory=list)
    accused: dict[str, list[Row]] = field(default_factory=dict)
    named: dict[str, list[Named]] = field(default_factory=dict)
    false_cases: Counter = field(default_factory=Counter)  # at honest distributors
    months: int = 0  # of honest distributors
    found: dict[str, Counter] = field(default_factory=dict)  # detector -> its counts
    seconds: Counter = field(default_factory=Counter)

    def add(self, other):
        """Add the sums of other markets."""
        self.seeds += other.seeds
        self.units += other.units
        self.diverted += other.diverted
        for name in other.accused:
            self.accused.setdefault(name, []).extend(other.accused[name])
            self.named.setdefault(name, []).extend(other.named[name])
        self.false_cases += other.false_cases
        self.months += other.months
        for name, counts in other.found.items():
            self.found.setdefault(name, Counter()).update(counts)
        self.seconds += other.seconds


def score_market(seed, atlas, settings=None):
    """Make the market of a seed, let everybody judge it, and return the sums."""
    market = make_market(seed, atlas, settings)
    tally = Tally([seed], len(market.observed.sightings))
    networks = {u: _network_of(s) for u, s in market.observed.sightings.items()}
    leaks = market.truth.leak_of

    def row(unit, score=0.0, said=""):
        leak = leaks.get(unit)
        shape, size = (leak.shape, len(leak.units)) if leak else ("", 0)
        return Row(shape, size, networks[unit], said, score)

    tally.diverted = [row(unit) for unit in leaks]
    guilty = {leak.distributor for leak in market.truth.leaks}
    tally.months = (len(market.observed.homes) - len(guilty)) * market.settings.months
    for name, judge in JUDGES.items():
        verdict = judge(market)
        tally.accused[name] = [row(u, *said) for u, said in verdict.accused.items()]
        leaked = market.truth.leaks
        tally.named[name] = [_name(leak, verdict.cases) for leak in leaked]
        wrong = [case for case in verdict.cases if case.distributor not in guilty]
        tally.false_cases[name] = len({case[:2] for case in wrong})
        tally.seconds[name] = verdict.seconds
    tally.found = score_detectors(market)
    return tally


def _network_of(life):
    networks = {sighting.network for sighting in life}
    return networks.pop() if len(networks) == 1 and None not in networks else "several"


def _name(leak, cases):
    """Tell what the cases name of a leak: a drip has no shipment of its own."""
    mine = [case for case in cases if case.distributor == leak.distributor]
    if leak.shape != "drip":
        exact = [case for case in mine if case.shipment in leak.shipments]
    else:
        exact = [c for c in mine if not c.shipment or c.shipment in leak.shipments]
    place = any(case.place == leak.place for case in exact)
    return Named(leak.shape, len(leak.units), bool(mine), bool(exact), place)


def score_detectors(market):
    """Return detector -> counts of what it should find, found and found rightly."""
    truth = market.truth
    wanted = {
        "clones": truth.clones,
        "refurbished": truth.refurbished,
        "fakes": {unit for burst in truth.fakes for unit in burst},
    }
    result = {}
    for name in DETECTORS:
        for judge, prefix in (("naive", "guess"), ("ours", "find")):
            found = getattr(market_detectors, f"{prefix}_{name}")(market)
            if (judge, name) == ("ours", "clones"):
                clones = found
            elif (judge, name) == ("ours", "refurbished"):
                found -= clones
            counts = result.setdefault(f"{name} {judge}", Counter())
            counts["wanted"] += len(wanted[name])
            counts["found"] += len(found)
            counts["right"] += len(found & wanted[name])
    return result


# === FIGURES === #


class Selection(NamedTuple):
    """Some of the leaks, and which wrong accusations count against them."""

    name: str
    shapes: tuple[str, ...] = ()  # none: all
    least: int = 0
    most: int = 10**6
    network: str = ""
    said: str = ""  # shape of accusations that count; "" for all

    def holds(self, row):
        """Tell whether a diverted unit is one of these."""
        return (
            bool(row.shape)
            and (not self.shapes or row.shape in self.shapes)
            and self.least <= row.size <= self.most
            and (not self.network or row.network == self.network)
        )

    def blames(self, row):
        """Tell whether a wrong accusation counts against these."""
        return (
            not row.shape
            and (not self.said or row.said in (self.said, "any"))
            and (not self.network or row.network == self.network)
        )


def recall_and_precision(tally, judge, selection, least_score=0.0):
    """Return both; precision is None where nobody was accused."""
    wanted = sum(map(selection.holds, tally.diverted))
    rows = [row for row in tally.accused[judge] if row.score >= least_score]
    right = sum(map(selection.holds, rows))
    wrong = sum(map(selection.blames, rows))
    precision = right / (right + wrong) if right + wrong else None
    return (right / wanted if wanted else None), precision


def threshold_for(tally, judge, selection, precision):
    """Return the least score from which on a judge is as precise as asked for."""
    rows = [
        r for r in tally.accused[judge] if selection.holds(r) or selection.blames(r)
    ]
    rows.sort(key=lambda row: -row.score)
    right, best = 0, 2.0
    for number, row in enumerate(rows, 1):
        right += selection.holds(row)
        last = number == len(rows) or rows[number].score < row.score
        if last and right / number >= precision:
            best = row.score
    return best
