"""An evidence bundle checks itself: nothing in it can change unnoticed."""

import copy
import json

import pytest
from bundle_example import make_content

from core import bundle, bundle_check, bundle_text, chain
from core.bundle_figures import figures
from core.errors import SerialError


@pytest.fixture
def document():
    return bundle.build(make_content())


def findings(data, **given):
    return bundle_check.verify(data, **given).findings


def reasons(document, **given):
    return {found.reason for found in findings(bundle.to_bytes(document), **given)}


def reseal(document):
    """Make the seal fit again, as somebody would who knows how."""
    content = {name: part for name, part in document.items() if name != "seal"}
    seal = {
        "sha256": bundle.content_sha256(content),
        "parts": bundle.part_marks(content),
    }
    return {**content, "seal": {**seal, "pdf": document["seal"]["pdf"]}}


def test_a_bundle_as_made_holds(document):
    report = bundle_check.verify(bundle.to_bytes(document))
    assert report.holds
    counts = (report.units, report.events, report.groups, report.files)
    assert counts == (8, 32, 1, 0)
    assert report.unseen_files == ["seal.jpg"]


def test_a_bundle_is_read_as_it_was_written(document):
    assert bundle.read(bundle.to_bytes(document)) == document


def test_every_event_has_a_line_of_its_own(document):
    lines = bundle.to_bytes(document).decode().splitlines()
    assert sum('"prev_hash"' in line for line in lines) == 32


def test_one_changed_byte_anywhere_fails_and_breaks_nothing(document):
    document["units"] = document["units"][:1]
    document["groups"] = []
    data = bundle.to_bytes(reseal(document))
    assert not findings(data)
    seal_pdf = data.index(b'"pdf": null')
    for at in range(len(data)):
        if seal_pdf <= at < seal_pdf + 11:
            continue  # names no PDF here, so there is nothing to check
        for byte in (data[at] ^ 1, 0x20, 0xFF):
            if byte != data[at]:
                changed = data[:at] + bytes([byte]) + data[at + 1 :]
                assert findings(changed), (at, byte)


@pytest.mark.parametrize("name", [*chain.COLUMNS, "hash"])
def test_a_changed_field_of_an_event_is_named_with_its_unit(document, name):
    event = document["units"][2]["events"][1]
    event[name] = "x" if isinstance(event[name], str) else 12345
    report = bundle_check.verify(bundle.to_bytes(reseal(document)))
    found = next(f for f in report.findings if f.reason == "event_changed")
    assert found.where == ("SN0002", event["sequence"], event["kind"])
    assert found.values["fields"] == [name]


def test_an_event_rewritten_with_a_fresh_hash_breaks_the_link(document):
    events = document["units"][0]["events"]
    events[1]["kind"] = "voided"
    events[1]["hash"] = chain.content_hash([events[1][n] for n in chain.COLUMNS])
    events[1]["marks"] = bundle.field_marks(events[1])
    found = findings(bundle.to_bytes(reseal(document)))
    assert [(f.reason, f.where) for f in found] == [
        ("event_link", ("SN0000", 3, "shipped"))
    ]


@pytest.mark.parametrize("at", range(4))
def test_an_event_left_out_is_missed(document, at):
    del document["units"][0]["events"][at]
    assert "events_missing" in reasons(reseal(document))


def test_events_in_another_order_are_seen(document):
    document["units"][0]["events"].reverse()
    assert {"event_order", "event_link"} <= reasons(reseal(document))


def test_an_event_of_another_unit_is_seen(document):
    units = document["units"]
    units[0]["events"][3] = units[1]["events"][3]
    assert "event_foreign" in reasons(reseal(document))


def test_a_field_more_in_an_event_is_seen(document):
    document["units"][0]["events"][0]["more"] = None
    assert "event_fields" in reasons(reseal(document))


@pytest.mark.parametrize(
    "name", ["n", "k", "rate", "p_value", "share", "share_low", "share_high"]
)
def test_a_figure_that_the_units_do_not_give_is_named(document, name):
    document["groups"][0][name] *= 1.01
    found = findings(bundle.to_bytes(reseal(document)))
    assert [f.values["name"] for f in found] == [name]


