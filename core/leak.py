"""Find groups of which a share went to one foreign region, and name their members.

One unit seen elsewhere proves nothing: addresses err, people travel. But errors and
travellers scatter, and goods that a distributor sells out of his territory arrive
together. So groups are judged (a carton, a shipment, a production batch, what one
distributor got in a month, a quarter or the whole time):

1. `learn_errors` learns from the data where honest units seem to be (`error_learn`).
2. Each unit weighs "it is in region r" against "it is where honest units are"
   (`leak_ratio`), and each group averages over the share π that may have gone to r
   (`leak_model`): a Bayes factor for every group and region.
3. With the prior (how many groups leak) it becomes odds. Groups are taken from the
   best down; the units a group explains are taken out of all others, so nested groups
   are told once, at the level that explains the data best.
4. Groups are flagged as long as the mean probability that a flagged one is honest
   stays within `fdr` (Bayesian control of the false-discovery rate: Efron, Large-Scale
   Inference, 2010; Müller, Parmigiani and Rice, 2007).

A finding also has numbers that anybody can recompute (`binomial`): k of n units were
seen in r, so many were to be expected by errors and travel, the p-value, the interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .error_learn import Learner
from .error_model import ErrorModel
from .evidence_channel import channel_of, sightings_of
from .evidence_rates import Rates
from .leak_pattern import Patterns, UnitEvidence
from .leak_search import Search

__all__ = [
    "ErrorModel",
    "Leak",
    "LeakSettings",
    "UnitEvidence",
    "channel_of",
    "find_leaks",
    "learn_errors",
    "sightings_of",
]


def _priors():
    return {"carton": 0.002, "shipment": 0.01, "batch": 0.001, "window": 0.05}


@dataclass(frozen=True)
class LeakSettings:
    """How careful to be.

    `fdr`: share of flagged groups that may be honest; `priors`: share of groups of a
    kind expected to leak, all regions together (of windows: share of distributors);
    `member`: the least probability of a member; `named`: the least of one who may be
    accused, the same for everybody; `suspect`: the least probability of a group that
    is told as a suspicion.
    """

    fdr: float = 0.01
    priors: Mapping[str, float] = field(default_factory=_priors)
    member: float = 0.5
    named: float = 0.6
    suspect: float = 0.1


@dataclass(frozen=True)
class Leak:
    """A group of which a share went to one region.

    `k` of `n` units with a sighting were seen in `place`; `expected` by errors and
    travel. `share` is k / n with its exact 95 % interval, `p_value` the exact binomial
    tail; `odds` that the group leaked, to one; `estimate` the likeliest share that
    went. `members`: (unit, probability) of those that likelier went than not, the
    likeliest first; the first `named` of them are likely enough to be accused. `shape`
    tells whether whole `cartons` went or units `scattered` through the group. A leak
    that is not `certain` is worth a look, and names nobody.
    """

    kind: str
    key: object
    place: str
    n: int
    k: int
    expected: float
    share: float
    share_low: float
    share_high: float
    p_value: float
    odds: float
    members: tuple[tuple[int, float], ...] = ()
    named: int = 0
    estimate: float = 0.0
    shape: str = "scattered"
    certain: bool = True


def learn_errors(
    units: Sequence[UnitEvidence], rates: Rates | None = None
) -> ErrorModel:
    """Learn where honest units seem to be, from all units.

    A first look finds the plainest leaks; a second one learns without their members.
    """
    rates = rates or Rates()
    patterns = Patterns().fold(units)
    first = Learner(patterns, _counts(patterns, frozenset()), rates).run()
    known = _members(Search(units, patterns, first, LeakSettings()).run())
    if not known:
        return first
    left = frozenset(p for p, unit in enumerate(units) if unit.unit in known)
    return Learner(patterns, _counts(patterns, left), rates).run()


def find_leaks(
    units: Sequence[UnitEvidence],
    errors: ErrorModel,
    settings: LeakSettings | None = None,
) -> list[Leak]:
    """Return the leaks among units, the most certain first."""
    units = [unit for unit in units if unit.home]
    patterns = Patterns().fold(units)
    found = Search(units, patterns, errors, settings or LeakSettings()).run()
    return [Leak(**values) for values in found]


def _members(found):
    return {unit for values in found for unit, _ in values["members"]}


def _counts(patterns, without):
    counts = [0] * len(patterns.patterns)
    for position, number in enumerate(patterns.of_unit):
        if position not in without:
            counts[number] += 1
    return counts
