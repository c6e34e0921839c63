"""CSV: the rows of one table, comma-, semicolon- or tab-separated."""

from __future__ import annotations

import csv
from pathlib import Path

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.readers.text import decode
from vectorstore.schema import Document


def read(path: Path) -> Document:
    """Read a table of values. Raises `ReadError` for tables beyond the limits."""
    text = decode(path.read_bytes(), path.name)
    head = text[:20_000].split("\n", 20)[:20]
    separator = max(
        ",;\t|", key=lambda char: min((line.count(char) for line in head if line.strip()), default=0)
    )
    blocks: list[tables.Grid] = [[]]
    size = 0
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            cells = [tables.cell_text(cell) for cell in row]
            if not any(cells):
                blocks.append([])
                continue
            tables.check_width(len(cells))
            tables.check_size(size := size + len(cells))
            blocks[-1].append(cells)
    except ReadError as error:
        raise ReadError(f"{path.name} {error}") from None
    except csv.Error as error:
        raise ReadError(f"{path.name} is not a readable CSV file ({error})") from None
    written = "\n\n".join(tables.written(block) for block in blocks if block)
    return Document(text=written + "\n" if written else "", format="csv")
