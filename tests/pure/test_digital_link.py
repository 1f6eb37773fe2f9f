import pytest

from core import digital_link, gs1


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        # The guide's table, from the tests of GS1's syntax engine.
        (
            "https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426",
            "(01)09520123456788(10)ABC1(21)12345(17)180426",
        ),
        ("https://a/00/faux/00/006141411234567890", "(00)006141411234567890"),
        (
            "https://id.gs1.org/414/9520123456788/254/32a%2Fb",
            "(414)9520123456788(254)32a/b",
        ),
        (
            "https://a/01/12312312312333/22/ABC+123?99=ABC&98=XYZ%2f987",
            "(01)12312312312333(22)ABC+123(99)ABC(98)XYZ/987",
        ),
        (
            "https://id.gs1.org/00/952012345678912345?02=09520123456788&37=25&10=ABC",
            "(00)952012345678912345(02)09520123456788(37)25(10)ABC",
        ),
        (
            "https://id.gs1.org/01/09520123456788/235/XYZ?10=ABC123",
            "(01)09520123456788(235)XYZ(10)ABC123",
        ),
        ("HTTP://a/00/006141411234567890", "(00)006141411234567890"),
        (
            "https://[2001:db8::1]:8/x/00/006141411234567890?#f",
            "(00)006141411234567890",
        ),
        (
            "https://a/01/12312312312333?linkType=gs1:pip&99=A&single&utm_x=7#top",
            "(01)12312312312333(99)A",
        ),
    ],
)
def test_a_link_reads_as_its_elements(uri, expected):
    assert gs1.bracketed(gs1.validate(digital_link.parse(uri))) == expected


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("https://example.com/01/09520123456788?10=ABC123", "gs1_not_attribute"),
        ("https://example.com/01/09520123456788/10/A/22/B", "gs1_qualifiers"),
        ("https://example.com/01/09520123456788/21/X/10/Y", "gs1_qualifiers"),
        ("https://example.com/01/09520123456788/235/X/21/Y", "gs1_qualifiers"),
        ("https://example.com/01/09520123456788/99/Y", "gs1_qualifiers"),
        ("https://a/01/02345673", "gs1_too_short"),
        ("https://a/01/2112345678900", "gs1_too_short"),
        ("https://a/gtin/12312312312333", "gs1_no_key"),
        ("https://00/006141411234567890", "gs1_no_key"),
        ("https://a/stem/00/006141411234567890/", "gs1_no_key"),
        ("HtTp://a/00/006141411234567890", "gs1_bad_uri"),
        ("https://a$/00/006141411234567890", "gs1_bad_uri"),
        ("https:///00/006141411234567890", "gs1_bad_uri"),
        ("https://a/01/12312312312333<bad", "gs1_bad_uri"),
        ("https://a/01/12312312312333/10/", "gs1_empty"),
        ("https://a/01/12312312312333?99=", "gs1_empty"),
        ("https://a/01/12312312312333?99=ABC&999=x", "gs1_unknown_ai"),
        ("https://a/01/09520123456788/10/ABC123?10=ABC123", "gs1_repeated"),
        ("https://a/01/09520123456788?99=A&99=A", "gs1_repeated"),
        ("https://a/01/12312312312333?99=A%00", "gs1_bad_characters"),
        ("https://a/01/12312312312333?98=XYZ+987", "gs1_bad_characters"),
        ("https://a/01/12312312312333?8200=x", "gs1_not_attribute"),
        ("https://a/01/12312312312333?21=x", "gs1_not_attribute"),
        ("https://a/01/12312312312334", "gs1_check_digit"),
    ],
)
def test_a_wrong_link_is_refused_with_a_reason(uri, reason):
    with pytest.raises(gs1.Gs1Error) as caught:
        digital_link.parse(uri)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "(21)XYZ(01)12312312312333(10)ABC123(99)XYZ",
            "https://example.com/01/12312312312333/10/ABC123/21/XYZ?99=XYZ",
        ),
        (
            "(01)12312312312333(10)ABC+123(99)XYZ+QWERTY",
            "https://example.com/01/12312312312333/10/ABC%2B123?99=XYZ%2BQWERTY",
        ),
        (
            "(253)9526064000028000001(99)1(01)12312312312326(10)DEF",
            "https://example.com/253/9526064000028000001?01=12312312312326&99=1&10=DEF",
        ),
        ("(01)12312312312326(235)A", "https://example.com/01/12312312312326/235/A"),
        ("(400)A(8004)95201", "https://example.com/8004/95201?400=A"),
    ],
)
def test_elements_make_one_link(text, expected):
    assert digital_link.build(gs1.parse(text), "https://example.com/") == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(99)XYZ789", "gs1_no_key"),
        ("(01)12312312312326(8200)http://example.com", "gs1_not_attribute"),
        ("(01)12312312312326(22)ABC(235)TPX", "gs1_not_attribute"),
        ("(01)12312312312326(21)A(8040)490154203237518", "gs1_not_attribute"),
        ("(01)12312312312326(99)A(99)B", "gs1_repeated"),
    ],
)
def test_elements_that_no_link_can_hold_are_refused(text, reason):
    with pytest.raises(gs1.Gs1Error) as caught:
        digital_link.build(gs1.parse(text))
    assert caught.value.reason == reason
