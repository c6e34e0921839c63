"""Tables as text: spans filled, headers of several rows in one, captions apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.layout import layout


def test_cells_fill_the_rows_and_columns_they_span() -> None:
    rows = [
        [("地区", 2, 1), ("2023年", 1, 2)],
        [("收入", 1, 1), ("利润", 1, 1)],
        [("北京", 1, 1), ("5", 1, 1), ("1", 1, 1)],
    ]
    assert tables.spanned(rows) == [
        ["地区", "2023年", "2023年"],
        ["地区", "收入", "利润"],
        ["北京", "5", "1"],
    ]


def test_headers_of_two_rows_become_one() -> None:
    grid = [["地区", "2023年", "2023年"], ["地区", "收入", "利润"], ["北京", "5", "1"]]
    assert tables.written(grid) == "地区\t2023年 收入\t2023年 利润\n北京\t5\t1"


def test_years_are_names_and_figures_are_not() -> None:
    assert tables.written([["", "2022", "2023"], ["收入", "1,751", "2,137"]]).startswith("\t2022\t2023\n")
    assert tables.header_depth([["甲", "甲", "乙"], ["3.5%", "4", "5"], ["1", "2", "3"]]) == 1


def test_a_first_row_over_the_whole_width_is_the_caption() -> None:
    grid = [
        ["表1 收入", "表1 收入", "表1 收入"],
        ["单位：万元", "", ""],
        ["项目", "甲", "乙"],
        ["合计", "1", "2"],
    ]
    assert tables.written(grid) == "表1 收入\n单位：万元\n项目\t甲\t乙\n合计\t1\t2"


def test_a_later_row_over_the_whole_width_stays_in_the_table() -> None:
    grid = [["项目", "甲", "乙"], ["一、资产", "一、资产", "一、资产"], ["现金", "1", "2"]]
    assert tables.written(grid) == "项目\t甲\t乙\n一、资产\t\t\n现金\t1\t2"


def test_empty_rows_and_columns_go() -> None:
    assert tables.written([["a", "", "b"], ["", "", ""], ["1", "", "2"]]) == "a\tb\n1\t2"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1234567890123.5, "1234567890123.5"), (1e-5, "0.00001"), (0.1 + 0.2, "0.3"), (5.0, "5"), (1e20, "1" + "0" * 20)],
)
def test_a_number_is_written_without_an_exponent(value: float, written: str) -> None:
    assert tables.number_text(value) == written


def test_limits() -> None:
    with pytest.raises(ReadError, match="columns"):
        tables.spanned([[("x", 1, 100_000)]])
    with pytest.raises(ReadError, match="cells"):
        tables.spanned([("x", 1, 1000)] for _ in range(2000))


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Zs")), max_size=6)


@given(st.lists(st.lists(cells, min_size=1, max_size=5), max_size=6))
def test_every_word_of_a_table_is_written(grid: tables.Grid) -> None:
    text = tables.written(grid)
    assert all(cell in text for row in grid for cell in row)


def test_the_layout_step_reads_the_rows_back() -> None:
    text = tables.written([["城市", "家", "占比"], ["北京", "2", "40%"]])
    assert [block.content.text for block in layout(text)] == [
        "城市 | 家 | 占比",
        "城市: 北京 | 家: 2 | 占比: 40%",
    ]
