from copy import deepcopy

import pytest

from core import purge_proof

UNITS = [
    {
        "lot_id": number,
        "serial": f"甲{number}",
        "product_id": 3,
        "due_on": "2026-03-02",
        "events": 4,
        "head": f"{number:064x}",
        "removed": {"serial_scan": [2, "ab"]},
    }
    for number in (1, 2)
]


def make_proofs():
    """Return two proofs that follow each other, a unit each."""
    proofs, previous = [], None
    for number, unit in enumerate(UNITS, start=1):
        head = {
            "format": purge_proof.FORMAT,
            "purge": "PURGE/2026/0001",
            "number": number,
            "made_at": "2026-03-02 08:00:00",
            "units": 1,
            "events": 4,
            "rows": {"serial_scan": 2},
        }
        previous = purge_proof.proof_hash(head, [unit], previous)
        proofs.append({"head": head, "units": [deepcopy(unit)], "hash": previous})
    return proofs


def test_proofs_that_were_not_touched_hold():
    assert purge_proof.first_broken(make_proofs()) is None
    assert purge_proof.first_broken([]) is None


@pytest.mark.parametrize("field", purge_proof.UNIT_FIELDS)
def test_every_field_of_a_unit_is_proven(field):
    proofs = make_proofs()
    proofs[1]["units"][0][field] = "another"
    assert purge_proof.first_broken(proofs) == 2


@pytest.mark.parametrize("field", purge_proof.HEAD_FIELDS)
def test_every_field_of_a_head_is_proven(field):
    proofs = make_proofs()
    proofs[0]["head"][field] = "another"
    assert purge_proof.first_broken(proofs) == 1


def test_a_unit_or_a_part_that_was_left_out_shows():
    proofs = make_proofs()
    proofs[0]["units"] = []
    assert purge_proof.first_broken(proofs) == 1
    assert purge_proof.first_broken(make_proofs()[1:]) == 1


def test_units_stand_in_their_order():
    head = make_proofs()[0]["head"]
    assert purge_proof.proof_hash(head, UNITS, None) != purge_proof.proof_hash(
        head, UNITS[::-1], None
    )


def test_the_order_of_tables_does_not_matter():
    unit = {"removed": {"a": [1, "x"], "b": [2, "y"]}}
    turned = {"removed": {"b": [2, "y"], "a": [1, "x"]}}
    assert purge_proof.unit_line(unit) == purge_proof.unit_line(turned)
