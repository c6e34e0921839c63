"""PDF: the text layer, page by page, through PDFium; tables as rows between tabs, over page ends as well."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.characters import is_cjk, weight
from vectorstore.errors import ReadError
from vectorstore.readers import geometry, ocr
from vectorstore.readers.geometry import Box, Frame, Part, Rule
from vectorstore.readers.pages import goes_on, joined, written
from vectorstore.readers.pages import pieces as pages_of
from vectorstore.readers.text import FREQUENT
from vectorstore.schema import Document

Progress = Callable[[int, int], None]

# PDFium may be called from one thread at a time only.
PDFIUM = threading.Lock()
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_CODE = re.compile(r"\(cid:\d+\)")
UNMAPPED = "\ufffd"
_LEFT_BY_PROGRAMS = (
    "microsoft", "untitled", "powerpoint", "admin", "user", "lenovo", "thinkpad", "unknown", "author", "anonymous",
    "微软", "作者",
)  # fmt: skip
_REACH = 40
"""Pages before and after one that a table is followed."""
_MAX_RULES = 5_000
"""Rules on one page beyond which it is a drawing and not a table."""


def read(path: Path, tell: Progress | None = None) -> Document:
    """Read a PDF; pages are joined by a line break.

    Pages without a text layer, or with one that says nothing, go through character recognition, of which `tell`
    hears (page, pages). Raises `ReadError` for encrypted or broken files, and when nothing can be read without
    the extra `ocr`.
    """
    with opened(path) as pdf:
        found = [_page(pdf, number) for number in range(len(pdf))]
        pages = _recognised(pdf, found, tell) if ocr.available() else [page.parts for page in found]
        with PDFIUM:
            facts = pdf.get_metadata_dict()
    if not pages:
        raise ReadError(f"{path.name} has no pages")
    unread = [page for page in found if page.flaw] if not ocr.available() else []
    text, places = joined(written(pages))
    if unread and not text.strip():
        raise ReadError(f"{path.name} has {unread[0].flaw} ({len(found)} pages); {ocr.INSTALL}")
    made = _DATE.match(facts.get("CreationDate", ""))
    return Document(
        text=text,
        format="pdf",
        pages=places,
        title=_useful(facts.get("Title")) or found[0].headline or None,
        publisher=_useful(facts.get("Author")),
        date="-".join(made.groups()) if made else None,
        warnings=tuple(
            f"{path.name}: {len(unread)} of {len(found)} pages have {page.flaw}; {ocr.INSTALL}"
            for page in unread[:1]
        ),
    )


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A PDF for use under the lock `PDFIUM`. Raises `ReadError` for encrypted or broken files."""
    import pypdfium2 as pdfium

    try:
        with PDFIUM:
            pdf = pdfium.PdfDocument(path)
        try:
            yield pdf
        finally:
            with PDFIUM:
                pdf.close()
    except pdfium.PdfiumError as error:
        raise ReadError(f"{path.name} {_reason(str(error))}") from None


@contextmanager
def page_of(pdf: Any, number: int) -> Iterator[Any]:
    """Page `number` (from 0) of an open PDF, under the lock."""
    with PDFIUM:
        page = pdf[number]
        try:
            yield page
        finally:
            page.close()


def pieces(pdf: Any, number: int) -> list[str]:
    """What the text of page `number` (from 0) is made of; `Placed` pieces say of which characters of the page.

    Tables are read as far as they go over page ends, since their columns and headers depend on all of it. Empty
    for a page that character recognition has to read.
    """
    here = _page(pdf, number)
    if here.flaw:
        return []
    pages = [here.parts]
    first = last = number
    while first > max(0, number - _REACH) and goes_on(parts := _page(pdf, first - 1).parts, pages[0]):
        pages.insert(0, parts)
        first -= 1
    while last < min(len(pdf) - 1, number + _REACH) and goes_on(pages[-1], parts := _page(pdf, last + 1).parts):
        pages.append(parts)
        last += 1
    return pages_of(pages)[number - first]


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page's text layer gives; `flaw` says why it has to be recognised, "" when it has not."""

    parts: list[Part]
    flaw: str
    headline: str = ""


def _recognised(pdf: Any, found: list[_Page], tell: Progress | None) -> list[list[Part]]:
    """The parts of every page, recognised where the text layer has a flaw."""
    pages = []
    flawed = sum(bool(page.flaw) for page in found)
    done = 0
    for number, page in enumerate(found):
        if not page.flaw:
            pages.append(page.parts)
            continue
        if tell is not None:
            tell(done, flawed)
        pages.append(ocr.recognise(_picture(pdf, number)))
        done += 1
    return pages


def _picture(pdf: Any, number: int) -> np.ndarray:
    with page_of(pdf, number) as page:
        scale = ocr.LONG_SIDE / max(page.get_size())
        return np.array(page.render(scale=min(scale, 8.0), rev_byteorder=True).to_numpy()[:, :, :3])


