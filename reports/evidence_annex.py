"""The annex of an evidence bundle: sightings and events of each unit, with hashes."""

from collections import defaultdict

from reportlab.platypus import CondPageBreak

from ..core import chain
from .layout import gap, heading, table, title, words


def annex(document, texts):
    """Return the sightings and the chain of events of every unit."""
    story = [title(texts["annex_title"]), words(texts["annex_words"])]
    alerts = defaultdict(list)
    for alert in document["alerts"]:
        alerts[alert["lot_id"]].append(f"{alert['name']} ({alert['kind_name']})")
    for unit in document["units"]:
        names = ", ".join(alerts[unit["lot_id"]])
        story += [
            CondPageBreak(100),
            heading(f"{unit['serial']} · {unit['product']}"),
            *([words(texts["alerts"] % {"names": names}, 7)] if names else []),
            *_sightings(unit, texts),
            gap(1.5),
            _events(unit, texts),
        ]
    return story


def _sightings(unit, texts):
    if not unit["observations"]:
        return [words(texts["no_sightings"], 7, "grey")]
    names = ("seen_at", "source", "place", "precision", "network", "data_set", "times")
    return [
        table(
            [texts[name] for name in names],
            [
                [
                    f"{seen['at'][:10]} {seen['at'][11:16]}",
                    seen["source_name"],
                    seen["place_name"] or seen["place"],
                    f"± {seen['radius_km']:.0f} km" if seen["radius_km"] else "",
                    seen["network"] or "",
                    seen["data_set"] or "",
                    seen["times"],
                ]
                for seen in unit["observations"]
            ],
            (26, 30, 36, 22, 20, 36, 10),
            6.5,
        )
    ]


def _events(unit, texts):
    """Return the table of a unit's events, each computed anew."""
    rows, previous = [], None
    for number, event in enumerate(unit["events"], start=1):
        content = [event[name] for name in chain.COLUMNS]
        holds = (
            event["sequence"] == number
            and event["prev_hash"] == previous
            and chain.content_hash(content) == event["hash"]
        )
        previous = event["hash"]
        rows.append(
            [
                event["sequence"],
                f"{event['event_time'][:10]} {event['event_time'][11:19]}",
                texts.get(f"kind_{event['kind']}", event["kind"]),
                event["document_name"] or "",
                event["hash"],
                texts["ok" if holds else "broken"],
            ]
        )
    names = ("seen_at", "step", "document", "hash", "chain")
    columns = ["#", *(texts[name] for name in names)]
    return table(columns, rows, (6, 27, 29, 28, 79, 12), 6)
