"""The text layer of one PDF page, through PDFium: its characters in lines, its ruled and unruled tables."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vectorstore.characters import is_cjk, weight
from vectorstore.readers import geometry
from vectorstore.readers.geometry import Box, Part
from vectorstore.readers.rules import Frame, Rule, frames
from vectorstore.readers.text import FREQUENT

UNMAPPED = "\ufffd"
_CODE = re.compile(r"\(cid:\d+\)")
MAX_CHARACTERS = 200_000
"""Characters on one page beyond which it was made to take time; a page full of small print has 20,000."""
_MAX_RULES = 5_000
"""Rules on one page beyond which it is a drawing and not a table."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What a page's text layer gives; `flaw` says why it has to be recognised, "" when it has not."""

    parts: list[Part]
    flaw: str
    headline: str = ""


def garbled(text: str) -> bool:
    """Whether a text layer is no text: glyph numbers, characters no font maps, or ideographs at random."""
    text = "".join(text.split())
    codes = sum(len(code) for code in _CODE.findall(text))
    private = sum(char == UNMAPPED or "\ue000" <= char <= "\uf8ff" for char in text)
    if len(text) >= 20 and codes + private > 0.3 * len(text):
        return True
    ideographs = [char for char in text if "\u3400" <= char <= "\u9fff"]
    return len(ideographs) >= 300 and sum(char in FREQUENT for char in ideographs) < 0.02 * len(ideographs)


def layer_of(page: Any, titled: bool = False) -> Layer:
    """The text layer of a page of PDFium's; the caller holds the lock. `titled` looks for a title as well."""
    words = page.get_textpage()
    try:
        if words.count_chars() > MAX_CHARACTERS:
            return Layer([], f"more than {MAX_CHARACTERS:,} characters on a page")
        lines = _characters(words)
        text = "".join(box.text for line in lines for box in line)
        if garbled(text):
            return Layer([], "a text layer that is garbage")
        lines = [[box for box in line if box.text != UNMAPPED] for line in lines]
        flaw = "no text layer" if _is_picture(page, len("".join(text.split()))) else ""
        return Layer(_parts(lines, _frames(page)), flaw, headline(lines) if titled else "")
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
            cells = geometry.segments(loose)
            if plain and geometry.figures_beside(plain[-1], cells):
                plain[-1] += cells
            else:
                plain.append(cells)
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
    if " " <= char < "\ud800":
        return char
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
    return frames(horizontal, vertical)


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
