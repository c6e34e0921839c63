"""The home is its owner's: others cannot look into it, and what is not ours stays as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vectorstore.home import make_home
from vectorstore.library import Library


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_a_home_is_made_closed_to_others_and_the_folders_above_it_as_usual(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        make_home(tmp_path / "above" / "home")
    finally:
        os.umask(before)
    assert mode(tmp_path / "above" / "home") == 0o700
    assert mode(tmp_path / "above") == 0o755


@pytest.mark.parametrize(("found", "closed"), [(0o755, 0o700), (0o775, 0o700), (0o555, 0o500), (0o1777, 0o1777)])
def test_a_home_that_was_open_is_closed_unless_it_is_for_all_to_write(tmp_path: Path, found: int, closed: int) -> None:
    tmp_path.chmod(found)
    make_home(tmp_path)
    assert mode(tmp_path) == closed
    tmp_path.chmod(0o700)


def test_another_users_home_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    make_home(tmp_path)
    assert mode(tmp_path) == 0o755


def test_rights_that_cannot_be_changed_are_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    make_home(tmp_path / "home")
    os.chmod(tmp_path, 0o755)
    make_home(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_library_that_is_opened_closes_its_home(library: Library) -> None:
    library.home.chmod(0o755)
    Library.open(library.home, library.embedder)
    assert mode(library.home) == 0o700
