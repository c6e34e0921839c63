"""Merging: few segments whatever is added, and each passage written a few times only."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from vectorstore.merging import worth_merging

MOST = 6


@given(st.lists(st.integers(1, 4000), max_size=120))
def test_additions_leave_few_segments_and_write_each_passage_a_few_times(additions: list[int]) -> None:
    segments: dict[str, int] = {}
    written = 0
    for number, size in enumerate(additions):
        segments[str(number)] = size
        chosen = worth_merging(segments, segments, MOST)
        if chosen:
            whole = sum(segments.pop(name) for name in chosen)
            segments[f"merged {number}"] = whole
            written += whole
        assert len(segments) <= MOST
    total = sum(segments.values())
    assert total == sum(additions)
    assert written <= total * (2 + math.log2(len(additions) + 1))


def test_a_large_segment_is_left_alone_by_small_ones() -> None:
    segments = {"large": 100_000} | {str(n): 20 for n in range(MOST)}
    assert worth_merging(segments, segments, MOST) == {str(n) for n in range(MOST)}


def test_a_worn_segment_is_written_anew() -> None:
    assert worth_merging({"a": 100, "b": 100}, {"a": 74, "b": 75}, MOST) == {"a"}
    assert worth_merging({"a": 100}, {}, MOST) == {"a"}
