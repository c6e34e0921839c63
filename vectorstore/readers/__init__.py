"""Readers: one module a format. Each turns a file into a `Document`; the type is judged by content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from vectorstore.errors import ReadError
from vectorstore.schema import Document

Reader = Callable[[Path], Document]

MAX_BYTES = 500 * 1024 * 1024
SUFFIXES = frozenset({".pdf", ".docx", ".md", ".markdown", ".txt", ".text"})


def read(path: Path) -> Document:
    """Read a report. Raises `ReadError` with one sentence when it cannot be read or holds no text."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError as error:
        raise ReadError(f"{path.name} cannot be opened: {error.strerror or error}") from None
    if size == 0:
        raise ReadError(f"{path.name} is empty (0 bytes)")
    if size > MAX_BYTES:
        raise ReadError(f"{path.name} is {size / 2**20:.0f} MB; the limit is {MAX_BYTES // 2**20} MB")
    document = _reader(path, head)(path)
    if not document.text.strip():
        raise ReadError(f"{path.name} holds no text; a scanned report needs character recognition first")
    return document


def _reader(path: Path, head: bytes) -> Reader:
    from vectorstore.readers import docx, markdown, pdf, text

    if b"%PDF-" in head[:1024]:
        return pdf.read
    if head.startswith(b"PK\x03\x04"):
        return docx.read if _is_word(path) else _refuse("a ZIP archive or another Office format")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _refuse("an old Office file (.doc); save it as .docx or PDF")
    if not text.looks_textual(head):
        return _refuse("a binary file, not text")
    return markdown.read if path.suffix.lower() in {".md", ".markdown"} else text.read


def _is_word(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return "word/document.xml" in archive.namelist()
    except (BadZipFile, OSError):
        return False


def _refuse(what: str) -> Reader:
    def refuse(path: Path) -> Document:
        raise ReadError(f"{path.name} is {what}; readable are PDF, DOCX, Markdown and plain text")

    return refuse
