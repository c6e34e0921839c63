"""The library as its readers see it: search, filters, other processes' changes, and what is wrong with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.vectorstore.conftest import HashingEmbedder, Write
from tests.vectorstore.test_indexer import about
from vectorstore.embedders import open_embedder
from vectorstore.errors import EmbedderMismatch, LibraryBroken, NotInLibrary
from vectorstore.library import Library
from vectorstore.schema import Query

TOPICS = ["算力", "芯片", "数据", "算法", "人才"]


@pytest.fixture
def filled(library: Library, write: Write) -> Library:
    """Five reports, one a topic."""
    library.add([write(f"{topic}.txt", about(topic, 30)) for topic in TOPICS])
    return library


@pytest.fixture
def other(filled: Library, cache: Path) -> Library:
    """A second library on the same home that has already searched."""
    other = Library(filled.home, HashingEmbedder(), cache / "words")
    assert other.search("算力")
    return other


def found(library: Library, query: str, k: int = 10) -> list[str]:
    return [hit.report.source for hit in library.search(query, k)]


# --- searching -------------------------------------------------------------------------------------------


def test_a_hit_is_a_place_in_its_report(filled: Library) -> None:
    hits = filled.search("芯片方面的投入", 7)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5, 6, 7]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].report.source == "芯片.txt"
    for hit in hits:
        assert hit.text == filled.text(hit.report.id)[hit.passage.start : hit.passage.end]
        assert hit.passage in filled.passages(hit.report.id)
        assert hit.score == pytest.approx(sum(hit.parts.values()))


@pytest.mark.parametrize("query", ["", " \n", [], [Query(" ", "zh")]])
def test_an_empty_question_finds_nothing(filled: Library, query: str | list[Query]) -> None:
    assert filled.search(query) == []


def test_an_empty_library_has_nothing(library: Library) -> None:
    assert library.search("算力") == []
    assert library.reports() == []
    assert library.faults() == []


def test_a_question_asked_in_two_ways(filled: Library) -> None:
    hits = filled.search([Query("compute", "en", 0.5), Query("算力投入", "zh")], 3)
    assert hits[0].report.source == "算力.txt"
    assert {part.split(":")[1] for hit in hits for part in hit.parts} <= {"zh", "en"}


def test_searching_twice_gives_the_same(filled: Library) -> None:
    assert filled.search("城市", 20) == filled.search("城市", 20)


def test_many_hits_can_be_asked_for(filled: Library) -> None:
    everything = sum(report.passages for report in filled.reports())
    assert len(filled.search("措施", 500)) == everything


def test_within_reports(filled: Library) -> None:
    ids = {report.source: report.id for report in filled.reports()}
    hits = filled.search("芯片", 50, [ids["算力.txt"], ids["数据.txt"]])
    assert {hit.report.source for hit in hits} == {"算力.txt", "数据.txt"}
    assert filled.search("芯片", 5, []) == []
    assert filled.search("芯片", 5, ["unknown"]) == []


def test_within_reports_words_count_too(library: Library, write: Write) -> None:
    # The chosen report is far below the others in both rankings of the whole library.
    library.add([write(f"{n}.txt", about("区块链", 60)) for n in range(8)])
    library.add([write("chosen.txt", about("天气", 40) + "区块链一词只出现在这里。\n" + about("海洋", 40))])
    chosen = next(report.id for report in library.reports() if report.source == "chosen.txt")
    best = library.search("区块链", 3, {chosen})[0]
    assert "只出现在这里" in best.text
    assert "lexical:zh" in best.parts


@pytest.mark.parametrize("call", [Library.report, Library.text])
def test_an_unknown_report_is_named(filled: Library, call: object) -> None:
    with pytest.raises(NotInLibrary, match="'nope'"):
        call(filled, "nope")  # type: ignore[operator]


def test_threads_may_search_while_another_writes(filled: Library, write: Write) -> None:
    filled.warm_up()
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                assert filled.search("算力", 3)[0].report.source == "算力.txt"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(8):
        filled.add([write(f"more{n}.txt", about(f"题目{n}"))])
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


# --- other readers see changes ---------------------------------------------------------------------------


def test_a_reader_sees_what_was_added(filled: Library, other: Library, write: Write) -> None:
    filled.add([write("量子.txt", about("量子"))])
    assert found(other, "量子")[0] == "量子.txt"


def test_a_reader_no_longer_sees_what_was_removed(filled: Library, other: Library) -> None:
    filled.remove([report.id for report in filled.reports() if report.source == "算力.txt"])
    assert "算力.txt" not in found(other, "算力", 500)
    assert found(other, "芯片")[0] == "芯片.txt"


def test_a_reader_sees_the_new_version_only(filled: Library, other: Library, write: Write) -> None:
    filled.add([write("算力.txt", about("量子", 30))])
    assert all("算力" not in hit.text for hit in other.search("算力", 500))
    assert found(other, "量子")[0] == "算力.txt"


def test_a_reader_goes_on_over_a_merge(filled: Library, other: Library) -> None:
    before = [(hit.report.source, hit.score) for hit in other.search("芯片方面的投入")]
    filled.rebuild()
    assert [(hit.report.source, hit.score) for hit in other.search("芯片方面的投入")] == before
    filled.rebuild()
    filled.rebuild()
    assert [(hit.report.source, hit.score) for hit in other.search("芯片方面的投入")] == before


def test_a_reader_that_looked_between_removal_and_clearing_away(filled: Library, other: Library) -> None:
    filled.store.remove([report.id for report in filled.reports()])
    late = Library(filled.home, HashingEmbedder(), None)
    late._current()  # lists the segment, without opening it
    with filled._indexer.writing():
        pass  # the next writer clears it away
    assert late.search("算力") == []
    assert other.search("算力") == []


def test_a_reader_in_another_process(filled: Library, write: Write, cache: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.vectorstore.conftest import HashingEmbedder\n"
        "from vectorstore.library import Library\n"
        "library = Library(Path(sys.argv[1]), HashingEmbedder(), Path(sys.argv[2]))\n"
        "for line in sys.stdin: print(*(hit.report.source for hit in library.search(line, 500)), flush=True)"
    )
    command = [sys.executable, "-c", code, str(filled.home), str(cache / "words")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(question: str) -> list[str]:
            print(question, file=process.stdin, flush=True)
            assert process.stdout is not None
            return process.stdout.readline().split()

        assert ask("算力")[0] == "算力.txt"
        filled.remove([report.id for report in filled.reports() if report.source == "算力.txt"])
        assert "算力.txt" not in ask("算力")
        filled.add([write("量子.txt", about("量子"))])
        assert ask("量子")[0] == "量子.txt"
        process.stdin.close()


def test_removed_reports_do_not_crowd_out_the_rest(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.recipe = replace(library.recipe, depth=2)
    monkeypatch.setattr(library._indexer, "_merge_if_needed", lambda tell: None)
    library.add([write(f"{n}.txt", about("区块链", 3)) for n in range(9)])
    library.add([write("other.txt", about("天气", 3))])
    removed = [report.id for report in library.reports() if report.source not in ("8.txt", "other.txt")]
    library.remove(removed)
    assert found(library, "区块链", 2) == ["8.txt", "other.txt"]


# --- what it was made with ----------------------------------------------------------------------------


def test_another_embedder_is_refused_and_both_are_named(filled: Library) -> None:
    for another in (HashingEmbedder("another"), HashingEmbedder(dimension=32)):
        with pytest.raises(EmbedderMismatch) as caught:
            Library.open(filled.home, another)
        said = str(caught.value)
        assert "hashing (64 dimensions, version 1)" in said
        assert f"{another.name} ({another.dimension} dimensions, version 1)" in said
        assert "WENJU_EMBEDDER" in said
        assert "wenju doctor --repair" in said
        assert "\n" not in said


def test_another_embedder_is_adopted_by_rebuilding(filled: Library) -> None:
    another = HashingEmbedder("another", dimension=32)
    adopted = Library(filled.home, another, adopt=True)
    adopted.rebuild()
    assert len(set(another.embedded)) == len(another.embedded) > 0
    again = Library.open(filled.home, HashingEmbedder("another", dimension=32))
    assert again.faults() == []
    assert found(again, "芯片")[0] == "芯片.txt"


def test_a_library_without_reports_takes_any_embedder(library: Library, write: Write) -> None:
    library.add([write("empty.txt", "")])
    another = Library.open(library.home, HashingEmbedder("another", dimension=32))
    another.add([write("a.txt", about("算力"))])
    assert found(another, "算力") == ["a.txt"]
    with pytest.raises(EmbedderMismatch):
        Library.open(library.home, HashingEmbedder())


def test_the_fingerprint_changes_with_what_is_indexed(filled: Library, write: Write) -> None:
    before = filled.fingerprint()
    assert Library(filled.home, HashingEmbedder()).fingerprint() == before
    filled.add([write("算力.txt", about("算力", 31))])
    changed = filled.fingerprint()
    filled.remove([filled.reports()[0].id])
    assert len({before, changed, filled.fingerprint()}) == 3


def test_facts_can_be_corrected(filled: Library) -> None:
    id = filled.reports()[0].id
    assert filled.update(id, title="新题").title == "新题"
    assert filled.report(id).title == "新题"
    with pytest.raises(NotInLibrary):
        filled.update("nope", title="新题")


# --- faults ------------------------------------------------------------------------------------------------


def segment_of(library: Library) -> Path:
    (name,) = library.store.segments()
    return library.home / "segments" / name


def test_looking_for_faults_does_not_disturb_a_search(filled: Library) -> None:
    before = found(filled, "芯片")
    assert filled.faults() == []
    assert found(filled, "芯片") == before


@pytest.mark.parametrize("part", [".", "chroma", "chroma/chroma.sqlite3", "lexical", "lexical/meta.json"])
def test_what_is_missing_is_found_and_repaired(filled: Library, part: str) -> None:
    place = segment_of(filled) / part
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    (fault,) = filled.faults()
    assert segment_of(filled).name in fault
    assert "\n" not in fault
    with pytest.raises(LibraryBroken, match="wenju doctor --repair"):
        filled.search("芯片")
    filled.rebuild()
    assert filled.faults() == []
    assert found(filled, "芯片")[0] == "芯片.txt"


def test_too_few_entries_are_found(filled: Library) -> None:
    with filled.store.writing() as db:
        db.execute("UPDATE segments SET passages=passages+1")
    assert "entries for" in filled.faults()[0]


def test_a_report_that_lost_passages_is_found(filled: Library) -> None:
    with filled.store.writing() as db:
        db.execute("DELETE FROM passages WHERE id=1")
    assert any("of" in fault and "passages" in fault for fault in filled.faults())


# --- with the embedded model ----------------------------------------------------------------------------


def test_a_question_in_one_language_finds_the_other(home: Path, write: Write, cache: Path) -> None:
    library = Library.open(home, open_embedder("e5", cache=cache, threads=2), cache / "words")
    library.add(
        [
            write("医疗.md", "# 医疗\n\n医院使用影像识别来辅助医生进行早期诊断，缩短了阅片时间。\n"),
            write("能源.md", "# 能源\n\n数据中心的用电量上升，多地要求提高绿色电力的比例。\n"),
        ]
    )
    assert found(library, "How do hospitals use image recognition?")[0] == "医疗.md"
    assert found(library, "Where does the electricity of data centres come from?")[0] == "能源.md"
    assert all(0.7 < hit.similarity <= 1 for hit in library.search("数据中心用电"))
