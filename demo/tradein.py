"""Phones of the demo that their owners trade in: at home, in a store, for a new one."""

from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command

# How far each claim has come: accepted, received, asked (a new offer), inspected.
STEPS = (
    *("accepted", "accepted", "accepted", "received", "received", "received"),
    *("asked", "inspected", "inspected", "received"),
)
QUESTIONS = (
    ("power", "Does it switch on?", (("yes", "Yes", 100), ("no", "No", 20))),
    (
        "screen",
        "What does the screen look like?",
        (
            ("whole", "No scratches", 100),
            ("scratched", "Scratched", 85),
            ("cracked", "Cracked", 55),
        ),
    ),
    (
        "case",
        "What does the case look like?",
        (("good", "Like new", 100), ("worn", "Worn or dented", 90)),
    ),
)
CRACKED = "The screen is cracked, which was not told."


def trade_in(story, today):
    """Open a programme, and let ten owners of phones use it."""
    program = _open_program(story, today)
    lots = _get_units(story, len(STEPS))
    moment = today - timedelta(days=12)
    for number, (lot, step) in enumerate(zip(lots, STEPS, strict=False)):
        with freeze_time(moment + timedelta(days=number)):
            claim = _accept(story, lot, number)
            _go_on(claim, step)
    story._keep("traded_in", lots.filtered(lambda lot: lot.stage == "traded_in"))
    gone = set(lots.mapped("scan_code"))
    story.codes["activated"] = [
        code for code in story.codes["activated"] if code not in gone
    ]
    return program


def _open_program(story, today):
    """Return a programme that takes the brand's phones in."""
    program = story.env["serial.tradein.program"].create(
        {
            "name": "Old phone, new phone",
            "sequence": 1,
            "date_from": (today - timedelta(days=60)).date(),
            "purchase_price": 2999,
            "class_ids": [Command.create(_prepare_class())],
            "curve_ids": [
                Command.create({"age_months": months, "percent": percent})
                for months, percent in ((1, 85), (6, 70), (12, 55), (24, 35))
            ],
            "question_ids": _prepare_questions(),
        }
    )
    program.value_ids = [
        Command.create(
            {
                "class_id": program.class_ids.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "amount": round(product.list_price * 0.6),
                "floor": 100,
            }
        )
        for code, product in story.products.items()
        if code.startswith("AX")
    ]
    return program


def _prepare_class():
    return {
        "name": "Phones",
        "code": "phone",
        "subsidy_percent": 15,
        "subsidy_cap": 500,
        "price_ceiling": 6000,
        "needs_imei": True,
    }


def _prepare_questions():
    return [
        Command.create(
            {
                "name": name,
                "code": code,
                "answer_ids": [
                    Command.create({"code": answer, "name": label, "percent": percent})
                    for answer, label, percent in answers
                ],
            }
        )
        for code, name, answers in QUESTIONS
    ]


def _get_units(story, count):
    """Return activated phones that nobody asks anything about."""
    codes = set(story.codes["activated"])
    lots = story.env["stock.lot"].search(
        [
            ("scan_code", "in", list(codes)),
            ("stage", "=", "activated"),
            ("imei", "!=", False),
            ("alert_ids", "=", False),
            ("in_service", "=", False),
            ("recalled", "=", False),
            ("blocked", "=", False),
        ],
        order="id desc",
        limit=count,
    )
    return lots


def _accept(story, lot, number):
    claims = story.env["serial.tradein"]
    quote = claims._get_quote(lot)
    outcome = claims._accept(
        quote["quote"], f"+86 138 0013 80{number:02}", source="page"
    )
    return outcome["claim"]


def _go_on(claim, step):
    """Take a claim as far as its step says."""
    if step == "accepted":
        return
    claim._receive()
    if step == "asked":
        value = float(Decimal(str(claim.value)) * Decimal("0.55"))
        claim._inspect(round(value), reason=CRACKED)
    elif step == "inspected":
        claim._inspect(claim.value)
