"""Who may send what to whom in the channel, and what a receipt makes of each serial.

The holder of a unit is the distributor it is bound to. He sends it on, and it stays
his until the other side has said that it arrived.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TIERS = ("tier1", "tier2")
ENDED = ("void", "retired", "traded_in")
IN_STOCK = ("minted", "produced")  # of the brand


@dataclass(frozen=True)
class Party:
    """A company of the channel, and the one that supplies it."""

    id: int
    tier: str = ""
    parent_id: int = 0
    active: bool = True


def refusal_of_route(sender: Party | None, receiver: Party) -> str:
    """Return why nothing may go from `sender` (None: the brand) to `receiver`, or "".

    A distributor supplies the partners below him, and they may send back to him. What
    goes from one region's distributor to another's is the brand's to re-bind.

    >>> yuexiu, store = Party(1, "tier1"), Party(2, "tier2", parent_id=1)
    >>> refusal_of_route(yuexiu, store), refusal_of_route(store, yuexiu)
    ('', '')
    >>> refusal_of_route(Party(3, "tier1"), store)
    'not_related'
    """
    if receiver.tier not in TIERS:
        return "not_a_distributor"
    if not receiver.active:
        return "receiver_ended"
    if sender is None:
        return ""
    if sender.id == receiver.id:
        return "same_partner"
    if sender.tier not in TIERS:
        return "not_a_distributor"
    if sender.id != receiver.parent_id and receiver.id != sender.parent_id:
        return "not_related"
    return ""


@dataclass(frozen=True)
class Unit:
    """What decides whether a unit may go on; `is_open`: it is on another transfer."""

    holder_id: int | None
    stage: str
    sold: bool = False
    activated: bool = False
    blocked: bool = False
    recalled: bool = False
    in_service: bool = False
    is_open: bool = False


def refusal_to_send(unit: Unit | None, sender_id: int) -> str:
    """Return why `sender_id` may not send a unit, or "".

    A unit that is not his and one that does not exist get one answer: nobody learns
    here what others hold.

    >>> refusal_to_send(Unit(7, "shipped"), 7), refusal_to_send(Unit(8, "shipped"), 7)
    ('', 'not_held')
    >>> refusal_to_send(Unit(7, "shipped", sold=True), 7)
    'sold'
    """
    if unit is None or not sender_id or unit.holder_id != sender_id:
        return "not_held"
    if unit.stage in ENDED:
        return "ended"
    if unit.activated or unit.stage == "activated":
        return "activated"
    for flag in ("sold", "blocked", "recalled", "in_service"):
        if getattr(unit, flag):
            return flag
    return "in_transfer" if unit.is_open else ""


@dataclass(frozen=True)
class Line:
    """A unit's line on a transfer: its state, and whether something is still open."""

    state: str
    settled: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one text: the unit it named, the result, and the reason if any.

    Results: `received`, `surplus` (not announced, but the sender's), `already`,
    `refused`. `surfaced` marks a unit that nobody could expect here.
    """

    text: str
    lot_id: int | None
    result: str
    reason: str = ""
    surfaced: bool = False


@dataclass(frozen=True)
class Receipt:
    """The parties of a receipt and what is known of the units that were named.

    `sender_id` is None for a shipment of the brand; its units are the receiver's
    already.
    """

    sender_id: int | None
    receiver_id: int
    lines: Mapping[int, Line]
    units: Mapping[int, Unit]

    def outcomes(
        self, asked: Iterable[tuple[str, tuple[int, ...], bool]]
    ) -> list[Outcome]:
        """Return what becomes of texts: (text, units it may mean, is it a carton).

        >>> receipt = Receipt(1, 2, {5: Line("expected")}, {5: Unit(1, "shipped")})
        >>> receipt.outcomes([("A5", (5,), False), ("A6", (), False)])[0].result
        'received'
        >>> receipt.outcomes([("A6", (), False)])[0].reason
        'not_expected'
        """
        seen = set()
        return [
            outcome
            for text, lot_ids, is_carton in asked
            for outcome in self._of_text(text, lot_ids, is_carton, seen)
        ]

    def _of_text(self, text, lot_ids, is_carton, seen):
        announced = [lot_id for lot_id in lot_ids if lot_id in self.lines]
        # A carton may have been opened since: what is not on the list is not in it.
        lot_ids = announced or (() if is_carton else lot_ids)
        if len(lot_ids) > 1 and not is_carton:
            yield Outcome(text, None, "refused", "ambiguous")
            return
        for lot_id in lot_ids:
            if lot_id in seen:
                yield Outcome(text, lot_id, "already", "repeated")
                continue
            seen.add(lot_id)
            line = self.lines.get(lot_id)
            yield (
                self._of_line(text, lot_id, line)
                if line
                else self._of_stranger(text, lot_id)
            )
        if not lot_ids:
            yield Outcome(text, None, "refused", "not_expected")

    def _of_line(self, text, lot_id, line):
        if line.settled or line.state in ("received", "surplus"):
            return Outcome(text, lot_id, "already", "dealt_with")
        if self.units[lot_id].holder_id != (self.sender_id or self.receiver_id):
            return Outcome(text, lot_id, "refused", "moved_on")
        return Outcome(text, lot_id, "received")

    def _of_stranger(self, text, lot_id):
        unit = self.units[lot_id]
        if unit.holder_id == self.receiver_id:
            return Outcome(text, lot_id, "already", "already_yours")
        if self._may_be_surplus(unit):
            return Outcome(text, lot_id, "surplus", "not_announced")
        return Outcome(text, lot_id, "refused", "not_expected", surfaced=True)

    def _may_be_surplus(self, unit):
        if self.sender_id:
            return not refusal_to_send(unit, self.sender_id)
        return not (
            unit.holder_id
            or unit.stage not in IN_STOCK
            or unit.blocked
            or unit.recalled
            or unit.is_open
        )


def state_of(expected: int, disputed: int) -> str:
    """Return a sent transfer's state from how many lines wait and are in dispute.

    >>> state_of(20, 0), state_of(5, 1), state_of(0, 0)
    ('sent', 'disputed', 'received')
    """
    if disputed:
        return "disputed"
    return "sent" if expected else "received"


_CONCESSIONS = {
    "sender": {("missing", "stays"), ("surplus", "moves")},
    "receiver": {("missing", "moves"), ("surplus", "stays")},
}


def may_settle(side: str, state: str, decision: str) -> bool:
    """Tell whether `side` may settle a line in dispute like that.

    The brand decides as it sees fit; a side may only give in to the other.

    >>> [may_settle("sender", "missing", way) for way in ("stays", "moves")]
    [True, False]
    """
    if side == "brand":
        return state in ("missing", "surplus")
    return (state, decision) in _CONCESSIONS[side]


def refusal_of_sale(unit: Unit | None, seller_id: int) -> str:
    """Return why `seller_id` may not declare a unit sold to a consumer, or "".

    A unit is often activated first and declared later: that is no obstacle.

    >>> refusal_of_sale(Unit(7, "activated", activated=True), 7)
    ''
    >>> refusal_of_sale(Unit(7, "shipped", is_open=True), 7)
    'in_transfer'
    """
    if unit is None or not seller_id or unit.holder_id != seller_id:
        return "not_held"
    if unit.stage in ENDED:
        return "ended"
    for flag in ("sold", "blocked", "recalled", "in_service"):
        if getattr(unit, flag):
            return flag
    return "in_transfer" if unit.is_open else ""
