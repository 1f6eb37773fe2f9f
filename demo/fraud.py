"""Units that somebody makes money with: copied codes, and used units sold as new."""

from datetime import timedelta

from freezegun import freeze_time

from . import data
from .scans import Visits
from .transfer import transfer

PRODUCT, UNITS = "PC-10K", 6


def defraud(story, today):
    """Let codes be copied and used units come back; then let the detectors look."""
    _copy_codes(story, today)
    _sell_used_units(story, today)
    rules = story.env["serial.diversion.rule"]._get_active()
    story.env["serial.diversion.detector"]._run(rules)


def _copy_codes(story, today):
    """Genuine units whose codes a forger prints on boxes sold all over the country."""
    lots = story._deliver("GD", PRODUCT, UNITS, today - timedelta(days=70))
    _activate(story, lots, "GD", today - timedelta(days=50), "owner")
    visits = Visits(story.env, story.random, today)
    places = list(data.NETWORKS)
    for lot in lots:
        for number in range(14):
            moment = today - timedelta(days=38 - 2 * number, hours=number % 5)
            ip = visits._get_address(places[number % len(places)])
            browser = story.random.choice(data.BROWSERS)
            visits.visits.append((moment, lot.scan_code, ip, browser))
    visits.make()
    for number, iso in enumerate(("SC", "SD", "BJ")):
        moment = today - timedelta(days=30 - 5 * number)
        _activate(story, lots[: UNITS - number], iso, moment, f"buyer{number}")
    story._keep("cloned", lots)


def _sell_used_units(story, today):
    """Units sent back after a month of use that a distributor gets again, as new."""
    lots = story._deliver("SC", PRODUCT, UNITS, today - timedelta(days=72))
    _activate(story, lots, "SC", today - timedelta(days=65), "first")
    with freeze_time(today - timedelta(days=32)):
        transfer(lots, "back", partner_id=story.distributors["SC"].id)
    with freeze_time(today - timedelta(days=27)):
        transfer(lots, "out", partner_id=story.distributors["JS"].id)
    _activate(story, lots, "JS", today - timedelta(days=15), "second")
    story._keep("refurbished", lots)


def _activate(story, lots, iso, begin, who):
    """Report units as activated in a province, hours apart, each by its own owner."""
    network = story.random.choice(data.NETWORKS[iso])
    items = [
        {
            "code": lot.scan_code,
            "occurred_at": f"{begin + timedelta(hours=9 * number):%Y-%m-%dT%H:%M:%SZ}",
            "ip": network + str(story.random.randint(2, 250)),
            "device_id": f"demo-{who}-{lot.id}",
            "account": f"{who}-{lot.id}",
        }
        for number, lot in enumerate(lots)
    ]
    story.env["serial.activation"].sudo()._activate(items, "api")
