"""Which files to index, and whether one stayed the same while it was read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from vectorstore.schema import Failure


def reports(paths: Iterable[Path], failed: list[Failure]) -> Iterator[Path]:
    """Files to read: those named, and in folders every file of a readable kind, each once.

    Links are followed, each folder entered once; what leads nowhere or cannot be opened is put into `failed`.
    """
    seen: set[Path] = set()
    entered: set[tuple[int, int]] = set()
    for path in paths:
        if path.is_dir():
            found: Iterable[Path] = sorted(_within(path, entered, failed))
        elif path.exists() or path.is_symlink():
            found = [path]
        else:
            failed.append(Failure(str(path), f"{path} does not exist"))
            continue
        for file in found:
            if not file.exists():
                failed.append(Failure(str(file), f"{file.name} is a link that leads nowhere or in a circle"))
            elif file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _within(folder: Path, entered: set[tuple[int, int]], failed: list[Failure]) -> Iterator[Path]:
    """Files of a readable kind in a folder and below; names that begin with a dot are left out."""
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
            yield from _within(path, entered, failed)
        elif path.suffix.lower() in SUFFIXES:
            yield path


def stamp(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written to or replaced: time, size and inode."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def sha256(path: Path) -> str:
    """The hash of a file's content. Raises `OSError` when it cannot be opened, or not be read on."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
