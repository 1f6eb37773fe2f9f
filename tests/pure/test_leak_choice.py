"""Which group a leak is told of, where several hold its units."""

from test_leak import leaks_of, make_market

from core.leak import LeakSettings, UnitEvidence, find_leaks, learn_errors


def regroup(units, groups_of):
    """Return units in other groups."""
    return [
        UnitEvidence(unit.unit, unit.home, unit.sightings, groups_of(unit))
        for unit in units
    ]


def place_of(unit):
    """Return (distributor, month, carton) of a unit of the market."""
    return dict(unit.groups)["carton"]


def test_a_shipment_of_one_carton_is_told_rather_than_its_month():
    def is_part(distributor, month, carton, number):
        part = (distributor, month, carton) == (3, "2026-02", 1) and number % 20 < 12
        return "CN-YN" if part else None

    def own_shipments(unit):
        distributor, month, carton = place_of(unit)
        return (
            ("carton", (distributor, month, carton)),
            ("shipment", (distributor, month, carton)),
            ("window", (distributor, month)),
        )

    units = make_market(
        diverted=lambda d, m, c, n: is_part(d, f"2026-{m:02d}", c, n), cartons=3
    )
    (leak,) = leaks_of(regroup(units, own_shipments))
    assert (leak.kind, leak.key) == ("carton", (3, "2026-02", 1))


def test_two_shipments_of_one_batch_are_told_each_for_itself():
    def is_gone(distributor, month, _carton, number):
        return "CN-YN" if distributor in (3, 5) and month == 1 and number % 2 else None

    def with_batch(unit):
        distributor, month, _ = place_of(unit)
        shared = distributor in (3, 5) and month == "2026-01"
        return (*unit.groups, ("batch", 1 if shared else (distributor, month)))

    leaks = leaks_of(regroup(make_market(diverted=is_gone), with_batch))
    assert {(leak.kind, leak.key) for leak in leaks} == {
        ("shipment", (3, "2026-01")),
        ("shipment", (5, "2026-01")),
    }


def test_a_batch_that_leaked_in_many_small_shipments_is_told_as_a_batch():
    def is_gone(_distributor, month, _carton, number):
        return "CN-YN" if month == 1 and number % 20 == 0 else None

    def with_batch(unit):
        distributor, month, _ = place_of(unit)
        return (*unit.groups[:2], ("batch", 1 if month == "2026-01" else distributor))

    units = [u for u in make_market(diverted=is_gone) if "CN-YN" not in u.home]
    found = [leak for leak in leaks_of(regroup(units, with_batch)) if leak.certain]
    assert ("batch", 1) in {(leak.kind, leak.key) for leak in found}


def test_a_drip_begins_on_some_day_of_its_first_month():
    def is_drip(distributor, month, carton, number):
        begun = month > 2 or (month == 2 and carton >= 3)
        return "CN-YN" if distributor == 6 and begun and number % 5 == 0 else None

    def by_week(unit):
        distributor, month, carton = place_of(unit)
        return (
            ("shipment", (distributor, month, carton)),
            ("window", (distributor, month)),
        )

    units = regroup(make_market(months=5, diverted=is_drip), by_week)
    leaks = find_leaks(units, learn_errors(units), LeakSettings())
    (leak,) = [leak for leak in leaks if leak.certain]
    assert leak.key == (6, "2026-02/2026-05")
    named = {unit for unit, _ in leak.members[: leak.named]}
    early = [u for u in units if u.groups[0][1][:2] == (6, "2026-02")]
    before = {u.unit for u in early if u.groups[0][1][2] < 3}
    after = {u.unit for u in early if u.groups[0][1][2] >= 3}
    assert len(named & after) >= 5
    assert len(named & before) <= 2
