"""Which files are read: links, loops, what cannot be opened; one line for each that is not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.vectorstore.conftest import Write
from vectorstore import files, readers
from vectorstore.files import Choice
from vectorstore.library import Library
from vectorstore.schema import Document, Failure

TEXT = "人工智能产业在二〇二三年继续增长，企业对算力的需求上升。\n"


def listed(*paths: Path) -> tuple[list[str], list[str]]:
    failed: list[Failure] = []
    found = [path.name for path in files.reports(paths, failed)]
    return found, [failure.reason for failure in failed]


def test_folders_are_searched_and_each_file_read_once(tmp_path: Path) -> None:
    for name in ["b/two.txt", "a.md", ".hidden.txt", "picture.gif", "b/.git/x.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "again.txt").symlink_to(tmp_path / "b/two.txt")
    found, failed = listed(tmp_path, tmp_path / "a.md")
    assert sorted(found) == ["a.md", "again.txt"]
    assert failed == []


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "one.txt").symlink_to(tmp_path / "two.txt")
    (tmp_path / "two.txt").symlink_to(tmp_path / "one.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "good.txt").write_text(TEXT)
    found, failed = listed(tmp_path)
    assert found == ["good.txt"]
    assert failed == [
        f"{name} is a link that leads nowhere or in a circle" for name in ("gone.txt", "one.txt", "two.txt")
    ]
    assert listed(tmp_path / "one.txt")[1] == failed[1:2]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(include=("*.PDF",)), ["a.pdf", "draft a.pdf", "old.pdf"]),
        (Choice(include=("*.pdf",), exclude=("draft*",)), ["a.pdf", "old.pdf"]),
        (Choice(exclude=("archive",)), ["a.pdf", "b.txt", "draft a.pdf"]),
        (Choice(exclude=("archive/*.pdf", "b.*")), ["a.pdf", "draft a.pdf"]),
        (Choice(include=("archive/*",)), ["old.pdf"]),
        (Choice(include=("*.log", "b.txt")), ["b.txt", "c.log"]),
    ],
)
def test_patterns_choose_among_files(tmp_path: Path, choice: Choice, expected: list[str]) -> None:
    for name in ["a.pdf", "draft a.pdf", "b.txt", "c.log", "archive/2019/old.pdf"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    assert sorted(path.name for path in files.reports([tmp_path], [], choice)) == expected
    named = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {path.name for path in files.reports(named, [], choice)} <= {*expected, "c.log"}


def test_what_does_not_exist(tmp_path: Path) -> None:
    assert "does not exist" in listed(tmp_path / "none.txt")[1][0]


@pytest.mark.skipif(os.name != "posix", reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path, library: Library) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    summary = library.add([tmp_path / "pipe.txt"])
    assert "a device or a pipe" in summary.failed[0].reason


def test_a_file_that_cannot_be_opened(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = write("bad.txt", TEXT), write("good.txt", TEXT)
    opened = Path.open

    def refuse(self: Path, *args: object, **named: object) -> object:
        if self.name == "bad.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "open", refuse)
    summary = library.add([bad.parent])
    assert [failure.reason for failure in summary.failed] == ["bad.txt cannot be opened: Permission denied"]
    assert summary.added == ["good.txt"]
    assert good.exists()


def test_two_gigabytes_are_refused_before_they_are_read(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)
    begun = time.monotonic()
    summary = library.add([path])
    assert summary.failed[0].reason == "huge.txt is 2048 MB; the limit is 500 MB"
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("times", [1, 5])
def test_a_file_that_changes_while_it_is_read(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    path = write("growing.txt", TEXT)
    read, count = readers.read, 0

    def growing(file: Path, tell: object = None) -> Document:
        nonlocal count
        document = read(file)
        count += 1
        if count <= times:
            with file.open("a", encoding="utf-8") as stream:
                stream.write(f"第{count}次。\n")
        return document

    monkeypatch.setattr(readers, "read", growing)
    summary = library.add([path])
    if times == 1:
        assert library.text(library.reports()[0].id) == path.read_text("utf-8")
    else:
        assert "changed while it was read" in summary.failed[0].reason
        assert library.reports() == []


def test_bad_files_do_not_stop_the_rest(library: Library, write: Write) -> None:
    good = write("good.txt", TEXT)
    for name, data in [
        ("encrypted.docx", b"\xd0\xcf\x11\xe0" + bytes(100)),
        ("cut.pdf", b"%PDF-1.7\n"),
        ("cut.xlsx", b"PK\x03\x04" + bytes(50)),
        ("empty.md", b""),
        ("binary.txt", bytes(range(256))),
        ("wide.csv", b"," * 100_000),
    ]:
        (good.parent / name).write_bytes(data)
    summary = library.add([good.parent])
    assert summary.added == ["good.txt"]
    assert len(summary.failed) == 6
    assert all("\n" not in failure.reason and len(failure.reason) < 250 for failure in summary.failed)
