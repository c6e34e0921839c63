"""Questions from a table: CSV as spreadsheets save it, or an XLSX workbook's first sheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eval.errors import BadDataset

COLUMNS = {
    "id": ("id", "编号", "序号"), "lang": ("lang", "language", "语言"), "type": ("type", "类型", "题型"),
    "question": ("question", "query", "问题", "题目"), "answer": ("answer", "答案", "参考答案"),
    "key_facts": ("key_facts", "key facts", "facts", "要点", "关键事实"),
    "history": ("history", "之前的问题", "上文"), "evidence": ("evidence", "证据"),
    "note": ("note", "notes", "备注", "说明"), "split": ("split", "划分"),
}
_NAMES = {name: column for column, names in COLUMNS.items() for name in names}
_PLACE = re.compile(r"(?P<file>.+?)\s*[:：]\s*(?P<start>\d+)(?:\s*[-–]\s*(?P<end>\d+))?")
Row = tuple[int, dict[str, Any] | str]


def rows(path: Path, raw: bytes) -> Iterator[Row]:
    """Each row's number, from 1 with the header, and its question as an item, or why it is none.

    The header names columns in English or Chinese (`COLUMNS`); other columns are passed over. Key facts
    stand apart by `;`, their variants by `|`; evidence is `file:12-15; other file:3`; earlier questions
    stand on lines of their own. A cell may hold JSON instead. Raises `BadDataset` without a question column.
    """
    table = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path, raw)
    number, header = next(((n, row) for n, row in table if any(row)), (0, []))
    columns = [_NAMES.get(name.strip().lower()) for name in header]
    if "question" not in columns:
        raise BadDataset(
            f"{path.name}: row {number or 1} names no column `question` (or 问题); its columns are "
            f"{', '.join(name for name in header if name) or 'empty'}"
        )
    for number, row in table:
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name and cell.strip()}
        if not cells:
            continue
        try:
            yield number, {name: _value(name, cell) for name, cell in cells.items()}
        except ValueError as error:
            yield number, str(error)


def _value(name: str, cell: str) -> Any:
    if cell[0] == "[" and name in ("key_facts", "history", "evidence"):
        try:
            return json.loads(cell)
        except ValueError:
            raise ValueError(f"{name} begins like JSON and is none: {cell[:60]!r}") from None
    if name == "key_facts":
        groups = (group.split("|") for group in _parts(cell))
        return [[fact.strip() for fact in group if fact.strip()] for group in groups]
    if name == "history":
        return [turn.strip() for turn in cell.splitlines() if turn.strip()]
    if name == "evidence":
        return [_evidence(part) for part in _parts(cell)]
    return cell.lower() if name in ("lang", "type") else cell


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；\n]", cell) if part.strip()]


def _evidence(part: str) -> dict[str, Any]:
    found = _PLACE.fullmatch(part)
    if not found:
        raise ValueError(f"evidence must read `file:12-15`, not {part!r}")
    start = int(found["start"])
    return {"file": found["file"], "start": start, "end": int(found["end"] or start)}


def _csv(path: Path, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")  # what a Chinese spreadsheet saves as CSV
        except UnicodeDecodeError:
            raise BadDataset(f"{path.name} is neither UTF-8 nor GB 18030; save it as UTF-8") from None
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise BadDataset(f"{path.name}: line {reader.line_num} is no CSV ({error})") from None
        if row is None:
            return
        yield number, row
        number = reader.line_num + 1


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise BadDataset(
            f"{path.name}: a workbook needs the package openpyxl (pip install openpyxl); or save it as CSV"
        ) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheet: Iterable[tuple[Any, ...]] = book.worksheets[0].iter_rows(values_only=True)
    except Exception as error:
        raise BadDataset(f"{path.name} is no workbook that can be read ({type(error).__name__})") from None
    for number, cells in enumerate(sheet, start=1):
        yield number, ["" if cell is None else _shown(cell) for cell in cells]


def _shown(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
