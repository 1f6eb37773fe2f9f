"""What is known of a unit under warranty, and what follows from it: values only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Repair:
    """A stay in repair; `covered`: for a fault the warranty answers for."""

    taken_in: date
    given_back: date | None = None
    days_waiting_for_parts: int = 0
    failed: bool = False
    same_fault: bool = True
    covered: bool = True


@dataclass(frozen=True)
class Facts:
    """What is known of a unit: days, repairs and papers.

    `proof` of the purchase is an invoice, a card, our own record, or none: then the
    days of sale and delivery are only somebody's word. `component_exchanges` are
    (component, day), `exclusions` (code, component or None for the whole unit). `ended`
    is the stage a unit ended in, if it did: whoever holds it has no warranty on it.
    """

    sale: date | None = None
    activation: date | None = None
    delivery: date | None = None
    production: date | None = None
    repairs: tuple[Repair, ...] = ()
    exchanged_on: date | None = None
    extension_months: int = 0
    transferred: bool = False
    exclusions: tuple[tuple[str, str | None], ...] = ()
    proof: str = "record"
    distance: bool = False
    like_model: bool = True
    component_exchanges: tuple[tuple[str, date], ...] = ()
    rest_days: frozenset[date] = frozenset()
    ended: str = ""


@dataclass(frozen=True)
class Right:
    """What may be asked for, until which day, why, and by which article."""

    kind: str
    until: date
    reason: str
    source: str
    component: str | None = None


@dataclass(frozen=True)
class ComponentRight:
    """The term of a component: state (running, expired, void, not_started)."""

    code: str
    start: date | None
    end: date | None
    state: str


@dataclass(frozen=True)
class Rights:
    """State (none, not_started, running, expired, void) of a warranty, and all of it.

    `with_proof` is what could be asked for besides with an invoice in hand.
    """

    state: str
    basis: str | None = None
    start: date | None = None
    end: date | None = None
    days_added: int = 0
    components: tuple[ComponentRight, ...] = ()
    may_ask: tuple[Right, ...] = ()
    reasons: tuple[str, ...] = ()
    with_proof: tuple[Right, ...] = ()
