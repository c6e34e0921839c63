"""Another embedding model: the new index is built while the old one answers, and then everybody goes over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectorstore.conftest import HashingEmbedder, Write
from vectorstore.embedders import Embedder
from vectorstore.errors import EmbedderMismatch
from vectorstore.indexer import Step
from vectorstore.library import Library

TOPICS = ("算力", "芯片", "数据")


def reopen(name: str) -> Embedder:
    """Opens the two models of these tests, whose vectors differ in length."""
    return HashingEmbedder(name, dimension=32 if name == "new" else 64)


@pytest.fixture
def before(home: Path, write: Write, cache: Path) -> Library:
    """A library of the model `old`, as a server has it open."""
    library = Library(home, reopen("old"), cache / "words", reopen=reopen)
    library.add([write(f"{topic}.txt", f"{topic}是重点，{topic}的发展需要投入。\n") for topic in TOPICS])
    return library


def first(library: Library, query: str) -> str:
    return library.search(query)[0].report.source


def test_the_old_index_answers_until_the_new_one_is_there(before: Library) -> None:
    after = Library(before.home, reopen("new"), reopen=reopen)
    assert after.outdated == "old (64 dimensions, version 1)"
    heard: list[tuple[str, str, str]] = []

    def meanwhile(step: Step) -> None:
        heard.append((step.action, first(before, "芯片"), first(after, "芯片")))
        assert before.embedder.name == after.embedder.name == "old"

    after.rebuild(meanwhile)
    assert {action for action, _, _ in heard} == {"embedding", "merging"}
    assert {answer for _, *answers in heard for answer in answers} == {"芯片.txt"}
    assert after.outdated is None
    for library in (after, before, Library(before.home, reopen("old"), reopen=reopen)):
        assert first(library, "芯片") == "芯片.txt"
        assert library.embedder.name == "new"
    assert after.faults() == []


def test_an_interrupted_switch_leaves_the_old_index_and_keeps_what_was_embedded(before: Library) -> None:
    after = Library(before.home, reopen("new"), reopen=reopen)

    def interrupt(step: Step) -> None:
        if step.action == "merging":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        after.rebuild(interrupt)
    assert after.outdated
    assert before.faults() == []
    assert first(before, "数据") == first(after, "数据") == "数据.txt"
    new = HashingEmbedder("new", dimension=32)
    Library(before.home, new, reopen=reopen).rebuild()
    assert new.embedded == []
    assert before.embedder.name == "new"
    assert first(before, "数据") == "数据.txt"


def test_what_comes_before_the_switch_is_embedded_as_the_rest(before: Library, write: Write) -> None:
    after = Library(before.home, reopen("new"), reopen=reopen)
    after.add([write("量子.txt", "量子是重点。\n")])
    assert first(before, "量子") == first(after, "量子") == "量子.txt"
    after.rebuild()
    assert first(before, "量子") == first(after, "量子") == "量子.txt"


def test_a_switch_between_a_questions_vector_and_its_search(
    before: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = Library(before.home, reopen("new"), reopen=reopen)
    queries, embedder = before.embedder.queries, before.embedder

    def switching(texts: list[str]) -> object:
        monkeypatch.setattr(embedder, "queries", queries)
        after.rebuild()
        return queries(texts)

    monkeypatch.setattr(embedder, "queries", switching)
    assert first(before, "算力") == "算力.txt"
    assert before.embedder.name == "new"


def test_without_the_old_model_it_is_refused(before: Library) -> None:
    with pytest.raises(EmbedderMismatch, match="made with old"):
        Library(before.home, reopen("new"), reopen=lambda name: HashingEmbedder(name, dimension=7))


def test_a_writer_that_was_overtaken_is_refused(before: Library, write: Write) -> None:
    Library(before.home, reopen("new"), adopt=True).rebuild()
    indexer = before._indexer
    with pytest.raises(EmbedderMismatch, match="is made with new"):
        indexer.add([write("量子.txt", "量子是重点。\n")])
    assert before.add([write("量子.txt", "量子是重点。\n")]).added == ["量子.txt"]
