from dataclasses import fields
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SerialError
from core.evidence import REASONS, Observation, Rate, Rates, UnitContext, judge

GUANGDONG = frozenset({"CN-GD"})
SHIPPED = UnitContext(stage="shipped", shipped=True)


def seen(subdivision, source="ip:geolite2", country="CN", **values):
    return Observation(source, country, subdivision, **values)


def judged(*observations, codes=GUANGDONG, context=SHIPPED, **options):
    return judge(list(observations), codes, context, **options)


# === ONE OBSERVATION === #
def test_a_match_gives_a_low_score():
    for network in ("fixed", "mobile", None):
        judgement = judged(seen("GD", network=network))
        assert judgement.verdict == "inside"
        assert judgement.score <= 3
        assert judgement.reasons == ()


def test_a_fixed_line_in_another_province_is_a_signal_and_no_proof():
    judgement = judged(seen("BJ", network="fixed", radius_km=20))
    assert judgement.verdict == "outside"
    assert 30 <= judgement.score <= 60
    assert judgement.reasons == ("outside_region",)


def test_a_mobile_address_in_another_province_leaves_the_place_undecided():
    judgement = judged(seen("ZJ", network="mobile", radius_km=20))
    assert judgement.verdict == "undecided"
    assert 10 < judgement.score < 30
    assert judgement.reasons == ("outside_region", "low_precision")


def test_gps_in_another_province_is_strong_and_no_proof():
    judgement = judged(seen("ZJ", source="gps", radius_km=0.02))
    assert judgement.verdict == "outside"
    assert judgement.score > judged(seen("ZJ", network="fixed", radius_km=20)).score
    assert 70 <= judgement.score < 90


def test_a_position_is_trusted_no_more_than_the_town_that_names_its_province():
    measured = 0.028  # see core/nearest.py
    assert Rates().gps.error >= measured
    assert "2.8 %" in Rates().gps.fact


def test_a_position_and_an_address_in_one_wrong_province_leave_little_doubt():
    both = judged(seen("ZJ", source="gps"), seen("ZJ", network="fixed", radius_km=20))
    assert both.score >= 90


def test_another_country_is_stronger_than_another_province():
    abroad = judged(seen(None, country="US"))
    assert abroad.reasons == ("outside_country",)
    assert abroad.score > judged(seen("ZJ", network="fixed")).score
    assert judged(seen(None, country="HK")).reasons == ("outside_country",)


def test_a_roaming_phone_abroad_weighs_less_than_a_fixed_line_there():
    roaming = judged(seen(None, country="US", network="mobile"))
    assert roaming.score < judged(seen(None, country="US", network="fixed")).score


@pytest.mark.parametrize("network", ["vpn", "hosting", "tor", "proxy"])
def test_an_address_of_a_vpn_or_a_data_centre_weighs_nothing(network):
    judgement = judged(seen(None, country="US", network=network))
    assert judgement.verdict == "undecided"
    assert judgement.place_score == 10  # the prior
    assert judgement.reasons == ("vpn_or_hosting",)


