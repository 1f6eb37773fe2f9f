"""Documents of events that a factory and a warehouse sent, right and wrong ones."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
FACTORY = "https://id.gs1.org/414/6141410000017"
WAREHOUSE = "https://id.gs1.org/414/6141410000024"


def capture(story, today):
    """Take in what partners told of units in stock."""
    units = [lot for lots in story.stock.values() for lot in lots][:12]
    units = [lot for lot in units if lot.product_id.barcode]
    with freeze_time(today - timedelta(days=9)):
        _take(story, "rollback", [_see(lot, FACTORY, "inspecting") for lot in units])
    with freeze_time(today - timedelta(days=2)):
        known = [_see(lot, WAREHOUSE, "storing") for lot in units[:4]]
        strange = _see(units[0], WAREHOUSE, "storing")
        strange["epcList"] = ["https://id.gs1.org/01/06141410000000/21/NOT-OURS"]
        wrong = _see(units[1], WAREHOUSE, "putting_away")
        _take(story, "proceed", [*known, strange, wrong])
        _take(story, "rollback", [strange])


def _take(story, behaviour, events):
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": events[0]["eventTime"],
        "epcisBody": {"eventList": events},
    }
    captures = story.env["serial.capture"].with_user(story.users["user"])
    taken = captures._take(document, behaviour)
    while taken._is_working():
        taken._work({})


def _see(lot, place, step):
    """Return the event that a unit was seen at a place."""
    now = fields.Datetime.now() - timedelta(hours=2)
    gtin = lot.product_id.barcode.zfill(14)
    return {
        "type": "ObjectEvent",
        "eventTime": now.isoformat() + "Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": "sellable_not_accessible",
        "readPoint": {"id": place},
        "epcList": [f"https://id.gs1.org/01/{gtin}/21/{lot.name}"],
    }
