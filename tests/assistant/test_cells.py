"""Long rows cut to what a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cells import asked_of_rows, asked_years, is_named, of_asked_years, row_year

PARK = (
    "城市: 青湾市国家储能示范高地 | 扶持政策: 《青湾市新型储能行动计划（2022—2025年）》 | 高校: 青湾大学、东岭理工大学"
    " | 电池企业: 蓝芯电池、远山能源 | 装机（万千瓦）: 120 | 园区: 青湾储能产业园、东岭电池谷、临港储能创新基地"
)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("示范高地有哪些企业？", "城市: 青湾市国家储能示范高地 | 电池企业: 蓝芯电池、远山能源"),
        ("示范高地的装机是多少？", "城市: 青湾市国家储能示范高地 | 装机（万千瓦）: 120"),
        ("临港基地属于哪里？", PARK),
        ("Which firms are there?", PARK),
    ],
)
def test_what_names_the_row_and_what_is_asked_for_is_left(question: str, left: str) -> None:
    assert asked_of_rows(PARK, [question]) == left


def test_the_question_counts_in_each_of_its_forms() -> None:
    assert "装机（万千瓦）: 120" in asked_of_rows(PARK, ["What is the capacity of the zone?", "示范高地的装机是多少？"])


def test_a_number_before_the_name_of_the_row_does_not_name_it() -> None:
    row = (
        "序号: 06 | 公司: 蓝芯电池 | 国家: 中国 | 轮次: 战略投资 | 时间: 2022年10月"
        " | 融资金额: 10亿美元 | 估值: 50亿美元 | 方向: 储能电池与能源管理软件"
    )
    assert asked_of_rows(row, ["那家融资多少？"]) == "公司: 蓝芯电池 | 融资金额: 10亿美元"


def test_the_year_of_a_row_stays() -> None:
    row = "年份: 2022 | 装机（万千瓦）: 120.5 | 产值（亿元）: 40.1 | 主要园区: 青湾产业园、东岭电池谷、临港创新基地"
    assert asked_of_rows(row, ["储能产值最高的是哪一年？"]).startswith("年份: 2022 | ")


def test_what_rows_are_of_asks_for_no_column_and_a_figure_is_not_cut_away() -> None:
    row = (
        "公司: 蓝芯电池 | 公司类型: 民营企业 | 地址: 青湾市高新区云山路18号创新大厦"
        " | 员工人数: 1200 | 主要产品: 储能电池与软件"
    )
    assert "地址: 青湾市" in asked_of_rows(row, ["这家公司的总部在哪里？"])
    assert "员工人数: 1200" in asked_of_rows(row, ["这家公司的主要产品有多少职工在做？"])


def test_a_column_may_be_asked_for_by_a_word_that_is_nearly_its_name() -> None:
    row = (
        "框架: 启明 | 星星数: 4.2 | 阅读数: 0.15 | 分支数: 0.77 | 编译器: 自研的静态图编译器"
        " | 语言: 各种主流语言 | 厂商: 蓝芯科技有限公司"
    )
    left = asked_of_rows(row, ["启明框架的星数是多少，厂商是谁？"])
    assert "星星数: 4.2" in left
    assert "编译器" not in left


def test_rows_are_told_apart_by_what_one_of_them_is_asked_for_by() -> None:
    rest = "轮次: 战略投资 | 时间: 2022年10月 | 融资金额: 10亿美元 | 估值: 50亿美元 | 方向: 储能电池与能源管理软件"
    rows = f"公司: 蓝芯电池 | 国家: 中国 | {rest}\n公司: 远山能源 | 国家: 印度 | {rest}"
    assert asked_of_rows(rows, ["印度的那家融资多少？"]) == (
        "公司: 蓝芯电池 | 国家: 中国 | 融资金额: 10亿美元\n公司: 远山能源 | 国家: 印度 | 融资金额: 10亿美元"
    )


def test_a_change_is_given_by_the_column_of_changes_whatever_it_is_called() -> None:
    row = "项目: 归属股东净利润 | 2019年: 129,465,020.68 | 2018年: 182,223,387.13 | 比上年增减(%): -28.95 | 2017年: 172"
    left = asked_of_rows(row, ["2019年净利润是多少，和2018年相比怎么样？"])
    assert left == row.removesuffix(" | 2017年: 172")
    assert "-28.95" not in asked_of_rows(row, ["2019年净利润是多少？"])


@pytest.mark.parametrize(
    "text",
    [
        "城市: 青湾市 | 装机: 120 | 电池企业: 蓝芯电池",
        "青湾市的装机达到120万千瓦。",
        " | ".join(f"第{n}项没有栏目名称的说明文字" for n in range(9)),
    ],
)
def test_short_rows_sentences_and_rows_without_named_columns_stay(text: str) -> None:
    assert asked_of_rows(text, ["青湾市的装机是多少？"]) == text


@given(st.lists(st.text(alphabet="青湾市装机:| 12", max_size=60), max_size=6), st.text(alphabet="青湾装机", max_size=8))
def test_what_is_left_stood_there_in_that_order(lines: list[str], question: str) -> None:
    text = "\n".join(lines)
    left = asked_of_rows(text, [question])
    assert left.count("\n") == text.count("\n")
    for cut, line in zip(left.split("\n"), text.split("\n"), strict=True):
        cells = iter(line.split(" | "))
        assert all(cell in cells for cell in cut.split(" | "))


YEARS = "青湾储能规模\n2021 | 装机: 12\n2022年 | 装机: 30\n年份: 2024E | 装机: 58\n合计 | 装机: 100"


def test_of_rows_of_years_those_are_left_that_a_question_names() -> None:
    assert of_asked_years(YEARS, ["2022年装机是多少？"]).split("\n") == [
        "青湾储能规模", "2022年 | 装机: 30", "合计 | 装机: 100",
    ]  # fmt: skip
    assert "2024E" in of_asked_years(YEARS, ["How much from 2022 to 2024?"])


@pytest.mark.parametrize(
    "question",
    [
        "装机是多少？", "2030年装机是多少？", "2022年装机比上一年增长多少？", "2021年以来哪一年装机最高？",
        "Since 2021, in which year was it highest?", "How much more than the previous year was it in 2022?",
    ],
)  # fmt: skip
def test_all_rows_are_left_where_years_are_compared_or_none_that_is_asked_about_stands_there(question: str) -> None:
    assert of_asked_years(YEARS, [question]) == YEARS


def test_the_years_of_a_span_are_asked_about_and_those_between() -> None:
    years = [2020, 2021, 2022, 2023, 2024, None]
    assert asked_years(["2021-2023年装机多少，2028年呢？"], years) == {2021, 2022, 2023}


@pytest.mark.parametrize(
    ("line", "year"),
    [("2024E | 装机: 3", 2024), ("年份: 2023 | 装机: 3", 2023), ("2023年", None), ("装机2023 | 3", None),
     ("门店数: 2015 | 城市: 青湾", None)],
)
def test_a_row_is_of_a_year_by_its_first_cell(line: str, year: int | None) -> None:
    assert row_year(line) == year


def test_a_row_is_named_by_its_first_cell() -> None:
    row = "类型: 价格太高 | 原因占比: 57.0%"
    assert is_named(row, ["最大的原因是57.0%", "为什么说价格太高？"])
    assert not is_named(row, ["最大的原因是57.0%", "最大的原因是什么？"])
    assert is_named("价格是最大的原因。", ["无"])
    assert is_named("公司: 星海电池科技股份有限公司 | 收入: 58", ["星海电池的收入最高，为58"])
    assert not is_named("企业: 甲公司 | 评级: A | 份额: 57%", ["The largest share is 57%"])