def test_a_wider_radius_weighs_less():
    scores = [
        judged(seen("ZJ", radius_km=radius)).score for radius in (10, 80, 150, 900)
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4
    assert judged(seen("ZJ", radius_km=900)).verdict == "undecided"


def test_beijing_as_the_default_of_registries_weighs_less_than_other_places():
    assert judged(seen("BJ")).score < judged(seen("ZJ")).score
    assert (
        judged(seen("BJ", radius_km=10)).score == judged(seen("ZJ", radius_km=10)).score
    )


def test_a_country_decides_nothing_about_its_provinces():
    judgement = judged(seen(None))
    assert (judgement.verdict, judgement.reasons) == ("undecided", ("low_precision",))


@pytest.mark.parametrize("observations", [(), (Observation("ip"),)])
def test_without_a_place_nothing_is_decided(observations):
    judgement = judged(*observations)
    assert (judgement.verdict, judgement.reasons) == ("undecided", ("place_unknown",))


def test_a_unit_without_a_territory_is_not_judged_by_its_place():
    judgement = judged(seen(None, country="US"), codes=frozenset())
    assert judgement.verdict == "undecided"
    assert (judgement.score, judgement.reasons) == (0, ("not_bound",))


# === SEVERAL OBSERVATIONS === #
def test_two_files_that_agree_are_stronger_than_one_but_not_two_proofs():
    one = seen("ZJ", source="ip:dbip", network="fixed")
    other = seen("ZJ", source="ip:geolite2", network="fixed")
    both = judged(one, other)
    assert both.reasons == ("outside_region", "sources_agree")
    assert judged(one).score < both.score < 80


def test_files_that_disagree_cancel_each_other():
    judgement = judged(seen("ZJ", source="ip:dbip"), seen("GD", source="ip:geolite2"))
    assert judgement.verdict == "undecided"
    assert judgement.reasons == ("sources_disagree",)


def test_files_that_name_different_wrong_places_count_as_the_least_precise_one():
    judgement = judged(
        seen("ZJ", source="ip:dbip", radius_km=10),
        seen("SC", source="ip:geolite2", radius_km=150),
    )
    assert judgement.score == judged(seen("SC", radius_km=150)).score
    assert "sources_agree" not in judgement.reasons


def test_gps_outweighs_the_address():
    judgement = judged(seen("GD", source="gps"), seen("ZJ", network="mobile"))
    assert judgement.verdict == "inside"
    assert "sources_disagree" in judgement.reasons


def test_the_same_observation_twice_counts_once():
    one = seen("ZJ", network="fixed")
    assert judged(one, one, one) == judged(one)


def test_from_a_prior_of_one_percent_it_takes_four_fixed_or_eight_mobile_sightings():
    def score(network, count):
        occasions = [
            seen("ZJ", network=network, occasion=f"day {day}") for day in range(count)
        ]
        return judged(*occasions, prior=0.01).score

    assert score("fixed", 2) < 90 <= score("fixed", 4)
    assert score("mobile", 7) < 90 <= score("mobile", 8)


# === OUR OWN RECORDS === #
@pytest.mark.parametrize(
    ("context", "reason", "least"),
    [
        (UnitContext(stage="void"), "void_code", 100),
        (UnitContext(stage="minted"), "never_shipped", 80),
        (UnitContext(stage="produced"), "never_shipped", 80),
        (UnitContext(stage="activated"), "never_shipped", 80),
        (UnitContext(stage="traded_in", shipped=True), "traded_in_before", 80),
        (UnitContext(stage="produced", was_returned=True), "returned_before", 40),
        (
            UnitContext(stage="shipped", shipped=True, in_dealer_stock=True),
            "dealer_stock",
            70,
        ),
        (
            UnitContext(
                stage="activated",
                shipped=True,
                sale_date=date(2026, 3, 10),
                activated_at=datetime(2026, 3, 1, 8),
            ),
            "before_sale_date",
            60,
        ),
    ],
)
def test_our_own_records_raise_the_score_and_leave_the_place_alone(
    context, reason, least
):
    judgement = judged(seen("GD", network="fixed"), context=context)
    assert judgement.reasons == (reason,)
    assert judgement.score >= least
    assert judgement.verdict == "inside"
    assert judgement.place_score <= 3


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (UnitContext(stage="shipped", shipped=True, recalled=True), "recalled_unit"),
        (UnitContext(stage="shipped", shipped=True, blocked=True), "blocked_unit"),
    ],
)
def test_a_recall_or_a_block_is_reported_and_says_nothing_against_the_holder(
    context, reason
):
    judgement = judged(seen("GD"), context=context)
    assert reason in judgement.reasons
    assert judgement.score == judged(seen("GD")).score


def test_a_direct_sale_counts_as_shipped():
    context = UnitContext(stage="produced", sale_date=date(2026, 3, 1))
    assert judged(seen("GD"), context=context).reasons == ()


