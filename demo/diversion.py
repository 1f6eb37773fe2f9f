"""What the brand does about leaks: a scoring run, three cases, a test purchase."""

from datetime import timedelta

from odoo import Command

from . import data, pictures

QUESTION = "To whom did you sell these power banks, and when? Please send the invoices."
ANSWER = (
    "These power banks were ordered by Yuexiu Mobile Accessories, a customer of ours "
    "in Guangzhou, against invoice 2214. What the customer did with them we do not "
    "know; we have asked and will send the delivery note.\n\n"
    "这批移动电源由广州客户越秀手机配件订购，发票号 2214。"
    "我们已向客户询问去向，随后补交送货单。"
)
CUSTODY = [
    # days after the order, what was done, where
    (0, "ordered", "Pinduoduo, delivered to a private address in Jinan"),
    (2, "received", "parcel whole; sent from Jinan, Lixia"),
    (2, "photographed", ""),
    (2, "sealed", "bag AE-001742"),
    (3, "stored", "evidence locker 3, Shenzhen"),
]
REASON = (
    "Six power banks that had come back after a month of use were activated a second "
    "time as new. Jinling got them as used goods and has no record of telling buyers."
)


def follow_up(story, today):
    """Score all that was seen, and take up the cases that come of it."""
    _score(story.env)
    _buy(story, today)
    leaked = _get_case(story, story.leaks[1])
    _ask(story, leaked)
    leaked.with_user(story.users["manager"]).action_print_evidence()
    _confirm(story, _get_case(story, partner=story.distributors["JS"]))
    _replay(story)


def _score(env):
    """Run the scoring of the night."""
    run = env["serial.diversion.run"].sudo()._start()
    memory = {}
    while run.state == "running":
        run._attempt(memory)
    if run.state != "done":
        raise RuntimeError(run.error)


def _get_case(story, lots=None, partner=None):
    """Return the case about units, or about a distributor."""
    domain = [("partner_id", "=", partner.id)] if partner else []
    if lots:
        domain = [("alert_ids.lot_id", "in", lots.ids), ("partner_id", "!=", False)]
    return story.env["serial.diversion.case"].search(domain, limit=1)


def _buy(story, today):
    """Buy a phone where it is too cheap; its code leads to its shipment."""
    env, user = story.env, story.users["user"]
    lots, code = story.leaks[2], data.LEAKS[2][1]
    listing = env["serial.diversion.listing"].search(
        [("store_code", "=", "602271904")], limit=1
    )
    bought_at = today - timedelta(days=4)
    purchase = env["serial.diversion.purchase"].with_user(user)
    purchase.create(
        {
            "listing_id": listing.id,
            "seller": "Lixia Digital 历下数码",
            "url": listing.url,
            "product_id": story.products[code].id,
            "order_number": "250711-330918842",
            "price": 2399,
            "currency_id": env.ref("base.CNY").id,
            "bought_at": bought_at,
            "typed_code": lots[-1].scan_code,
            "seal": "AE-001742",
            "attachment_ids": [Command.set(_photograph(env, user, code).ids)],
            "custody_ids": _get_custody(user, bought_at),
        }
    )


def _get_custody(user, bought_at):
    """Return the commands of the custody log of what was bought."""
    return [
        Command.create(
            {
                "moment": bought_at + timedelta(days=days, minutes=7 * number),
                "holder": user.name,
                "action": action,
                "note": note,
            }
        )
        for number, (days, action, note) in enumerate(CUSTODY)
    ]


def _photograph(env, user, code):
    return (
        env["ir.attachment"]
        .with_user(user)
        .create(
            {
                "name": "sealed-bag.jpg",
                "raw": pictures.draw_evidence(code, "SEAL AE-001742"),
                "mimetype": "image/jpeg",
            }
        )
    )


def _ask(story, case):
    """Ask the Guangdong distributor, who answers with a file."""
    case = case.with_user(story.users["manager"])
    case.question = QUESTION
    case.action_ask()
    buyer = story.users["distributor"]
    story.env["serial.diversion.statement"].with_user(buyer)._give(
        case.sudo(),
        case.sudo().partner_id,
        ANSWER,
        [("invoice-2214.csv", b"invoice,customer,units\n2214,Yuexiu Mobile,20\n")],
    )


def _confirm(story, case):
    """Decide the case of used units sold as new, and print its evidence."""
    case = case.with_user(story.users["manager"])
    case.action_investigate()
    case._decide(
        "confirmed",
        REASON,
        penalty="fine",
        penalty_amount=20_000,
        penalty_currency_id=story.env.ref("base.CNY").id,
    )
    case.action_print_evidence()


def _replay(story):
    """Try rules that expect fewer diverted units on the past."""
    rules = story.env["serial.diversion.rule"].with_user(story.users["manager"])
    draft = rules.browse(rules._find_active().id).copy(
        {"name": "Fewer diverted units expected", "prior": 0.02}
    )
    replay = rules.env["serial.diversion.replay"].create({"rule_id": draft.id})
    replay.action_start()
    while replay.state == "running":
        replay.sudo()._work({})
