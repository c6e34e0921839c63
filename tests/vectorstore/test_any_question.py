"""Whatever is asked, a search gives hits or one clear sentence, and the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vectorstore.conftest import HashingEmbedder
from vectorstore.explain import Trace
from vectorstore.filters import Filter
from vectorstore.library import Library
from vectorstore.schema import Query

STRANGE = [
    "人工智慧算力規模",
    "AI算力のグラフを見せて",
    "算力😀규모 scale Вычисления",
    "'; DROP TABLE passages; --",
    '"AND OR NOT (*:*) ~2 [a TO z] body:^9',
    ".*(?P<x>[)\\",
    "{{question}} %s %(a)s \x00\x1b[31m",
    "\ud83d lone",
    "算力" * 3000,
    "第3页 共20页\n\n来源：…… " * 50,
    "。！？",
    "e\u0301\u200b\u202e算力",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Library:
    folder = tmp_path_factory.mktemp("any")
    for name, text in (
        ("a.txt", "智能算力规模持续增长，推理占比提高。"),
        ("b.txt", "Compute scale keeps growing."),
    ):
        (folder / name).write_text((text + "\n") * 9, "utf-8")
    made = Library(folder / "home", HashingEmbedder(), cache / "words")
    made.add([folder / "a.txt", folder / "b.txt"])
    return made


@pytest.mark.parametrize("question", STRANGE)
def test_strange_questions_are_searched(library: Library, question: str) -> None:
    trace = Trace()
    hits = library.search(question, 5, trace=trace)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert trace.lines(hits)
    library.terms_in(question)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text(max_size=40), st.sampled_from(["zh", "en"])), max_size=3), st.text(max_size=5)
)
def test_any_question_gives_the_same_hits_again(
    library: Library, ways: list[tuple[str, str]], part: str
) -> None:
    asked = [Query(text, "zh" if lang == "zh" else "en") for text, lang in ways]
    where = Filter(publisher=part or None, section=part[:1] or None)
    for limits in (Filter(), where):
        first = library.search(asked, 5, where=limits)
        again = library.search(asked, 5, where=limits)
        assert [(hit.passage, hit.score) for hit in first] == [(hit.passage, hit.score) for hit in again]
        scores = [hit.score for hit in first]
        assert scores == sorted(scores, reverse=True)


def test_an_empty_library_finds_nothing(tmp_path: Path, cache: Path) -> None:
    empty = Library(tmp_path / "home", HashingEmbedder(), cache / "words")
    assert empty.search("算力规模") == []
    assert empty.search("算力", where=Filter(since="2023")) == []
    assert empty.terms_in("RAG") == {}


def test_a_filter_that_admits_nothing_finds_nothing(library: Library) -> None:
    assert library.search("算力", where=Filter(tag="no such tag")) == []
    assert library.search("算力", reports=set()) == []


def test_traditional_questions_find_simplified_text(library: Library) -> None:
    simplified, traditional = (library.search(ask, 3) for ask in ("智能算力规模", "智能算力規模"))
    assert [(hit.passage, hit.score) for hit in traditional] == [
        (hit.passage, hit.score) for hit in simplified
    ]
