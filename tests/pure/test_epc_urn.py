"""EPC URNs and Digital Links. Cases: TDS 1.13, and the reference hash generator."""

import pytest

from core.epc_urn import canonical, to_urn

# URN without `urn:epc:id:`, and the path of its Digital Link.
URNS = [
    ("sgtin:4012345.011111.98%22", "01/04012345111118/21/98%22"),
    ("sgtin:415056789012.0.987654", "01/04150567890128/21/987654"),
    (
        "sgtin:0614141.812345.6789%2F%26%25%22!%3F()",
        "01/80614141123458/21/6789%2F%26%25%22%21%3F%28%29",
    ),
    ("sscc:4012345.3111111111", "00/340123451111111111"),
    ("sscc:4012345.0000000011", "00/040123450000000115"),
    ("sgln:4012345.00005.122", "414/4012345000054/254/122"),
    ("sgln:4012345.00005.0", "414/4012345000054"),
    ("grai:4012345.00022.334455", "8003/04012345000221334455"),
    ("giai:4012345.ABC345", "8004/4012345ABC345"),
    ("gsrn:4012345.9876540000", "8018/401234598765400000"),
    ("gsrnp:4012345.0000098765", "8017/401234500000987658"),
    ("gdti:4012345.00009.PO-4711", "253/4012345000092PO-4711"),
    ("gdti:987659999999..9", "253/98765999999929"),
    (
        "cpi:0614141.11111111111111-A%23%2F.1234",
        "8010/061414111111111111111-A%23%2F/8011/1234",
    ),
    ("sgcn:4012345.22222.12", "255/401234522222712"),
    ("ginc:0614141.xyz47%2F11", "401/0614141xyz47%2F11"),
    ("gsin:4012345.999987654", "402/40123459999876541"),
    ("itip:4012345.011111.01.02.987", "8006/040123451111180102/21/987"),
    (
        "upui:1234567.098765.51qIgY)%3C%26Jp3*j7SDB",
        "01/01234567987651/235/51qIgY%29%3C%26Jp3%2Aj7SDB",
    ),
    ("pgln:4000001.00000", "417/4000001000005"),
    ("pgln:999999999999.", "417/9999999999994"),
]
PATTERNS = [
    ("sgtin:4012345.012345.*", "01/04012345123456"),
    ("grai:4012345.99999.*", "8003/04012345999990"),
    ("gdti:4012345.11111.*", "253/4012345111118"),
    ("sgcn:4012345.22222.*", "255/4012345222227"),
    ("cpi:4012345.AB12.*", "8010/4012345AB12"),
    ("itip:4012345.012345.01.02.*", "8006/040123451234560102"),
    ("upui:4012345.012345.*", "01/04012345123456"),
]
LINKS = [
    ("http://example.de/gtin-8/01/97803111", "01/00000097803111"),
    ("http://us.example.com/01/001122334455/ser/GHB", "01/00001122334455/21/GHB"),
    ("https://id.gs1.org/gtin/9780345418913/cpv/344", "01/09780345418913"),
    (
        "https://id.gs1.org/01/9780345418913/22/344/10/1223/21/765tz",
        "01/09780345418913/21/765tz",
    ),
    ("https://id.gs1.org/itip/123456789101100190/cpv/ABCD", "8006/123456789101100190"),
    (
        "https://f.example.com/8006/040123451234560102/10/Lot-123/21/ser987",
        "8006/040123451234560102/21/ser987",
    ),
    ("https://gs1.example.org/01/9780345418913/10/1223", "01/09780345418913/10/1223"),
    ("https://e.example.org/01/9780345418913/21/7?11=221109", "01/09780345418913/21/7"),
    ("https://e.example.co.uk/party/4226350800008", "417/4226350800008"),
    ("https://id.gs1.org/414/4280000000002/254/12", "414/4280000000002/254/12"),
    ("https://id.gs1.org/8010/0628165987/8011/9876", "8010/0628165987/8011/9876"),
    ("https://id.gs1.org/255/0811625999996554433", "255/0811625999996554433"),
    ("https://a.example/00/faux/00/006141411234567890", "00/006141411234567890"),
    ("https://a.example/01/09520123456788/21/a%2fb", "01/09520123456788/21/a%2Fb"),
]
NEITHER = [
    "http://example.org/123/4012345ABC987/456/4711",
    "http://id.gs1.org/99/9780345418913",
    "http://id.gs1.org/01/9780345418913/99/utfgf",
    "http://example.de/01/97803",
    "https://id.gs1.org/8006/04012345123456/22/ABCD/10/XYZ",
    "urn:epc:id:sgtin:0614141.8123456.6789",
    "urn:epc:id:sgtin:0614141.812345.",
    "urn:epc:id:sgtin:0614141.812345.123456789012345678901",
    "urn:epc:idpat:sscc:4012345.*",
    "urn:epc:id:gid:95100000.12345.400",
    "urn:uuid:6f1e9f3e-0000-0000-0000-000000000000",
    "42",
    "Hello World!",
    "",
]


@pytest.mark.parametrize(("urn", "path"), URNS)
def test_a_urn_and_its_digital_link_are_each_other(urn, path):
    link = f"https://id.gs1.org/{path}"
    assert canonical(f"urn:epc:id:{urn}") == link
    assert canonical(link) == link
    company = urn.partition(":")[2].partition(".")[0]
    assert to_urn(link, len(company)) == f"urn:epc:id:{urn}"


@pytest.mark.parametrize(("urn", "path"), PATTERNS)
def test_a_pattern_is_the_link_of_its_class(urn, path):
    assert canonical(f"urn:epc:idpat:{urn}") == f"https://id.gs1.org/{path}"


def test_a_lot_is_a_class():
    link = "https://id.gs1.org/01/04012345123456/10/Lot987"
    assert canonical("urn:epc:class:lgtin:4012345.012345.Lot987") == link
    assert to_urn(link, 7) == "urn:epc:class:lgtin:4012345.012345.Lot987"


@pytest.mark.parametrize(("link", "path"), LINKS)
def test_a_link_is_brought_to_its_finest_level_on_the_canonical_domain(link, path):
    assert canonical(link) == f"https://id.gs1.org/{path}"


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_no_key_has_no_canonical_link(text):
    assert canonical(text) is None
