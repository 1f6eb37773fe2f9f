from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.activation import (
    Item,
    format_time,
    is_believable,
    parse_time,
    read_item,
    result_for,
)
from core.code_scheme import canonical
from core.errors import SerialError
from core.lifecycle import Stage
from core.privacy import mask_phone, truncate_ip

NOW = datetime(2026, 3, 2, 8)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(["\x00", "\ud800", "2026-03-01T00:00:00Z", "::1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
NAMES = [
    "code",
    "occurred_at",
    "ip",
    "latitude",
    "longitude",
    "device_id",
    "account",
]


def read(**values):
    return read_item({"code": "X8K2-9M4P-LQ7R-W", **values}, canonical, NOW)


def refusal(**values):
    return read(**values).refusal


# === TIME === #


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 3, 2)), st.integers(-14, 14))
def test_a_time_means_the_same_with_every_offset(moment, hours):
    moment = moment.replace(microsecond=0)
    local = moment + timedelta(hours=hours)
    sign = "-" if hours < 0 else "+"
    text = f"{local.isoformat()}{sign}{abs(hours):02}:00"
    assert parse_time(text)[0] == moment
    assert parse_time(format_time(moment)) == (moment, "+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "2026-03-01T08:00:00",
        "2026-03-01T08:00+08:00",
        "2026-02-30T08:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T08:00:00+99:00",
        "2026-03-01T08:00:00Z\n",
        "２０２６-03-01T08:00:00Z",
        "0001-01-01T00:00:00+14:00",
        1772323200,
        None,
        True,
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(text):
    with pytest.raises(SerialError):
        parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01t08:00:00z",
        "2026-03-01 08:00:00Z",
        "2026-03-01T08:00:00.123456789Z",
        "2016-12-31T23:59:60Z",
    ],
)
def test_unusual_forms_of_rfc_3339_are_understood(text):
    assert parse_time(text)


def test_a_clock_may_be_five_minutes_fast_and_no_more():
    assert read(occurred_at="2026-03-02T08:05:00Z").occurred_at == NOW
    assert refusal(occurred_at="2026-03-02T08:05:01Z") == "occurred_in_future"


def test_a_time_before_the_unit_was_made_is_not_believed():
    made = date(2026, 3, 1)
    assert not is_believable(datetime(2026, 2, 28, 9, 59), made)
    assert is_believable(datetime(2026, 2, 28, 10), made)
    assert not is_believable(datetime(1999, 12, 31), None)


# === ITEM === #


@given(VALUES | st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES)))
def test_whatever_an_item_is_it_is_read_or_refused(raw):
    item = read_item(raw, canonical, NOW)
    assert isinstance(item, Item)
    if not item.refusal:
        assert isinstance(item.sent_code, str)
        assert item.latitude is None or -90 <= item.latitude <= 90
        for text in (item.sent_code, item.device_id or "", item.account or ""):
            assert "\x00" not in text
            text.encode()


def test_one_half_of_a_position_is_no_position():
    assert refusal(latitude=22.5) == "bad_position"
    assert refusal(longitude=114) == "bad_position"
    assert read(latitude=22.5, longitude=114).longitude == 114.0


def test_code_is_echoed_as_sent_and_looked_up_canonical():
    item = read_item({"code": " x8k2 9m4p lq7r w "}, canonical, NOW)
    assert item.sent_code == " x8k2 9m4p lq7r w "
    assert item.code == "X8K29M4PLQ7RW"
    assert len(read_item({"code": "A" * 10_000}, canonical, NOW).sent_code) == 64


# === RESULT === #


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("stage", [None, *Stage])
def test_every_stage_has_a_result(stage, live):
    expected = {
        None: "unknown",
        "void": "unknown",
        "traded_in": "refused",
        "retired": "refused",
        "activated": "already_activated",
    }
    default = "already_activated" if live else "activated"
    assert result_for(stage, live) == expected.get(stage, default)


# === PRIVACY === #


@given(st.text("0123456789", max_size=15))
def test_a_masked_number_keeps_its_length_and_hides_four_digits(number):
    masked = mask_phone("86", number).removeprefix("+86 ")
    assert len(masked) == len(number)
    assert masked.count("*") >= min(4, len(number))
    assert len(number) - masked.count("*") <= 7


@given(st.ip_addresses())
def test_a_truncated_address_is_a_network_of_it(address):
    network, bits = truncate_ip(str(address)).split("/")
    assert bits in ("24", "48")
    assert truncate_ip(network) == f"{network}/{bits}"


def test_addresses_of_one_network_are_kept_alike():
    assert truncate_ip("::ffff:203.0.113.9") == truncate_ip("203.0.113.200")
    assert truncate_ip("fe80::1%eth0") == "fe80::/48"
    assert truncate_ip(None) is None
