"""May this unit be traded in, by this person, in this programme?

The first reason that stands is told: what cannot change comes before what can.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from .errors import SerialError

MIN_PERSON = 5
MAX_PERSON = 64
_ACTIVATED = "activated"
_SEPARATORS = re.compile(r"[\s\-_./()]+")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


@dataclass(frozen=True)
class Refusal:
    """Why not: a stable code, and since when that is so where it has a date."""

    reason: str
    since: datetime | None = None


@dataclass(frozen=True)
class Unit:
    """What our records say of a unit that somebody wants to trade in."""

    stage: str | None
    was_activated: bool = False
    sale_date: date | None = None
    claimed_at: datetime | None = None
    traded_in_at: datetime | None = None
    report: str | None = None
    reported_at: datetime | None = None
    has_clone_alert: bool = False
    is_blocked: bool = False
    is_recalled: bool = False
    is_in_service: bool = False


UNIT_FIELDS = tuple(field.name for field in fields(Unit))


def unit_refusal(unit: Unit, takes_sold: bool = False) -> Refusal | None:
    """Return why a unit cannot be traded in, None if it can.

    :param takes_sold: the programme takes units that were sold and never activated

    >>> unit_refusal(Unit("activated", was_activated=True))
    >>> unit_refusal(Unit("shipped")).reason
    'never_activated'
    >>> unit_refusal(Unit("activated", True, claimed_at=datetime(2026, 3, 2)))
    Refusal(reason='already_claimed', since=datetime.datetime(2026, 3, 2, 0, 0))
    """
    return _ended(unit) or _in_doubt(unit) or _not_ready(unit, takes_sold)


def _ended(unit):
    if unit.stage in (None, "void"):
        return Refusal("void_code")
    if unit.claimed_at:
        return Refusal("already_claimed", unit.claimed_at)
    if unit.stage == "traded_in":
        return Refusal("traded_in", unit.traded_in_at)
    if unit.stage == "retired":
        return Refusal("retired")
    return None


def _in_doubt(unit):
    if unit.report:
        return Refusal(unit.report, unit.reported_at)
    if unit.has_clone_alert:
        return Refusal("clone_alert")
    if unit.is_blocked:
        return Refusal("blocked")
    if unit.is_recalled:
        return Refusal("recalled_unsafe")
    return None


def _not_ready(unit, takes_sold):
    is_used = unit.stage == _ACTIVATED and unit.was_activated
    is_sold = takes_sold and unit.stage in ("shipped", _ACTIVATED) and unit.sale_date
    if not is_used and not is_sold:
        return Refusal("never_activated")
    if unit.is_in_service:
        return Refusal("in_service")
    return None


def program_refusal(
    date_from: date | None, date_to: date | None, today: date
) -> Refusal | None:
    """Return why a programme takes no claim on a day.

    >>> program_refusal(date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)).reason
    'program_ended'
    """
    if date_from and today < date_from:
        return Refusal("program_not_begun")
    if date_to and today > date_to:
        return Refusal("program_ended")
    return None


def complete_answers(
    given: Mapping, questions: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return an answer a question: the one given, else the question's first.

    :param questions: code -> codes of its answers, the one assumed first

    >>> complete_answers({"screen": "cracked"},
    ...     {"power": ("yes", "no"), "screen": ("whole", "cracked")})
    {'power': 'yes', 'screen': 'cracked'}
    """
    for code, answer in given.items():
        if code not in questions or answer not in questions[code]:
            raise SerialError("bad_answer", question=str(code)[:64])
    return {code: given.get(code, answers[0]) for code, answers in questions.items()}


def normal_person(text: object) -> str:
    """Return an identity as it is compared, whatever way it was typed.

    Numbers of Chinese identity cards have to be right; others are taken as they are.

    >>> normal_person(" 11010519491231002x ")
    '11010519491231002X'
    >>> normal_person("+86 138-0013-8000")
    '+8613800138000'
    """
    if not isinstance(text, str) or len(text) > 4 * MAX_PERSON:
        raise SerialError("bad_person_id")
    for _ in range(2):  # without its blank, an accent joins the letter before
        text = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())
    if not MIN_PERSON <= len(text) <= MAX_PERSON or not text.isprintable():
        raise SerialError("bad_person_id")
    if re.fullmatch(r"[1-9]\d{16}[\dX]", text) and not is_identity_card(text):
        raise SerialError("bad_person_id")
    return text


def is_identity_card(text: str) -> bool:
    """Tell whether 18 characters are a number of a Chinese identity card.

    By GB 11643: the last character checks the others.

    >>> is_identity_card("11010519491231002X"), is_identity_card("110105194912310021")
    (True, False)
    """
    digits = text[:17]
    if len(text) != 18 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(int(d) * w for d, w in zip(digits, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11] == text[17]
