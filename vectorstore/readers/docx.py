"""DOCX: paragraphs and tables in the order they stand; headings as `#` lines, table cells between tabs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.schema import Document

_MAX_DEPTH = 5  # tables inside cells of tables


def read(path: Path) -> Document:
    """Read a Word document. Raises `ReadError` for broken files."""
    import docx

    try:
        return _document(docx.Document(str(path)))
    except ReadError as error:
        raise ReadError(f"{path.name} {error}") from None
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
        text = tables.written(_grid(item._tbl)) if isinstance(item, Table) else _paragraph(item)
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


def _grid(table: Any) -> tables.Grid:
    """The table's own cells: python-docx's `row.cells` looks every merged cell up anew, which takes minutes."""
    grid: tables.Grid = []
    for row in table.tr_lst:
        cells: list[str] = [""] * row.grid_before
        for cell in row.tc_lst:
            if cell.vMerge == "continue" and grid and len(cells) < len(grid[-1]):
                text = grid[-1][len(cells)]
            else:
                text = tables.cell_text(" ".join(_words(cell)))
            tables.check_width(len(cells) + cell.grid_span)
            cells += [text] * cell.grid_span
        grid.append(cells)
        tables.check_size(sum(map(len, grid[-1:])) * len(grid))
    return grid


def _words(cell: Any, depth: int = 0) -> Iterator[str]:
    for paragraph in cell.p_lst:
        yield paragraph.text
    for inner in cell.tbl_lst if depth < _MAX_DEPTH else ():
        for row in inner.tr_lst:
            for below in row.tc_lst:
                yield from _words(below, depth + 1)
