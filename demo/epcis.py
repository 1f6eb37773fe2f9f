"""EPCIS in the demo: numbers of companies and places, and files for partners."""

from datetime import timedelta

from stdnum import ean

from odoo import Command

GS1_PREFIX = "9520123"


def tell_partners(story, today):
    """Give places and companies their GLN, and write two files."""
    env = story.env
    env.company.partner_id.global_location_number = _make_gln(1)
    env["stock.warehouse"].search([], limit=1).serial_gln = _make_gln(2)
    for number, partner in enumerate(story.distributors.values(), 100):
        partner.global_location_number = _make_gln(number)
    exports = env["serial.epcis.export"].with_user(story.users["user"])
    lots = next(iter(story.sent.values()))[:3]
    picking = env["stock.picking"].search(
        [
            ("picking_type_id.code", "=", "outgoing"),
            ("state", "=", "done"),
            ("move_line_ids.lot_id", "!=", False),
        ],
        limit=1,
    )
    for values in (
        {"scope": "picking", "picking_id": picking.id},
        {"scope": "lots", "lot_ids": [Command.set(lots.ids)]},
        {
            "scope": "period",
            "date_from": today - timedelta(days=90),
            "date_to": today - timedelta(days=60),
        },
    ):
        exports.create(values).action_start()
    exports.create({"scope": "lots", "lot_ids": [Command.set(lots.ids)]})


def _make_gln(number):
    body = f"{GS1_PREFIX}{number:05}"
    return body + ean.calc_check_digit(body)
