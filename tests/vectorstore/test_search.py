"""Fusion: scores brought to one scale and added up, the same in whatever order the rankings come."""

from __future__ import annotations

from math import fsum
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.explain import Trace
from vectorstore.schema import Query
from vectorstore.search import RECIPE, Candidate, fuse, joined, search
from vectorstore.segments import Segment

RANKING = st.lists(st.integers(1, 30), unique=True, max_size=12).map(
    lambda ids: [(passage, 1.0 / place) for place, passage in enumerate(ids, 1)]
)
RANKINGS = st.lists(
    st.tuples(st.sampled_from(["dense:zh", "lexical:zh", "dense:en"]), st.sampled_from([1.0, 0.5]), RANKING)
)


def totals(parts: dict[int, dict[str, float]]) -> dict[int, float]:
    return {passage: fsum(given.values()) for passage, given in parts.items()}


def test_fusion_by_hand() -> None:
    dense = [(7, 0.9), (8, 0.8), (9, 0.7)]
    lexical = [(9, 12.0), (7, 3.0), (5, 1.0)]
    fused = fuse([("dense", 1.0, dense), ("lexical", 0.5, lexical)])
    assert fused[7] == pytest.approx({"dense": 1.0, "lexical": 0.5 * 2 / 11})
    assert totals(fused) == pytest.approx({7: 1 + 1 / 11, 8: 0.5, 9: 0.5, 5: 0.0})


def test_two_rankings_of_one_name_both_count() -> None:
    asked_twice = fuse([("dense:zh", 1.0, [(1, 0.9), (2, 0.8)]), ("dense:zh", 1.0, [(2, 0.9), (1, 0.8)])])
    assert totals(asked_twice) == pytest.approx({1: 1.0, 2: 1.0})


def test_what_is_alone_in_a_ranking_is_its_best() -> None:
    assert fuse([("dense", 0.5, [(4, 0.1)]), ("lexical", 1.0, [])]) == {4: {"dense": 0.5}}
    assert fuse([("dense", 0.0, [(4, 0.1)])]) == {}


@given(RANKINGS, st.randoms())
def test_the_order_of_rankings_does_not_matter(rankings: list[Any], random: Any) -> None:
    shuffled = random.sample(rankings, len(rankings))
    assert totals(fuse(shuffled)) == pytest.approx(totals(fuse(rankings)))


@given(RANKINGS)
def test_every_passage_ranked_is_there_and_no_other(rankings: list[Any]) -> None:
    assert set(fuse(rankings)) == {passage for _, _, ranking in rankings for passage, _ in ranking}


@given(RANKING)
def test_one_ranking_keeps_its_order(ranking: list[tuple[int, float]]) -> None:
    found = totals(fuse([("dense", 1.0, ranking)]))
    assert sorted(found, key=lambda passage: -found[passage]) == [passage for passage, _ in ranking]


class FixedSegment:
    """Rankings as given."""

    def __init__(
        self, dense: dict[str, list[tuple[int, float]]], lexical: dict[str, list[tuple[int, float]]]
    ) -> None:
        self._dense, self._lexical = dense, lexical

    def dense(self, vector: np.ndarray, k: int, reports: object = None) -> list[tuple[int, float]]:
        return self._dense.get(str(int(vector[0])), [])[:k]

    def lexical(self, query: str, k: int, within: object = None) -> list[tuple[int, float]]:
        return self._lexical.get(query, [])[:k]


def ask(
    segments: list[FixedSegment], *queries: tuple[str, float], depth: int = 60
) -> list[tuple[int, float]]:
    asked = [(Query(text, "zh", weight), np.array([int(text)])) for text, weight in queries]
    found = search(cast("list[Segment]", segments), asked, depth=depth)
    return [(candidate.passage, candidate.score) for candidate in found]


