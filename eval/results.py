"""The file of records, one line each: appended as answers come, read after a kill, sorted at the end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copymode
from threading import Lock
from typing import IO, Any

from eval.errors import BadRun


class Results:
    """An append-only file of JSON lines, indexed by `id`; of two lines with one id the later counts.

    A last line torn by a kill is cut off when the file is opened. Only ids and places are held in
    memory. `append` may be called from many threads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, int] = {}
        self._failed: set[str] = set()
        self._lock = Lock()
        try:
            self._file = path.open("a+b")
            self._index()
        except OSError as error:
            raise BadRun(f"{path} cannot be written: {error.strerror or error}") from None

    def _index(self) -> None:
        """Find the whole lines; what a kill tore is cut off, so that appending starts a line."""
        end = 0
        self._file.seek(0)
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            self._note(line, end)
            end += len(line)
        self._file.truncate(end)
        self._end = end

    def _note(self, line: bytes, place: int) -> None:
        try:
            record = json.loads(line)
            id, failed = str(record["id"]), record.get("error") is not None
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # Not a record: its question is asked again.
        self._places[id] = place
        (self._failed.add if failed else self._failed.discard)(id)

    @property
    def answered(self) -> frozenset[str]:
        """The ids with a record that did not end in an error."""
        return frozenset(self._places.keys() - self._failed)

    def append(self, id: str, line: bytes) -> None:
        """Write one record's line (without its newline) and hand it to the system at once.

        Raises `BadRun` when it cannot be written, as on a full disk.
        """
        with self._lock:
            try:
                self._file.write(line + b"\n")
                self._file.flush()
            except OSError as error:
                raise BadRun(f"{self.path} cannot be written: {error.strerror or error}") from None
            self._places[id] = self._end
            self._end += len(line) + 1

    def read(self, id: str) -> dict[str, Any] | None:
        """The record of a question, None when it has none yet."""
        line = self._line(id)
        return json.loads(line) if line else None

    def _line(self, id: str) -> bytes:
        if id not in self._places:
            return b""
        with self._lock:
            self._file.seek(self._places[id])
            return self._file.readline()

    def sort(self, ids: Iterable[str]) -> None:
        """Rewrite the file in the order of `ids`, one line each, by one atomic step."""
        with replacing(self.path) as file:
            file.writelines(line.decode("utf-8") for line in map(self._line, ids) if line)
        self._file.close()
        self._file = self.path.open("a+b")
        self._places.clear()
        self._failed.clear()
        self._index()

    def close(self) -> None:
        """Close the file; what was appended stays."""
        with suppress(OSError):
            self._file.close()


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """A text file (UTF-8) that becomes `path` when the block ends well, and vanishes when it does not."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            if path.exists():
                copymode(path, draft)  # what only its owner may read stays so
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BadRun(f"{path} cannot be written: {error.strerror or error}") from None
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write `value` to `path` by one atomic step; NaN is a bug and raises ValueError."""
    with replacing(path) as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_lines(path: Path, items: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line to `path` by one atomic step, holding one at a time."""
    with replacing(path) as file:
        for item in items:
            file.write(json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; raises `BadRun` when there is none."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadRun(_no_run(path)) from None
    except (OSError, ValueError) as error:
        raise BadRun(f"{path} cannot be read: {error}") from None
    if not isinstance(value, dict):
        raise BadRun(f"{path} holds no JSON object")
    return value


def read_lines(path: Path, missing: str = "") -> Iterator[dict[str, Any]]:
    """The JSON objects in `path`, line by line; raises `BadRun` at the first that is none.

    `missing` is said where there is no such file: that its folder holds no finished run, for a file of one.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield _object(line, f"{path} line {number}")
    except FileNotFoundError:
        raise BadRun(missing or _no_run(path)) from None
    except OSError as error:
        raise BadRun(f"{path} cannot be read: {error.strerror or error}") from None


def _object(line: bytes, place: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError:
        raise BadRun(f"{place} is not JSON") from None
    if not isinstance(item, dict):
        raise BadRun(f"{place} is no JSON object")
    return item


def _no_run(path: Path) -> str:
    return f"{path.parent} holds no finished run, for there is no {path.name}; name the --out folder of wenju eval run"
