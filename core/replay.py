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
    """An alert that one set of rules raises and the other does not."""

    id: int
    added: bool
    score_before: int
    score_after: int
    truth: bool | None


@dataclass
class Side:
    """What one set of rules came to."""

    alerts: int = 0
    confirmed: int = 0
    dismissed: int = 0

    def count(self, alerting: bool, truth: bool | None) -> None:
        """Add one activation."""
        self.alerts += alerting
        self.confirmed += alerting and truth is True
        self.dismissed += alerting and truth is False


@dataclass
class Comparison:
    """Two sets of rules over the same activations."""

    judged: int = 0
    confirmed: int = 0
    dismissed: int = 0
    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    changes: list[Change] = field(default_factory=list)


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
    found.confirmed += past.truth is True
    found.dismissed += past.truth is False
    if past.excused:  # by no rules whatever
        return
    found.before.count(before[1], past.truth)
    found.after.count(after[1], past.truth)
    if before[1] != after[1]:
        scores = before[0].score, after[0].score
        found.changes.append(Change(past.id, after[1], *scores, past.truth))


def share(part: int, whole: int) -> float | None:
    """Return a share, None of nothing.

    >>> share(1, 4), share(0, 0)
    (0.25, None)
    """
    return part / whole if whole else None
