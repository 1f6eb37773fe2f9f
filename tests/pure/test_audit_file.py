"""core.audit_file and bin/verify-audit: what an auditor checks without us."""

import copy
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core import audit_file, chain

VERIFY = Path(chain.__file__).parent.parent / "bin" / "verify-audit"


def make_unit(lot_id=7, count=3):
    """Return a unit with a chain that holds."""
    events, previous = [], None
    for sequence in range(1, count + 1):
        event = dict.fromkeys(chain.COLUMNS)
        event.update(
            prev_hash=previous,
            lot_id=lot_id,
            sequence=sequence,
            kind="minted" if sequence == 1 else "shipped",
            event_time="2026-03-02T08:00:00.000000Z",
            record_time="2026-03-02T08:00:00.000000Z",
            document_name="出库 7",
            data='{"private": {"reason": "é"}}',
        )
        event["hash"] = chain.content_hash([event[name] for name in chain.COLUMNS])
        previous = event["hash"]
        events.append(event)
    return {
        "lot_id": lot_id,
        "serial": f"SN{lot_id}",
        "event_count": count,
        "chain_ok": True,
        "events": events,
    }


def make_files(units, **content):
    """Return the files of an auditor's file: name -> bytes."""
    files = {
        f"units-{number}.json": audit_file.part_bytes([unit])
        for number, unit in enumerate(units, start=1)
    }
    parts = [
        {
            "name": name,
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for name, data in files.items()
    ]
    counts = {
        "units": len(units),
        "events": sum(len(unit["events"]) for unit in units),
        "broken": sum(not unit["chain_ok"] for unit in units),
    }
    manifest = audit_file.manifest_bytes({"id": "x", **counts, **content}, parts)
    return {audit_file.MANIFEST: manifest, **files}


def check(files):
    report = audit_file.verify(files, files.__getitem__)
    return [(found.reason, found.where) for found in report.findings]


def test_what_was_not_touched_holds():
    files = make_files([make_unit(7), make_unit(8, 1)])
    report = audit_file.verify(files, files.__getitem__)
    assert report.holds
    assert (report.parts, report.units, report.events) == (2, 2, 4)
    assert check(make_files([])) == []


def change(unit, at, **values):
    unit = copy.deepcopy(unit)
    unit["events"][at].update(values)
    return unit


def drop(unit, at, **values):
    unit = copy.deepcopy({**unit, **values})
    del unit["events"][at]
    return unit


@pytest.mark.parametrize(
    ("unit", "reasons"),
    [
        (change(make_unit(), 1, kind="sold"), ["event_changed"]),
        (change(make_unit(), 1, hash="0" * 64), ["event_changed", "event_link"]),
        (drop(make_unit(), 2), ["events_missing"]),
        (
            drop(make_unit(), 1),
            ["event_order", "event_link", "events_missing"],
        ),
        (
            drop(make_unit(), 0, event_count=2),
            ["event_order", "event_link", "event_order"],
        ),
        ({**make_unit(), "chain_ok": False}, ["told_broken"]),
        ({**make_unit(), "lot_id": 8}, ["event_order"] * 3),
    ],
)
def test_what_was_changed_in_a_chain_is_told(unit, reasons):
    assert [reason for reason, _where in check(make_files([unit]))] == reasons


def test_a_change_of_the_files_themselves_is_told():
    files = make_files([make_unit()])
    part = "units-1.json"
    assert check({**files, part: files[part] + b" "}) == [("part_changed", part)]
    assert check({**files, "more": b""}) == [("part_unknown", "more")]
    alone = {audit_file.MANIFEST: files[audit_file.MANIFEST]}
    assert check(alone) == [("part_missing", part), ("counts", "")]
    manifest = json.loads(files[audit_file.MANIFEST])
    for name, value, reasons in (
        ("id", "y", ["manifest_changed"]),
        ("units", 2, ["manifest_changed", "counts"]),
        ("format", "z", ["format_unknown"]),
    ):
        data = json.dumps({**manifest, name: value}).encode()
        found = check({**files, audit_file.MANIFEST: data})
        assert [reason for reason, _where in found] == reasons


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 10_000, b"null"])
def test_what_is_no_such_file_is_told_and_breaks_nothing(data):
    files = make_files([make_unit()])
    assert check({**files, audit_file.MANIFEST: data})[0][0] == "not_an_audit"
    reasons = [reason for reason, _where in check({**files, "units-1.json": data})]
    assert reasons[0] == "part_changed"
    assert "counts" in reasons


def run(*arguments):
    # -I -S: the standard library alone, whatever is installed here
    command = [sys.executable, "-I", "-S", str(VERIFY), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_tells_by_its_exit_code_and_its_words(tmp_path):
    def write(name, files):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for inside, data in files.items():
                archive.writestr(inside, data)
        return tmp_path / name

    good = run(write("good.zip", make_files([make_unit()], issuer="A Brand")))
    assert (good.returncode, good.stderr) == (0, "")
    assert "issuer: A Brand" in good.stdout
    assert "Everything that was checked holds." in good.stdout
    bad = run(write("bad.zip", make_files([change(make_unit(), 1, kind="sold")])))
    assert bad.returncode == 1
    assert "SN7, 2 (sold): was changed" in bad.stdout
    (tmp_path / "none.zip").write_bytes(b"PK nothing")
    assert run(tmp_path / "none.zip").returncode == 1
    assert run(tmp_path / "missing.zip").returncode == 2
