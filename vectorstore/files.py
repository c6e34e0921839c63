"""Which files to index, and whether one stayed the same while it was read."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from vectorstore.schema import Failure


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files to take, by glob patterns, upper and lower case alike; `*` goes over `/` as well.

    A pattern is compared with a file's name and with its path below the folder named. `exclude` leaves out
    folders, too, and wins. With `include` the kind of file is not asked for: its content will tell.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes(self, path: Path, below: Path, kinds: Collection[str] | None = None) -> bool:
        """Whether a file is taken; `kinds` are the suffixes that are readable, None for any."""
        if self.include:
            return _matches(self.include, path, below) and not self.leaves_out(path, below)
        return (kinds is None or path.suffix.lower() in kinds) and not self.leaves_out(path, below)

    def leaves_out(self, path: Path, below: Path) -> bool:
        """Whether a file or folder is excluded."""
        return _matches(self.exclude, path, below)


EVERYTHING = Choice()


def _matches(patterns: Iterable[str], path: Path, below: Path) -> bool:
    names = (path.name.lower(), path.relative_to(below).as_posix().lower())
    return any(fnmatchcase(name, pattern.lower().rstrip("/")) for pattern in patterns for name in names)


def reports(paths: Iterable[Path], failed: list[Failure], choice: Choice = EVERYTHING) -> Iterator[Path]:
    """Files to read: those named, and in folders every file of a readable kind, each once, as far as chosen.

    Links are followed, each folder entered once; what leads nowhere or cannot be opened is put into `failed`.
    """
    seen: set[Path] = set()
    entered: set[tuple[int, int]] = set()
    for path in paths:
        if path.is_dir():
            found: Iterable[Path] = sorted(_within(path, path, choice, entered, failed))
        elif path.exists() or path.is_symlink():
            found = [path] if choice.takes(path, path.parent) else []
        else:
            failed.append(Failure(str(path), f"{path} does not exist"))
            continue
        for file in found:
            if not file.exists():
                failed.append(Failure(str(file), f"{file.name} is a link that leads nowhere or in a circle"))
            elif file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _within(
    folder: Path, named: Path, choice: Choice, entered: set[tuple[int, int]], failed: list[Failure]
) -> Iterator[Path]:
    """The files chosen in a folder and below; names that begin with a dot are left out."""
    from vectorstore.readers import SUFFIXES

    try:
        found = folder.stat()
        names = sorted(os.listdir(folder)) if (found.st_dev, found.st_ino) not in entered else []
    except OSError as error:
        failed.append(Failure(str(folder), f"{folder.name} cannot be opened: {error.strerror or error}"))
        return
    entered.add((found.st_dev, found.st_ino))
    for path in (folder / name for name in names if not name.startswith(".")):
        if path.is_dir():
            if not choice.leaves_out(path, named):
                yield from _within(path, named, choice, entered, failed)
        elif choice.takes(path, named, SUFFIXES):
            yield path


def gone(path: Path) -> bool:
    """Whether nothing is at a path any more; a place that cannot be looked at counts as there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp:
    """What changes when a file is written to or replaced: time (ns), size and inode."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def settled(found: Stamp) -> bool:
    """Whether a file was written so long ago (2 s) that writing it once more would change its stamp."""
    return time.time_ns() - found[0] > 2_000_000_000


def sha256(path: Path) -> str:
    """The hash of a file's content. Raises `OSError` when it cannot be opened, or not be read on."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
