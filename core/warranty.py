"""What the holder of a unit may ask for on a day, until when, and by which rule.

An opened right never depends on a verdict about diversion: the facts here are days,
repairs and papers, nothing else.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from .warranty_claim import get_claims, get_component_claims, get_components
from .warranty_facts import ComponentRight, Facts, Repair, Right, Rights
from .warranty_span import days_in_repair, get_span
from .warranty_terms import Policy

__all__ = [
    "ComponentRight",
    "Facts",
    "Refund",
    "Repair",
    "Right",
    "Rights",
    "judge",
    "refund",
]


@lru_cache(maxsize=4096)
def judge(policy: Policy | None, facts: Facts, today: date) -> Rights:
    """Return the rights of whoever holds a unit today.

    >>> from .warranty_policy import PRESETS
    >>> rights = judge(
    ...     PRESETS["cn_phone"], Facts(sale=date(2026, 3, 2)), date(2026, 3, 12))
    >>> rights.state, rights.end.isoformat()
    ('running', '2027-03-02')
    >>> [(right.kind, right.until.isoformat()) for right in rights.may_ask][:2]
    [('exchange', '2026-03-17'), ('refund', '2026-03-17')]
    """
    if not policy:
        return Rights("none", reasons=("no_policy",))
    months = policy.term_months + facts.extension_months
    span = get_span(policy, facts, today)
    if not span and facts.ended:
        return Rights("void", reasons=(facts.ended,))
    if not span:
        reason = "proof_missing" if facts.proof == "none" else "no_start"
        state = "not_started" if months > 0 else "none"
        return Rights(state, reasons=(reason,))
    void = _get_void_reasons(policy, facts)
    components = get_components(policy, facts, span, today, bool(void))
    rights = Rights(
        _get_state(span, months, void, today),
        span.basis,
        span.start,
        span.end if months > 0 else None,
        span.days_added,
        components,
        reasons=void or _get_reasons(policy, facts, span, today),
    )
    if void or rights.state == "not_started":
        return rights
    return _with_claims(rights, policy, facts, span, today)


def _get_void_reasons(policy, facts):
    """Return why a unit has no warranty any more."""
    reasons = tuple(
        f"excluded_{code}" for code, component in facts.exclusions if not component
    )
    if facts.transferred and not policy.transferable:
        reasons += ("not_transferable",)
    if facts.ended:
        reasons += (facts.ended,)
    return reasons


def _get_state(span, months, void, today):
    if void:
        return "void"
    if months <= 0:
        return "none"
    # Without papers the latest start is assumed: whoever holds the unit has bought it.
    if span.start > today and span.basis != "production":
        return "not_started"
    return "running" if span.end >= today else "expired"


def _get_reasons(policy, facts, span, today):
    """Return what a second person needs to know to follow the dates."""
    told = {
        f"from_{span.basis}": True,
        "starts_later": span.start > today and span.basis != "production",
        "repairs_added": span.days_added,
        "extension_added": facts.extension_months,
        "activated_before_sale": span.basis == "sale"
        and facts.activation
        and facts.activation < span.start,
        "proof_missing": span.basis not in (*policy.full_bases, "exchange"),
        "component_excluded": facts.exclusions,
        "transferred": facts.transferred,
    }
    return tuple(reason for reason, holds in told.items() if holds)


def _with_claims(rights, policy, facts, span, today):
    """Return the same rights with what may be asked for."""
    claims = get_claims(policy, facts, span, today)
    parts = get_component_claims(policy, rights.components, rights.state == "running")
    may_ask, with_proof = claims + parts, ()
    if span.basis not in (*policy.full_bases, "exchange"):
        kinds = policy.unproven_kinds
        if span.basis != "production":
            with_proof = tuple(right for right in may_ask if right.kind not in kinds)
        may_ask = tuple(right for right in may_ask if right.kind in kinds)
    return replace(rights, may_ask=may_ask, with_proof=with_proof)


@dataclass(frozen=True)
class Refund:
    """Money back: the amount, the days of use it pays for, and what they cost."""

    amount: Decimal
    days_used: int
    deducted: Decimal


def refund(
    policy: Policy, facts: Facts, right: Right, price: Decimal, today: date
) -> Refund:
    """Return what a return or refund pays back of a price.

    Only who declines an exchange pays for the days of use, from the invoice or the
    exchange on and without the days in repair; never more than the price.
    """
    span = get_span(policy, facts, today)
    cents = Decimal("0.01")
    if right.reason != "exchange_declined" or not span:
        return Refund(price.quantize(cents, ROUND_HALF_UP), 0, Decimal(0))
    used = (today - span.start).days
    used -= days_in_repair(facts, span.start, span.end, today)
    cost = min(price, price * policy.depreciation_per_day * max(used, 0))
    cost = cost.quantize(cents, ROUND_HALF_UP)
    return Refund((price - cost).quantize(cents, ROUND_HALF_UP), used, cost)
