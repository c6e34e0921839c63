"""PDF: the text layer, page by page, through PDFium; tables as rows between tabs, over page ends as well."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.readers import geometry
from vectorstore.readers.geometry import Box, Frame, Part, Rule, Table
from vectorstore.readers.pages import joined
from vectorstore.schema import Document

# PDFium may be called from one thread at a time only.
_PDFIUM = threading.Lock()
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_MAX_RULES = 5_000
"""Rules on one page beyond which it is a drawing and not a table."""


def read(path: Path) -> Document:
    """Read a PDF; pages are joined by a line break. Raises `ReadError` for encrypted or broken files."""
    import pypdfium2 as pdfium

    with _PDFIUM:
        try:
            pdf = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            raise ReadError(f"{path.name} {_reason(str(error))}") from None
        try:
            pages = [_page(pdf, number) for number in range(len(pdf))]
            facts = pdf.get_metadata_dict()
        except pdfium.PdfiumError as error:
            raise ReadError(f"{path.name} {_reason(str(error))}") from None
        finally:
            pdf.close()
    if not pages:
        raise ReadError(f"{path.name} has no pages")
    texts = written(pages)
    if not any(text.strip() for text in texts):
        raise ReadError(
            f"{path.name} has no text layer ({len(texts)} pages of pictures); it needs character recognition"
        )
    text, places = joined(texts)
    made = _DATE.match(facts.get("CreationDate", ""))
    return Document(
        text=text,
        format="pdf",
        pages=places,
        title=_useful(facts.get("Title")),
        publisher=_useful(facts.get("Author")),
        date="-".join(made.groups()) if made else None,
    )


def written(pages: list[list[Part]]) -> list[str]:
    """The text of every page; a table that goes on over a page end keeps its columns and one header."""
    texts: list[list[str]] = [[] for _ in pages]
    chain: list[tuple[int, int]] = []  # page and place of the parts of one table

    def close() -> None:
        grids = [part.grid for page, at in chain if isinstance(part := pages[page][at], Table)]
        for (page, at), text in zip(chain, tables.written_parts(grids), strict=True):
            texts[page][at] = text
        chain.clear()

    for number, parts in enumerate(pages):
        texts[number] = [part if isinstance(part, str) else "" for part in parts]
        for at, part in enumerate(parts):
            if isinstance(part, str):
                continue
            if chain and not _goes_on(pages, chain[-1], (number, at)):
                close()
            chain.append((number, at))
    if chain:
        close()
    return ["\n".join(part for part in parts if part) for parts in texts]


def _goes_on(pages: list[list[Part]], last: tuple[int, int], this: tuple[int, int]) -> bool:
    """Whether a table is the rest of the one before: next page, same columns, only a page's edge between."""
    if this[0] != last[0] + 1:
        return False
    before, after = pages[last[0]][last[1]], pages[this[0]][this[1]]
    between = [*pages[last[0]][last[1] + 1 :], *pages[this[0]][: this[1]]]
    words = [part for part in between if isinstance(part, str) and part.strip()]
    return (
        isinstance(before, Table)
        and isinstance(after, Table)
        and geometry.same_columns(before, after)
        and len(words) <= 4
        and all(len(part) <= 60 for part in words)
    )


def _page(pdf: Any, number: int) -> list[Part]:
    page = pdf[number]
    words = page.get_textpage()
    try:
        return _parts(_characters(words), _frames(page))
    finally:
        words.close()
        page.close()


def _parts(lines: list[list[Box]], found: list[Frame]) -> list[Part]:
    """The page in PDFium's order: each ruled table where its first word stands, the lines between them."""
    parts: list[Part | Frame] = []
    plain: list[geometry.Line] = []
    for line in lines:
        loose = []
        for char in line:
            frame = next((f for f in found if f.take(char)), None)
            if frame is None:
                loose.append(char)
            elif frame not in parts:
                parts += geometry.unruled(plain)
                plain = []
                parts.append(frame)
        if any(char.text.strip() for char in loose):
            plain.append(geometry.segments(loose))
    parts += geometry.unruled(plain)
    return [part.table() if isinstance(part, Frame) else part for part in parts]


def _characters(words: Any) -> list[list[Box]]:
    """The characters of a page in lines, in PDFium's order; spaces it put in take the place before them."""
    import pypdfium2.raw as raw

    rect = raw.FS_RECTF()
    lines: list[list[Box]] = [[]]
    high = ""
    for index in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words, index)
        char = chr(code) if code else " "
        if char in "\r\n":
            lines.append([])
            continue
        if "\ud800" <= char <= "\udbff":
            high = char
            continue
        char = _mended(high + char)
        high = ""
        # Loose boxes have the height of the font, so that a comma stands on the line of its figure.
        boxed = raw.FPDFText_GetLooseCharBox(words, index, rect) and rect.right > rect.left
        if boxed or not lines[-1]:
            box = Box(char, rect.left, rect.bottom, rect.right, rect.top)
        else:
            last = lines[-1][-1]
            box = Box(char, last.right, last.bottom, last.right, last.top)
        lines[-1].append(box)
    return [line for line in lines if line]


def _mended(char: str) -> str:
    """What can be stored: surrogate pairs joined, lone ones replaced; U+FFFE is a hyphen at a line's end."""
    char = char.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return {"\ufffe": "-", "\x02": "-"}.get(char, " " if char < " " else char)


def _frames(page: Any) -> list[Frame]:
    """The ruled tables of a page; none on one that is turned, where words and rules differ in direction."""
    if page.get_rotation() % 360:
        return []
    horizontal, vertical = [], []
    for count, item in enumerate(page.get_objects(filter=[2], max_depth=3)):
        if count > _MAX_RULES:
            return []
        left, bottom, right, top = item.get_bounds()
        wide, high = right - left, top - bottom
        if high <= 3 and wide >= 3:
            horizontal.append(Rule((top + bottom) / 2, left, right))
        elif wide <= 3 and high >= 3:
            vertical.append(Rule((left + right) / 2, bottom, top))
        elif wide > 3 and high > 3 and wide * high < 0.6 * page.get_width() * page.get_height():
            horizontal += [Rule(top, left, right), Rule(bottom, left, right)]
            vertical += [Rule(left, bottom, top), Rule(right, bottom, top)]
    return geometry.frames(horizontal, vertical)


def _reason(message: str) -> str:
    if "password" in message.lower():
        return "is encrypted; save it without a password"
    return "is not a readable PDF (damaged or cut short)"


def _useful(value: str | None) -> str | None:
    """Metadata worth showing: word processors put file names and user names there."""
    value = (value or "").strip()
    if len(value) < 4 or value.lower().startswith(("microsoft word", "untitled", "powerpoint")):
        return None
    return None if re.search(r"\.(docx?|pptx?|pdf|indd|xlsx?)$", value, re.IGNORECASE) else value
