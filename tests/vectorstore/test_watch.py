"""Watching: the library follows the folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vectorstore.conftest import HashingEmbedder, Write
from vectorstore.errors import WenjuError
from vectorstore.library import Library
from vectorstore.schema import IndexSummary
from vectorstore.watch import watching

TEXT = "{}是本报告讨论的重点，企业对{}的需求上升。\n"


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_what_is_new_changed_or_gone_is_so_in_the_library(
    library: Library, write: Write, stop: threading.Event
) -> None:
    folder = write("a.txt", TEXT.format("算力", "算力")).parent
    changes = watching(library, [folder], stop=stop)
    assert next(changes).added == ["a.txt"]
    write("b.txt", TEXT.format("芯片", "芯片"))
    write("ignored.log", "x")
    assert next(changes).added == ["b.txt"]
    write("b.txt", TEXT.format("量子", "量子"))
    assert next(changes).updated == ["b.txt"]
    (folder / "a.txt").unlink()
    assert next(changes).removed == ["a.txt"]
    assert [report.source for report in library.reports()] == ["b.txt"]
    assert {hit.report.source for hit in library.search("算力")} <= {"b.txt"}
    assert library.faults() == []


def test_a_home_inside_the_folder_does_not_wake_it(
    tmp_path: Path, cache: Path, stop: threading.Event, write: Write
) -> None:
    write("a.txt", TEXT.format("算力", "算力"))
    library = Library(tmp_path / "reports" / "home", HashingEmbedder(), cache / "words")
    runs = 0
    add = library.add

    def counted(*arguments: object) -> IndexSummary:
        nonlocal runs
        runs += 1
        return add(*arguments)  # type: ignore[arg-type]

    library.add = counted  # type: ignore[method-assign, assignment]
    threading.Timer(3, stop.set).start()
    assert [list(summary.added) for summary in watching(library, [tmp_path / "reports"], stop=stop)] == [
        ["a.txt"]
    ]
    assert runs == 1


def test_it_outlives_a_run_that_fails(
    library: Library, write: Write, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.watch.FAILED", 0.1)
    path = write("a.txt", TEXT.format("算力", "算力"))
    documents, failing = library.embedder.documents, True

    def sometimes(texts: object, progress: object = None) -> object:
        nonlocal failing
        if failing:
            failing = False
            raise WenjuError("the endpoint cannot be reached")
        return documents(texts)  # type: ignore[arg-type]

    monkeypatch.setattr(library.embedder, "documents", sometimes)
    changes = watching(library, [path.parent], stop=stop)
    assert next(changes).failed[0].reason == "the endpoint cannot be reached"
    assert next(changes).added == ["a.txt"]
