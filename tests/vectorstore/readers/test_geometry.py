"""Tables of a page: by the rules around their cells, or by the columns their words keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from tests.vectorstore.readers.conftest import FONT, once_read
from vectorstore import readers
from vectorstore.layout import layout
from vectorstore.readers.geometry import Box, figures_beside, flowed, lines_of, unruled

Rows = list[list[str]]
GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")


def drawn(
    canvas: Canvas, rows: Rows, top: float, style: Sequence[tuple[object, ...]], width: float = 90
) -> None:
    table = Table(
        rows, colWidths=[width] * len(rows[0]), style=TableStyle([("FONT", (0, 0), (-1, -1), FONT), *style])
    )
    _, high = table.wrap(500, 700)
    table.drawOn(canvas, 60, top - high)


@pytest.fixture
def canvas(tmp_path: Path) -> Canvas:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(tmp_path / "report.pdf"), pagesize=A4)
    canvas.setFont(FONT, 11)
    return canvas


def text_of(canvas: Canvas, tmp_path: Path) -> str:
    canvas.save()
    return readers.read(tmp_path / "report.pdf").text


def test_a_ruled_table_with_spans(canvas: Canvas, tmp_path: Path) -> None:
    rows = [["地区", "2023年", ""], ["", "规模", "占比"], ["华北", "1,751", "40%"], ["", "2,137", "60%"]]
    canvas.drawString(60, 800, "前面的话")
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (0, 2), (0, 3))]
    drawn(canvas, rows, 780, [GRID, *spans])
    canvas.drawString(60, 600, "后面的话")
    assert text_of(canvas, tmp_path) == (
        "前面的话\n地区\t2023年 规模\t2023年 占比\n华北\t1,751\t40%\n华北\t2,137\t60%\n后面的话"
    )


def test_cells_of_several_lines(canvas: Canvas, tmp_path: Path) -> None:
    rows = [
        ["项目", "金额"],
        ["扣除非经常性损\n益后的净利润", "26,647,\n911.01"],
        ["net profit\nof the year", "5"],
    ]
    drawn(canvas, rows, 780, [GRID])
    assert text_of(canvas, tmp_path) == (
        "项目\t金额\n扣除非经常性损益后的净利润\t26,647,911.01\nnet profit of the year\t5"
    )


def test_an_unruled_table(canvas: Canvas, tmp_path: Path) -> None:
    rows = [
        ["公司名称", "2022", "2023"],
        ["甲科技", "0.98", "1.00"],
        ["乙股份", "", "0.76"],
        ["丙", "0.5", "0.6"],
    ]
    canvas.drawString(60, 800, "下表是各家的效率。")
    drawn(canvas, rows, 780, [])
    canvas.drawString(60, 600, "可见差别不大。")
    assert text_of(canvas, tmp_path) == (
        "下表是各家的效率。\n公司名称\t2022\t2023\n甲科技\t0.98\t1.00\n乙股份\t\t0.76\n丙\t0.5\t0.6\n可见差别不大。"
    )


def test_a_table_over_a_page_end_is_one(canvas: Canvas, tmp_path: Path) -> None:
    for page in range(6):
        canvas.setFont(FONT, 11)
        canvas.drawString(60, 800, "某公司二〇二三年年度报告全文")
        body = [[f"第{page}项", str(page), "5"], [f"第{page}款", "", str(10 + page)]]
        drawn(canvas, [["项目", "期末", "期初"], *body] if page < 2 else body, 780, [GRID])
        canvas.drawString(280, 40, f"{page + 1} / 6")
        canvas.showPage()
    canvas.save()
    document = readers.read(tmp_path / "report.pdf")
    blocks = [block for block in layout(document.text) if block.kind == "row"]
    assert len({block.table for block in blocks}) == 1
    assert [block.content.text for block in blocks][-1] == "项目: 第5款 | 期初: 15"
    assert len(blocks) == 13
    assert len(document.pages) == 6


def test_tables_that_stand_without_a_gap_are_two(canvas: Canvas, tmp_path: Path) -> None:
    drawn(canvas, [["姓名", "增减", "持股"], ["黄杰", "0", "84"], ["朱祥", "-5", "38"]], 780, [GRID], 100)
    drawn(
        canvas,
        [["无限售条件股东", ""], ["姓名", "数量"], ["黄杰", "84"]],
        726,
        [GRID, ("SPAN", (0, 0), (1, 0))],
        150,
    )
    assert text_of(canvas, tmp_path) == (
        "姓名\t增减\t持股\n黄杰\t0\t84\n朱祥\t-5\t38\n无限售条件股东\n姓名\t数量\n黄杰\t84"
    )


def test_edges_drawn_unevenly_are_one(canvas: Canvas, tmp_path: Path) -> None:
    drawn(canvas, [["项目", "期末", "期初"], ["现金", "5", "6"]], 780, [GRID], 100)
    canvas.grid([60, 152, 268, 360], [744, 726])
    for left, text in ((66, "存货"), (160, "7"), (274, "8")):
        canvas.drawString(left, 731, text)
    assert text_of(canvas, tmp_path) == "项目\t期末\t期初\n现金\t5\t6\n存货\t7\t8"


def test_prose_in_columns_is_no_table() -> None:
    lines = [
        [Box("左栏的话没有数字", 50, y, 250, y + 10), Box("右栏的话也没有", 300, y, 500, y + 10)]
        for y in (90, 70, 50)
    ]
    assert all(isinstance(part, str) for part in unruled(lines))


def test_figures_put_on_a_line_apart_belong_to_their_row() -> None:
    row = [Box("规模", 60, 10, 90, 20), Box("-0.06", 150, 10, 180, 20)]
    assert figures_beside(row, [Box("-0.03*** ", 240, 11, 270, 21)])
    assert not figures_beside(row, [Box("-0.03", 240, -10, 270, 0)])  # on the next line
    assert not figures_beside(row, [Box("-0.03", 100, 10, 130, 20)])  # among the cells
    assert not figures_beside(row, [Box("右栏的文字", 240, 10, 300, 20)])


def test_recognised_words_are_put_into_lines() -> None:
    words = [Box("二", 60, 10, 70, 20), Box("右", 90, 31, 99, 41), Box("左", 50, 30, 60, 40)]
    assert [[word.text for word in line] for line in lines_of(words)] == [["左", "右"], ["二"]]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("增", "减", "增减"),
        ("1,234,", "567", "1,234,567"),
        ("net", "profit", "net profit"),
        ("AI", "产业", "AI产业"),
    ],
)
def test_how_lines_of_a_cell_go_on(first: str, second: str, whole: str) -> None:
    assert flowed([Box(first, 0, 20, 10, 30), Box(second, 0, 5, 10, 15)]) == whole


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "page", "row"),
    [
        ("annual_report_2019_zh.pdf", 6, "基本每股收益（元／股）\t0.62\t0.88\t-29.55\t0.83"),
        ("annual_report_2019_zh.pdf", 60, "应付账款\t七、36\t65,042,742.78\t65,524,501.79"),
        ("Q-fin_zh_0.pdf", 11, "𝑆𝑐𝑎𝑙𝑒\t-0.0620***\t-0.0310***"),
        ("Q-fin_zh_0.pdf", 6, "黄山胶囊\t0.99\t1.00\t0.99\t0.94\t1.00\t1.00\t0.76"),
    ],
)
def test_rows_of_real_tables(shared: Path, file: str, page: int, row: str) -> None:
    document = once_read(shared / "pdfs" / file)
    here = document.pages[page - 1]
    assert row in document.text[here.start : here.end].split("\n")
