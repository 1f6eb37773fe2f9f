import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import epc
from core.check_digit import mod_10
from core.gs1_rule import CSET_82

# Published with GS1's Tag Data Standard; two independent encoders agree.
TAGS = {
    "sgtin-96:3.0614141.812345.6789": "3074257BF7194E4000001A85",
    "sgtin-96:1.0037000.030241.10419703": "30340242201D8840009EFDF7",
    "sgtin-96:1.0614141.812345.274877906943": "3034257BF7194E7FFFFFFFFF",
    "sgtin-198:3.0614141.712345.32a%2Fb": (
        "3674257BF6B7A659B2C2BF100000000000000000000000000000"
    ),
    "sscc-96:3.0614141.1234567890": "3174257BF4499602D2000000",
    "sgtin-96:1.6901234.056789.1": "3035A537C837754000000001",
}


@pytest.mark.parametrize(("name", "memory"), TAGS.items())
def test_published_tags_are_written_and_read(name, memory):
    uri = f"urn:epc:tag:{name}"
    assert epc.encode(epc.parse_tag_uri(uri)) == memory
    assert epc.decode(memory).uri == uri
    assert epc.decode(memory.lower()).uri == uri


def test_the_key_of_a_tag_is_read_with_its_check_digit():
    assert epc.decode(TAGS["sgtin-96:3.0614141.812345.6789"]).gtin == "80614141123458"
    pallet = epc.decode(TAGS["sscc-96:3.0614141.1234567890"])
    assert (pallet.sscc, pallet.gtin) == ("106141412345678908", None)
    text = epc.decode(TAGS["sgtin-198:3.0614141.712345.32a%2Fb"])
    assert (text.gtin, text.serial) == ("70614141123451", "32a/b")
    assert text.pure_uri == "urn:epc:id:sgtin:0614141.712345.32a%2Fb"


@pytest.mark.parametrize(
    ("encode", "arguments", "reason"),
    [
        (epc.encode_sgtin_96, ("80614141123458", 7, "0123"), "epc_leading_zero"),
        (epc.encode_sgtin_96, ("80614141123458", 7, "274877906944"), "epc_too_great"),
        (epc.encode_sgtin_96, ("80614141123458", 7, "9" * 5000), "epc_too_great"),
        (epc.encode_sgtin_96, ("80614141123458", 7, "12A"), "epc_not_number"),
        (epc.encode_sgtin_96, ("80614141123458", 7, ""), "epc_not_number"),
        (epc.encode_sgtin_96, ("80614141123459", 7, "1"), "bad_check_digit"),
        (epc.encode_sgtin_96, ("614141123452", 7, "1"), "epc_bad_key"),
        (epc.encode_sgtin_96, ("80614141123458", 5, "1"), "epc_bad_partition"),
        (epc.encode_sgtin_96, ("80614141123458", 7, "1", 8), "epc_bad_filter"),
        (epc.encode_sgtin_198, ("70614141123451", 7, "A" * 21), "epc_too_long"),
        (epc.encode_sgtin_198, ("70614141123451", 7, "A B"), "epc_bad_characters"),
        (epc.encode_sgtin_198, ("70614141123451", 7, ""), "epc_bad_characters"),
        (epc.encode_sscc_96, ("106141412345678909", 7), "bad_check_digit"),
    ],
)
def test_what_a_tag_cannot_hold_is_refused(encode, arguments, reason):
    with pytest.raises(epc.EpcError) as caught:
        encode(*arguments)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("memory", "reason"),
    [
        ("", "epc_unknown"),
        ("hello", "epc_unknown"),
        ("3574257BF7194E4000001A85", "epc_unknown"),
        ("3074257BF7194E4000001A", "epc_bad_length"),
        ("307C257BF7194E4000001A85", "epc_bad_partition"),
        ("3077FFFFF7194E4000001A85", "epc_bad_key"),
        ("3174257BF4499602D2000001", "epc_bad_padding"),
        ("3674257BF6B7A659B2C2BF100000000000000000000000000001", "epc_bad_padding"),
        (
            "3674257BF6B7A6" + "4".ljust(38, "0"),
            "epc_bad_characters",
        ),
    ],
)
def test_a_damaged_tag_is_refused(memory, reason):
    with pytest.raises(epc.EpcError) as caught:
        epc.decode(memory)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:tag:sgtin-96:3.0614141.812345",
        "urn:epc:tag:sgtin-96:3.0614141.12345.1",
        "urn:epc:tag:sgtin-96:9.0614141.812345.1",
        "urn:epc:tag:sgtin-96:3.0614141.812345.01",
        "urn:epc:tag:sscc-96:3.0614141.1234567890.1",
        "urn:epc:tag:sgtin-198:3.0614141.712345.a/b",
        "urn:epc:id:sgtin:0614141.812345.6789",
    ],
)
def test_a_wrong_tag_uri_is_refused(uri):
    with pytest.raises(epc.EpcError):
        epc.parse_tag_uri(uri)


@given(
    st.text("0123456789", min_size=13, max_size=13),
    st.integers(6, 12),
    st.integers(0, 2**38 - 1),
    st.text(CSET_82, min_size=1, max_size=20),
    st.integers(0, 7),
)
def test_whatever_a_tag_holds_comes_back(digits, length, number, text, filter_value):
    gtin = digits + mod_10(digits)
    for memory, serial in (
        (epc.encode_sgtin_96(gtin, length, str(number), filter_value), str(number)),
        (epc.encode_sgtin_198(gtin, length, text, filter_value), text),
    ):
        tag = epc.decode(memory)
        assert (tag.gtin, tag.serial, tag.filter_value) == (gtin, serial, filter_value)
        assert epc.encode(epc.parse_tag_uri(tag.uri)) == memory
    digits = digits + "0123"
    sscc = digits + mod_10(digits)
    assert epc.decode(epc.encode_sscc_96(sscc, length)).sscc == sscc
