"""Scanned pages and pictures: recognised with the extra, one sentence without it; garbage is said to be garbage."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.vectorstore.readers.conftest import FONT, MakePdf, refusal
from vectorstore import readers
from vectorstore.readers import image, ocr
from vectorstore.readers.textlayer import garbled

ROWS = [
    ("人工智能产业规模",),
    ("Computing power",),
    ("City", "2022", "2023"),
    ("Beijing", "1751", "2137"),
    ("Hubei", "1200", "1300"),
]
needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")


@pytest.fixture
def scan(tmp_path: Path) -> Image.Image:
    """A picture of a page with two lines of text and a table."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    path = tmp_path / "source.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 13)
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            canvas.drawString(60 + 160 * column, 780 - 28 * row, text)
    canvas.save()
    pdf = pypdfium2.PdfDocument(path)
    picture: Image.Image = pdf[0].render(scale=1.6).to_pil().crop((0, 0, 950, 400))
    pdf.close()
    return picture


@pytest.fixture
def scanned(scan: Image.Image, tmp_path: Path) -> Path:
    """A PDF of one page of text and one that is a picture with a page number below."""
    path = tmp_path / "scanned.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.drawString(60, 780, "A page of text that stands in its text layer")
    canvas.showPage()
    canvas.drawImage(ImageReader(scan), 0, 440, 595, 400)
    canvas.drawString(290, 30, "2")
    canvas.save()
    return path


@needs_ocr
@pytest.mark.slow
def test_scanned_pages_are_recognised_and_keep_their_numbers(scanned: Path) -> None:
    heard: list[tuple[int, int]] = []
    document = readers.read(scanned, lambda done, total: heard.append((done, total)))
    first, second = (document.text[page.start : page.end] for page in document.pages)
    assert first == "A page of text that stands in its text layer"
    assert "人工智能产业规模" in second
    assert "Computing power" in second
    assert "City\t2022\t2023\nBeijing\t1751\t2137" in second
    assert heard == [(0, 1)]
    assert document.warnings == ()


@needs_ocr
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_pictures(scan: Image.Image, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"scan{suffix}"
    scan.save(path)
    document = readers.read(path)
    assert document.format == "image"
    assert "人工智能产业规模" in document.text
    assert [page.number for page in document.pages] == [1]


@needs_ocr
def test_a_picture_without_words(tmp_path: Path) -> None:
    path = tmp_path / "white.png"
    Image.new("RGB", (300, 200), "white").save(path)
    assert "no text" in refusal(path)


@needs_ocr
def test_damaged_and_huge_pictures(
    scan: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.png"
    scan.save(path)
    path.write_bytes(path.read_bytes()[:2000])
    assert "damaged or cut short" in refusal(path)
    scan.save(path)
    monkeypatch.setattr(image, "MAX_PIXELS", 1000)
    assert "pixels; the limit is" in refusal(path)


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_what_to_install_is_said(scan: Image.Image, scanned: Path, tmp_path: Path) -> None:
    document = readers.read(scanned)
    assert document.text.startswith("A page of text")
    assert len(document.pages) == 2
    (warning,) = document.warnings
    assert "1 of 2 pages have no text layer" in warning
    assert "pip install 'wenju[ocr]'" in warning
    path = tmp_path / "scan.png"
    scan.save(path)
    assert "pip install 'wenju[ocr]'" in refusal(path)
    only = tmp_path / "only.pdf"
    canvas = Canvas(str(only), pagesize=A4)
    canvas.drawImage(ImageReader(scan), 0, 440, 595, 400)
    canvas.save()
    assert "no text layer (1 pages); character recognition is not installed" in refusal(only)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("(cid:123)(cid:4)(cid:77)" * 5, True),
        ("\ue001\ue002\ue003" * 10, True),
        ("\ufffd" * 30, True),
        ("".join(chr(0x4E00 + 37 * n % 20_000) for n in range(400)), True),
        ("人工智能产业在二〇二三年继续增长，大模型的应用从互联网行业进入制造、金融和医疗。" * 10, False),
        ("\uf0d8 企业对算力的需求上升。\n" * 5, False),
        ("Plain English.", False),
        ("", False),
    ],
)
def test_garbage_is_known(text: str, bad: bool) -> None:
    assert garbled(text) is bad


def test_glyph_numbers_in_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("(cid:123)(cid:4)(cid:77)\n" * 50)
    assert "glyph numbers" in refusal(path)


@pytest.mark.usefixtures("without_extra")
def test_a_garbage_text_layer_is_said(make_pdf: MakePdf) -> None:
    assert "text layer that is garbage" in refusal(make_pdf(["(cid:12)(cid:33)(cid:41)"] * 9))
