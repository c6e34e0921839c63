"""XLSX: every sheet a heading and its rows between tabs, values as the sheet shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.schema import Document

_LARGE = 20 * 2**20  # bytes of sheet markup from which on merged cells are left as they are, to save memory


def read(path: Path) -> Document:
    """Read a workbook. Raises `ReadError` for broken files and tables beyond the limits."""
    import openpyxl

    try:
        with ZipFile(path) as archive:
            markup = sum(m.file_size for m in archive.infolist() if m.filename.startswith("xl/worksheets/"))
        large = markup > _LARGE
        with path.open("rb") as file:  # given a path, the library would judge it by its name
            book = openpyxl.load_workbook(file, read_only=large, data_only=True)
            sheets = [_sheet(sheet, large) for sheet in book.worksheets if sheet.sheet_state == "visible"]
            facts = book.properties
    except ReadError as error:
        raise ReadError(f"{path.name} {error}") from None
    except Exception as error:  # a damaged archive fails in ways its libraries do not document
        raise ReadError(f"{path.name} is not a readable workbook ({type(error).__name__})") from None
    return Document(
        text="\n".join(sheet for sheet in sheets if sheet),
        format="xlsx",
        title=facts.title or None,
        publisher=facts.creator if facts.creator and facts.creator != "openpyxl" else None,
        date=facts.created.date().isoformat() if facts.created else None,
    )


def _sheet(sheet: Any, large: bool) -> str:
    """A sheet's blocks of rows, which empty rows part, below its name."""
    blocks: list[tables.Grid] = [[]]
    size = 0
    for row in _rows(sheet, large):
        if not any(row):
            if blocks[-1]:
                blocks.append([])
            continue
        tables.check_width(len(row))
        size += len(row)
        tables.check_size(size)
        blocks[-1].append(row)
    texts = [tables.written(block) for block in blocks if block]
    return f"# {tables.cell_text(sheet.title)}\n\n" + "\n\n".join(texts) + "\n" if texts else ""


def _rows(sheet: Any, large: bool) -> Iterator[list[str]]:
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    if large:
        sheet.reset_dimensions()
    else:
        tables.check_width(sheet.max_column)
        tables.check_size(sheet.max_row * sheet.max_column)
        for span in sheet.merged_cells.ranges:
            for place in span.cells:
                spans[place] = (span.min_row, span.min_col)
    for number, cells in enumerate(sheet.iter_rows(), 1):
        row = [
            shown(sheet.cell(*spans[number, column])) if (number, column) in spans else shown(cell)
            for column, cell in enumerate(cells, 1)
        ]
        while row and not row[-1]:
            row.pop()
        yield row


def shown(cell: Any) -> str:
    """A value in plain figures: percentages as such, dates as YYYY-MM-DD, no more digits than it has."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            decimals = re.search(r"0\.(0+)%", cell.number_format)
            return f"{100 * value:.{len(decimals.group(1)) if decimals else 0}f}%"
        return tables.number_text(value)
    return tables.cell_text(str(value))
