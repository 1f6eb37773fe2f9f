"""Phones of the demo that their owners trade in: at home, in a store, for a new one."""

from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command

from .trade_up import buy

# How far each claim has come. Of those asked, the consumer looks at a new offer;
# delivered: without an invoice yet, bought: with all that a subsidy needs.
STEPS = (
    *("returned", "bought", "bought", "delivered", "credited", "declined"),
    *("accepted", "cancelled", "refused", "accepted", "accepted", "received"),
    *("received", "received", "asked", "inspected", "agreed"),
)
CLASS = {
    "name": "Phones",
    "code": "phone",
    "subsidy_percent": 15,
    "subsidy_cap": 500,
    "price_ceiling": 6000,
    "needs_imei": True,
}
QUESTIONS = (
    (
        *("power", "Does it switch on?", "能正常开机吗?"),
        (("yes", "Yes", "能", 100), ("no", "No", "不能", 20)),
    ),
    (
        *("screen", "What does the screen look like?", "屏幕外观如何?"),
        (
            ("whole", "No scratches", "无划痕", 100),
            ("scratched", "Scratched", "有划痕", 85),
            ("cracked", "Cracked", "碎裂", 55),
        ),
    ),
    (
        *("case", "What does the case look like?", "机身外观如何?"),
        (
            ("good", "Like new", "几乎全新", 100),
            ("worn", "Worn or dented", "有磨损或磕碰", 90),
        ),
    ),
)
CRACKED = "The screen is cracked, which was not told."


def trade_in(story, today):
    """Open a programme, and let owners of phones use it."""
    program = _open_program(story, today)
    units = _get_units(story, len(STEPS) + 1)
    lots, stolen = units[:-1], units[-1:]
    moment = today - timedelta(days=len(STEPS) + 2)
    for number, (lot, step) in enumerate(zip(lots, STEPS, strict=False)):
        with freeze_time(moment + timedelta(days=number)):
            claim = _accept(story, lot, number)
            _go_on(story, claim, step)
            # What the chatter tells is of that day, too.
            story.env.cr.flush()
    story.env["serial.tradein.block"].create(
        {
            "lot_id": stolen.id,
            "reported_at": today - timedelta(days=3),
            "reported_by": "Nanshan police station, file 2026-1107",
        }
    )
    story._keep("traded_in", lots.filtered(lambda lot: lot.stage == "traded_in"))
    gone = set(units.mapped("scan_code"))
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
            "class_ids": [Command.create(CLASS)],
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
    _translate(story, program)
    return program


def _prepare_questions():
    return [
        Command.create(
            {
                "name": name,
                "code": code,
                "answer_ids": [
                    Command.create({"code": answer, "name": label, "percent": percent})
                    for answer, label, _chinese, percent in answers
                ],
            }
        )
        for code, name, _chinese, answers in QUESTIONS
    ]


def _translate(story, program):
    """Give the programme its Chinese names."""
    story._translate(program, "手机以旧换新")
    story._translate(program.class_ids, "手机")
    for question, (*_told, chinese, answers) in zip(
        program.question_ids, QUESTIONS, strict=True
    ):
        story._translate(question, chinese)
        for answer, (*_about, words, _percent) in zip(
            question.answer_ids, answers, strict=True
        ):
            story._translate(answer, words)


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
    # One in three goes to the store of the demo's distributor.
    store = story.distributors["GD"] if number % 3 == 2 else None
    outcome = claims._accept(
        quote["quote"],
        f"+86 138 0013 80{number:02}",
        source="portal" if store else "page",
        partner=store,
    )
    return outcome["claim"]


def _go_on(story, claim, step):
    """Take a claim as far as its step says."""
    if step == "accepted":
        return
    if step in ("cancelled", "refused"):
        if step == "cancelled":
            claim._withdraw()
        else:
            claim._close("refused")
        return
    claim._receive()
    if step in ("asked", "agreed", "declined"):
        value = float(Decimal(str(claim.value)) * Decimal("0.55"))
        claim._inspect(round(value), reason=CRACKED)
        if step != "asked":
            claim._decide_offer(step == "agreed")
    elif step != "received":
        claim._inspect(claim.value)
    if step in ("credited", "delivered", "bought", "returned"):
        buy(story, claim, step)
