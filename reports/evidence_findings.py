"""What was found: groups with their statistics, alerts, and the table of units."""

from reportlab.platypus import KeepTogether

from .evidence_numbers import (
    OF_PLACES,
    is_about_places,
    large,
    moment,
    odds_text,
    p_text,
    share,
    times_text,
)
from .layout import gap, heading, table, title, words

# How many units of a group are named in its paragraph; the JSON names them all.
MOST_UNITS = 60
# How many alerts on single units are told in words.
MOST_ALERTS = 100


def findings(document, texts):
    """Return the groups with their statistics in words and numbers, and the alerts."""
    groups = document["groups"]
    story = [title(texts["summary_title"])]
    story += [KeepTogether(_group(group, texts)) for group in groups]
    if groups:
        level = {"fdr": share(document["method"]["false_discovery"])}
        story += [gap(2), words(texts["fdr_words"] % level)]
    else:
        story.append(words(texts["no_groups"]))
    # Of a group's units the group has told already.
    told = {member["lot_id"] for group in groups for member in group["members"]}
    single = [
        alert
        for alert in document["alerts"]
        if alert["lot_id"] not in told or alert["kind"] not in OF_PLACES
    ]
    if single:
        story.append(heading(texts["alert_title"]))
    story += [
        words(f"{alert['name']} · {alert['kind_name']} · {alert['summary']}", 8)
        for alert in single[:MOST_ALERTS]
    ]
    if len(single) > MOST_ALERTS:
        left = {"count": len(single) - MOST_ALERTS}
        story.append(words(texts["more_alerts"] % left, 8))
    return story


def _group(group, texts):
    values = {
        "k": group["k"],
        "n": group["n"],
        "group": f"{group['kind_name']} {group['name']}",
        "place": group["place_name"],
        "expected": f"{group['expected']:.2g}",
        "times": times_text(group["p_value"]),
        "p": p_text(group["p_value"]),
        "share": share(group["share"]),
        "low": share(group["share_low"]),
        "high": share(group["share_high"]),
        "odds": large(group["odds"]),
    }
    said = ("group_words", "chance_words", "interval_words", "run_words")
    return [
        heading(f"{values['group']} → {group['place_name']}"),
        *(words(texts[name] % values) for name in said),
        gap(1),
        _figures(group, values, texts),
        words(_units_counted(group, texts), 8, "grey"),
        words(f"{texts['found_at']}: {moment(group['found_at'])}", 8, "grey"),
        words(f"{texts['sources']}: {group['source_text']}", 8, "grey"),
    ]


def _figures(group, values, texts):
    names = ("k", "n", "expected", "rate", "interval", "p_value", "odds")
    row = [
        group["k"],
        group["n"],
        f"{group['expected']:.4g}",
        share(group["rate"]),
        f"{values['low']} – {values['high']}",
        values["p"],
        texts["odds_words"] % values,
    ]
    widths = (26, 24, 26, 22, 34, 22, 26)
    return table([texts[name] for name in names], [row], widths, 8, wrap=range(7))


def _units_counted(group, texts):
    """Return which units were counted, and where each was seen."""
    told = [
        f"{member['serial']} ({', '.join(member['places']) or '–'})"
        for member in group["members"][:MOST_UNITS]
    ]
    name = "counted" if group["complete"] else "counted_some"
    left = len(group["members"]) - len(told)
    return f"{texts[name]}: {', '.join(told)}" + (f" … +{left}" if left else "")


def units(document, texts):
    """Return the table of the units of the case.

    The odds that a unit left its region stand there if that is what the case is about.
    """
    columns = {
        "serial": 36,
        "product": 38,
        "shipment": 25,
        "carton": 18,
        "region": 24,
        "seen_in": 24,
    }
    rows = [
        [*(unit[name] for name in list(columns)[:5]), ", ".join(unit["seen_in"])]
        for unit in document["units"]
    ]
    story = [title(texts["units_title"])]
    if is_about_places(document):
        columns["probability"] = 21
        story += [words(texts["units_words"]), gap(2)]
        for row, unit in zip(rows, document["units"], strict=True):
            row.append(odds_text(unit["probability"], texts))
    heads = [texts[name] for name in columns]
    return [*story, table(heads, rows, tuple(columns.values()), wrap=(1, 5))]
