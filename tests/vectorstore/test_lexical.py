"""The lexical index: words in both languages, ranked by BM25, within chosen passages if wanted."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectorstore.lexical import LexicalIndex, spaced

ROWS = [
    (3, "算力报告", "智能算力规模增长很快"),
    (4, "算力报告", "数据中心的电力消耗"),
    (9, "AI review", "Companies are training larger models on GPT-4 data"),
    (12, "市场", "2023年人工智能市场规模达1,751亿元"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return LexicalIndex.build(tmp_path_factory.mktemp("lexical") / "index", cut(ROWS))


def cut(rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    return [(passage, context, spaced(text)) for passage, context, text in rows]


def found(index: LexicalIndex, query: str, k: int = 10) -> list[int]:
    return [passage for passage, _ in index.search(query, k)]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("电力", 4),
        ("人工智能", 12),
        ("1751亿", 12),
        ("gpt-4", 9),
        ("ＧＰＴ", 9),
        ("company trained a model", 9),
        ("算力规模有多大？", 3),
    ],
)
def test_the_best_passage_comes_first(index: LexicalIndex, query: str, wanted: int) -> None:
    assert found(index, query)[0] == wanted


def test_best_first_and_no_more_than_asked_for(index: LexicalIndex) -> None:
    scores = [score for _, score in index.search("智能算力规模", 10)]
    assert scores == sorted(scores, reverse=True)
    assert len(index.search("智能算力规模", 1)) == 1
    assert len(index) == 4


def test_the_heading_counts_less_than_the_text(index: LexicalIndex) -> None:
    assert found(index, "算力") == [3, 4]
    (_, in_text), (_, in_heading) = index.search("算力", 2)
    assert in_text > 2 * in_heading


@pytest.mark.parametrize(
    "query", ["", " ", "的", "the", "。，", "不存在的词汇组合zzz", "\ud83d", '"AND OR(:*^~']
)
def test_nothing_found(index: LexicalIndex, query: str) -> None:
    assert index.search(query, 5) == []


@pytest.mark.parametrize(
    ("within", "wanted"), [([(3, 3)], [3]), ([(4, 9), (10, 12)], [12]), ([], []), ([(5, 8)], [])]
)
def test_within_ranges_of_passages(
    index: LexicalIndex, within: list[tuple[int, int]], wanted: list[int]
) -> None:
    assert [passage for passage, _ in index.search("规模", 9, within)] == wanted


def test_a_range_does_not_change_scores(index: LexicalIndex) -> None:
    assert index.search("智能算力规模", 9, [(0, 99)]) == index.search("智能算力规模", 9)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_question_is_answered(index: LexicalIndex, query: str) -> None:
    assert len(index.search(query, 3)) <= 3


def test_a_question_of_50_000_characters(index: LexicalIndex) -> None:
    query = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(50_000))
    begun = time.process_time()
    index.search(query, 10)
    assert time.process_time() - begun < 10


def test_passages_of_any_words_can_be_indexed(tmp_path: Path) -> None:
    rows = [(1, "", ""), (2, "", "x" * 100_000), (3, "", "😀\x00\ud83d 智能"), (4, "", "1" * 5000)]
    index = LexicalIndex.build(tmp_path / "index", cut(rows))
    assert len(index) == 4
    assert found(index, "智能") == [3]


def test_an_index_is_read_again_from_its_directory(index: LexicalIndex, tmp_path: Path) -> None:
    LexicalIndex.build(tmp_path / "index", cut(ROWS))
    again = LexicalIndex(tmp_path / "index")
    assert again.search("算力 models", 9) == index.search("算力 models", 9)
