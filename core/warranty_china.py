"""China's Three Guarantees (repair, exchange, return), as policies.

The rules, by their Chinese titles, so that anybody can look them up:

- Mobile Phone Rules 2001: 移动电话机商品修理更换退货责任规定 (AQSIQ, SAIC, MII,
  order 4, in force 15 November 2001). Art. 12: return within 7 days; 13: exchange on
  days 8 to 15; 14: exchange after two failed repairs; 15: over 60 days without parts;
  16: over 30 days by the repairer's fault; 20: only new goods in exchange; 21: the term
  restarts.
- Microcomputer Rules 2002: 微型计算机商品修理更换退货责任规定 (AQSIQ, MII, order 24,
  in force 1 September 2002). Art. 8: the term runs from the invoice, time in repair is
  taken out, a last day of rest moves to the day after; 9: without papers but with other
  proof, repair and exchange; 10: repair, which must last 30 days.
- General Rules 1995: 部分商品修理更换退货责任规定 with its annex of goods. Art. 8:
  term; 9: return within 7 days; 10: exchange within 15; 11: two failed repairs; 12:
  over 90 days without parts, over 30 by the repairer's fault; 13: refund less
  depreciation when the consumer declines an exchange, in full where there is no like
  model; 14: after an exchange the term restarts; 17: what is not covered.
- Consumer Law: 消费者权益保护法 art. 24 (where no rule and no contract says otherwise,
  return within 7 days) and art. 25 (sales at a distance: 7 days, no reason needed).

The text of the rules was read in reposts, not in the gazette (confidence M); what is
marked L was not found in any and errs on the consumer's side.
"""

from dataclasses import replace
from decimal import Decimal

from .warranty_terms import Component, Entitlement, Policy

_PHONE = "Mobile Phone Rules 2001 (手机三包)"
_COMPUTER = "Microcomputer Rules 2002 (微机三包)"
_GENERAL = "General Three Guarantees Rules 1995 (三包规定)"
_CONSUMER = "Consumer Law (消费者权益保护法)"

_DISTANCE = Entitlement("return", 0, 7, "distance", f"{_CONSUMER} art. 25")


def _guarantees(law, articles, doubtful=()):
    """Return the entitlements all three rules have, with the article of each.

    :param dict articles: condition, or kind for what a fault alone opens -> article
    :param doubtful: those whose article was not found in any copy
    """

    def entitlement(kind, until, condition):
        key = kind if condition == "fault" else condition
        sure = "L" if key in doubtful else "M"
        source = f"{law} {articles[key]}"
        return Entitlement(kind, 0, until, condition, source, sure)

    return (
        entitlement("return", 7, "fault"),
        entitlement("exchange", 15, "fault"),
        entitlement("exchange", None, "failed_repairs"),
        entitlement("exchange", None, "parts_overdue"),
        entitlement("exchange", None, "repair_overdue"),
        entitlement("refund", None, "no_like_model"),
        entitlement("refund", None, "exchange_declined"),
        entitlement("repair", None, "fault"),
        _DISTANCE,
    )


# What the three rules have in common.
_RULES = Policy(
    "",
    market="CN",
    term_months=12,
    bases=("sale", "delivery", "activation"),
    full_bases=("sale", "delivery"),
    repair_extends="days",
    exchange_restarts=True,
    failed_repairs=2,
    parts_days=90,
    repair_days=30,
    rest_days_roll=True,
)

PHONE = replace(
    _RULES,
    code="cn_phone",
    source=f"{_PHONE}: 移动电话机商品修理更换退货责任规定, order 4 of 2001",
    # Without invoice and card: 90 days after the factory date, and repair only.
    bases=("sale", "delivery", "activation", "production"),
    production_days=90,
    parts_days=60,
    depreciation_per_day=Decimal("0.005"),
    components=(
        Component("battery", 6, "exchange", f"{_PHONE} annex"),
        Component("charger", 12, "exchange", f"{_PHONE} annex"),
        Component("wired_earphone", 3, "exchange", f"{_PHONE} annex"),
        Component("data_card", 12, "exchange", f"{_PHONE} annex"),
    ),
    entitlements=_guarantees(
        _PHONE,
        {
            "return": "art. 12",
            "exchange": "art. 12-13",
            "failed_repairs": "art. 14",
            "parts_overdue": "art. 15",
            "repair_overdue": "art. 16",
            "no_like_model": "art. 17",
            "exchange_declined": "art. 18",
            "repair": "art. 10",
        },
        doubtful=("no_like_model", "exchange_declined", "repair"),
    ),
)

