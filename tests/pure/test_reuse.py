"""Used units sold as new are told from repairs, exchanges and unopened parcels."""

from datetime import datetime, timedelta

from core.reuse import Life, Step, find_reused

START = datetime(2026, 1, 1)


def life(*steps, declared=False):
    return Life(
        1,
        tuple(
            Step(kind, START + timedelta(days=day), owner) for kind, day, owner in steps
        ),
        declared,
    )


def kinds(*lives):
    return [finding.kind for finding in find_reused(lives)]


def test_returned_after_use_and_activated_by_another_is_refurbished():
    (found,) = find_reused(
        [
            life(
                ("activated", 0, "a"),
                ("returned", 60, ""),
                ("shipped", 70, ""),
                ("activated", 80, "b"),
            )
        ]
    )
    assert (found.kind, found.ended_by, found.days_used) == (
        "refurbished_as_new",
        "returned",
        60,
    )
    assert found.score >= 90


def test_a_parcel_sent_back_unopened_is_new():
    assert not kinds(
        life(("sold", 0, ""), ("returned", 5, ""), ("activated", 20, "b")),
    )


def test_a_repair_goes_back_to_its_owner():
    assert not kinds(
        life(("activated", 0, "a"), ("in_service", 60, ""), ("activated", 70, "a")),
        life(("activated", 0, ""), ("in_service", 60, ""), ("activated", 70, "")),
    )


def test_a_second_owner_without_a_record_is_a_weak_finding_and_later_none():
    (found,) = find_reused([life(("activated", 0, "a"), ("claimed", 60, "b"))])
    assert (found.score, found.ended_by) == (45, "")
    assert not kinds(life(("activated", 0, "a"), ("claimed", 400, "b")))
    assert not kinds(life(("activated", 0, "a"), ("claimed", 60, "a")))


def test_many_owners_are_a_copied_code_not_a_used_unit():
    claims = (("claimed", 20 + day, str(day)) for day in range(5))
    assert not kinds(life(("activated", 0, "a"), *claims))


def test_traded_in_and_claimed_again():
    steps = (("activated", 0, "a"), ("traded_in", 300, ""), ("claimed", 330, "b"))
    assert kinds(life(*steps)) == ["traded_in_before"]
    assert not kinds(life(*steps, declared=True))


def test_sold_again_to_somebody_unknown():
    steps = (("activated", 0, "a"), ("returned", 30, ""), ("activated", 60, ""))
    assert not kinds(life(*steps))
    assert kinds(life(*steps, ("shipped", 40, ""))) == ["refurbished_as_new"]
