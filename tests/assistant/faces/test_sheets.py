"""Tables of answers for a spreadsheet, which must not run what a report or a model wrote."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.faces.sheets import comma, tables, workbook
from assistant.faces.turns import Turn
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.test_turns import done

TABLE = "见下表：\n\n| 年份 | 亿元 | 增速 |\n|---|---|---|\n| 2022 | **1,706** [1] | 4.5% |\n" + (
    "| 2023 | 2,137.5 | 14.6% |\n"
)


def answered(text: str = TABLE, question: str = "多大？") -> Turn:
    return done(FakeAssistant(text), question)


def table(cell: str) -> str:
    return f"| a |\n|---|\n| {cell} |\n"


def sheets(*turns: Turn) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(turns, "zh")))


def test_a_table_is_found_with_its_head() -> None:
    (found,) = tables([answered()])
    assert found.rows == (("年份", "亿元", "增速"), ("2022", "1,706 [1]", "4.5%"), ("2023", "2,137.5", "14.6%"))


def test_csv_opens_in_excel_and_names_question_sources_and_maker() -> None:
    data = comma(tables([answered()]))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[:2] == [["多大？"], ["年份", "亿元", "增速"]]
    assert any(row and row[0] == "[1]" and "中国人工智能产业研究报告" in row[1] for row in rows)
    assert ["由 AI 生成 · Wenju 问据 · fake"] in rows


def test_a_workbook_has_answers_sources_and_a_sheet_for_each_table() -> None:
    book = sheets(answered(), answered("没有表格。"))
    assert book.sheetnames == ["回答", "出处", "表 1"]
    assert [cell.value for cell in book["回答"]["A"]] == ["你的问题", "多大？", "多大？"]
    assert "由 AI 生成" in book["回答"]["C2"].value
    one = book["表 1"]
    assert (one["A3"].value, one["B3"].value, one["B3"].number_format) == (2023, 2137.5, "#,##0.0")
    assert (one["C3"].value, one["C3"].number_format) == (pytest.approx(0.146), "0.0%")
    assert "由 AI 生成" in one["A5"].value


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd", "-cmd('x')", "=HYPERLINK(\"http://evil.test\")", " =1+1"])
def test_a_formula_is_text(cell: str) -> None:
    turn = answered(table(cell), question=cell)
    for page in sheets(turn):
        assert all(one.data_type != "f" for row in page.iter_rows() for one in row)
    rows = list(csv.reader(io.StringIO(comma(tables([turn])).decode("utf-8-sig"))))
    assert not [one for row in rows for one in row if one.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("cell", "value"), [("-5", -5), ("+3.5%", 0.035), ("007", "007"), ("2023年", "2023年"), ("1,2", "1,2")]
)
def test_what_is_only_a_number_is_one(cell: str, value: object) -> None:
    assert sheets(answered(table(cell)))["表 1"]["A2"].value == pytest.approx(value)


@given(st.text(max_size=30))
def test_no_cell_of_a_csv_is_a_formula(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(comma(tables([answered(table(cell))])).decode("utf-8-sig"))))
    for one in (one.strip() for row in rows for one in row):
        assert not one.startswith(("=", "+", "-", "@")) or one.strip("+-%").replace(",", "").replace(".", "").isdigit()


def test_a_word_longer_than_a_cell_is_cut() -> None:
    assert len(sheets(answered("字" * 100_000))["回答"]["B2"].value) == 32_767
