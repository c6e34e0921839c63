"""The invariant everything rests on: a passage is a place, `text[start:end]`, in every format and for any text."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx.util import Cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.vectorstore.readers.conftest import once_read
from vectorstore import readers
from vectorstore.characters import Cleaned, clean
from vectorstore.errors import ReadError
from vectorstore.layout import layout
from vectorstore.passages import cut
from vectorstore.schema import Document, Passage

SHARED = sorted((Path(__file__).resolve().parents[3] / "shared").glob("reports/*.txt")) + sorted(
    (Path(__file__).resolve().parents[3] / "shared").glob("pdfs/*.pdf")
)
SENTENCE = "算力需求随着模型参数的增长而持续上升，国内厂商加快布局智算中心。"


def check(document: Document) -> list[Passage]:
    """Every passage is a place in the text that says what the passage says, on the page it names."""
    text = document.text
    text.encode()  # nothing that cannot be stored
    passages = cut("id", layout(text), document.pages)
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(text)
        quote = text[passage.start : passage.end]
        assert not quote[0].isspace()
        assert not quote[-1].isspace()
        for begun, origin, length in passage.offsets.runs:
            assert passage.start <= origin < origin + length <= passage.end
            for step in range(length):
                char, real = passage.clean[begun + step], text[origin + step]
                assert char == real or clean(real, 0, 1).text == char
        start, end = passage.offsets.original(0, len(passage.clean))
        assert (start, end) == (passage.start, passage.end)
        if document.pages:
            first = next(page for page in document.pages if page.number == passage.page)
            last = next(page for page in document.pages if page.number == passage.page_end)
            assert first.start <= passage.start < passage.end <= last.end
    if document.pages:
        assert document.pages[0].start == 0
        assert document.pages[-1].end == len(text)
        assert all(later.start == page.end + 1 for page, later in pairwise(document.pages))
    return passages


# --- generated text ------------------------------------------------------------------------------------

words = st.sampled_from(
    [
        "算力",
        "AI ",
        "2,137亿元",
        "😀",
        "𠮷",
        "\U0001f469\u200d\U0001f4bb",
        "e\u0301",
        "３．５％",
        "\uf0d8",
        "**粗**",
        "\\$5",
        "注⁴",
        "<br>",
        "甲  1,751   2,137\n",
        "序号 项目名称 业务 城市\n1 甲 芯片 3 亿\n2 乙 模型 5 亿\n\n3 丙 算力 7 亿\n",
    ]
)
breaks = st.sampled_from(
    ["\n", "\r\n", "\r", "\n\n", "\f", "\t", " | ", "。", "\u3000", "\u2028", "\x0b", "\ufeff", " "]
)
lines = st.lists(
    st.one_of(words, breaks, st.just(SENTENCE), st.text(st.characters(codec="utf-8"), max_size=4)),
    max_size=60,
)


@given(lines)
@settings(max_examples=150, deadline=None)
def test_text_of_any_kind(parts: list[str]) -> None:
    check(Document("".join(parts), "text"))


@given(lines, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@settings(max_examples=40, deadline=None)
def test_a_text_file_is_its_own_text(parts: list[str], encoding: str) -> None:
    text = "".join(parts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.txt"
        path.write_bytes(text.encode(encoding))
        try:
            document = readers.read(path)
        except ReadError:
            return
    if encoding != "utf-8" or not text.startswith(("\ufeff", "\ufffe")):
        assert document.text == text
    check(document)


# --- every format ---------------------------------------------------------------------------------------

cell = st.text(st.sampled_from("算力模型 AIab12,.%😀𠮷３\t\n"), max_size=8)
tables_of = st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=5)
paragraphs = st.lists(st.text(st.sampled_from("算力模型。，AI ab12😀𠮷３五"), max_size=80), max_size=5)


def as_docx(path: Path, said: list[str], rows: list[list[str]]) -> None:
    document = docx.Document()
    for text in said:
        document.add_paragraph(text)
    table = document.add_table(len(rows), 3)
    for row, texts in zip(table.rows, rows, strict=True):
        for place, text in zip(row.cells, texts, strict=True):
            place.text = text
    document.save(str(path))


def as_pptx(path: Path, said: list[str], rows: list[list[str]]) -> None:
    presentation = pptx.Presentation()
    for text in [*said, ""]:
        slide = presentation.slides.add_slide(presentation.slide_layouts[6])
        slide.shapes.add_textbox(Cm(1), Cm(1), Cm(9), Cm(2)).text_frame.text = text
    table = slide.shapes.add_table(len(rows), 3, Cm(1), Cm(4), Cm(9), Cm(3)).table
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    presentation.save(str(path))


def as_xlsx(path: Path, said: list[str], rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    for text in said:
        book.active.append([text])  # type: ignore[union-attr]
    for row in [[], *rows]:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)


def as_html(path: Path, said: list[str], rows: list[list[str]]) -> None:
    body = "".join(f"<p>{escape(text)}</p>" for text in said)
    table = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    path.write_text(f"<!doctype html><html><body>{body}<table>{table}</table></body></html>", "utf-8")


def as_csv(path: Path, said: list[str], rows: list[list[str]]) -> None:
    quoted = [",".join('"' + text.replace('"', '""') + '"' for text in row) for row in rows]
    path.write_text("\n".join(quoted), "utf-8")


def as_pdf(path: Path, said: list[str], rows: list[list[str]]) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    for text in [*said, "算力"]:
        canvas.setFont("STSong-Light", 11)
        canvas.drawString(60, 800, text.encode("utf-16-le", "ignore").decode("utf-16-le")[:40])
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                canvas.drawString(60 + 150 * column, 700 - 20 * number, " ".join(value.split()))
        canvas.showPage()
    canvas.save()


@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        ("docx", as_docx),
        ("pptx", as_pptx),
        ("xlsx", as_xlsx),
        ("html", as_html),
        ("csv", as_csv),
        ("pdf", as_pdf),
    ],
)
def test_every_format(suffix: str, write: Callable[[Path, list[str], list[list[str]]], None]) -> None:
    @given(paragraphs, tables_of)
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(said: list[str], rows: list[list[str]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"report.{suffix}"
            write(path, said, rows)
            try:
                document = readers.read(path)
            except ReadError:
                return
        check(document)

    holds()


@pytest.mark.shared
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name[:12])
def test_real_reports(path: Path) -> None:
    document = once_read(path)
    passages = check(document)
    assert passages
    if path.suffix == ".txt":
        assert document.text == path.read_bytes().decode("utf-8")


def test_a_span_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="covers no character"):
        Cleaned().offsets().original(0, 1)
