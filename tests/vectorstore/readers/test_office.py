"""Presentations, workbooks, e-books and CSV: their text, tables, pages and facts; damage in one sentence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import openpyxl
import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Cm

from tests.vectorstore.readers.conftest import refusal
from vectorstore import readers

MEMBERS = ["word/document.xml", "ppt/presentation.xml", "xl/workbook.xml", "META-INF/container.xml"]


@pytest.fixture
def slides(tmp_path: Path) -> Path:
    presentation = pptx.Presentation()
    presentation.core_properties.title = "大模型报告"
    presentation.core_properties.author = "某咨询"
    presentation.core_properties.created = datetime(2024, 5, 6)
    first = presentation.slides.add_slide(presentation.slide_layouts[5])
    first.shapes.title.text = "市场"
    low = first.shapes.add_textbox(Cm(1), Cm(12), Cm(5), Cm(2))
    low.text_frame.text = "下方的话"
    high = first.shapes.add_textbox(Cm(1), Cm(4), Cm(5), Cm(2))
    high.text_frame.text = "上方的话"
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = second.shapes.add_table(3, 3, Cm(1), Cm(1), Cm(9), Cm(3)).table
    words = [["地区", "2023年", ""], ["", "规模", "占比"], ["华北", "5", "40%"]]
    for row, line in enumerate(words):
        for column, text in enumerate(line):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    data = CategoryChartData()
    data.categories = ["2022", "2023"]
    data.add_series("规模", (1751, 2137.5))
    second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(1), Cm(8), Cm(9), Cm(6), data)
    second.notes_slide.notes_text_frame.text = "讲者备注"
    path = tmp_path / "slides.pptx"
    presentation.save(str(path))
    return path


def test_slides_are_pages(slides: Path) -> None:
    document = readers.read(slides)
    assert document.format == "pptx"
    texts = [document.text[page.start : page.end] for page in document.pages]
    assert texts[0] == "# 市场\n\n上方的话\n\n下方的话\n"
    assert "地区\t2023年 规模\t2023年 占比\n华北\t5\t40%" in texts[1]
    assert "2022\t1751\n2023\t2137.5" in texts[1]
    assert "讲者备注" in texts[1]
    assert (document.title, document.publisher, document.date) == ("大模型报告", "某咨询", "2024-05-06")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.properties.title = "数据附表"
    sheet = book.active
    assert sheet is not None
    sheet.title = "规模"
    for row in [
        ["表1 规模", None, None, None],
        ["地区", "2023年", None, "日期"],
        [None, "规模", "占比", None],
        ["华北", 2137.25, 0.405, datetime(2024, 1, 2)],
        ["华东", 10, 0.5, None],
        [None] * 4,
        ["说明", "值"],
        ["甲", True],
    ]:
        sheet.append(row)
    for span in ("A1:D1", "B2:C2", "A2:A3", "D2:D3"):
        sheet.merge_cells(span)
    sheet["C4"].number_format = sheet["C5"].number_format = "0.0%"
    book.create_sheet("空")
    hidden = book.create_sheet("藏")
    hidden["A1"] = "看不见"
    hidden.sheet_state = "hidden"
    path = tmp_path / "data.xlsx"
    book.save(path)
    return path


def test_sheets_are_headings_and_rows_keep_their_headers(workbook: Path) -> None:
    document = readers.read(workbook)
    assert document.format == "xlsx"
    assert document.title == "数据附表"
    assert document.text == (
        "# 规模\n\n表1 规模\n地区\t2023年 规模\t2023年 占比\t日期\n华北\t2137.25\t40.5%\t2024-01-02\n"
        "华东\t10\t50.0%\t\n\n说明\t值\n甲\tTRUE\n"
    )


def test_a_sheet_that_claims_every_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "甲"
    sheet["XFD1048576"] = "乙"
    path = tmp_path / "wide.xlsx"
    book.save(path)
    assert "columns" in refusal(path)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ('城市,家,占比\n北京,"2,137",40%\n', "utf-8"),
        ('城市;家;占比\n北京;"2,137";40%\n', "gb18030"),
        ("城市\t家\t占比\n北京\t2,137\t40%\n", "utf-16"),
    ],
)
def test_csv(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding))
    document = readers.read(path)
    assert (document.text, document.format) == ("城市\t家\t占比\n北京\t2,137\t40%\n", "csv")


def test_csv_with_100_000_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(map(str, range(100_000))) + "\n")
    assert "more than 1000 columns" in refusal(path)


CHAPTER = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>{}</body></html>"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.epub"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "OPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<metadata><dc:title>算力之书</dc:title><dc:publisher>某出版社</dc:publisher>"
            "<dc:date>2023-07-01T00:00:00Z</dc:date></metadata><manifest>"
            '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="b" href="two.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="a" href="one%20.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>',
        )
        archive.writestr("OPS/nav.xhtml", CHAPTER.format("<nav>目录</nav>"))
        archive.writestr("OPS/one .xhtml", CHAPTER.format("<h1>第一章</h1><p>开始。</p>"))
        archive.writestr("OPS/two.xhtml", CHAPTER.format("<h1>第二章</h1><p>结束。</p>"))
    return path


def test_chapters_in_reading_order(book: Path) -> None:
    document = readers.read(book)
    assert document.text == "# 第一章\n\n开始。\n\n# 第二章\n\n结束。\n"
    assert (document.format, document.title) == ("epub", "算力之书")
    assert (document.publisher, document.date) == ("某出版社", "2023-07-01")


@pytest.mark.parametrize("kind", ["slides", "workbook", "book"])
def test_known_by_content_and_refused_when_damaged(kind: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(kind)
    path = path.rename(path.with_suffix(".docx"))
    assert readers.read(path).format != "docx"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "damaged or cut short" in refusal(path)


@pytest.mark.parametrize(
    "name", ["word/document.xml", "ppt/presentation.xml", "xl/workbook.xml", "META-INF/container.xml"]
)
def test_a_bomb_is_not_unpacked(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(40 * 2**20))
    assert "times its size" in refusal(path)


@pytest.mark.parametrize(
    "name", ["word/document.xml", "ppt/presentation.xml", "xl/workbook.xml", "META-INF/container.xml"]
)
def test_not_what_its_members_say(tmp_path: Path, name: str) -> None:
    path = tmp_path / "broken"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, "<nothing/>")
    refusal(path)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "lol.epub"
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", f'<!DOCTYPE x [<!ENTITY l0 "ha">{lol}]><x>&l9;</x>')
    refusal(path)
