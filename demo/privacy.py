"""Old units in the demo: some are purged, some may go, some are held; and a request."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command

from . import pictures
from .transfer import transfer

PHONE = "+8613812345678"
# How many old units there are: purged last year, to be purged now.
PURGED, OLD = 12, 18


def keep_and_forget(story, today):
    """Make old units, purge some, hold some, and answer a person who asks."""
    product = _create_product(story)
    _purge(story, _make(story, product, PURGED, today - relativedelta(years=4)), today)
    old = _make(story, product, OLD, today - relativedelta(years=3))
    _hold(story, old[:3], today)
    with freeze_time(today - timedelta(days=1)):
        story.env["repair.order"].create(
            {"product_id": product.id, "lot_id": old[4].id}
        )
        purge = story.env["serial.purge"].with_user(story.users["manager"])
        purge.create({"note": "Yearly purge"}).action_list()
    _ask(story, today)


def _create_product(story):
    """Return a phone of years ago, coded as the others are."""
    product = story.env["product.product"].create(
        {
            "name": "Aurora Z9 64 GB",
            "default_code": "AZ9-64",
            "list_price": 1499,
            "is_storable": True,
            "tracking": "serial",
            "serial_scheme_id": story.env.ref("serial_dossier.serial_scheme_random").id,
            "image_1920": pictures.draw("AX1-128"),
        }
    )
    story._translate(product.product_tmpl_id, "极光 Z9 64 GB")
    return product


def _make(story, product, count, day):
    """Return units of that day that were shipped and activated soon after."""
    with freeze_time(day):
        batch = story.env["serial.batch"].create(
            {"product_id": product.id, "quantity": count, "plant": "SZ1"}
        )
        batch.with_user(story.users["user"]).action_mint()
        lots = story.env["stock.lot"].search([("serial_batch_id", "=", batch.id)])
        transfer(lots, "in")
    with freeze_time(day + timedelta(days=5)):
        transfer(lots, "out", partner_id=story.distributors["GD"].id)
    with freeze_time(day + timedelta(days=20)):
        story.env["serial.activation"].sudo()._activate(
            [{"code": lot.scan_code, "device_id": f"old-{lot.id}"} for lot in lots],
            "api",
        )
    return lots.sorted("id")


def _purge(story, lots, today):
    """Purge units whose time was over a quarter of a year ago."""
    with freeze_time(today - timedelta(days=90)):
        purge = story.env["serial.purge"].with_user(story.users["manager"])
        purge = purge.create(
            {
                "note": "Yearly purge",
                "product_ids": [Command.set(lots.product_id.ids)],
            }
        )
        purge.action_list()
        purge.action_purge()


def _hold(story, lots, today):
    """Hold units that a lawsuit is about."""
    with freeze_time(today - timedelta(days=40)):
        story.env["serial.hold"].with_user(story.users["manager"]).create(
            {
                "reason": "Product liability: a battery caught fire",
                "reference": "(2026) 粤 01 民初 123 号",
                "lot_ids": [Command.set(lots.ids)],
            }
        )


def _ask(story, today):
    """Have a consumer ask what is kept of her."""
    env = story.env
    with freeze_time(today - timedelta(days=2)):
        env["serial.activation"]._activate_from_page(
            env["stock.lot"]._resolve_scan_code(story.codes["shipped"][-1]),
            PHONE,
            "CN",
            True,
            {},
        )
    with freeze_time(today - timedelta(days=1)):
        request = env["serial.personal.request"].with_user(story.users["manager"])
        request = request.create(
            {"phone": PHONE, "identity_note": "Code sent to the number"}
        )
        request.action_find()
        request.action_export()
    story.codes["activated"].append(story.codes["shipped"].pop())
