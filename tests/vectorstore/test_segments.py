"""A segment: two indexes of the same passages, whole or not there at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from vectorstore.errors import LibraryBroken, WenjuError
from vectorstore.lexical import LexicalIndex, spaced
from vectorstore.segments import Row, Segment

VECTORS = np.eye(6, dtype=np.float32)
TEXTS = ["算力规模", "数据要素", "算法创新", "人才培养", "资本市场", "政策环境"]


def rows() -> Iterator[Row]:
    for number, text in enumerate(TEXTS):
        yield 10 + number, "even" if number % 2 == 0 else "odd", "标题", spaced(text), VECTORS[number]


@pytest.fixture
def segment(tmp_path: Path) -> Segment:
    return Segment.build(tmp_path / "segment", rows())


def test_both_indexes_hold_every_row(segment: Segment) -> None:
    assert segment.count() == (6, 6)


def test_the_nearest_come_first_with_their_cosine(segment: Segment) -> None:
    found = segment.dense((VECTORS[1] * 0.8 + VECTORS[2] * 0.6).astype(np.float32), 2)
    assert [passage for passage, _ in found] == [11, 12]
    assert [similarity for _, similarity in found] == pytest.approx([0.8, 0.6], abs=1e-5)


def test_no_more_than_there_are(segment: Segment) -> None:
    assert len(segment.dense(VECTORS[0], 60)) == 6


@pytest.mark.parametrize(
    ("reports", "wanted"),
    [(["even"], {10, 12, 14}), (["even", "odd"], set(range(10, 16))), (["none"], set())],
)
def test_within_reports(segment: Segment, reports: list[str], wanted: set[int]) -> None:
    assert {passage for passage, _ in segment.dense(VECTORS[0], 60, reports)} == wanted


def test_words_are_found(segment: Segment) -> None:
    assert segment.lexical("数据", 5)[0][0] == 11
    assert segment.lexical("标题", 9, [(12, 13)]) == segment.lexical("标题", 9)[2:4]


def test_closing_one_leaves_another_on_the_same_files_open(segment: Segment) -> None:
    segment.open()
    other = Segment(segment.directory)
    assert other.count() == (6, 6)
    other.close()
    assert segment.dense(VECTORS[0], 1)[0][0] == 10


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing() -> Iterator[Row]:
        yield next(rows())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Segment.build(tmp_path / "segment", failing())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LexicalIndex, "build", full)
    with pytest.raises(WenjuError, match="the disk is full; make room in"):
        Segment.build(tmp_path / "segment", rows())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", [".", "chroma", "lexical"])
def test_what_is_missing_names_the_remedy(segment: Segment, part: str) -> None:
    shutil.rmtree(segment.directory / part)
    with pytest.raises(LibraryBroken, match=r"segment is missing.*wenju doctor --repair"):
        Segment(segment.directory).open()


def test_a_damaged_lexical_index_names_the_remedy(segment: Segment) -> None:
    (segment.directory / "lexical" / "meta.json").write_text("{")
    with pytest.raises(LibraryBroken, match=r"segment is damaged.*wenju doctor --repair") as caught:
        Segment(segment.directory).open()
    assert "\n" not in str(caught.value)


def test_a_lexical_index_whose_files_go_while_it_is_read_names_the_remedy(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise ValueError("Data corrupted: failed to open field \"body\"'s positions")

    monkeypatch.setattr(LexicalIndex, "search", gone)
    with pytest.raises(LibraryBroken, match=r"segment is damaged.*wenju doctor --repair"):
        segment.lexical("算力", 1)


def test_a_damaged_vector_index_names_the_remedy(segment: Segment) -> None:
    (segment.directory / "chroma" / "chroma.sqlite3").unlink()
    with pytest.raises(LibraryBroken, match=r"segment is damaged.*wenju doctor --repair") as caught:
        Segment(segment.directory).open()
    assert "\n" not in str(caught.value)


def test_a_search_in_a_damaged_index_says_so_once(segment: Segment) -> None:
    (segment.directory / "chroma" / "chroma.sqlite3").unlink()
    with pytest.raises(LibraryBroken) as caught:
        Segment(segment.directory).dense(VECTORS[0], 1)
    assert str(caught.value).count("the index segment is damaged") == 1
    shutil.rmtree(segment.directory / "chroma")
    with pytest.raises(LibraryBroken, match=r"^the index segment is missing on disk"):
        Segment(segment.directory).dense(VECTORS[0], 1)


def test_every_process_finds_the_same_nearest_passages(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    vectors = chance.normal(size=(700, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    built = Segment.build(
        tmp_path / "many", ((n, "r", "", f"passage {n}", vector) for n, vector in enumerate(vectors, 1))
    )
    question = vectors[3] + 0.1 * vectors[8]
    exact = [int(n) + 1 for n in np.argsort(-(vectors @ question))[:60]]
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from vectorstore.segments import Segment\n"
        "found = Segment(Path(sys.argv[1])).dense(np.load(sys.argv[2]), 60)\n"
        "print([id for id, _ in found])\n"
    )
    np.save(tmp_path / "question.npy", question)
    command = [sys.executable, "-c", code, str(built.directory), str(tmp_path / "question.npy")]
    runs = {subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout for _ in range(2)}
    assert runs == {f"{exact}\n".encode()}
