from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.scores import Mean, Score, Tally, quantile

RECORD = {"error": None, "timing": {"translate_s": 0, "retrieve_s": 0, "first_token_s": 0, "total_s": 2.0}}


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=50))
def test_a_mean_has_its_standard_error_and_counts_what_had_no_value(values: list[float | None]) -> None:
    mean = Mean()
    for value in values:
        mean.add(value)
    said, scored = mean.summary(), [value for value in values if value is not None]
    assert (said["n"], said["unscored"]) == (len(scored), len(values) - len(scored))
    assert said["value"] == (pytest.approx(statistics.mean(scored), abs=1e-5) if scored else None)
    expected = statistics.stdev(scored) / len(scored) ** 0.5 if len(scored) > 1 else None
    assert said["stderr"] == (None if expected is None else pytest.approx(expected, abs=1e-5))


@given(st.lists(st.floats(0, 100), min_size=2, max_size=50))
def test_the_median_is_the_median(values: list[float]) -> None:
    assert quantile(values, 0.5) == pytest.approx(statistics.median(values))
    assert min(values) <= quantile(values, 0.95) <= max(values)


def test_a_tally_goes_by_language_and_type_and_leaves_out_times_of_errors() -> None:
    tally = Tally(["accuracy"])
    tally.add("zh", "fact", {"accuracy": Score(1.0, "")}, RECORD)
    tally.add("en", "fact", {"accuracy": Score(0.0, "")}, RECORD)
    tally.add("en", "list", {"accuracy": Score(None, "")}, {**RECORD, "error": "fell over"})
    summary = tally.summary()
    assert (summary["n"], summary["errors"]) == (3, 1)
    assert summary["overall"]["accuracy"] == {"value": 0.5, "stderr": 0.5, "n": 2, "unscored": 1}
    assert summary["by"]["lang"]["en"]["accuracy"]["n"] == 1
    assert summary["by"]["type"]["list"]["accuracy"] == {"value": None, "stderr": None, "n": 0, "unscored": 1}
    assert summary["timing"]["total_s"] == {"median": 2.0, "p95": 2.0}
