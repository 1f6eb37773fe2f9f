"""Weak leaks, who let goods go before, and units that speak for another place."""

import pytest
from test_leak import leaks_of, make_market

from core.leak_taken import LOUDER, Taken


def some_of(distributor, month, count):
    """Return who went: every fifth unit of a shipment, until `count` are gone."""

    def diverted(dealer, when, _carton, number):
        gone = number % 5 == 0 and number < count * 5
        return "CN-YN" if (dealer, when) == (distributor, month) and gone else None

    return diverted


@pytest.mark.parametrize("seed", (2, 3))
def test_a_weak_leak_is_a_suspicion_that_accuses_no_unit(seed):
    (leak,) = leaks_of(make_market(seed, diverted=some_of(3, 2, 8)))
    assert not leak.certain
    assert leak.named == 0
    assert leak.members
    assert leak.odds > 0.25


@pytest.mark.parametrize("seed", (1, 2, 3))
def test_the_same_leak_with_more_units_is_certain_and_names_them(seed):
    (leak,) = leaks_of(make_market(seed, diverted=some_of(3, 2, 20)))
    assert leak.certain
    assert 0 < leak.named <= len(leak.members)


def test_who_let_goods_go_before_is_suspected_of_less():
    def diverted(distributor, month, carton, number):
        if (distributor, month, carton) in {(3, 1, 0), (3, 3, 1), (3, 3, 3)}:
            return "CN-SH"
        return some_of(3, 2, 8)(distributor, month, carton, number)

    (alone,) = leaks_of(make_market(3, diverted=some_of(3, 2, 8)))
    together = leaks_of(make_market(3, diverted=diverted))
    (again,) = [leak for leak in together if leak.place == "CN-YN"]
    assert again.key == alone.key
    assert again.odds > 2 * alone.odds


class Loudness:
    """How loudly units speak for places: rows[pattern][place]."""

    def __init__(self, **places):
        self.rows = [places]
        self.of_unit = [0]


@pytest.mark.parametrize(("louder", "free"), ((0, []), (LOUDER, []), (LOUDER + 1, [0])))
def test_a_unit_is_given_up_for_a_place_it_speaks_much_louder_for(louder, free):
    units = Loudness(drip=100, carton=100 + louder)
    taken = Taken(units, units)
    assert taken.left([0], "carton") == [0]
    taken.add([0], "drip")
    assert taken.left([0], "drip") == []
    assert taken.left([0], "carton") == free


def test_units_left_out_speak_for_no_place():
    units = Loudness(carton=200)
    assert Taken(units, units).without([0]).left([0], "carton") == []
