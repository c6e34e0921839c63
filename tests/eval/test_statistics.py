from __future__ import annotations

import random
import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.statistics import (
    binned,
    calibration_error,
    difference_interval,
    f1,
    f1_spread,
    interval,
    median_interval,
    sign_test,
    wilson,
)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
@settings(max_examples=50, deadline=None)
def test_an_interval_is_repeatable_and_lies_within_the_values(values: list[float]) -> None:
    counts = Counter(values)
    found = interval(counts)
    assert found == interval(counts)
    assert found
    assert found[0] <= found[1]
    if len(counts) > 1:
        assert min(values) - 1e-9 <= found[0] <= found[1] <= max(values) + 1e-9


def test_counts_drawn_at_once_agree_with_drawing_every_value() -> None:
    """The textbook bootstrap, value by value, beside the one by counts."""
    values = [round(random.Random(3).betavariate(n % 5 + 1, 2), 2) for n in range(120)]
    dice = random.Random(1)
    means = sorted(statistics.fmean(dice.choices(values, k=len(values))) for _ in range(4000))
    found = interval(Counter(values))
    assert found
    assert found[0] == pytest.approx(means[100], abs=0.01)
    assert found[1] == pytest.approx(means[3900], abs=0.01)


def test_ten_of_ten_right_is_no_certainty() -> None:
    found = interval({1.0: 10})
    assert found
    assert found == wilson(10, 10)
    assert found[0] == pytest.approx(0.7225, abs=1e-3)
    assert found[1] == 1.0


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_the_interval_covers_the_truth_nineteen_times_in_twenty(share: float) -> None:
    dice = random.Random(5)
    covered = 0
    for _ in range(200):
        right = sum(dice.random() < share for _ in range(150))
        low, high = interval({1.0: right, 0.0: 150 - right}) or (0.0, 0.0)
        covered += low <= share <= high
    assert covered >= 0.9 * 200


@pytest.mark.parametrize("values", [[], [0.5]])
def test_fewer_than_two_values_have_no_interval(values: list[float]) -> None:
    assert interval(Counter(values)) is None


def test_differences_that_are_all_the_same_have_no_width() -> None:
    assert difference_interval([0.0] * 9) == (0.0, 0.0)
    assert difference_interval([-1.0]) == (-1.0, -1.0)


@pytest.mark.parametrize(
    ("gained", "lost", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 0.021484375)]
)
def test_the_sign_test_against_values_worked_out_by_hand(gained: int, lost: int, p: float) -> None:
    assert sign_test(gained, lost) == pytest.approx(p)
    assert sign_test(lost, gained) == pytest.approx(p)


@given(st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_the_sign_test_is_scipys_binomial_test(gained: int, lost: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    expected = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert sign_test(gained, lost) == pytest.approx(expected)


def test_f1_and_its_spread() -> None:
    assert f1(0, 0, 0) is None
    assert f1(0, 3, 4) == 0.0
    assert f1(8, 2, 4) == pytest.approx(16 / 22)
    assert f1_spread(0, 0, 0, 50) is None
    spread, (low, high) = f1_spread(8, 2, 4, 86) or (0.0, (0.0, 0.0))
    assert 0.05 < spread < 0.2
    assert low < 16 / 22 < high


def test_the_median_lies_within_its_interval() -> None:
    assert median_interval([1.0, 2.0]) is None
    low, high = median_interval([float(n) for n in range(101)]) or (0.0, 0.0)
    assert (low, high) == (40.0, 61.0)


def test_calibration_is_the_distance_between_confidence_and_accuracy() -> None:
    assert calibration_error([]) is None
    assert calibration_error([(0.8, 1.0)] * 8 + [(0.8, 0.0)] * 2, bins=1) == pytest.approx(0)
    assert calibration_error([(0.9, 0.0)] * 20) == pytest.approx(0.9)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), max_size=50), st.integers(1, 12))
def test_bins_hold_everything_in_order_and_are_of_equal_size(
    pairs: list[tuple[float, float]], bins: int
) -> None:
    parts = binned(pairs, bins)
    assert [pair for part in parts for pair in part] == sorted(pairs)
    assert max(map(len, parts), default=0) - min(map(len, parts), default=0) <= 1 or len(pairs) < bins