@pytest.mark.parametrize("activated_at", [datetime(2026, 3, 9, 23), None])
def test_a_day_between_local_date_and_utc_is_no_finding(activated_at):
    context = UnitContext("activated", True, date(2026, 3, 10), activated_at)
    assert judged(seen("GD"), context=context).reasons == ()


def test_several_facts_raise_the_score_together():
    both = UnitContext(stage="produced", was_returned=True, in_dealer_stock=True)
    assert judged(seen("GD"), context=both).score > 70


# === RATES AND PRIOR === #
def test_every_rate_says_where_it_comes_from():
    rates = Rates()
    values = [getattr(rates, field.name) for field in fields(rates)]
    single = [value for value in values if isinstance(value, Rate)]
    assert len(single) >= 10
    assert all(rate.fact for rate in [*single, *dict(rates.by_radius).values()])


def test_measured_rates_can_replace_the_built_in_ones():
    better = Rates(fixed=Rate(0.01, 0.01, "our own survey"))
    judgement = judged(seen("ZJ", network="fixed"), rates=better)
    assert judgement.score > judged(seen("ZJ", network="fixed")).score


@pytest.mark.parametrize("values", [(0, 0.1, "x"), (0.1, 1, "x"), (0.1, 0.1, "")])
def test_a_rate_without_probabilities_or_source_is_refused(values):
    with pytest.raises(ValueError, match="rate"):
        Rate(*values)


@pytest.mark.parametrize("prior", [0, 1, -0.5, 7])
def test_a_prior_that_is_no_probability_is_refused(prior):
    with pytest.raises(SerialError) as caught:
        judged(seen("GD"), prior=prior)
    assert caught.value.reason == "bad_prior"


# === PROPERTIES === #
OBSERVATIONS = st.builds(
    Observation,
    source=st.sampled_from(["ip:a", "ip:b", "gps", "declared", "other"]),
    country=st.sampled_from([None, "CN", "US", "HK"]),
    subdivision=st.sampled_from([None, "GD", "BJ", "ZJ"]),
    radius_km=st.none() | st.floats(0, 2000),
    network=st.sampled_from([None, "fixed", "mobile", "vpn"]),
    occasion=st.sampled_from(["", "1", "2"]),
)
CODES = st.frozensets(st.sampled_from(["CN", "CN-GD", "CN-ZJ", "HK", "US"]))
CONTEXTS = st.builds(
    UnitContext,
    stage=st.sampled_from([None, "minted", "shipped", "activated", "void"]),
    shipped=st.booleans(),
    was_returned=st.booleans(),
    in_dealer_stock=st.booleans(),
    recalled=st.booleans(),
)


@given(st.lists(OBSERVATIONS, max_size=6), CODES, CONTEXTS, st.floats(0.001, 0.9))
def test_every_judgement_is_well_formed_whatever_the_order(seen, codes, context, prior):
    judgement = judge(seen, codes, context, prior=prior)
    assert judgement.verdict in ("inside", "outside", "undecided")
    assert 0 <= judgement.place_score <= judgement.score <= 100
    assert set(judgement.reasons) <= set(REASONS)
    assert judge(seen[::-1], codes, context, prior=prior) == judgement


@given(st.lists(OBSERVATIONS, max_size=4), CODES, CONTEXTS)
def test_the_place_never_depends_on_our_own_records(seen, codes, context):
    judgement, plain = judge(seen, codes, context), judge(seen, codes, SHIPPED)
    assert judgement.place_score == plain.place_score
    assert judgement.verdict == plain.verdict


@given(st.lists(OBSERVATIONS, max_size=4))
def test_one_more_independent_sighting_outside_never_lowers_the_score(seen):
    more = Observation("ip:a", "CN", "ZJ", network="fixed", occasion="new")
    before = judge(seen, GUANGDONG, SHIPPED).place_score
    assert judge([*seen, more], GUANGDONG, SHIPPED).place_score >= before