def test_a_unit_counted_as_seen_where_it_was_not_is_named(document):
    group = document["groups"][0]
    group["members"][7]["places"] = ["CN-BJ"]
    group.update(k=4, **figures(4, 8, 0.4))
    found = findings(bundle.to_bytes(reseal(document)))
    assert [(f.reason, f.where) for f in found] == [
        ("member_unseen", ("WH/OUT/7", "SN0007"))
    ]


def test_units_left_out_of_a_count_are_missed(document):
    del document["groups"][0]["members"][0]
    found = findings(bundle.to_bytes(reseal(document)))
    assert {"k", "n", "p_value"} <= {f.values["name"] for f in found}


def test_of_a_group_not_listed_whole_the_figures_follow_from_its_counts(document):
    group = document["groups"][0]
    group.update(complete=False, members=group["members"][:2])
    assert not reasons(reseal(document))
    group["p_value"] /= 2
    assert reasons(reseal(document)) == {"figure_wrong"}


@pytest.mark.parametrize(
    "part", [p for p in bundle.PARTS if p not in ("format", "seal")]
)
def test_a_changed_part_is_named(document, part):
    value = document[part]
    if isinstance(value, str):
        document[part] = value + "."
    elif isinstance(value, dict):
        value[next(iter(value))] = "another"
    else:
        value.append({})
    assert (part,) == next(
        f.where[:1] for f in findings(bundle.to_bytes(document)) if f.where
    )


def test_the_unit_changed_is_named_by_its_place_in_the_list(document):
    document["units"][4]["serial"] = "SN9999"
    found = findings(bundle.to_bytes(document))
    assert [f.where for f in found] == [("units", 4)]


def test_another_way_to_write_the_same_is_refused(document):
    for text in (
        json.dumps(document),
        bundle.to_bytes(document).decode() + "\n",
        bundle.to_bytes(document).decode().replace('"id"', '"id":"other",\n "id"'),
    ):
        assert "not_as_written" in {f.reason for f in findings(text.encode())}


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"{", b"\xff", b'{"format": NaN}', b"[" * 5000, b'"\\ud800"',
     b'{"format": "serial-dossier-evidence/1"}',
     b'{"format": "serial-dossier-evidence/1", "seal": 3, "units": 4, "groups": [3]}',
     b'{"format": "serial-dossier-evidence/9"}'],
)  # fmt: skip
def test_what_is_no_bundle_is_told_so(data):
    report = bundle_check.verify(data, pdf=b"")
    assert report.findings
    assert bundle_text.tell(report) and bundle_text.tell(report, "zh")


def test_parts_of_a_wrong_kind_never_break_the_check(document):
    def places(value, path=()):
        yield path
        items = value.items() if isinstance(value, dict) else ()
        items = enumerate(value) if isinstance(value, list) else items
        for key, item in items:
            yield from places(item, (*path, key))

    document["units"] = document["units"][:1]
    for path in list(places(document))[1:]:
        for wrong in (None, 3, "x", [], {}, [[]], 1e308):
            changed = copy.deepcopy(document)
            inner = changed
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = wrong
            report = bundle_check.verify(bundle.to_bytes(changed), pdf=b"")
            assert report.findings
            assert bundle_text.tell(report)


def test_a_file_at_hand_is_compared(document):
    good = {"seal.jpg": bundle.sha256(b"photo")}
    assert not reasons(document, files=good)
    assert reasons(document, files={"seal.jpg": "0" * 64}) == {"file_changed"}


def test_pdf_and_bundle_name_each_other(document):
    pdf = b"%PDF " + document["seal"]["sha256"].encode()
    document = bundle.with_pdf(document, "DC7.pdf", pdf)
    assert not reasons(document, pdf=pdf)
    assert reasons(document, pdf=pdf + b" ") == {"pdf_changed"}
    other = b"%PDF of another"
    document = bundle.with_pdf(document, "DC7.pdf", other)
    assert reasons(document, pdf=other) == {"pdf_of_another"}


def test_files_outside_the_folder_are_never_read(document):
    document["files"] = [{"name": n} for n in ("../x", "/etc/passwd", "..", "", 3, "a")]
    assert bundle_check.files_named(bundle.to_bytes(document)) == ["a"]


def test_only_bundles_are_read():
    with pytest.raises(SerialError, match="not_a_bundle"):
        bundle.read(b"{}x")
