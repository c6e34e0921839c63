"""The home is its owner's: others cannot look into it, and what is not ours stays as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vectorstore.home import is_open, make_home
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


@pytest.mark.parametrize(("mode_found", "seen"), [(0o755, True), (0o775, True), (0o770, False), (0o700, False)])
def test_a_home_that_is_there_keeps_its_rights_and_whether_others_see_it_is_known(
    tmp_path: Path, mode_found: int, seen: bool
) -> None:
    tmp_path.chmod(mode_found)
    make_home(tmp_path)
    assert mode(tmp_path) == mode_found
    assert is_open(tmp_path) is seen
    tmp_path.chmod(0o700)


def test_a_home_that_is_not_there_is_open_to_nobody(tmp_path: Path) -> None:
    assert not is_open(tmp_path / "missing")


def test_a_library_makes_its_home_closed(tmp_path: Path, library: Library) -> None:
    made = Library.open(tmp_path / "another", library.embedder)
    assert mode(made.home) == 0o700
