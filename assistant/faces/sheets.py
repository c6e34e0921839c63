"""The tables of answers as CSV or XLSX. A cell is a number or text, never a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.faces.blocks import blocks, words
from assistant.faces.references import maker, reference
from assistant.faces.texts import label
from assistant.faces.word import legal
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from assistant.faces.turns import Turn

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d+)?%?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula."""
LONGEST = 32_767
"""Characters that Excel allows in a cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an answer as text, the head first, and the turn it stands in."""

    rows: tuple[tuple[str, ...], ...]
    turn: Turn


def tables(turns: Sequence[Turn]) -> list[Table]:
    """Every table in the answers."""
    return list(_tables(turns))


def _tables(turns: Sequence[Turn]) -> Iterator[Table]:
    for turn in turns:
        for block in blocks(turn.answer.text if turn.answer else ""):
            if block.kind == "table":
                yield Table(tuple(tuple(map(words, row)) for row in block.rows), turn)


def comma(found: Sequence[Table]) -> bytes:
    """The tables as CSV (UTF-8 with a byte order mark, which Excel needs), one below the other."""
    out = io.StringIO()
    writer = csv.writer(out)
    for table in found:
        writer.writerow([_harmless(table.turn.question)])
        writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
        writer.writerow([])
        for place in table.turn.cited:
            writer.writerow([f"[{place.n}]", _harmless(reference(place, _lang(table.turn)))])
        writer.writerow([_maker(table.turn)])
        writer.writerow([])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def workbook(turns: Sequence[Turn], lang: Lang) -> bytes:
    """An .xlsx: the questions with their answers, the sources, and each table on a sheet of its own."""
    import openpyxl

    book = openpyxl.Workbook()
    answers = book.active
    answers.title = label("answer", lang)
    heads = ("you_asked", "answer", "by_ai")
    _rows(answers, [[label(key, lang) for key in heads], *([t.question, _text(t), _maker(t)] for t in turns)])
    sources = book.create_sheet(label("sources", lang))
    _rows(sources, [[label("you_asked", lang), "", label("sources", lang)], *_sources(turns)])
    for n, table in enumerate(tables(turns), 1):
        _rows(book.create_sheet(label("table_number", lang, n=n)), [*table.rows, [], [_maker(table.turn)]])
    book.properties.creator = "Wenju"
    book.properties.description = label("by_ai", lang)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sources(turns: Sequence[Turn]) -> Iterator[list[str]]:
    for turn in turns:
        for place in turn.cited:
            yield [turn.question, f"[{place.n}]", reference(place, _lang(turn))]


def _rows(sheet: Any, rows: Sequence[Sequence[str]]) -> None:
    """Write rows, the first in bold, with columns as wide as their words."""
    from openpyxl.styles import Alignment, Font

    for i, row in enumerate(rows, 1):
        for j, text in enumerate(row, 1):
            cell = sheet.cell(i, j)
            number = _number(text)
            if number is None:
                cell.value = legal(text)[:LONGEST]
                cell.data_type = "s"  # openpyxl takes what begins with = for a formula
            else:
                cell.value, cell.number_format = number
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=i == 1)
            letter = cell.column_letter
            width = min(60.0, 2 + 1.6 * max(map(len, text.splitlines() or [""])))
            sheet.column_dimensions[letter].width = max(width, sheet.column_dimensions[letter].width)
    sheet.freeze_panes = "A2"


def _number(text: str) -> tuple[float, str] | None:
    """A cell's number and how it is shown, for what is nothing but a number."""
    text = text.strip()
    if not _NUMBER.fullmatch(text) or re.match(r"[+-]?0\d", text):
        return None  # 007 is a name
    places = len(text.rstrip("%").partition(".")[2])
    shown = ("#,##0" if "," in text else "0") + ("." + "0" * places if places else "")
    if text.endswith("%"):
        return float(text[:-1].replace(",", "")) / 100, shown + "%"
    return float(text.replace(",", "")), shown


def _harmless(cell: str) -> str:
    """A CSV cell that no spreadsheet runs."""
    cell = cell.replace("\x00", "")
    dangerous = cell.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(cell.strip())
    return f"'{cell}" if dangerous else cell


def _lang(turn: Turn) -> Lang:
    return turn.answer.lang if turn.answer else turn.lang


def _text(turn: Turn) -> str:
    return turn.answer.text if turn.answer else f"{turn.written}\n{label('stopped', turn.lang)}"


def _maker(turn: Turn) -> str:
    return maker(turn.answer.model if turn.answer else turn.model, _lang(turn))
