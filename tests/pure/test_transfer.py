from core.transfer import (
    Line,
    Party,
    Receipt,
    Unit,
    may_settle,
    refusal_of_route,
    refusal_of_sale,
    refusal_to_send,
)

BRAND, YUEXIU, STORE, OTHER_STORE, XIHU = None, 1, 2, 3, 4
PARTIES = {
    YUEXIU: Party(YUEXIU, "tier1"),
    STORE: Party(STORE, "tier2", YUEXIU),
    OTHER_STORE: Party(OTHER_STORE, "tier2", YUEXIU),
    XIHU: Party(XIHU, "tier1"),
}


def route(sender, receiver):
    return refusal_of_route(PARTIES.get(sender), PARTIES[receiver])


def test_a_partner_receives_from_the_brand_and_from_who_supplies_him_only():
    assert route(BRAND, STORE) == route(BRAND, XIHU) == route(YUEXIU, STORE) == ""
    assert route(XIHU, STORE) == "not_related"
    assert route(OTHER_STORE, STORE) == "not_related"


def test_units_go_back_to_who_supplied_them_but_not_sideways():
    assert route(STORE, YUEXIU) == ""
    assert route(STORE, XIHU) == route(YUEXIU, XIHU) == "not_related"
    assert route(YUEXIU, YUEXIU) == "same_partner"


def test_nothing_goes_to_or_from_who_is_no_part_of_the_channel():
    assert refusal_of_route(None, Party(9)) == "not_a_distributor"
    assert refusal_of_route(Party(9), Party(8, "tier2", 9)) == "not_a_distributor"
    gone = Party(5, "tier2", YUEXIU, active=False)
    assert refusal_of_route(PARTIES[YUEXIU], gone) == "receiver_ended"


def test_only_the_holder_sends():
    for unit in (None, Unit(None, "produced"), Unit(XIHU, "shipped", blocked=True)):
        assert refusal_to_send(unit, YUEXIU) == "not_held"
    assert refusal_to_send(Unit(None, "produced"), None) == "not_held"


def test_every_reason_a_unit_may_not_go():
    for values, reason in (
        ({"stage": "void"}, "ended"),
        ({"stage": "retired"}, "ended"),
        ({"stage": "traded_in"}, "ended"),
        ({"stage": "activated"}, "activated"),
        ({"activated": True}, "activated"),
        ({"sold": True}, "sold"),
        ({"blocked": True}, "blocked"),
        ({"recalled": True}, "recalled"),
        ({"in_service": True}, "in_service"),
        ({"is_open": True}, "in_transfer"),
    ):
        unit = Unit(YUEXIU, **{"stage": "shipped", **values})
        assert refusal_to_send(unit, YUEXIU) == reason
        if reason != "activated":
            assert refusal_of_sale(unit, YUEXIU) == reason


def outcomes(lines, units, asked, sender=YUEXIU):
    receipt = Receipt(sender, STORE, lines, units)
    return [
        (one.lot_id, one.result, one.reason, one.surfaced)
        for one in receipt.outcomes(asked)
    ]


def test_what_a_receipt_makes_of_each_unit():
    states = ("expected", "received", "missing", "missing", "surplus", "expected")
    lines = {number: Line(state) for number, state in enumerate(states, start=1)}
    lines[4] = Line("missing", settled=True)
    held = Unit(YUEXIU, "shipped")
    units = dict.fromkeys(range(1, 6), held) | {
        6: Unit(XIHU, "shipped"),
        7: held,
        8: Unit(STORE, "shipped"),
        9: Unit(XIHU, "shipped"),
        10: Unit(YUEXIU, "shipped", sold=True),
        11: Unit(None, "produced"),
    }
    found = outcomes(lines, units, [(str(n), (n,), False) for n in units])
    assert found == [
        (1, "received", "", False),
        (2, "already", "dealt_with", False),
        (3, "received", "", False),
        (4, "already", "dealt_with", False),
        (5, "already", "dealt_with", False),
        (6, "refused", "moved_on", False),
        (7, "surplus", "not_announced", False),
        (8, "already", "already_yours", False),
        (9, "refused", "not_expected", True),
        (10, "refused", "not_expected", True),
        (11, "refused", "not_expected", True),
    ]


def test_a_delivery_of_the_brand_holds_what_the_receiver_has_already():
    units = {
        1: Unit(STORE, "shipped"),
        2: Unit(None, "produced"),
        3: Unit(None, "shipped"),
        4: Unit(XIHU, "shipped"),
    }
    asked = [(str(n), (n,), False) for n in units]
    found = outcomes({1: Line("expected")}, units, asked, BRAND)
    assert [one[1] for one in found] == ["received", "surplus", "refused", "refused"]
    assert [one[3] for one in found] == [False, False, True, True]


def test_a_carton_stands_for_what_is_announced_of_it():
    lines = {1: Line("expected"), 2: Line("expected")}
    units = dict.fromkeys((1, 2, 3), Unit(YUEXIU, "shipped"))
    found = outcomes(lines, units, [("C1", (1, 2, 3), True), ("2", (2,), False)])
    assert [one[:3] for one in found] == [
        (1, "received", ""),
        (2, "received", ""),
        (2, "already", "repeated"),
    ]
    assert outcomes({}, units, [("C1", (1, 2), True)]) == [
        (None, "refused", "not_expected", False)
    ]


def test_a_number_two_units_have_means_the_announced_one():
    units = dict.fromkeys((1, 2), Unit(YUEXIU, "shipped"))
    asked = [("A1", (1, 2), False)]
    assert outcomes({2: Line("expected")}, units, asked)[0][:2] == (2, "received")
    assert outcomes({}, units, asked)[0][2] == "ambiguous"


def test_a_side_can_only_give_in():
    allowed = {
        (side, state, decision)
        for side in ("sender", "receiver")
        for state in ("missing", "surplus", "expected", "received")
        for decision in ("stays", "moves", "lost")
        if may_settle(side, state, decision)
    }
    assert allowed == {
        ("sender", "missing", "stays"),
        ("sender", "surplus", "moves"),
        ("receiver", "missing", "moves"),
        ("receiver", "surplus", "stays"),
    }
    assert may_settle("brand", "missing", "lost")
    assert not may_settle("brand", "received", "lost")
