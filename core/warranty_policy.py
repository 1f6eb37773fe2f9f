"""Warranty policies to begin with: China's Three Guarantees, the EU, the US.

A preset is a start, not advice: its `confidence` says how well the source was checked.
"""

from . import warranty_china
from .warranty_terms import (
    BASES,
    CONDITIONS,
    KINDS,
    Component,
    Entitlement,
    Policy,
    plain,
)

__all__ = [
    "BASES",
    "CONDITIONS",
    "EU_GOODS",
    "EXCLUSIONS",
    "KINDS",
    "PRESETS",
    "US_LIMITED",
    "Component",
    "Entitlement",
    "Policy",
    "plain",
]

_SALES = "Directive (EU) 2019/771"
_WITHDRAWAL = "Directive 2011/83/EU art. 9"
_US = "Magnuson-Moss Warranty Act, 15 USC 2301-2312; 16 CFR 701"

#: The seller's liability: two years from delivery (art. 10(1)). A repair lengthens it
#: once by twelve months (art. 10(2a), put in by Directive (EU) 2024/1799 art. 16), for
#: contracts made since 31 July 2026. Repair or replacement as the consumer chooses
#: (art. 13(2)); money back where a repair did not help (art. 13(4)). Member states may
#: give more. Whether a second owner may ask is national law: most let claims pass on.
EU_GOODS = Policy(
    "eu_goods",
    market="EU",
    source=f"{_SALES} art. 10; Directive (EU) 2024/1799 art. 16",
    term_months=24,
    bases=("delivery", "sale", "activation"),
    full_bases=("delivery", "sale"),
    entitlements=(
        Entitlement("return", 0, 14, "distance", _WITHDRAWAL, "H"),
        Entitlement("exchange", source=f"{_SALES} art. 13(2)"),
        Entitlement(
            "refund", condition="failed_repairs", source=f"{_SALES} art. 13(4)"
        ),
        Entitlement("repair", source=f"{_SALES} art. 13(2)"),
    ),
    repair_extends="months",
    repair_extension_months=12,
    repair_extension_from="2026-07-31",
    failed_repairs=1,
)

#: No statute gives a term: what the maker wrote counts, and must say "full" or
#: "limited". Whoever it does not limit to the first buyer may ask (16 CFR 701.3(a)(1)).
US_LIMITED = Policy(
    "us_limited",
    market="US",
    source=f"maker's limited warranty; {_US}",
    term_months=12,
    bases=("sale", "delivery", "activation"),
    entitlements=(Entitlement("repair", source="maker", confidence="H"),),
    first_day_counts=True,
)

#: code -> policy
PRESETS = {
    policy.code: policy for policy in (*warranty_china.POLICIES, EU_GOODS, US_LIMITED)
}

#: What takes a warranty away, by code -> source (China's General Rules 1995 art. 17;
#: the rules for phones and computers have the like).
EXCLUSIONS = {
    "misuse": "art. 17(1)",
    "opened_by_others": "art. 17(2)",
    "papers_differ": "art. 17(4)",
    "papers_altered": "art. 17(4)",
    "force_majeure": "art. 17(5)",
    "wear": "maker",
}
