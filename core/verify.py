"""What an e-commerce platform is told of a unit, and whether a shop may sell it.

A unit that the caller may not see has no facts here: it is answered like a code that
was never made, so that trying codes out tells nothing.
"""

from dataclasses import dataclass
from datetime import date

from .activation import MAX_CODE, is_clean
from .errors import SerialError
from .listing_item import read_name
from .price_watch import Shop, judge_shop
from .verdict import Verdict, verdict_on

# Reasons of a verdict that `activated` says already.
_SAID_ELSEWHERE = frozenset({"activated", "never_activated"})
_AUTHORISED = {"authorized": True, "unauthorized": False, "undecided": None}


@dataclass(frozen=True)
class Question:
    """One code that was asked about, and the shop that offers the unit.

    `refusal` is the reason code of a value that is wrong; nothing is looked up then.
    """

    sent_code: str | None
    code: str = ""
    platform: str | None = None
    store_id: str | None = None
    refusal: str | None = None


def read_question(raw: object, canonical) -> Question:
    """Check one question of a request.

    :param raw: whatever the JSON document held at this place
    :param canonical: what turns a typed code into the one that is stored

    >>> read_question({"code": "x8-k2"}, lambda code: code.upper().replace("-", ""))
    Question(sent_code='x8-k2', code='X8K2', platform=None, store_id=None, refusal=None)
    >>> read_question({"code": 7}, str).refusal
    'bad_code'
    """
    if not isinstance(raw, dict):
        return Question(None, refusal="bad_item")
    sent = raw.get("code")
    if not isinstance(sent, str) or not is_clean(sent):
        return Question(None, refusal="bad_code")
    store = raw.get("store")
    sent, code = sent[:MAX_CODE], canonical(sent)
    if store is None:
        return Question(sent, code)
    try:
        platform, store_id = _read_store(store)
    except SerialError as error:
        return Question(sent, refusal=error.reason)
    return Question(sent, code, platform, store_id)


def _read_store(store) -> tuple[str, str]:
    if not isinstance(store, dict):
        raise SerialError("bad_store")
    platform = read_name(store.get("platform"), "bad_platform").lower()
    return platform, read_name(store.get("store_id"), "bad_store_id")


def status_of(
    stage: str | None, recalled: bool | None, blocked: bool | None
) -> Verdict:
    """Return the verdict on a unit, with the reasons that explain its status.

    >>> status_of("shipped", False, False).reasons
    ()
    >>> status_of(None, None, None).reasons
    ('not_found',)
    """
    verdict = verdict_on(stage, recalled=recalled, blocked=blocked)
    reasons = tuple(r for r in verdict.reasons if r not in _SAID_ELSEWHERE)
    return Verdict(verdict.status, verdict.confidence, reasons)


def authorise(
    shop: Shop | None,
    product_id: int,
    day: date,
    *,
    has_shops: bool = True,
    is_bound: bool = True,
    supplies_holder: bool = True,
) -> tuple[bool | None, tuple[str, ...]]:
    """Tell whether a shop may sell a unit, with the reasons why not or why unknown.

    It may if it may sell the product, and belongs to the distributor who holds the unit
    or to one who supplies him.

    :param is_bound: a distributor holds the unit
    :param supplies_holder: the shop is his, or of one who supplies him

    >>> day = date(2026, 3, 1)
    >>> authorise(Shop(1, 2), 7, day)
    (True, ())
    >>> authorise(Shop(1, 2), 7, day, supplies_holder=False)
    (False, ('other_distributor',))
    >>> authorise(Shop(1, 2), 7, day, is_bound=False, supplies_holder=False)
    (None, ('not_bound',))
    >>> authorise(None, 7, day, is_bound=False)
    (False, ('store_unknown',))
    >>> authorise(None, 7, day, has_shops=False)
    (None, ('no_stores',))
    """
    state, reasons = judge_shop(shop, product_id, day, has_shops)
    if shop and is_bound and not supplies_holder:
        return False, (*reasons, "other_distributor")
    if state == "authorized" and not is_bound:
        return None, ("not_bound",)
    return _AUTHORISED[state], reasons
