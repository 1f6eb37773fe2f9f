"""Who pays for a repair: the warranty, a recall, goodwill, or the customer."""

from dataclasses import dataclass
from datetime import date

# A repair has to last so long (China's Three Guarantees: 30 days of normal use).
LASTS_DAYS = 30

FREE = frozenset({"in_warranty", "recall", "goodwill"})


@dataclass(frozen=True)
class RepairCoverage:
    """Code (in_warranty, out, excluded, recall, goodwill) and why it is so."""

    code: str
    reason: str

    @property
    def is_free(self) -> bool:
        """Tell whether the customer pays nothing."""
        return self.code in FREE


def judge_repair(
    state: str, is_recall: bool = False, exclusion: str = "", override: str = ""
) -> RepairCoverage:
    """Return who pays, from the state of the warranty and what is known of the case.

    A person's word comes first, a recall is free whatever the warranty, and what the
    warranty excludes is paid for although it runs. A unit whose warranty has not begun
    was not sold yet: nobody's right has run out.

    :param str state: none, not_started, running, expired or void
    :param str exclusion: what the warranty excludes and this repair is about

    >>> judge_repair("running").code
    'in_warranty'
    >>> judge_repair("running", exclusion="liquid")
    RepairCoverage(code='excluded', reason='exclusion')
    >>> judge_repair("expired", is_recall=True).is_free
    True
    """
    if override:
        return RepairCoverage(override, "override")
    if is_recall:
        return RepairCoverage("recall", "recall")
    if exclusion:
        return RepairCoverage("excluded", "exclusion")
    if state in ("running", "not_started"):
        return RepairCoverage("in_warranty", state)
    return RepairCoverage("out", state or "none")


def judge_part(repair: RepairCoverage, component_state: str = "") -> RepairCoverage:
    """Return who pays for a part or for work on it.

    A component's own term decides where it has one: a charger may be covered longer
    than the unit, or a battery shorter.

    >>> judge_part(RepairCoverage("in_warranty", "running"), "expired").code
    'out'
    >>> judge_part(RepairCoverage("recall", "recall"), "expired").code
    'recall'
    """
    by_term = repair.reason not in ("override", "recall", "exclusion")
    if by_term and component_state:
        return judge_repair(component_state)
    return repair


def did_not_last(
    given_back: date, fault: object, next_taken_in: date, next_fault: object
) -> bool:
    """Tell whether a repair failed, as the unit has come again.

    It did if the same fault is back, whenever that is, or any fault comes too soon.

    >>> did_not_last(date(2026, 1, 1), "screen", date(2026, 6, 1), "screen")
    True
    >>> did_not_last(date(2026, 1, 1), "screen", date(2026, 6, 1), "sound")
    False
    """
    if fault and fault == next_fault:
        return True
    return (next_taken_in - given_back).days <= LASTS_DAYS
