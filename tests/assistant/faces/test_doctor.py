"""`wenju doctor`: 0 when the data is consistent, 1 when it is not; what else is missing is advice."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from assistant.conversations import Conversations
from assistant.errors import WenjuError
from assistant.faces.doctor import examine
from assistant.settings import load
from vectorstore.embedders import Embedder
from vectorstore.errors import EmbedderMismatch
from vectorstore.library import Library


@pytest.fixture
def copied(samples_library: Library, home: Path) -> Path:
    shutil.copytree(samples_library.home, home, dirs_exist_ok=True)
    return home


def lose_an_index(home: Path) -> None:
    segment = next((home / "segments").iterdir())
    shutil.rmtree(segment)


def test_sound_data_is_0(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert examine(load()) == 0
    said = capsys.readouterr().out
    assert "3 reports" in said
    assert "embedder  e5" in said
    assert said.splitlines()[-1].split() == ["data", "consistent"]


@pytest.mark.parametrize(("mode", "told"), [(0o755, True), (0o700, False)])
def test_a_home_that_others_can_look_into_is_said_to_be_one(
    copied: Path, capsys: pytest.CaptureFixture[str], mode: int, *, told: bool
) -> None:
    copied.chmod(mode)
    assert examine(load()) == 0
    assert ("`chmod 700` closes it" in capsys.readouterr().out) is told


def test_a_home_that_is_not_there_yet_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert examine(load()) == 0
    assert "0 reports, 0 passages" in capsys.readouterr().out


def test_what_an_interrupted_run_left_is_sound(copied: Path) -> None:
    (copied / "segments" / "half").mkdir()
    with sqlite3.connect(copied / "library.db") as db:
        db.execute(
            "INSERT INTO reports(id, state, segment, source, path, format, sha256, title, lang, pages,"
            " characters, passages, added, text) VALUES('x','building','half','','','','','','en','[]',0,9,'',x'')"
        )
    assert examine(load()) == 0


def test_a_lost_index_is_1_and_is_repaired_without_embedding_again(
    copied: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_an_index(copied)
    assert examine(load()) == 1
    said = capsys.readouterr()
    assert said.err.startswith("fault: ")
    assert "wenju doctor --repair" in said.out
    monkeypatch.setattr("vectorstore.embedders.E5Embedder.documents", None)  # not to be called
    assert examine(load(), repair=True) == 0
    assert examine(load()) == 0


def test_a_missing_passage_is_1(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(copied / "library.db") as db:
        db.execute("DELETE FROM passages WHERE id=(SELECT max(id) FROM passages)")
    assert examine(load()) == 1
    assert "passages" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["conversations.db", "slack.db", "slack-installations.db"])
def test_a_damaged_database_beside_the_library_is_1_and_stays_as_it_is(
    copied: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / name).write_bytes(b"no database " * 500)
    assert examine(load()) == 1
    said = capsys.readouterr()
    assert f"{name} is damaged" in said.err
    assert "move it away" in said.err
    assert "--repair" not in said.out.splitlines()[-1]
    assert (copied / name).read_bytes() == b"no database " * 500


def test_conversations_that_are_sound_are_no_fault(copied: Path) -> None:
    Conversations(copied).close()
    assert examine(load()) == 0


def test_the_repaired_index_finds_the_same(copied: Path, samples_library: Library, embedder: Embedder,
                                           cache: Path) -> None:  # fmt: skip
    lose_an_index(copied)
    assert examine(load(), repair=True) == 0
    found = Library.open(copied, embedder, cache / "words").search("人形机器人有多重", 5)
    wanted = samples_library.search("人形机器人有多重", 5)
    assert [(hit.report.id, hit.passage.start) for hit in found] == [
        (hit.report.id, hit.passage.start) for hit in wanted
    ]


def test_an_index_of_another_embedder_is_said_and_repaired(copied: Path) -> None:
    with sqlite3.connect(copied / "library.db") as db:
        db.execute("UPDATE meta SET value='other (8 dimensions, version 1)' WHERE key='embedder'")
    with pytest.raises(EmbedderMismatch, match="made with other"):
        examine(load())
    assert examine(load(), repair=True) == 0
    assert examine(load()) == 0


@pytest.mark.parametrize("name", ["nonsense", "no.gguf"])
def test_a_model_that_is_not_there_is_advice(
    copied: Path,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WENJU_LOCAL_MODEL", str(tmp_path / name) if name.endswith("gguf") else name)
    assert examine(load()) == 0
    said = capsys.readouterr().out
    assert "model     " in said
    assert "1.1 GB" not in said


def test_an_embedder_that_does_not_exist_is_said(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_EMBEDDER", "nonsense")
    with pytest.raises(WenjuError, match="unknown embedder 'nonsense'"):
        examine(load())
