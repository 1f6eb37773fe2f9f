"""Which case an alert belongs to: what has one cause is looked into once.

A leak is one case a shipment, since that is what was sent elsewhere; what a distributor
does over and over (used units as new, activations without a sale) is one case of his;
a copied code is a case of its own, and accuses nobody: its unit may be the honest one.
"""

from __future__ import annotations

from dataclasses import dataclass

FAMILY_OF = {
    "leak": "diversion",
    "region_mismatch": "diversion",
    "outside_country": "diversion",
    "unit_surfaced": "diversion",
    "clone": "copy",
    "unknown_codes": "copy",
    "void_code": "copy",
    "refurbished_as_new": "reuse",
    "traded_in_before": "reuse",
    "destroyed_unit": "reuse",
    "recalled_unit": "reuse",
    "bulk_activation": "activation",
    "before_sale_date": "activation",
    "dealer_stock": "activation",
    "no_later_life": "activation",
    "never_shipped": "record",
    "blocked_unit": "record",
}
# One of these is a case: our own records or a test of a group stand behind it.
OPENS = frozenset(
    {
        "leak",
        "unit_surfaced",
        "clone",
        "unknown_codes",
        "void_code",
        "refurbished_as_new",
        "traded_in_before",
        "destroyed_unit",
        "bulk_activation",
        "never_shipped",
    }
)
# A few of these are: each alone may be a slip of somebody's pen.
OPENS_TOGETHER = frozenset({"before_sale_date", "dealer_stock", "no_later_life"})
TOGETHER = 3


@dataclass(frozen=True)
class CaseKey:
    """What a case is about; `partner_id` is None where nobody is accused."""

    key: str
    family: str
    partner_id: int | None = None
    picking_id: int | None = None


def key_of(
    kind: str,
    lot_id: int,
    product_id: int | None = None,
    partner_id: int | None = None,
    picking_id: int | None = None,
) -> CaseKey:
    """Return the key of the case of an alert.

    :param picking_id: the shipment of its leak

    >>> key_of("leak", 5, 2, 7, 42).key
    'picking=42'
    >>> key_of("dealer_stock", 5, 2, 7).key
    'activation,partner=7'
    >>> key_of("clone", 5, 2, 7)
    CaseKey(key='lot=5', family='copy', partner_id=None, picking_id=None)
    """
    family = FAMILY_OF[kind]
    if kind == "clone":
        return CaseKey(f"lot={lot_id}", family)
    if family == "copy":
        return CaseKey(f"{family},product={product_id}", family)
    if kind == "leak" and picking_id:
        return CaseKey(f"picking={picking_id}", family, partner_id, picking_id)
    if partner_id:
        return CaseKey(f"{family},partner={partner_id}", family, partner_id)
    return CaseKey(f"{family},product={product_id}", family)


def opens(kinds: list[str]) -> bool:
    """Tell whether alerts of these kinds about one thing make a case.

    >>> opens(["dealer_stock"]), opens(["dealer_stock"] * 3), opens(["clone"])
    (False, True, True)
    """
    together = sum(kind in OPENS_TOGETHER for kind in kinds)
    return together >= TOGETHER or any(kind in OPENS for kind in kinds)
