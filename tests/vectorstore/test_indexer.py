"""Indexing: only what changed is done, one writer at a time, and whatever happens nothing is half visible."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.vectorstore.conftest import HashingEmbedder, Write
from vectorstore import indexer
from vectorstore.embedders import Progress, Vectors
from vectorstore.errors import LibraryBusy, NotInLibrary, WenjuError
from vectorstore.files import Choice
from vectorstore.indexer import Step
from vectorstore.lexical import spaced
from vectorstore.library import Library


def about(topic: str, times: int = 1) -> str:
    """A few lines on a topic, each with figures of its own."""
    first = f"{topic}是本报告讨论的重点，{topic}的发展需要长期投入。\n"
    return first + "".join(
        f"第{n}项措施在{topic}方面投入{n * 37 % 101 + 1}亿元，覆盖{n * 53 % 89 + 2}座城市的相关企业与研究机构。\n"
        for n in range(times)
    )


def sources(library: Library) -> list[str]:
    return [report.source for report in library.reports()]


# --- adding ----------------------------------------------------------------------------------------------


def test_adding_says_what_was_done(library: Library, write: Write) -> None:
    folder = write("算力.txt", about("算力")).parent
    write("数据.md", about("数据"))
    write("skipped.log", "a,b")
    write(".hidden.txt", "hidden")
    summary = library.add([folder])
    assert sorted(summary.added) == sorted(["数据.md", "算力.txt"])
    assert [*summary.updated, *summary.unchanged, *summary.failed] == []
    assert summary.passages == sum(report.passages for report in library.reports()) > 0
    assert library.faults() == []


def test_an_unchanged_file_is_left_alone(library: Library, write: Write, hashing: HashingEmbedder) -> None:
    path = write("a.txt", about("算力"))
    library.add([path])
    segments, generation, done = library.store.segments(), library.store.generation, len(hashing.embedded)
    os.utime(path)
    summary = library.add([path, path.parent, path])
    assert list(summary.unchanged) == ["a.txt"]
    assert [*summary.added, *summary.updated, *summary.failed] == []
    assert (library.store.segments(), library.store.generation) == (segments, generation)
    assert len(hashing.embedded) == done


def test_a_changed_file_is_replaced(library: Library, write: Write) -> None:
    library.add([write("a.txt", about("算力")), write("b.txt", about("芯片"))])
    before = library.reports()[0]
    summary = library.add([write("a.txt", about("量子")).parent])
    assert (list(summary.updated), list(summary.unchanged)) == (["a.txt"], ["b.txt"])
    assert library.reports()[0].id == before.id
    assert library.text(before.id) == about("量子")
    assert all("算力" not in hit.text for hit in library.search("算力", 20))
    assert "量子" in library.search("量子")[0].text
    assert library.faults() == []


def test_only_changed_passages_are_embedded(library: Library, write: Write, hashing: HashingEmbedder) -> None:
    text = "".join(f"# 章{n}\n\n{about('算力' + str(n), 3)}\n\n" for n in range(8))
    library.add([write("a.md", text)])
    hashing.embedded.clear()
    library.add([write("a.md", text.replace("算力5", "电力5"))])
    assert len(hashing.embedded) == 1


def test_equal_texts_in_two_files_are_two_reports(library: Library, write: Write) -> None:
    library.add([write("a.txt", about("算力")), write("b.txt", about("算力"))])
    assert sources(library) == ["a.txt", "b.txt"]
    assert {hit.report.source for hit in library.search("算力")} == {"a.txt", "b.txt"}


def test_a_file_that_fails_does_not_stop_the_rest(library: Library, write: Write, tmp_path: Path) -> None:
    bad = write("b.txt", "")
    binary = write("c.pdf", "%PDF-1.7 cut short")
    legal = write("z.txt", about("芯片"))
    summary = library.add([write("a.txt", about("算力")), bad, binary, tmp_path / "missing.txt", legal])
    assert sorted(summary.added) == ["a.txt", "z.txt"]
    assert {Path(failure.path).name for failure in summary.failed} == {"b.txt", "c.pdf", "missing.txt"}
    assert all("\n" not in failure.reason for failure in summary.failed)
    assert sources(library) == ["a.txt", "z.txt"]


def test_a_changed_file_that_cannot_be_read_keeps_its_last_version(library: Library, write: Write) -> None:
    library.add([write("a.txt", about("算力"))])
    summary = library.add([write("a.txt", "")])
    assert len(summary.failed) == 1
    assert "算力" in library.search("算力")[0].text


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_file_name_in_no_encoding(library: Library, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"report-\xff.txt")
    path.write_text(about("算力"), "utf-8")
    library.add([path])
    assert sources(library) == ["report-\ufffd.txt"]
    assert list(library.add([path]).failed) == []


def test_a_report_of_blank_lines_and_legal_matter(library: Library, write: Write) -> None:
    legal = "免责声明：本公司不保证本研究报告的准确性，不构成投资建议，投资者自负法律责任与义务。" * 9
    library.add([write("legal.txt", "\n" * 5000 + legal)])
    assert library.faults() == []
    assert library.search("免责声明") == []
    library.add([write("a.txt", about("算力"))])
    assert library.faults() == []


def test_progress_is_told(library: Library, write: Write) -> None:
    steps: list[Step] = []
    library.add([write("a.txt", about("算力")), write("b.txt", about("数据"))], steps.append)
    assert [(step.file, step.done, step.total) for step in steps if step.action == "reading"] == [
        ("a.txt", 0, 2),
        ("b.txt", 1, 2),
    ]
    embedding = [step for step in steps if step.action == "embedding"]
    assert embedding[-1].done == embedding[-1].total == 2
    overall = [step.overall for step in steps]
    assert overall == sorted(overall)
    assert (overall[0], overall[-1]) == (0, 1)


def test_reports_are_committed_in_batches(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "BATCH_PASSAGES", 1)
    paths = [write(f"{n}.txt", about(f"题目{n}")) for n in range(3)]

    def interrupt(step: Step) -> None:
        if step.action == "reading" and step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.add(paths, interrupt)
    assert sources(library) == ["0.txt", "1.txt"]
    assert library.faults() == []
    assert list(library.add(paths).added) == ["2.txt"]


# --- removing ------------------------------------------------------------------------------------------


def test_removing(library: Library, write: Write) -> None:
    library.add([write("a.txt", about("算力")), write("b.txt", about("芯片"))])
    library.remove([library.reports()[0].id])
    assert sources(library) == ["b.txt"]
    assert {hit.report.source for hit in library.search("算力")} == {"b.txt"}
    library.remove([library.reports()[0].id])
    assert library.search("算力") == []
    assert library.faults() == []
    assert list((library.home / "segments").iterdir()) == []


def test_removing_an_unknown_report_removes_nothing(library: Library, write: Write) -> None:
    library.add([write("a.txt", about("算力"))])
    with pytest.raises(NotInLibrary, match="'nope'"):
        library.remove([library.reports()[0].id, "nope"])
    assert sources(library) == ["a.txt"]


def test_a_file_that_is_gone_is_gone_from_the_library(library: Library, write: Write, tmp_path: Path) -> None:
    folder = write("a.txt", about("算力")).parent
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name, topic in {"b.txt": "芯片", "c.txt": "数据"}.items():
        (elsewhere / name).write_text(about(topic), "utf-8")
    write("d.txt", about("人才"))
    library.add([folder, elsewhere])
    for path in (folder / "a.txt", elsewhere / "b.txt"):
        path.unlink()
    summary = library.add([folder])
    assert (summary.removed, summary.unchanged) == (["a.txt"], ["d.txt"])
    assert sources(library) == ["b.txt", "c.txt", "d.txt"]
    assert "算力" not in "".join(hit.text for hit in library.search("算力"))
    summary = library.add([elsewhere / "b.txt"])
    assert (summary.removed, summary.failed) == (["b.txt"], [])
    assert library.faults() == []


def test_a_folder_that_is_gone_takes_nothing_with_it(library: Library, write: Write) -> None:
    folder = write("a.txt", about("算力")).parent
    library.add([folder])
    folder.rename(folder.with_name("away"))
    assert "does not exist" in library.add([folder]).failed[0].reason
    assert sources(library) == ["a.txt"]


def test_a_file_that_moved_is_not_embedded_again(
    library: Library, write: Write, hashing: HashingEmbedder
) -> None:
    path = write("a.txt", about("算力"))
    library.add([path.parent])
    (path.parent / "below").mkdir()
    path.rename(path.parent / "below" / "a.txt")
    done = len(hashing.embedded)
    summary = library.add([path.parent])
    assert (summary.added, summary.removed) == (["a.txt"], ["a.txt"])
    assert len(hashing.embedded) == done


def test_a_file_left_out_by_a_pattern_stays_in_the_library(library: Library, write: Write) -> None:
    folder = write("a.txt", about("算力")).parent
    library.add([folder])
    write("b.txt", about("芯片"))
    summary = library.add([folder], choice=Choice(exclude=("a*",)))
    assert (summary.added, summary.removed, summary.unchanged) == (["b.txt"], [], [])
    assert sources(library) == ["a.txt", "b.txt"]


# --- merging -----------------------------------------------------------------------------------------


def test_many_small_additions_are_merged(library: Library, write: Write, hashing: HashingEmbedder) -> None:
    topics = ["算力", "芯片", "数据", "算法", "人才", "资本", "政策", "伦理", "医疗"]
    for topic in topics[: indexer.MAX_SEGMENTS]:
        library.add([write(f"{topic}.txt", about(topic))])
    assert len(library.store.segments()) == indexer.MAX_SEGMENTS
    before = {topic: library.search(topic)[0].text for topic in topics[: indexer.MAX_SEGMENTS]}
    done = len(hashing.embedded)
    for topic in topics[indexer.MAX_SEGMENTS :]:
        library.add([write(f"{topic}.txt", about(topic))])
    assert len(library.store.segments()) <= indexer.MAX_SEGMENTS
    assert len(hashing.embedded) == done + len(topics) - indexer.MAX_SEGMENTS
    assert {topic: library.search(topic)[0].text for topic in before} == before
    assert library.faults() == []
    assert {d.name for d in (library.home / "segments").iterdir()} == set(library.store.segments())


def test_a_small_addition_leaves_a_large_segment_alone(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer, "MAX_SEGMENTS", 2)
    library.add([write("large.txt", about("算力", 120))])
    (large,) = library.store.segments()
    for topic in ("芯片", "数据", "算法", "人才"):
        library.add([write(f"{topic}.txt", about(topic))])
        assert large in library.store.segments()
        assert len(library.store.segments()) <= 3
    library.add([write("large.txt", about("电力", 120))])
    assert large not in library.store.segments()
    assert library.faults() == []


def test_rebuilding_needs_no_embedding(library: Library, write: Write, hashing: HashingEmbedder) -> None:
    import shutil

    library.add([write(f"{topic}.txt", about(topic)) for topic in ("算力", "芯片", "数据")])
    before = [(hit.report.source, hit.score) for hit in library.search("芯片的发展")]
    hashing.embedded.clear()
    shutil.rmtree(library.home / "segments")
    assert "missing on disk" in library.faults()[0]
    library.rebuild()
    assert library.faults() == []
    assert hashing.embedded == []
    assert [(hit.report.source, hit.score) for hit in library.search("芯片的发展")] == before


def test_merging_does_not_cut_passages_into_words_again(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    monkeypatch.setattr(indexer, "spaced", lambda text: texts.append(text) or spaced(text))
    topics = ("算力", "芯片", "数据", "算法", "人才", "资本", "政策", "伦理")
    for topic in topics:
        library.add([write(f"{topic}.txt", about(topic))])
    assert len(library.store.segments()) < len(topics)
    assert len(texts) == len(set(texts)) == sum(library.store.live_passages().values())
    assert library.search("芯片的发展")[0].report.source == "芯片.txt"
    library.rebuild()
    assert len(texts) == 2 * len(set(texts))


# --- failures -----------------------------------------------------------------------------------------


def test_a_second_writer_is_told_so_and_readers_go_on(library: Library, write: Write, cache: Path) -> None:
    library.add([write("a.txt", about("算力"))])
    other = Library(library.home, HashingEmbedder(), cache / "words")
    with library._indexer.writing():
        for call in (
            lambda: other.add([write("b.txt", about("芯片"))]),
            lambda: other.remove([other.reports()[0].id]),
            other.rebuild,
        ):
            with pytest.raises(LibraryBusy, match="wait until it has finished") as caught:
                call()
            assert str(library.home) in str(caught.value)
        assert other.search("算力")[0].report.source == "a.txt"
    assert list(other.add([write("b.txt", about("芯片"))]).added) == ["b.txt"]


def test_a_full_disk_leaves_the_library_as_it_was(library: Library, write: Write) -> None:
    library.add([write("a.txt", about("算力"))])
    (size,) = library.store.db.execute("PRAGMA page_count").fetchone()
    library.store.db.execute(f"PRAGMA max_page_count={size + 4}")
    with pytest.raises(WenjuError, match="the disk is full"):
        library.add([write("b.txt", about("芯片", 400))])
    assert sources(library) == ["a.txt"]
    assert library.faults() == []
    assert library.search("算力")[0].report.source == "a.txt"
    library.store.db.execute("PRAGMA max_page_count=1000000")
    assert list(library.add([write("b.txt", about("芯片", 400))]).added) == ["b.txt"]


class FailingEmbedder(HashingEmbedder):
    """Embeds a few texts, then no more."""

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if self.embedded:
            raise WenjuError("the endpoint cannot be reached")
        return super().documents(texts, progress)


def test_what_was_embedded_before_a_failure_is_not_embedded_again(
    home: Path, write: Write, cache: Path, hashing: HashingEmbedder
) -> None:
    path = write("a.txt", "\n\n".join(about(f"题目{n}", 6) for n in range(120)))
    with pytest.raises(WenjuError, match="cannot be reached"):
        Library(home, FailingEmbedder(), cache / "words").add([path])
    library = Library(home, hashing, cache / "words")
    assert library.reports() == []
    library.add([path])
    assert len(hashing.embedded) == library.reports()[0].passages - indexer._VECTOR_BATCH
    assert library.faults() == []


# Imports once, then forks for every line it reads a writer that can be killed.
WRITERS = """
import os, sys
from pathlib import Path
import chromadb, tantivy
from tests.vectorstore.conftest import HashingEmbedder
from vectorstore import indexer
from vectorstore.library import Library
from vectorstore import words
indexer.BATCH_PASSAGES = 4
indexer.MAX_SEGMENTS = 2
home, folder, cache = map(Path, sys.argv[1:])
words.keep_in(cache)
words.load()
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        Library(home, HashingEmbedder(seconds=0.02), cache).add([folder])
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks writers")
def test_killed_at_any_moment(home: Path, write: Write, cache: Path) -> None:
    texts = {f"{n}.txt": about(f"题目{n}", 12 + 3 * n) for n in range(12)}
    folder = [write(name, text) for name, text in texts.items()][0].parent  # noqa: RUF015
    library = Library(home, HashingEmbedder(), cache / "words")
    library.add([folder / "0.txt"])
    chance = random.Random(7)
    command = [sys.executable, "-c", WRITERS, str(home), str(folder), str(cache / "words")]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writers:
        assert writers.stdin is not None
        assert writers.stdout is not None
        for attempt in range(8):
            write("0.txt", texts["0.txt"].replace("长期", f"第{attempt}期"))
            print("write", file=writers.stdin, flush=True)
            child = int(writers.stdout.readline())
            time.sleep(chance.uniform(0.05, 0.6))
            with contextlib.suppress(ProcessLookupError):  # on a quick machine it may be through
                os.kill(child, signal.SIGKILL)
            writers.stdout.readline()
            check_after_a_kill(Library(home, HashingEmbedder(), cache / "words"), texts)
        writers.stdin.close()
    summary = library.add([folder])
    assert not summary.failed
    assert sorted(sources(library)) == sorted(texts)
    assert library.faults() == []
    assert {d.name for d in (home / "segments").iterdir()} == set(library.store.segments())


def check_after_a_kill(reopened: Library, texts: dict[str, str]) -> None:
    """What is visible is whole."""
    assert reopened.faults() == []
    assert reopened.reports()
    for report in reopened.reports():
        assert re.sub("第.期", "长期", reopened.text(report.id)) == texts[report.source]
        assert len(reopened.passages(report.id)) == report.passages
        assert reopened.search(f"题目{report.source[:-4]}", 3, [report.id])


def test_corrections_outlive_a_re_read_and_go_with_the_report(library: Library, write: Write) -> None:
    path = write("算力.txt", about("算力"))
    library.add([path])
    id = library.reports()[0].id
    library.update(id, title="改过的题目", lang="en")
    write("算力.txt", about("数据"))
    assert library.add([path]).updated == ["算力.txt"]
    assert (library.report(id).title, library.report(id).lang) == ("改过的题目", "en")
    library.remove([id])
    library.add([path])
    assert library.report(id).title != "改过的题目"
