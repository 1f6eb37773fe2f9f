from datetime import date, datetime

import pytest

from core.factory_plan import Known, Step, Taken, decide, repeats
from core.factory_row import Part, Unit

IMEI, IMEI2 = "490154203237518", "356868000041418"
UNIT = Unit(
    2,
    "A1",
    imei=IMEI,
    line="L1",
    produced=datetime(2026, 3, 1, 8),
    parts=(Part("B1", "BAT"),),
)
KNOWN = Known(
    7,
    "A1",
    "produced",
    imei=IMEI,
    production_line="L1",
    production_date=date(2026, 3, 1),
    parts=frozenset({Part("B1", "BAT")}),
)
CHANGES = {
    "imei": IMEI,
    "production_line": "L1",
    "production_date": date(2026, 3, 1),
}


def reasons_of(*arguments):
    errors = decide(*arguments)
    assert isinstance(errors, list)
    return [(error.reason, error.column) for error in errors]


def test_an_unknown_serial_is_created():
    assert decide(UNIT, None, Taken()) == Step("create", CHANGES, UNIT.parts)


@pytest.mark.parametrize("stage", ["minted", None])
def test_a_code_minted_before_or_a_serial_without_code_is_produced(stage):
    assert decide(UNIT, Known(7, "A1", stage), Taken()).action == "produce"


def test_a_code_minted_before_is_produced_even_if_the_row_says_nothing_new():
    assert decide(Unit(2, "A1"), Known(7, "A1", "minted"), Taken()) == Step("produce")


def test_the_same_row_again_changes_nothing():
    assert decide(UNIT, KNOWN, Taken()) == Step("unchanged")


@pytest.mark.parametrize("stage", ["produced", "shipped", "activated", "traded_in"])
def test_what_is_news_about_a_produced_unit_updates_it(stage):
    unit = Unit(2, "A1", line="L2", produced=datetime(2026, 3, 2), parts=(Part("B2"),))
    step = decide(unit, Known(7, "A1", stage, production_line="L1"), Taken())
    changes = {"production_line": "L2", "production_date": date(2026, 3, 2)}
    assert step == Step("update", changes, (Part("B2"),))


def test_an_empty_cell_never_erases_what_we_know():
    assert decide(Unit(2, "A1"), KNOWN, Taken()) == Step("unchanged")


def test_another_imei_than_the_one_we_have_is_a_contradiction():
    unit = Unit(2, "A1", imei=IMEI2)
    assert reasons_of(unit, KNOWN, Taken()) == [("conflict", "imei")]


@pytest.mark.parametrize("field", ["imei", "imei2"])
def test_an_imei_of_another_serial_is_refused_in_either_column(field):
    taken = Taken({("imei", IMEI2): (9, "Z9")})
    unit = Unit(2, "A2", **{field: IMEI2})
    assert reasons_of(unit, None, taken) == [("taken", field)]
    assert decide(unit, None, taken)[0].values == {"serial": "Z9"}


def test_an_imei_that_the_unit_itself_holds_is_not_taken():
    taken = Taken({("imei", IMEI): (7, "A1")})
    assert decide(UNIT, KNOWN, taken) == Step("unchanged")


def test_imeis_that_changed_their_columns_are_refused():
    taken = Taken({("imei", IMEI): (7, "A1")})
    unit = Unit(2, "A1", imei2=IMEI)
    assert reasons_of(unit, KNOWN, taken) == [("taken", "imei2")]


def test_a_component_of_another_unit_is_refused():
    taken = Taken(parts={Part("B1", "BAT"): (9, "Z9")})
    assert reasons_of(UNIT, None, taken) == [("taken", "part")]


@pytest.mark.parametrize("stage", ["void", "retired"])
def test_a_serial_whose_life_ended_takes_nothing_more(stage):
    assert reasons_of(UNIT, Known(7, "A1", stage), Taken()) == [("life_ended", "")]


def test_every_reason_is_told():
    taken = Taken(parts={Part("B1", "BAT"): (9, "Z9")})
    known = Known(7, "A1", "void", imei=IMEI2)
    assert reasons_of(UNIT, known, taken) == [
        ("conflict", "imei"),
        ("taken", "part"),
        ("life_ended", ""),
    ]


# === REPEATS IN A FILE === #
def test_numbers_may_stand_in_a_file_once():
    units = [
        Unit(2, "A1", imei=IMEI, parts=(Part("B1"),)),
        Unit(3, "A1"),
        Unit(4, "A2", imei2=IMEI),
        Unit(5, "A3", parts=(Part("B1"),)),
    ]
    errors = repeats(units, {})
    assert [(e.row, e.reason, e.column, e.values["first"]) for e in errors] == [
        (3, "repeated", "serial", 2),
        (4, "repeated", "imei2", 2),
        (5, "repeated", "part", 2),
    ]


def test_repeats_are_found_from_one_chunk_to_the_next():
    seen = {}
    assert repeats([Unit(2, "A1")], seen) == []
    assert len(repeats([Unit(9000, "A1")], seen)) == 1


def test_components_of_different_products_may_share_a_number():
    units = [
        Unit(2, "A1", parts=(Part("0001", "BAT"),)),
        Unit(3, "A2", parts=(Part("0001", "CAM"),)),
    ]
    assert repeats(units, {}) == []


def test_a_mac_and_a_serial_may_look_alike():
    assert repeats([Unit(2, "AF0123450ABCDE", meid="AF0123450ABCDE")], {}) == []
