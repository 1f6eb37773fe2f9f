"""Rules tried on the past: what would they have said, against what was said?

Only what was stored at the time is asked: no location file, no record of today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from .evidence import REASONS, Judgement, Observation
from .rule_set import RuleSet

_OBSERVED = frozenset(f.name for f in fields(Observation))
_REASONS = frozenset(REASONS)


@dataclass(frozen=True)
class Past:
    """An activation as it was stored.

    `level` is the enforcement of its region, `codes` its territory. `truth` is True
    where an alert on the unit was confirmed, False where it was dismissed, None where
    nobody decided.
    """

    id: int
    observations: tuple[Observation, ...]
    facts: frozenset[str] = frozenset()
    level: str = "off"
    codes: frozenset[str] = frozenset()
    company_score: float = 0
    truth: bool | None = None
    excused: bool = False


@dataclass(frozen=True)
class Change:
    """An alert that only one set of rules raises, or one whose truth is known.

    `id` is that of the activation, of the unit where a leak names it.
    """

    id: int
    before: bool
    after: bool
    score_before: int
    score_after: int
    truth: bool | None = None

    @property
    def kind(self) -> str:
        """What becomes of the alert: `added`, `dropped` or `kept`."""
        if self.before and self.after:
            return "kept"
        return "added" if self.after else "dropped"


@dataclass
class Comparison:
    """Two sets of rules over the same activations."""

    judged: int = 0
    alerts_before: int = 0
    alerts_after: int = 0
    changes: list[Change] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """Return how many alerts were `added`, `dropped` or (if known) `kept`."""
        return sum(change.kind == kind for change in self.changes)


def observation_of(stored: Mapping[str, object]) -> Observation:
    """Return an observation as it was stored; what is not known today is left out.

    >>> observation_of({"source": "gps", "country": "CN", "colour": "red"}).country
    'CN'
    """
    return Observation(**{name: stored[name] for name in _OBSERVED & stored.keys()})


def known_facts(reasons: Iterable[str]) -> frozenset[str]:
    """Return those of stored reasons that rules can weigh."""
    return _REASONS.intersection(reasons)


def decide(past: Past, rules: RuleSet) -> tuple[Judgement, bool]:
    """Return what rules say of an activation, and whether they raise an alert."""
    codes = frozenset() if past.level == "off" else past.codes
    judgement = rules.judge(list(past.observations), codes, past.facts)
    return judgement, rules.alerts(judgement, past.level, past.company_score)


def compare(rows: Iterable[Past], before: RuleSet, after: RuleSet) -> Comparison:
    """Judge every activation by both sets of rules; equal ones are judged once."""
    found, known = Comparison(), {}
    for past in rows:
        key = past.observations, past.facts, past.level, past.codes, past.company_score
        if key not in known:
            known[key] = decide(past, before), decide(past, after)
        _count(found, past, *known[key])
    return found


def _count(found, past, before, after):
    found.judged += 1
    if past.excused:  # by no rules whatever
        return
    found.alerts_before += before[1]
    found.alerts_after += after[1]
    scores = before[0].score, after[0].score
    _note(found, Change(past.id, before[1], after[1], *scores, past.truth))


def _note(found, change):
    raised = change.before or change.after
    if change.before != change.after or (raised and change.truth is not None):
        found.changes.append(change)


def compare_members(
    before: Mapping[int, float],
    after: Mapping[int, float],
    truths: Mapping[int, bool],
) -> Comparison:
    """Compare which units leaks name, by the probability that each of them left.

    >>> compare_members({1: 0.9}, {1: 0.8, 2: 0.7}, {1: True}).count("added")
    1
    """
    found = Comparison(alerts_before=len(before), alerts_after=len(after))
    for unit in sorted({*before, *after}):
        scores = (round(100 * side.get(unit, 0)) for side in (before, after))
        truth = truths.get(unit)
        _note(found, Change(unit, unit in before, unit in after, *scores, truth))
    return found


def share(part: int, whole: int) -> float | None:
    """Return a share, None of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None