_MAIN_PARTS = (
    "mainboard",
    "processor",
    "memory",
    "display",
    "graphics_card",
    "hard_disk",
    "keyboard",
    "power_supply",
)

COMPUTER = replace(
    _RULES,
    code="cn_computer",
    source=f"{_COMPUTER}: 微型计算机商品修理更换退货责任规定, order 24 of 2002",
    depreciation_per_day=Decimal("0.0025"),
    unproven_kinds=("exchange", "repair"),  # art. 9: other proof than the papers
    components=tuple(
        Component(code, 24, source=f"{_COMPUTER} art. 10, annex")
        for code in _MAIN_PARTS
    ),
    entitlements=_guarantees(
        _COMPUTER,
        {
            "return": "art. 11",
            "exchange": "art. 12",
            "failed_repairs": "art. 13",
            "parts_overdue": "art. 14",
            "repair_overdue": "art. 14",
            "no_like_model": "art. 15",
            "exchange_declined": "art. 15",
            "repair": "art. 10",
        },
        doubtful=(
            "parts_overdue",
            "repair_overdue",
            "no_like_model",
            "exchange_declined",
        ),
    ),
)

_GENERAL_ARTICLES = {
    "return": "art. 9",
    "exchange": "art. 10",
    "failed_repairs": "art. 11",
    "parts_overdue": "art. 12",
    "repair_overdue": "art. 12",
    "no_like_model": "art. 13",
    "exchange_declined": "art. 13",
    "repair": "art. 8",
}

TV = replace(
    _RULES,
    code="cn_tv",
    source=f"{_GENERAL}: 部分商品修理更换退货责任规定, annex 1",
    depreciation_per_day=Decimal("0.001"),
    components=tuple(
        Component(code, 36, source=f"{_GENERAL} annex 1")
        for code in ("picture_tube", "flyback_transformer", "tuner", "circuits")
    ),
    entitlements=_guarantees(_GENERAL, _GENERAL_ARTICLES),
)

AIR_CONDITIONER = replace(
    TV,
    code="cn_air_conditioner",
    components=tuple(
        Component(code, 36, source=f"{_GENERAL} annex 1")
        for code in ("compressor", "fan_motor")
    ),
)

# Fridges and washing machines; copies of the annex disagree, the lower rate is taken.
APPLIANCE = replace(
    TV,
    code="cn_appliance",
    depreciation_per_day=Decimal("0.0005"),
    components=tuple(
        Component(code, 36, source=f"{_GENERAL} annex 1")
        for code in ("compressor", "motor")
    ),
    confidence="L",
)

# No national rule lists them: the maker's promise, and the law for all goods.
POWER_BANK = Policy(
    "cn_power_bank",
    market="CN",
    source=f"maker's promise; {_CONSUMER} art. 24-25",
    term_months=12,
    bases=("sale", "delivery", "activation"),
    full_bases=("sale", "delivery"),
    entitlements=(
        Entitlement("return", 0, 7, "fault", f"{_CONSUMER} art. 24"),
        Entitlement("repair", source="maker"),
        _DISTANCE,
    ),
    repair_extends="days",
    exchange_restarts=False,
    confidence="L",
)
WEARABLE = replace(POWER_BANK, code="cn_wearable")

POLICIES = (
    PHONE,
    COMPUTER,
    TV,
    AIR_CONDITIONER,
    APPLIANCE,
    POWER_BANK,
    WEARABLE,
)
