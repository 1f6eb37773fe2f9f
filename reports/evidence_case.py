"""The frame of an evidence bundle: its cover, the outcome, and how it was judged."""

from reportlab.platypus import KeepTogether

from .evidence_numbers import is_about_places, moment, share
from .layout import facts, gap, heading, table, title, words


def cover(document, texts, names):
    """Return what the case is, what came of it, and how to check the document."""
    case = document["case"]
    return [
        gap(12),
        words(texts["title"], 24, "blue"),
        words(texts["subtitle"] % {"about": case["about"], "case": case["name"]}, 12),
        gap(8),
        facts(
            [
                (texts["case"], case["name"]),
                (texts["about"], case["about"]),
                (texts["distributor"], case["distributor"]),
                *_decision(case, texts),
                (texts["opened_at"], moment(case["opened_at"])),
                (texts["issuer"], document["issuer"]["name"]),
                (texts["made_at"], moment(document["made_at"])),
                (texts["document"], document["id"]),
                (texts["content_hash"], document["seal"]["sha256"]),
                (texts["counts"], _counts(document, texts)),
                (texts["chains"], _chains(document["units"], texts)),
            ]
        ),
        gap(6),
        heading(texts["check_title"]),
        words(texts["check_words"] % {"name": names["json"], "pdf": names["pdf"]}),
        gap(2),
        words(texts["privacy_words"]),
    ]


def _decision(case, texts):
    return [
        (texts["state"], case["state_name"]),
        (texts["outcome"], case["outcome_name"] or texts["undecided"]),
        (texts["reason"], case["reason"]),
        (texts["decided_at"], moment(case["decided_at"])),
    ]


def _counts(document, texts):
    parts = ("units", "alerts", "groups", "purchases", "statements")
    counts = {name: len(document[name]) for name in parts}
    counts["events"] = sum(len(unit["events"]) for unit in document["units"])
    return texts["counts_words"] % counts


def _chains(units, texts):
    """Return whether the database's chains of events hold, or which do not."""
    broken = [unit["serial"] for unit in units if not unit["chain_ok"]]
    if not broken:
        return texts["chains_whole"] % {"count": len(units)}
    told = {"count": len(broken), "serials": ", ".join(broken[:20])}
    return texts["chains_broken"] % told


def outcome(document, texts):
    """Return what the case ended with."""
    case = document["case"]
    penalties = "\n".join(case["penalties"]) or texts["none"]
    rows = [*_decision(case, texts), (texts["penalties"], penalties)]
    return [KeepTogether([title(texts["outcome_title"]), facts(rows)])]


def method(document, texts):
    """Return how it was judged: rules, error rates and where they are from.

    Where no place was judged, how often places err tells nothing.
    """
    told = document["method"]
    data_sets = ", ".join(told["data_sets"]) or texts["none"]
    if not is_about_places(document):
        rows = [(texts["rules"], told["rules"]), (texts["data_sets"], data_sets)]
        return [KeepTogether([title(texts["method_title"]), facts(rows)])]
    names = ("rate_name", "rate_error", "rate_miss", "rate_source")
    rows = [
        [rate["label"], share(rate["error"]), share(rate["miss"]), rate["source"]]
        for rate in told["rates"]
    ]
    return [
        title(texts["method_title"]),
        words(texts["method_words"]),
        gap(2),
        facts(
            [
                (texts["rules"], told["rules"]),
                (texts["prior"], share(told["prior"])),
                (texts["data_sets"], data_sets),
            ]
        ),
        gap(2),
        table(
            [texts[name] for name in names], rows, (40, 24, 24, 92), 7.5, wrap=range(4)
        ),
    ]
