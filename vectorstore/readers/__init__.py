"""Readers: one module a format. Each turns a file into a `Document`; the type is judged by content."""

from __future__ import annotations

import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

from vectorstore.errors import ReadError
from vectorstore.readers import (
    archive,
    csv,
    docx,
    epub,
    html,
    image,
    markdown,
    pdf,
    pptx,
    text,
    textlayer,
    xlsx,
)
from vectorstore.schema import Document
from vectorstore.tables import MAX_COLUMNS

Reader = Callable[[Path], Document]

MAX_BYTES = 500 * 1024 * 1024
SUFFIXES = frozenset({
    ".pdf", ".docx", ".pptx", ".xlsx", ".csv", ".tsv", ".html", ".htm", ".xhtml", ".epub", ".png", ".jpg", ".jpeg",
    ".md", ".markdown", ".txt", ".text",
})  # fmt: skip
_KINDS = "PDF, Word, PowerPoint, Excel, CSV, HTML, EPUB, PNG, JPEG, Markdown and plain text"


def check(path: Path, limit: int = MAX_BYTES) -> None:
    """Raise `ReadError` for what need not be read to be refused: no file, an empty one, one over `limit` bytes."""
    try:
        found = path.stat()
    except (OSError, RuntimeError) as error:
        raise ReadError(
            f"{path.name} cannot be opened: {getattr(error, 'strerror', None) or error}"
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise ReadError(f"{path.name} cannot be opened: it is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise ReadError(f"{path.name} cannot be opened: it is a device or a pipe, not a file")
    if found.st_size == 0:
        raise ReadError(f"{path.name} is empty (0 bytes)")
    if found.st_size > limit:
        raise ReadError(f"{path.name} is {found.st_size / 2**20:.0f} MB; the limit is {limit / 2**20:.0f} MB")


def read(path: Path, tell: pdf.Progress | None = None, limit: int = MAX_BYTES) -> Document:
    """Read a report of at most `limit` bytes; `tell` hears (page, pages) of character recognition, which is slow.

    Raises `ReadError` with one sentence when the file cannot be read or holds no text.
    """
    check(path, limit)
    try:
        with path.open("rb") as file:
            head = file.read(8192)
        document = _reader(path, head, tell)(path)
    except OSError as error:
        raise ReadError(f"{path.name} cannot be opened: {error.strerror or error}") from None
    if not document.text.strip():
        raise ReadError(f"{path.name} holds no text")
    if any(max(line.count("\t"), _bars(line)) > MAX_COLUMNS for line in document.text.splitlines()):
        raise ReadError(f"{path.name} has a table of more than {MAX_COLUMNS} columns, the limit; split it")
    if textlayer.garbled(document.text[:200_000]):
        raise ReadError(
            f"{path.name} holds glyph numbers in place of its text; index the PDF it was made from"
        )
    return document


def _bars(line: str) -> int:
    """How many bars part the cells of a line that begins and ends with one."""
    line = line.strip()
    return line.count("|") if line.startswith("|") and line.endswith("|") else 0


def _reader(path: Path, head: bytes, tell: pdf.Progress | None) -> Reader:
    if b"%PDF-" in head[:1024]:
        return partial(pdf.read, tell=tell)
    if head.startswith(image.MAGIC):
        return image.read
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _refuse("an old Office file, or one with a password; save it as .docx, .pptx, .xlsx or PDF")
    if not text.looks_textual(head):
        return _refuse("a binary file, not text")
    if html.looks_like_html(head):
        return html.read
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv"}:
        return csv.read
    return markdown.read if suffix in {".md", ".markdown"} else text.read


def _office(path: Path) -> Reader:
    readers: dict[str | None, Reader] = {
        "docx": docx.read,
        "pptx": pptx.read,
        "xlsx": xlsx.read,
        "epub": epub.read,
    }
    return readers.get(archive.kind(path)) or _refuse("a ZIP archive or another Office format")


def _refuse(what: str) -> Reader:
    def refuse(path: Path) -> Document:
        raise ReadError(f"{path.name} is {what}; readable are {_KINDS}")

    return refuse
