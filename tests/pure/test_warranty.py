from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.warranty import coverage, earliest_running_start

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
TODAY = date(2026, 3, 2)


def test_a_product_without_months_has_no_warranty():
    for months in (0, -1):
        assert coverage(TODAY, TODAY, months, TODAY).state == "none"


def test_the_sale_counts_before_the_activation():
    covered = coverage(date(2026, 1, 1), date(2026, 2, 1), 12, TODAY)
    assert (covered.start, covered.end) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_unit_neither_sold_nor_activated_has_not_begun():
    assert coverage(None, None, 12, TODAY).state == "not_started"


@given(DAYS, st.integers(1, 240))
def test_the_last_day_is_covered_and_the_next_is_not(start, months):
    end = coverage(start, None, months, start).end
    assert coverage(start, None, months, end).state == "running"
    assert coverage(start, None, months, end + timedelta(days=1)).state == "expired"


@given(DAYS, DAYS, st.integers(1, 60))
def test_a_warranty_runs_from_the_earliest_start_on_and_not_before(
    start, today, months
):
    running = coverage(start, None, months, today).state == "running"
    assert running == (start >= earliest_running_start(months, today))
