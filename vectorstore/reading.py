"""From a file to a report that is ready to be indexed: read, laid out, cut, and hashed as it will be embedded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vectorstore import files, metadata, readers
from vectorstore.errors import ReadError
from vectorstore.layout import layout
from vectorstore.passages import context, cut
from vectorstore.schema import Document, Passage, Report

Recognising = Callable[[int, int], None]
"""Hears (page, pages) of character recognition."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, of at most `limit` bytes, and what people have said of the report in it."""

    file: Path
    limit: int = readers.MAX_BYTES
    edits: Mapping[str, Any] = field(default_factory=dict)
    update: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report read and cut, waiting for its vectors; `hashes` are of what is embedded, passage by passage."""

    report: Report
    document: Document
    passages: list[Passage]
    hashes: list[str]


def report_id(file: Path) -> str:
    """A report's id: it follows the place of its file, links resolved."""
    return hashlib.sha256(str(file.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def prepare(task: Task, tell: Recognising | None = None) -> Prepared:
    """Read and cut a report. Raises `ReadError` when it cannot be read, or changes while it is read, twice in a row."""
    file = task.file
    readers.check(file, task.limit)
    for _ in range(2):
        try:
            before = files.stamp(file)
            prepared = _once(task, tell)
            if files.stamp(file) == before:
                return prepared
        except OSError as error:
            raise ReadError(f"{file.name} cannot be opened: {error.strerror or error}") from None
    raise ReadError(f"{file.name} changed while it was read; index it again when it is written")


def _once(task: Task, tell: Recognising | None) -> Prepared:
    file, id = task.file, report_id(task.file)
    sha256 = files.sha256(file)
    document = readers.read(file, tell)
    blocks = layout(document.text, document.pages)
    passages = cut(id, blocks, document.pages)
    if not passages:
        raise ReadError(f"{file.name} holds no text that can be searched")
    report = Report(
        id=id,
        source=storable(file.name),
        path=storable(str(file.resolve())),
        format=document.format,
        sha256=sha256,
        title=metadata.title(document, blocks, Path(storable(file.name))),
        publisher=metadata.publisher(document, document.text),
        date=metadata.date(document, document.text),
        lang=metadata.language(document.text),
        pages=len(document.pages),
        characters=len(document.text),
        passages=len(passages),
        added=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    report = replace(report, **task.edits)
    hashes = [_hash(embedded(context(report.publisher, report.title, p.heading), p.clean)) for p in passages]
    return Prepared(report, document, passages, hashes)


def embedded(above: str, clean: str) -> str:
    """What is embedded: the passage below its report's title and headings."""
    return f"{above}\n{clean}" if above else clean


def storable(name: str) -> str:
    """A file name that is not in the system's encoding cannot be stored as it is."""
    return os.fsencode(name).decode("utf-8", "replace")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
