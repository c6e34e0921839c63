"""SQLite files beside the library: whose they are, and one sentence when they cannot be used."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from assistant import database
from vectorstore.errors import LibraryBroken

SCHEMA = "CREATE TABLE IF NOT EXISTS words (word TEXT)"


def test_only_its_owner_may_read_a_database(tmp_path: Path) -> None:
    database.opened(tmp_path / "a.db", SCHEMA).close()
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600


def test_the_folder_made_for_a_database_is_its_owners_and_one_that_is_there_stays(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database.opened(tmp_path / "home" / "a.db", SCHEMA).close()
    database.opened(tmp_path / "b.db", SCHEMA).close()
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database " * 500)
    with pytest.raises(LibraryBroken, match=r"a\.db is damaged \(file is not a database\).*move it away"):
        database.opened(tmp_path / "a.db", SCHEMA)


def test_a_file_that_another_holds_is_named(tmp_path: Path) -> None:
    said = r"a\.db cannot be used now \(database is locked\)"
    with pytest.raises(LibraryBroken, match=said), database.named(tmp_path / "a.db"):
        raise sqlite3.OperationalError("database is locked")


def test_what_is_sound_or_not_there_has_no_fault(tmp_path: Path) -> None:
    assert database.fault(tmp_path / "a.db") is None
    assert not (tmp_path / "a.db").exists()
    database.opened(tmp_path / "a.db", SCHEMA).close()
    assert database.fault(tmp_path / "a.db") is None


def test_a_page_that_was_written_over_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a ? # %.db"
    db = database.opened(path, SCHEMA)
    db.executemany("INSERT INTO words VALUES (?)", [("word" * 100,)] * 100)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xff" * 4096 + raw[8192:])
    assert "is damaged" in str(database.fault(path))