def test_segments_are_ranked_together() -> None:
    one = FixedSegment({"1": [(1, 0.9), (2, 0.1)]}, {})
    two = FixedSegment({"1": [(3, 0.5)]}, {})
    assert [passage for passage, _ in ask([one, two], ("1", 1.0))] == [1, 3, 2]
    assert ask([one, two], ("1", 1.0)) == ask([two, one], ("1", 1.0))
    assert [passage for passage, _ in ask([one, two], ("1", 1.0), depth=2)] == [1, 3]


def test_ties_are_in_the_order_of_passages() -> None:
    segment = FixedSegment({"1": [(8, 0.9), (5, 0.8)]}, {"1": [(5, 7.0), (8, 6.0)]})
    assert [passage for passage, _ in ask([segment], ("1", 1.0))] == [5, 8]


@given(st.permutations([("1", 1.0), ("2", 1.0), ("3", 0.5), ("4", 0.5)]))
def test_the_order_of_questions_does_not_matter(queries: list[tuple[str, float]]) -> None:
    ids = [11, 12, 13, 14, 15]
    rankings = {str(n): [(ids[(n * step) % 5], 1 / step) for step in range(1, 5)] for n in range(1, 5)}
    segment = FixedSegment(rankings, {key: ranking[::-1] for key, ranking in rankings.items()})
    first = ask([segment], ("1", 1.0), ("2", 1.0), ("3", 0.5), ("4", 0.5))
    assert [passage for passage, _ in ask([segment], *queries)] == [passage for passage, _ in first]


def test_a_weight_lets_a_question_count_more() -> None:
    segment = FixedSegment({"1": [(1, 0.9)], "2": [(2, 0.9)]}, {})
    dense = 1 - RECIPE.lexical
    assert ask([segment], ("1", 0.5), ("2", 1.0)) == [(2, dense), (1, 0.5 * dense)]


def test_a_lexical_ranking_counts_by_how_much_of_the_question_it_covers() -> None:
    def given(best: float) -> float:
        segment = FixedSegment({}, {"1": [(1, best), (2, 0.0)]})
        return ask([segment], ("1", 1.0))[0][1]

    assert given(RECIPE.covered) == given(0.9) == RECIPE.lexical
    assert given(RECIPE.covered / 4) == pytest.approx(RECIPE.lexical / 4)


def test_what_is_searched_is_traced() -> None:
    segment = FixedSegment({"1": [(1, 0.9), (2, 0.1)]}, {"1": [(2, 0.5)]})
    trace = Trace()
    search(cast("list[Segment]", [segment]), [(Query("1", "zh"), np.array([1]))], trace=trace)
    assert [(stage.name, stage.query, stage.lang, stage.found, stage.best) for stage in trace.stages] == [
        ("dense", "1", "zh", 2, 0.9),
        ("lexical", "1", "zh", 1, 0.5),
    ]


def test_reports_named_come_on_top() -> None:
    whole = [Candidate(1, 1.0, 0.9, {"dense:zh": 1.0}), Candidate(2, 0.9, 0.8, {"dense:zh": 0.9})]
    of_one = [Candidate(2, 1.0, 0.8, {"dense:zh": 1.0}), Candidate(3, 0.5, 0.7, {"dense:zh": 0.5})]
    found = joined(whole, [of_one], 0.2)
    assert [(c.passage, c.score, c.similarity) for c in found] == [
        (2, pytest.approx(1.1), 0.8),
        (1, 1.0, 0.9),
        (3, pytest.approx(0.1), 0.7),
    ]
    assert joined(whole, [], 0.2) == whole


def test_similarity_is_the_best_of_all_questions() -> None:
    segment = FixedSegment({"1": [(1, 0.3)], "2": [(1, 0.8)]}, {"1": [(2, 5.0)]})
    asked = [(Query(text, "zh"), np.array([int(text)])) for text in ("1", "2")]
    found = {c.passage: c for c in search(cast("list[Segment]", [segment]), asked)}
    assert found[1].similarity == 0.8
    assert found[2].similarity == 0.0
    assert set(found[1].parts) == {"dense:zh"}
