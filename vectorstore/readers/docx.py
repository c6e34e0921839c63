"""DOCX: paragraphs and tables in the order they stand; headings as `#` lines, table cells between tabs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

from vectorstore.errors import ReadError
from vectorstore.schema import Document

MAX_UNPACKED = 300 * 1024 * 1024


def read(path: Path) -> Document:
    """Read a Word document. Raises `ReadError` for broken files and for archives that unpack to too much."""
    import docx

    try:
        with ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise ReadError(
                f"{path.name} unpacks to {unpacked // 2**20} MB; the limit is {MAX_UNPACKED // 2**20} MB"
            )
        return _document(docx.Document(str(path)))
    except ReadError:
        raise
    except Exception as error:  # a damaged archive fails in ways its libraries do not document
        raise ReadError(f"{path.name} is not a readable Word document ({type(error).__name__})") from None


def _document(document: Any) -> Document:
    facts = document.core_properties
    return Document(
        text="\n\n".join(_blocks(document)) + "\n",
        format="docx",
        title=facts.title or None,
        publisher=facts.author if facts.author and facts.author != "python-docx" else None,
        date=facts.created.date().isoformat() if facts.created else None,
    )


def _blocks(document: Any) -> list[str]:
    from docx.table import Table

    blocks = []
    for item in document.iter_inner_content():
        text = _table(item) if isinstance(item, Table) else _paragraph(item)
        if text.strip():
            blocks.append(text)
    return blocks


def _paragraph(paragraph: Any) -> str:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    text: str = paragraph.text.strip()
    if style == "Title":
        return f"# {text}"
    if style.startswith("Heading "):
        level = style.removeprefix("Heading ")
        return f"{'#' * min(6, int(level) if level.isdigit() else 1)} {text}"
    return f"- {text}" if style.startswith("List") and text else text


def _table(table: Any) -> str:
    return "\n".join("\t".join(" ".join(cell.text.split()) for cell in row.cells) for row in table.rows)
