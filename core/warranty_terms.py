"""What a warranty policy is made of: terms, entitlements, rules of counting.

Days are counted as most laws count them: the day of the sale is day 0, so "within 7
days" of a sale on the 1st ends with the 8th, and a year ends with the same date of the
next year (China: Civil Code art. 201-202; EU: Regulation 1182/71 art. 3). A maker's own
promise may count the first day too (`first_day_counts`).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

#: What a warranty may start from, as far as anybody knows the day.
BASES = ("sale", "delivery", "activation", "production")
#: What a consumer may ask for.
KINDS = ("return", "exchange", "refund", "repair")
#: When an entitlement opens: at a fault; whatever the reason after a sale at a
#: distance; after so many repairs that failed; after so many days without parts, or by
#: the repairer's own fault; instead of an exchange that the consumer declines, or that
#: nobody can offer.
CONDITIONS = (
    "fault",
    "distance",
    "failed_repairs",
    "parts_overdue",
    "repair_overdue",
    "exchange_declined",
    "no_like_model",
)

_ARTICLE = re.compile(r"[^()]+ \(([\u4e00-\u9fff]+)\) art\. (\d+(?:-\d+)?)")


def cite(source: str, lang: str) -> str:
    """Return where a right stands, as readers of a language cite it: laws have names
    of their own in Chinese.

    >>> cite("Mobile Phone Rules 2001 (手机三包) art. 12-13", "zh_CN")
    '手机三包第12-13条'
    >>> cite("Directive 2011/83/EU art. 9", "zh_CN")
    'Directive 2011/83/EU art. 9'
    """
    found = lang.startswith("zh") and _ARTICLE.fullmatch(source)
    return f"{found[1]}第{found[2]}条" if found else source


@dataclass(frozen=True)
class Component:
    """A part with a term of its own, and what its fault entitles to."""

    code: str
    months: int
    kind: str = "repair"
    source: str = ""


@dataclass(frozen=True)
class Entitlement:
    """What may be asked for, from which day after the start until which (None: the end
    of the term), on which condition, and by which article."""

    kind: str
    from_day: int = 0
    until_day: int | None = None
    condition: str = "fault"
    source: str = ""
    confidence: str = "M"


@dataclass(frozen=True)
class Policy:
    """The rules for one kind of goods in one market.

    `bases` are tried in their order; a start from one that is not among `full_bases`,
    or without proof, entitles to `unproven_kinds` only. A start from production is so
    many days later (`production_days`). `confidence` says how well the source was
    checked: H the text itself, M reposts of it, L hearsay: look it up before you rely
    on it.
    """

    code: str
    market: str = ""
    source: str = ""
    term_months: int = 0
    bases: tuple[str, ...] = ("sale", "activation")
    production_days: int = 0
    components: tuple[Component, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    repair_extends: str = "none"  # "days" in repair, "months" once, "none"
    repair_extension_months: int = 0
    repair_extension_from: str = ""  # only for sales since this day (ISO)
    exchange_restarts: bool = False
    transferable: bool = True
    failed_repairs: int = 0  # more open "failed_repairs"; 0: never
    same_fault: bool = False  # only repairs of the same fault count
    parts_days: int = 0  # more without parts open "parts_overdue"; 0: never
    repair_days: int = 0  # more by the repairer's fault open "repair_overdue"
    depreciation_per_day: Decimal = Decimal(0)  # share of the price
    full_bases: tuple[str, ...] = ("sale", "delivery", "activation")
    unproven_kinds: tuple[str, ...] = ("repair",)
    first_day_counts: bool = False
    rest_days_roll: bool = False  # a last day of rest moves to the next working day
    confidence: str = "M"


def plain(months: int, code: str = "plain") -> Policy:
    """Return the policy of a product that has a number of months and nothing else.

    >>> plain(12).term_months, plain(12).bases
    (12, ('sale', 'activation'))
    """
    repair = Entitlement("repair", source="maker", confidence="H")
    return Policy(
        code,
        source="maker",
        term_months=max(months or 0, 0),
        entitlements=(repair,),
        first_day_counts=True,
        confidence="H",
    )
