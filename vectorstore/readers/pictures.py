"""Pages as pictures, and where on its page a quote stands: what a reader of a citation looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from vectorstore.errors import ReadError
from vectorstore.readers import image, pdf
from vectorstore.readers.geometry import Placed

MAX_PIXELS = 8_000_000
"""Pixels of a page's picture: a page of A4 four times its size in points."""
_GRID = 1_000_000
"""Steps into which PDFium divides a page when it is asked where something stands; it answers in whole ones."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in shares of its width and height (0 to 1) from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def page_size(path: Path, page: int) -> tuple[float, float]:
    """Width and height of page `page` (from 1) as it is shown, turned if it is: points, of a picture pixels.

    Raises `ReadError` for a file without pages to show, and for a page that it has not.
    """
    if _is_picture(path):
        _within(path, page, 1)
        with image.opened(path) as picture:
            return float(picture.width), float(picture.height)
    with pdf.opened(path) as document:
        _within(path, page, len(document))
        with pdf.page_of(document, page - 1) as found:
            width, height = found.get_size()
            return float(width), float(height)


def page_image(path: Path, page: int, scale: float = 2.0) -> bytes:
    """Page `page` (from 1) as a PNG of `scale` pixels a point, fewer where it would have over `MAX_PIXELS`.

    A picture is never made larger than it is. Raises `ReadError` as `page_size` does.
    """
    width, height = page_size(path, page)
    scale = min(max(scale, 0.05), (MAX_PIXELS / (width * height)) ** 0.5)
    if _is_picture(path):
        with image.opened(path) as picture:
            shown = picture.resize((_whole(width, min(1, scale)), _whole(height, min(1, scale))))
    else:
        with pdf.opened(path) as document, pdf.page_of(document, page - 1) as found:
            shown = found.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    data = BytesIO()
    shown.save(data, "PNG", compress_level=4)
    return data.getvalue()


def boxes(path: Path, page: int, start: int, end: int, quote: str | None = None) -> list[Box]:
    """Where `text[start:end]` stands, `text` being what was read of page `page` (from 1): a box a line.

    Words far apart on a line have boxes of their own. With `quote`, none when the page says something else at
    that place, as a file that was changed does. None either for words that were recognised in a picture. Raises
    `ReadError` as `page_size` does.
    """
    if _is_picture(path):
        _within(path, page, 1)
        return []
    found = path.stat()
    text, characters = _characters(path, page, (found.st_mtime_ns, found.st_size, found.st_ino))
    if quote is not None and text[start:end] != quote:
        return []
    return list(_lines(box for box in characters[max(0, start) : max(0, end)] if box is not None))


@lru_cache(maxsize=32)
def _characters(path: Path, page: int, stamp: tuple[int, int, int]) -> tuple[str, Sequence[Box | None]]:
    """A page's text, and for each character its box; `stamp` makes a changed file another one."""
    with pdf.opened(path) as document:
        _within(path, page, len(document))
        pieces = pdf.pieces(document, page - 1)
        places = list(_places(pieces))
        with pdf.page_of(document, page - 1) as found:
            shown = _shown(found, {place for place in places if place >= 0})
    return "".join(pieces), [shown.get(place) for place in places]


def _places(pieces: Iterable[str]) -> Iterator[int]:
    """For each character of a text the number it has on its page, -1 for one that has none."""
    for piece in pieces:
        numbers = iter(piece.places if isinstance(piece, Placed) else ())
        yield from (-1 if char.isspace() else next(numbers, -1) for char in piece)


def _shown(page: Any, places: Iterable[int]) -> dict[int, Box]:
    """Boxes of characters as the page is shown: PDFium's own, cut and turned as the page is."""
    import ctypes

    import pypdfium2.raw as raw

    words = page.get_textpage()
    rect, x, y = raw.FS_RECTF(), ctypes.c_int(), ctypes.c_int()

    def on_page(across: float, up: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, across, up, x, y)
        return min(1.0, max(0.0, x.value / _GRID)), min(1.0, max(0.0, y.value / _GRID))

    shown = {}
    try:
        for place in places:
            if raw.FPDFText_GetLooseCharBox(words, place, rect) and rect.right > rect.left:
                one, other = on_page(rect.left, rect.bottom), on_page(rect.right, rect.top)
                (left, right), (top, bottom) = (sorted(pair) for pair in zip(one, other, strict=True))
                if right > left and bottom > top:
                    shown[place] = Box(left, top, right, bottom)
    finally:
        words.close()
    return shown


def _lines(characters: Iterable[Box]) -> Iterator[Box]:
    """The boxes of characters in reading order, those that follow one another on a line in one; each once."""
    line: list[Box] = []
    way: bool | None = None
    for box in dict.fromkeys(characters):
        step = _step(line[-1], box) if line else None
        if line and (step is None or step is not way is not None):
            yield _around(line)
            line, step = [], None
        line.append(box)
        way = step
    if line:
        yield _around(line)


def _step(one: Box, other: Box) -> bool | None:
    """True when a character follows another beside it, False below or above it, None when it does neither.

    Lines go up and down in vertical writing, and on a page that is shown turned.
    """
    across = max(other.left - one.right, one.left - other.right)
    along = max(other.top - one.bottom, one.top - other.bottom)
    width, height = other.right - other.left, other.bottom - other.top
    if -along >= 0.5 * min(height, one.bottom - one.top) and across <= 2 * width + 0.02:
        return True
    if -across >= 0.5 * min(width, one.right - one.left) and along <= 1.2 * height:
        return False
    return None


def _around(line: Sequence[Box]) -> Box:
    return Box(
        min(box.left for box in line),
        min(box.top for box in line),
        max(box.right for box in line),
        max(box.bottom for box in line),
    )


def _is_picture(path: Path) -> bool:
    """Whether a file is a picture; raises `ReadError` when it is no PDF either."""
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise ReadError(f"{path.name} cannot be opened: {error.strerror or error}") from None
    if b"%PDF-" not in head and not head.startswith(image.MAGIC):
        raise ReadError(f"{path.name} has no pages to show; only PDF, PNG and JPEG files have")
    return b"%PDF-" not in head


def _within(path: Path, page: int, pages: int) -> None:
    if not 1 <= page <= pages:
        raise ReadError(f"{path.name} has no page {page}; its pages are 1 to {pages}")


def _whole(length: float, scale: float) -> int:
    return max(1, int(length * scale))
