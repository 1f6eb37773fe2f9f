"""A small evidence bundle for tests: eight units of a delivery, three seen abroad."""

from core import bundle, chain
from core.bundle_figures import figures

PLACES = ["CN-BJ"] * 3 + ["CN-GD"] * 5


def make_events(lot_id, kinds):
    events, previous = [], None
    for number, kind in enumerate(kinds, start=1):
        event = dict.fromkeys(chain.COLUMNS)
        event.update(
            prev_hash=previous,
            lot_id=lot_id,
            sequence=number,
            kind=kind,
            event_time=f"2026-03-0{number}T08:00:00.000000Z",
            event_offset="+08:00",
            record_time=f"2026-03-0{number}T08:00:01.250000Z",
            actor_id=7,
            document_name='发货 "7"\n',
            data='{"public": {"plant": "深圳"}, "private": {"line": 3}}',
        )
        event["hash"] = chain.content_hash([event[name] for name in chain.COLUMNS])
        previous = event["hash"]
        events.append(event)
    return events


def make_unit(number):
    kinds = ["minted", "produced", "shipped", "activated"]
    return {
        "lot_id": number,
        "serial": f"SN{number:04}",
        "event_count": len(kinds),
        "observations": [{"place": PLACES[number]}],
        "events": make_events(number, kinds),
    }


def make_group():
    members = [
        {"lot_id": number, "serial": f"SN{number:04}", "places": [place]}
        for number, place in enumerate(PLACES)
    ]
    group = {"name": "WH/OUT/7", "place": "CN-BJ", "n": 8, "k": 3, "expected": 0.4}
    return {**group, **figures(3, 8, 0.4), "complete": True, "members": members}


def make_content():
    return {
        "id": "DC000007-1",
        "made_at": "2026-03-05T08:00:00Z",
        "language": "en_US",
        "issuer": {"name": "Aurora"},
        "case": {"name": "DC000007", "state": "decided", "outcome": "confirmed"},
        "method": {"rule": "1", "false_discovery": 0.01},
        "alerts": [{"name": "DA000001", "lot_id": 1, "score": 91}],
        "groups": [make_group()],
        "units": [make_unit(number) for number in range(len(PLACES))],
        "purchases": [],
        "statements": [{"partner": "粤海", "text": "Not ours."}],
        "files": [{"name": "seal.jpg", "sha256": bundle.sha256(b"photo")}],
    }