def garbled(text: str) -> bool:
    """Whether a text layer is no text: glyph numbers, characters no font maps, or ideographs at random."""
    text = "".join(text.split())
    codes = sum(len(code) for code in _CODE.findall(text))
    private = sum(char == UNMAPPED or "\ue000" <= char <= "\uf8ff" for char in text)
    if len(text) >= 20 and codes + private > 0.3 * len(text):
        return True
    ideographs = [char for char in text if "\u3400" <= char <= "\u9fff"]
    return len(ideographs) >= 300 and sum(char in FREQUENT for char in ideographs) < 0.02 * len(ideographs)


def _page(pdf: Any, number: int) -> _Page:
    with page_of(pdf, number) as page:
        words = page.get_textpage()
        try:
            lines = _characters(words)
            text = "".join(box.text for line in lines for box in line)
            if garbled(text):
                return _Page([], "a text layer that is garbage")
            lines = [[box for box in line if box.text != UNMAPPED] for line in lines]
            flaw = "no text layer" if _is_picture(page, len("".join(text.split()))) else ""
            return _Page(_parts(lines, _frames(page)), flaw, headline(lines) if number == 0 else "")
        finally:
            words.close()


def headline(lines: list[geometry.Line]) -> str:
    """The title a first page shows: its largest lines, if they are larger than the rest and few."""
    level = [line for line in lines if len(line) > 1 and _is_level(line)]
    sized = [(max(box.top - box.bottom for box in line), line) for line in level]
    if not sized:
        return ""
    sizes = sorted(size for size, line in sized for _ in line)
    largest = sizes[-1]
    if len(lines) > 3 and largest < 1.2 * sizes[len(sizes) // 2]:
        return ""
    words = [geometry.flowed(line) for size, line in sized if size >= 0.9 * largest]
    words = [line for line in words if line]
    text = ""
    for line in words:
        text += line if text and is_cjk(text[-1]) and is_cjk(line[0]) else f" {line}"
    text = text.strip()
    return text if len(words) <= 4 and 12 <= weight(text) <= 160 and re.search(r"[^\W\d]{4}", text) else ""


def _is_level(line: geometry.Line) -> bool:
    (left, low), (right, high) = line[0].middle, line[-1].middle
    return abs(right - left) > abs(high - low)


def _is_picture(page: Any, characters: int) -> bool:
    """Whether a page is a picture of text: something is drawn and nothing written, or a number on a scan."""
    if characters == 0:
        return next(page.get_objects(max_depth=3), None) is not None
    if characters > 40:
        return False
    area = page.get_width() * page.get_height()
    bounds = (item.get_bounds() for item in page.get_objects(filter=[3], max_depth=3))
    return any((right - left) * (top - bottom) >= 0.4 * area for left, bottom, right, top in bounds)


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
    return [one for part in parts for one in (part.tables() if isinstance(part, Frame) else [part])]


def _characters(words: Any) -> list[list[Box]]:
    """The characters of a page in lines, in PDFium's order; spaces it put in take the place before them."""
    import pypdfium2.raw as raw

    rect = raw.FS_RECTF()
    lines: list[list[Box]] = [[]]
    high = ""
    for index in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words, index)
        char = chr(code) if code else UNMAPPED
        if char in "\r\n":
            lines.append([])
            continue
        if "\ud800" <= char <= "\udbff":
            high = char
            continue
        char = _mended(high + char)
        high = ""
        places = (index,) * len(char.strip())
        # Loose boxes have the height of the font, so that a comma stands on the line of its figure.
        boxed = raw.FPDFText_GetLooseCharBox(words, index, rect) and rect.right > rect.left
        if boxed or not lines[-1]:
            box = Box(char, rect.left, rect.bottom, rect.right, rect.top, places)
        else:
            last = lines[-1][-1]
            box = Box(char, last.right, last.bottom, last.right, last.top, places)
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
        for left, bottom, right, top in _strokes(item):
            if top - bottom <= 3 and right - left >= 3:
                horizontal.append(Rule((top + bottom) / 2, left, right))
            elif right - left <= 3 and top - bottom >= 3:
                vertical.append(Rule((left + right) / 2, bottom, top))
    return geometry.frames(horizontal, vertical)


def _strokes(item: Any) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of a path that is one thin stroke, else of each of its straight lines."""
    import pypdfium2.raw as raw

    left, bottom, right, top = item.get_bounds()
    count = raw.FPDFPath_CountSegments(item)
    if top - bottom <= 3 or right - left <= 3 or count > _MAX_RULES:
        yield left, bottom, right, top
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    matrix = item.get_matrix()
    start = here = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        there = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = there
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield _stretch(here, there)
        if raw.FPDFPathSegment_GetClose(segment):
            yield _stretch(there, start)
        here = there


def _stretch(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float, float, float]:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


def _reason(message: str) -> str:
    if "password" in message.lower():
        return "is encrypted; save it without a password"
    return "is not a readable PDF (damaged or cut short, or it has no pages)"


def _useful(value: str | None) -> str | None:
    """Metadata worth showing: word processors put file names and user names there."""
    value = (value or "").strip()
    if len(value) < 4 or value.lower().startswith(_LEFT_BY_PROGRAMS):
        return None
    return None if re.search(r"\.(docx?|pptx?|pdf|indd|xlsx?)$", value, re.IGNORECASE) else value
