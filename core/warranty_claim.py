"""Which rights of a policy are open on a day."""

from dataclasses import replace
from datetime import date, timedelta

from .warranty_facts import ComponentRight, Facts, Right
from .warranty_span import Span, get_component_end, last_day_of
from .warranty_terms import KINDS, Policy


def get_components(
    policy: Policy, facts: Facts, span: Span, today: date, void: bool
) -> tuple[ComponentRight, ...]:
    """Return the terms of the components, each with its state today."""
    excluded = {component for _code, component in facts.exclusions if component}
    exchanged = dict(facts.component_exchanges) if policy.exchange_restarts else {}
    rights = []
    for component in policy.components:
        start = max(span.start, exchanged.get(component.code, span.start))
        end = get_component_end(policy, facts, start, component.months, today)
        if void or component.code in excluded:
            state = "void"
        elif start > today:
            state = "not_started"
        else:
            state = "running" if end >= today else "expired"
        rights.append(ComponentRight(component.code, start, end, state))
    return tuple(rights)


def get_component_claims(
    policy: Policy, components: tuple[ComponentRight, ...], unit_runs: bool
) -> tuple[Right, ...]:
    """Return what single components entitle to besides the whole unit."""
    return tuple(
        Right(
            component.kind,
            term.end,
            "component_term",
            component.source or policy.source,
            component.code,
        )
        for component, term in zip(policy.components, components, strict=True)
        if term.state == "running" and (component.kind != "repair" or not unit_runs)
    )


def get_claims(
    policy: Policy, facts: Facts, span: Span, today: date
) -> tuple[Right, ...]:
    """Return what the whole unit entitles to today: of each kind the longest."""
    opened = {"fault"} | _get_opened_by_repairs(policy, facts, span, today)
    if facts.distance:
        opened.add("distance")
    claims = _get_open(policy, span, today, opened)
    if "exchange" in claims:
        _offer_refund(policy, span, today, claims, facts.like_model)
    return tuple(claims[kind] for kind in KINDS if kind in claims)


def _offer_refund(policy, span, today, claims, like_model):
    """Add the refund that stands in for an exchange: in full where nobody has the like
    model, less the days of use where the consumer declines it."""
    opened = {"exchange_declined" if like_model else "no_like_model"}
    instead = _get_open(policy, span, today, opened).get("refund")
    if not instead or (like_model and "return" in claims):
        return
    exchange = claims["exchange"]
    claims.setdefault("refund", replace(instead, until=exchange.until))
    if not like_model:
        del claims["exchange"]


def _get_open(policy, span, today, opened):
    """Return kind -> the right of it that lasts longest, of those whose condition
    holds."""
    claims = {}
    for entitlement in policy.entitlements:
        if entitlement.condition not in opened:
            continue
        right = _get_right(entitlement, span, today)
        best = claims.get(entitlement.kind)
        if right and (not best or _weight(right) > _weight(best)):
            claims[right.kind] = right
    return claims


def _weight(right):
    """Return what makes a right the better one: it lasts longer, or asks no reason."""
    return right.until, right.reason == "distance"


def _get_right(entitlement, span, today):
    """Return the right an entitlement gives today, None when its time is not now."""
    policy, kind = span.policy, entitlement.kind
    # Who bought at a distance counts from the day the goods arrived.
    origin = (entitlement.condition == "distance" and span.received) or span.origin
    opens = origin + timedelta(days=entitlement.from_day)
    if opens > today and span.basis != "production":
        return None
    reason, source = entitlement.condition, entitlement.source
    if entitlement.until_day is not None:
        until = last_day_of(policy, origin, entitlement.until_day)
    elif kind == "repair":
        # What was sold on top is a contract of its own, and about repairs only.
        until = span.end
        if today > span.legal_end:
            reason, source = "extension", "extension"
    else:
        until = span.legal_end
    if today > until:
        return None
    return Right(kind, until, reason, source or policy.source)


def _get_opened_by_repairs(policy, facts, span, today):
    """Return the conditions that failed or slow repairs opened."""
    opened = set()
    repairs = [
        repair
        for repair in facts.repairs
        if repair.covered and span.start <= repair.taken_in <= today
    ]
    failed = sum(
        repair.failed and (repair.same_fault or not policy.same_fault)
        for repair in repairs
    )
    if 0 < policy.failed_repairs <= failed:
        opened.add("failed_repairs")
    for repair in repairs:
        if repair.given_back and repair.given_back <= today:
            continue
        days = (today - repair.taken_in).days
        waiting = min(repair.days_waiting_for_parts, days)
        if waiting and 0 < policy.parts_days < days:
            opened.add("parts_overdue")
        if 0 < policy.repair_days < days - waiting:
            opened.add("repair_overdue")
    return opened
