"""The oracle and the figures of `bin/bench diversion`."""

import math
import sys
from itertools import combinations
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))

import market_score
import oracle_evidence
from market_score import CARTON, Row, Selection, Tally

RATIOS = [0.2, 3.0, 8.0, 0.9, 1.5]


def product(values):
    return math.prod(values)


def mean_over_subsets(size):
    subsets = list(combinations(RATIOS, size))
    return sum(map(product, subsets)) / len(subsets)


def test_the_oracle_sums_over_every_subset():
    found = oracle_evidence.subset_means(RATIOS, 4)
    assert found == pytest.approx([mean_over_subsets(size) for size in range(5)])
    logs = [math.log(ratio) for ratio in RATIOS]
    found = oracle_evidence.log_subset_means(logs, 4)
    assert [math.exp(log) for log in found] == (
        pytest.approx([mean_over_subsets(size) for size in range(5)])
    )


def test_the_oracle_tells_each_member_by_bayes():
    """Two of five or three of five left: the chance of each by enumeration."""
    weights = {2: 0.7, 3: 0.3}
    total, inside = 0.0, [0.0] * len(RATIOS)
    for size, weight in weights.items():
        subsets = list(combinations(range(len(RATIOS)), size))
        for subset in subsets:
            chance = weight / len(subsets) * product(RATIOS[at] for at in subset)
            total += chance
            for at in subset:
                inside[at] += chance
    expected = pytest.approx([chance / total for chance in inside])
    assert oracle_evidence.subset_members(RATIOS, 3, weights) == expected
    logs = [math.log(ratio) for ratio in RATIOS]
    assert oracle_evidence.log_subset_members(logs, weights) == expected


def make_tally():
    """Ten diverted units; a judge finds eight of them and accuses two honest ones."""
    diverted = [Row("whole", 20, "fixed")] * 6 + [Row("drip", 30, "mobile")] * 4
    scores = (0.99, 0.98, 0.97, 0.96, 0.95, 0.94)
    accused = [Row("whole", 20, "fixed", "carton", score) for score in scores]
    accused += [Row("drip", 30, "mobile", "drip", score) for score in (0.9, 0.6)]
    accused += [Row("", 0, "mobile", "drip", score) for score in (0.7, 0.5)]
    return Tally(diverted=diverted, accused={"ours": accused})


def test_recall_and_precision_count_what_was_said():
    tally, ours = make_tally(), market_score.recall_and_precision
    assert ours(tally, "ours", Selection("all")) == (0.8, 0.8)
    carton = Selection("carton", CARTON, said="carton")
    assert ours(tally, "ours", carton) == (1.0, 1.0)
    drip = Selection("drip", ("drip",), said="drip")
    assert ours(tally, "ours", drip) == (0.5, 0.5)
    assert ours(tally, "ours", Selection("fixed", network="fixed")) == (1.0, 1.0)


def test_a_threshold_keeps_to_the_precision_asked_for():
    tally, selection = make_tally(), Selection("all")
    find = market_score.threshold_for
    assert find(tally, "ours", selection, 1.0) == 0.9
    assert find(tally, "ours", selection, 0.88) == 0.6
    assert find(tally, "ours", selection, 0.8) == 0.5
    drip = Selection("drip", ("drip",), said="drip")
    assert find(tally, "ours", drip, 0.6) == 0.6
