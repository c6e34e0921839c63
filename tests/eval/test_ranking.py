from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.dataset import Evidence, Question
from eval.ranking import (
    budget_precision,
    budget_recall,
    gains,
    mrr,
    ndcg,
    ndcg_at,
    precision,
    precision_at,
    recall,
    recall_at,
    reciprocal_rank,
)
from eval.retrieval import Sources

# Ten lines of ten characters: line n is at 11 (n - 1).
TEXT = "\n".join(str(n) * 10 for n in range(10))


def line(n: int) -> tuple[int, int]:
    return 11 * (n - 1), 11 * (n - 1) + 10


def record(*spans: tuple[int, int]) -> dict[str, Any]:
    hits = [{"rank": n, "source": "a.txt", "start": a, "end": b} for n, (a, b) in enumerate(spans, start=1)]
    return {"retrieved": hits}


def asked(*lines: int, note: str = "") -> Question:
    return Question("q", "zh", "fact", "?", evidence=tuple(Evidence("a.txt", n, n) for n in lines), note=note)


@pytest.fixture
def sources() -> Sources:
    return Sources({"a.txt": TEXT}.__getitem__)


def test_a_passage_is_relevant_when_it_brings_an_item(sources: Sources) -> None:
    assert gains(record(line(9), line(2), line(8), line(4)), asked(2, 4), sources) == (
        [False, True, False, True], 2,
    )


def test_a_passage_that_repeats_what_was_there_is_not_relevant_again(sources: Sources) -> None:
    assert gains(record(line(2), line(2)), asked(2), sources) == ([True, False], 1)


def test_two_halves_bring_an_item_together(sources: Sources) -> None:
    start, _ = line(3)
    assert gains(record((start, start + 4), (start + 4, start + 8)), asked(3), sources) == ([False, True], 1)


def test_a_passage_that_brings_two_items_stands_for_two(sources: Sources) -> None:
    assert gains(record(line(9), (0, line(2)[1])), asked(1, 2), sources) == ([False, True, True], 2)


def test_where_one_suffices_there_is_one_to_find(sources: Sources) -> None:
    found = gains(record(line(2), line(4)), asked(2, 4, note="either one suffices"), sources)
    assert found == ([True, False], 1)


def test_evidence_that_is_not_named_or_not_readable_is_not_scored(sources: Sources) -> None:
    for question in (asked(), asked(99)):
        for scorer in (recall(5), precision(5), mrr(10), ndcg(10), budget_recall(), budget_precision()):
            assert scorer(record(line(1)), question, sources).value is None


def test_the_best_ranking_has_one_everywhere_and_an_empty_one_nothing(sources: Sources) -> None:
    question = asked(2, 4)
    for scorer in (recall(5), precision(5), mrr(10), ndcg(10), budget_recall(), budget_precision()):
        assert scorer(record(line(4), line(2)), question, sources).value == 1.0
        assert scorer(record(), question, sources).value == 0.0
        assert scorer(record(line(7), line(8)), question, sources).value == 0.0


def test_at_a_budget_characters_count_and_each_once(sources: Sources) -> None:
    ranking = record((0, 21), line(2), line(5))
    assert budget_recall(45)(ranking, asked(2, 6), sources).value == 0.5
    assert budget_precision(45)(ranking, asked(2, 6), sources).value == pytest.approx(10 / 30)


_rankings = st.tuples(st.lists(st.booleans(), min_size=10, max_size=30), st.integers(0, 4))


@given(_rankings)
@settings(max_examples=60, deadline=None)
def test_the_measures_are_trec_evals(ranking: tuple[list[bool], int]) -> None:
    """Beside the reference implementation, over the same rankings; `missed` are relevant and not found."""
    pytrec_eval = pytest.importorskip("pytrec_eval")
    units, missed = ranking
    wanted = sum(units) + missed
    if not wanted:
        return
    qrels = {f"d{n}": int(relevant) for n, relevant in enumerate(units)}
    qrels.update({f"missed{n}": 1 for n in range(missed)})
    run = {f"d{n}": float(len(units) - n) for n in range(len(units))}
    judge = pytrec_eval.RelevanceEvaluator({"q": qrels}, {"P.5", "recall.5", "ndcg_cut.10", "recip_rank"})
    said = judge.evaluate({"q": run})["q"]
    assert precision_at(units, 5) == pytest.approx(said["P_5"])
    assert recall_at(units, wanted, 5) == pytest.approx(said["recall_5"])
    assert ndcg_at(units, wanted, 10) == pytest.approx(said["ndcg_cut_10"])
    assert reciprocal_rank(units, len(units)) == pytest.approx(said["recip_rank"])
