"""Pages as pictures, and the places of quotes on them: the boxes hold the quoted words and no others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.vectorstore.readers.conftest import MakePdf, once_read
from vectorstore import readers
from vectorstore.errors import ReadError
from vectorstore.readers import pictures
from vectorstore.readers.pictures import Box, boxes, page_image, page_size
from vectorstore.schema import Document


def shown(path: Path, page: int, scale: float = 2.0) -> Image.Image:
    picture = Image.open(BytesIO(page_image(path, page, scale)))
    assert picture.format == "PNG"
    return picture


def inside(box: Box, x: float, y: float) -> bool:
    return box.left <= x <= box.right and box.top <= y <= box.bottom


def characters(path: Path, page: int) -> Iterator[tuple[str, float, float]]:
    """The characters of an upright page with their middles, taken from PDFium directly."""
    with pdfium.PdfDocument(path) as pdf:
        found = pdf[page - 1]
        width, height = found.get_size()
        words = found.get_textpage()
        for index in range(words.count_chars()):
            left, bottom, right, top = words.get_charbox(index, loose=True)
            yield words.get_text_range(index, 1), (left + right) / 2 / width, 1 - (bottom + top) / 2 / height


def counted(text: str) -> Counter[str]:
    """Characters that PDFium tells one by one: those outside the basic plane it does not."""
    text = text.replace("\ufffe", "-").replace("\x02", "-")
    return Counter(char for char in text if not char.isspace() and char < "\U00010000")


# --- the picture ----------------------------------------------------------------------------------------


def test_a_page_is_drawn_at_the_scale_asked_for(make_pdf: MakePdf) -> None:
    path = make_pdf(["甲"], ["乙"])
    width, height = page_size(path, 2)
    picture = shown(path, 2, 1.5)
    assert picture.size == (pytest.approx(1.5 * width, abs=1), pytest.approx(1.5 * height, abs=1))
    assert np.asarray(picture).min() < 100


def test_a_picture_never_has_too_many_pixels(make_pdf: MakePdf) -> None:
    picture = shown(make_pdf(["甲"]), 1, 1000)
    assert 0.9 * pictures.MAX_PIXELS < picture.width * picture.height <= 1.01 * pictures.MAX_PIXELS


@pytest.mark.parametrize("page", [0, -1, 3])
def test_a_page_that_is_not_there(make_pdf: MakePdf, page: int) -> None:
    path = make_pdf(["甲"], ["乙"])
    for ask in (
        lambda: page_image(path, page, 1),
        lambda: page_size(path, page),
        lambda: boxes(path, page, 0, 1),
    ):
        with pytest.raises(ReadError, match=rf"report\.pdf has no page {page}; its pages are 1 to 2"):
            ask()


def test_what_has_no_pages(tmp_path: Path, make_pdf: MakePdf) -> None:
    text = tmp_path / "report.txt"
    text.write_text("文字", "utf-8")
    with pytest.raises(ReadError, match=r"report\.txt has no pages to show"):
        page_image(text, 1, 1)
    with pytest.raises(ReadError, match=r"gone\.pdf cannot be opened"):
        page_image(tmp_path / "gone.pdf", 1, 1)
    with pytest.raises(ReadError, match="encrypted"):
        page_image(make_pdf(["secret"], password="x"), 1, 1)


def test_a_picture_is_its_own_page(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    Image.new("RGB", (300, 200), "white").save(path)
    assert page_size(path, 1) == (300, 200)
    assert shown(path, 1, 5).size == (300, 200)
    assert shown(path, 1, 0.5).size == (150, 100)
    assert boxes(path, 1, 0, 5) == []
    with pytest.raises(ReadError, match="no page 2"):
        boxes(path, 2, 0, 5)


# --- the boxes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_boxes_lie_where_the_words_are_drawn(tmp_path: Path, turned: int) -> None:
    path = tmp_path / "report.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600))
    canvas.setCropBox((50, 100, 390, 590))
    canvas.setFont("Helvetica", 12)
    canvas.drawString(100, 300, "the only words")
    canvas.setPageRotation(turned)
    canvas.showPage()
    canvas.save()
    text = readers.read(path).text
    (box,) = boxes(path, 1, 0, len(text), text)
    dark = np.argwhere(np.asarray(shown(path, 1, 3).convert("L")) < 128)
    height, width = shown(path, 1, 3).size[::-1]
    assert all(inside(box, (x + 0.5) / width, (y + 0.5) / height) for y, x in dark)
    assert (box.right - box.left) * (box.bottom - box.top) * width * height < 4 * np.ptp(dark[:, 0]) * np.ptp(
        dark[:, 1]
    )


def test_a_quote_of_two_lines_has_two_boxes(make_pdf: MakePdf) -> None:
    path = make_pdf(["人工智能产业", "规模达到二千亿元"])
    text = readers.read(path).text
    upper, lower = boxes(path, 1, text.index("产业"), text.index("二千"))
    assert upper.bottom < lower.top + 0.01
    assert upper.left > lower.left


def test_a_place_that_says_something_else_has_no_boxes(make_pdf: MakePdf) -> None:
    path = make_pdf(["人工智能产业"])
    assert boxes(path, 1, 0, 2, "人工")
    assert boxes(path, 1, 0, 2, "智能") == []
    assert boxes(path, 1, 50, 90) == []
    make_pdf(["换了内容的一页"])
    assert boxes(path, 1, 0, 2, "人工") == []


@pytest.fixture(scope="module")
def real(shared: Path) -> dict[Path, Document]:
    return {path: once_read(path) for path in sorted(shared.glob("pdfs/*.pdf"))}


@pytest.mark.shared
def test_boxes_of_real_pages_hold_the_quote_and_nothing_else(real: dict[Path, Document]) -> None:
    """Of formulas, whose small signs stand inside the line, boxes may hold a neighbour: hence the last line."""
    draw = random.Random(20)
    tried = tight = 0
    for path, document in real.items():
        for place in draw.sample(document.pages, min(4, len(document.pages))):
            text = document.text[place.start : place.end]
            here = list(characters(path, place.number))
            for _ in range(12):
                line = draw.choice([line for line in text.split("\n") if line.strip()] or ["-"])
                begin = text.find(line) + draw.randrange(len(line))
                quote = text[begin : begin + draw.choice((4, 30, 120))]
                found = boxes(path, place.number, begin, begin + len(quote), quote)
                held = counted("".join(char for char, x, y in here if any(inside(box, x, y) for box in found)))
                wanted = counted(quote)
                assert not set(wanted) - set(held), (path.name, place.number, quote)
                tried += 1
                tight += held <= wanted  # a name that spans columns is said twice and stands once
    assert tried > 100
    assert tight >= 0.95 * tried


@pytest.mark.shared
def test_every_page_is_mapped_with_the_text_that_was_read(real: dict[Path, Document]) -> None:
    """Also where a table goes on over page ends, whose columns and headers depend on its other pages."""
    draw = random.Random(7)
    for path, document in real.items():
        for place in draw.sample(document.pages, min(6, len(document.pages))):
            text = document.text[place.start : place.end]
            if text.strip():
                assert boxes(path, place.number, 0, len(text), text), (path.name, place.number)
