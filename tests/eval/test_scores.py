from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.prices import Price
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
    accuracy = summary["overall"]["accuracy"]
    assert (accuracy["value"], accuracy["stderr"], accuracy["n"], accuracy["unscored"]) == (0.5, 0.5, 2, 1)
    assert (accuracy["low"], accuracy["high"]) == (0.0, 1.0)
    assert summary["by"]["lang"]["en"]["accuracy"]["n"] == 1
    nothing = {"value": None, "stderr": None, "n": 0, "unscored": 1, "low": None, "high": None}
    assert summary["by"]["type"]["list"]["accuracy"] == nothing
    assert summary["timing"]["total_s"] == {"median": 2.0, "p95": 2.0, "low": None, "high": None}


def test_a_tally_goes_by_report_too() -> None:
    tally = Tally(["accuracy"])
    tally.add("zh", "compare", {"accuracy": Score(1.0, "")}, RECORD, ["a.txt", "b.txt"])
    tally.add("zh", "compare", {"accuracy": Score(0.0, "")}, RECORD, ["b.txt"])
    by = tally.summary()["by"]["report"]
    assert {name: (item["accuracy"]["value"], item["accuracy"]["n"]) for name, item in by.items()} == {
        "a.txt": (1.0, 1), "b.txt": (0.5, 2),
    }


def test_refusals_have_an_f1_over_all_questions() -> None:
    tally = Tally(["refusal", "false_refusal"])
    for refusal, false in [(1.0, None), (1.0, None), (0.0, None), (None, 1.0), (None, 0.0), (None, 0.0)]:
        tally.add("zh", "fact", {"refusal": Score(refusal, ""), "false_refusal": Score(false, "")}, RECORD)
    found = tally.summary()["overall"]["refusal_f1"]
    assert found["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert 0 <= found["low"] < found["value"] < found["high"] <= 1
    assert found["n"] == 6


def test_without_a_question_to_refuse_and_a_refusal_there_is_no_f1() -> None:
    tally = Tally(["refusal", "false_refusal"])
    tally.add("zh", "fact", {"refusal": Score(None, ""), "false_refusal": Score(0.0, "")}, RECORD)
    assert tally.summary()["overall"]["refusal_f1"] == {
        "value": None, "stderr": None, "n": 0, "unscored": 1, "low": None, "high": None,
    }


def test_tokens_and_what_they_cost_are_summed() -> None:
    tally = Tally(["accuracy"], Price(2.0, 10.0))
    for tokens in (1000, 3000):
        usage = {"prompt_tokens": tokens, "completion_tokens": 100}
        tally.add("zh", "fact", {"accuracy": Score(1.0, "")}, {**RECORD, "usage": usage})
    usage = tally.summary()["usage"]
    assert (usage["prompt_tokens"]["value"], usage["prompt_tokens"]["total"]) == (2000, 4000)
    assert usage["cost"]["total"] == pytest.approx((4000 * 2 + 200 * 10) / 1e6)
    assert usage["cost"]["stderr"] > 0
