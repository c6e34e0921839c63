from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import Evidence, Question
from eval.retrieval import Source, Sources, evidence_all, evidence_any, share, taken

TEXT = "第一行\n\n第三行 有字\n最后"


def record(*spans: tuple[str, int, int]) -> dict[str, Any]:
    hits = [{"rank": n, "source": s, "start": a, "end": b} for n, (s, a, b) in enumerate(spans, start=1)]
    return {"retrieved": hits}


def question(*evidence: Evidence, note: str = "") -> Question:
    return Question("q", "zh", "fact", "?", evidence=evidence, note=note)


@pytest.fixture
def sources() -> Sources:
    return Sources({"a.txt": "x" * 10 + "\n" + "y" * 10, "b.txt": "z" * 10}.__getitem__)


def test_lines_count_from_one_and_end_at_a_newline_alone() -> None:
    source = Source("a\u2028b\r\nc")
    assert source.lines(1, 1) == (0, 4)
    assert source.lines(2, 2) == (5, 6)
    assert source.lines(1, 3) is None


@given(st.text(alphabet="ab \n\u3000", max_size=60), st.data())
def test_lines_and_counts_agree_with_the_text(text: str, data: st.DataObject) -> None:
    source = Source(text)
    lines = text.split("\n")
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    span = source.lines(first, last)
    assert span
    assert text[slice(*span)] == "\n".join(lines[first - 1 : last])
    assert source.filled(*span) == sum(not char.isspace() for char in text[slice(*span)])


def test_passages_are_taken_in_rank_order_until_the_budget_is_passed(sources: Sources) -> None:
    ranked = record(("a.txt", 0, 10), ("b.txt", 0, 5), ("a.txt", 11, 21))
    ranked["retrieved"].reverse()
    assert taken(ranked, sources, 15) == {"a.txt": [(0, 10)], "b.txt": [(0, 5)]}
    assert taken(ranked, sources, 25) == {"a.txt": [(0, 10), (11, 21)], "b.txt": [(0, 5)]}


def test_the_first_passage_always_counts(sources: Sources) -> None:
    assert taken(record(("a.txt", 0, 21), ("b.txt", 0, 1)), sources, 3) == {"a.txt": [(0, 21)]}


@pytest.mark.parametrize(("end", "value"), [(5, 1.0), (4, 0.0)])
def test_an_item_is_found_by_half_of_its_characters(sources: Sources, end: int, value: float) -> None:
    found = evidence_all()(record(("a.txt", 0, end)), question(Evidence("a.txt", 1, 1)), sources)
    assert found.value == value


def test_all_wants_every_item_and_any_wants_one(sources: Sources) -> None:
    both = question(Evidence("a.txt", 1, 1), Evidence("b.txt", 1, 1))
    one = record(("a.txt", 0, 10))
    assert evidence_all()(one, both, sources).value == 0.0
    assert evidence_any()(one, both, sources).value == 1.0
    said = evidence_all()(one, both, sources).explanation
    assert said == "1 of 2 evidence items in the first 4,000 characters"


def test_a_note_may_say_that_one_item_suffices(sources: Sources) -> None:
    note = "either range suffices, in English"
    both = question(Evidence("a.txt", 1, 1), Evidence("b.txt", 1, 1), note=note)
    assert evidence_all()(record(("b.txt", 0, 10)), both, sources).value == 1.0


def test_the_same_characters_elsewhere_are_not_the_evidence(sources: Sources) -> None:
    found = evidence_any()(record(("b.txt", 0, 10)), question(Evidence("a.txt", 1, 1)), sources)
    assert found.value == 0.0


@pytest.mark.parametrize("evidence", [Evidence("none.txt", 1, 1), Evidence("a.txt", 3, 3)])
def test_evidence_that_cannot_be_read_is_not_scored(sources: Sources, evidence: Evidence) -> None:
    score = evidence_all()(record(("a.txt", 0, 10)), question(evidence), sources)
    assert score.value is None
    assert "cannot be read" in score.explanation


def test_a_passage_of_an_unknown_report_uses_budget(sources: Sources) -> None:
    assert "a.txt" not in taken(record(("gone.txt", 0, 10), ("a.txt", 0, 10)), sources, 15)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_overlapping_passages_cover_a_character_once(spans: list[tuple[int, int]]) -> None:
    source = Source("字 " * 15)
    covered = {n for low, high in spans for n in range(low, high) if not n % 2 and 4 <= n < 24}
    assert share(source, (4, 24), spans) == len(covered) / 10


def test_only_so_many_reports_are_kept_in_memory() -> None:
    read: list[str] = []
    sources = Sources(lambda name: read.append(name) or name, keep=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        sources.get(name)
    assert read == ["a", "b", "c", "b"]
