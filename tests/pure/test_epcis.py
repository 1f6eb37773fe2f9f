"""Steps told as EPCIS events: the quick way tells what the plain one does."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import epcis, epcis_query
from core.epcis_hash import event_hash_id
from core.errors import SerialError

EPC = "https://id.gs1.org/01/09506000134352/21/"
NOW = datetime(2026, 3, 2, 8, 0)
TEXTS = st.one_of(
    st.text(min_size=1),
    st.sampled_from(["epc=", "eventTime=1970-01-01T00:00:00.000Z", "007", ' "x" ']),
)
PAIRS = st.lists(
    st.tuples(st.sampled_from(["step", "public", "party"]), TEXTS), max_size=3
).map(lambda pairs: tuple(dict(pairs).items()))
FACTS = st.builds(
    epcis.Facts,
    kind=st.sampled_from(["minted", "produced", "packed", "assembled", "voided"]),
    biz_step=st.sampled_from(["shipping", "other"]),
    disposition=st.sampled_from(["active", "in_transit"]),
    offset=st.sampled_from(["+00:00", "+08:00", "-03:30"]),
    parent=st.sampled_from(["", "https://id.gs1.org/00/095060001000000014"]),
    read_point=st.sampled_from(["", "https://id.gs1.org/414/9506000111117"]),
    transactions=st.sampled_from(
        [(), (("desadv", "https://b.example/d/1"), ("", "urn:x:y"))]
    ),
    destinations=st.sampled_from(
        [(), (("possessing_party", "https://id.gs1.org/417/9506000111117"),)]
    ),
    extension=PAIRS,
    declaration=st.one_of(
        st.none(),
        st.builds(epcis.Declaration, st.just(NOW), st.just("+08:00"), extension=PAIRS),
    ),
)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1))


@given(FACTS, TIMES, TIMES, st.sets(st.integers(1, 10**6), min_size=1, max_size=5))
def test_the_text_of_an_event_is_the_event_and_its_id_its_hash(
    facts, event_time, record_time, serials
):
    epcs = [f"{EPC}{number}" for number in serials]
    text, digest = epcis.Shape(facts).text(
        event_time, record_time, [json.dumps(epc) for epc in epcs], epcs
    )
    told = json.loads(text)
    event_id = told.pop("eventID")
    assert told == epcis.event(facts, event_time, record_time, epcs)
    assert event_id == event_hash_id(told, epcis.CONTEXT)
    assert digest.hex() in event_id


def test_what_is_in_no_parent_is_only_seen():
    facts = epcis.Facts("packed", "packing", "in_progress")
    assert (facts.type, facts.action) == ("ObjectEvent", "OBSERVE")


def test_a_query_is_read_from_its_parameters():
    query = epcis_query.read(
        [
            ("EQ_bizStep", "shipping,urn:epcglobal:cbv:bizstep:receiving"),
            ("MATCH_epc", EPC + "1"),
            ("MATCH_epc", EPC + "2"),
            ("LT_recordTime", "2026-03-02T08:00:00 08:00"),
        ]
    )
    assert query.biz_steps == ("shipping", "receiving")
    assert query.epcs == (EPC + "1", EPC + "2")
    assert query.times == (("record_time", "<", datetime(2026, 3, 2)),)
    assert query.types is None


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("perPage", "1001", "bad_parameter"),
        ("perPage", "٣", "bad_parameter"),
        ("orderBy", "eventTime", "bad_parameter"),
        ("eventType", "NoEvent", "bad_parameter"),
        ("EQ_eventTime", "2026-03-02T08:00:00", "bad_parameter"),
        ("EQ_colour", "red", "unknown_parameter"),
    ],
)
def test_a_wrong_parameter_is_named(name, text, reason):
    with pytest.raises(SerialError) as caught:
        epcis_query.read([(name, text)])
    assert (caught.value.reason, caught.value.values["parameter"]) == (reason, name)
