"""A table of cases with the right answer and the law it comes from.

Each line of `warranty_cases.csv` can be checked by hand: the facts, the day asked,
the answer, where it is written, and why. `facts` are `name=value` (see `Facts`);
repairs are `taken in>given back`, with `:f` failed, `:u` not covered, `:w40` so many
days waiting for parts; `may_ask` are `kind:until:reason` of the whole unit, and
`refund` is the price and what the best of them pays back.
"""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.warranty import Facts, Repair, judge, refund
from core.warranty_policy import KINDS, PRESETS, plain

FLAGS = {"yes": True, "no": False}

with (Path(__file__).parent / "warranty_cases.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))


def policy_of(text):
    code, _, changes = text.partition(":")
    if code.startswith("plain-"):
        return plain(int(code[6:]))
    policy = PRESETS.get(code)
    changed = dict(change.split("=") for change in changes.split())
    return replace(policy, **{k: FLAGS[v] for k, v in changed.items()})


def repair_of(text):
    days, _, marks = text.partition(":")
    taken_in, given_back = days.split(">")
    waiting = marks.partition("w")[2]
    return Repair(
        date.fromisoformat(taken_in),
        (given_back and date.fromisoformat(given_back)) or None,
        days_waiting_for_parts=int(waiting or 0),
        failed="f" in marks,
        covered="u" not in marks,
    )


READERS = {
    "repairs": lambda text: tuple(map(repair_of, text.split("|"))),
    "rest_days": lambda text: frozenset(map(date.fromisoformat, text.split("|"))),
    "exclusions": lambda text: tuple(
        (part.split("@")[0], part.partition("@")[2] or None) for part in text.split("|")
    ),
    "component_exchanges": lambda text: tuple(
        (part.split("@")[0], date.fromisoformat(part.split("@")[1]))
        for part in text.split("|")
    ),
    "extension_months": int,
    "proof": str,
    "ended": str,
}


def facts_of(text):
    values = dict(part.split("=", 1) for part in text.split())
    for name, value in values.items():
        read = READERS.get(name, FLAGS.get)
        values[name] = read(value)
        if values[name] is None:
            values[name] = date.fromisoformat(value)
    return Facts(**values)


def answer_of(rights):
    return {
        "state": rights.state,
        "start": str(rights.start or ""),
        "end": str(rights.end or ""),
        "days_added": str(rights.days_added),
        "may_ask": " ".join(
            f"{right.kind}:{right.until}:{right.reason}"
            for right in rights.may_ask
            if not right.component
        ),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["comment"][:60])
def test_a_case_has_the_answer_of_the_law(case):
    policy = policy_of(case["policy"]) if case["policy"] != "none" else None
    facts, today = facts_of(case["facts"]), date.fromisoformat(case["today"])
    rights = judge(policy, facts, today)
    answer = answer_of(rights)
    assert answer == {**{k: case[k] for k in answer}, "may_ask": ordered(case)}
    terms = {
        term.code: f"{term.code}:{term.state}:{term.end}" for term in rights.components
    }
    for expected in case["components"].split():
        assert terms[expected.partition(":")[0]] == expected
    if case["refund"]:
        price, amount = case["refund"].split(" -> ")
        right = next(r for r in rights.may_ask if r.kind in ("return", "refund"))
        paid = refund(policy, facts, right, Decimal(price), today)
        assert str(paid.amount) == amount


def ordered(case):
    """Return the expected rights in the order of the engine, the best ones first."""
    asked = case["may_ask"].split()
    return " ".join(sorted(asked, key=lambda right: KINDS.index(right.split(":")[0])))


def test_there_are_enough_cases_and_each_names_its_source_and_why():
    assert len(CASES) >= 60
    assert all(case["legal_source"] and case["comment"] for case in CASES)
    assert not any(case.get(None) for case in CASES), "a comma too many"
