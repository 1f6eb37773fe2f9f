from math import comb

import pytest

from core.binomial import clopper_pearson, tail, wilson


@pytest.mark.parametrize("rate", [0.001, 0.1, 0.5, 0.93])
@pytest.mark.parametrize("n", [1, 7, 40])
def test_the_tail_is_the_sum_of_the_exact_terms(n, rate):
    for k in range(n + 1):
        exact = sum(
            comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k, n + 1)
        )
        assert tail(k, n, rate) == pytest.approx(exact, rel=1e-9)


def test_a_tail_too_small_for_a_sum_is_still_a_number():
    assert 0 < tail(30, 1_000_000, 1e-7) < 1e-60
    assert tail(500, 1000, 0.5) == pytest.approx(0.5126, abs=1e-4)


def test_the_tail_is_one_for_nothing_and_zero_where_nothing_can_be():
    assert tail(0, 10, 0.3) == 1
    assert tail(3, 10, 0) == 0
    assert tail(10, 10, 1) == 1


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    # R 4.3: binom.test(k, n)$conf.int
    [
        (8, 20, 0.1911901, 0.6394574),
        (0, 10, 0.0, 0.3084971),
        (10, 10, 0.6915029, 1.0),
        (1, 100, 0.0002531, 0.0544594),
    ],
)
def test_the_exact_interval_is_that_of_other_packages(k, n, low, high):
    assert clopper_pearson(k, n) == pytest.approx((low, high), abs=1e-6)


def test_wilsons_interval_lies_within_the_exact_one():
    for k in range(21):
        low, high = clopper_pearson(k, 20)
        inner = wilson(k, 20)
        assert low - 0.03 <= inner[0] <= k / 20 <= inner[1] <= high + 0.03


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_an_impossible_count_is_refused(k, n):
    with pytest.raises(ValueError, match="count"):
        tail(k, n, 0.5)
