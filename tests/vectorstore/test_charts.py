"""Charts of which the text alone is left: figures, then what they are of."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.layout import layout
from vectorstore.passages import cut
from vectorstore.schema import Page

PROSE = "随着电网侧需求上升，储能电池的装机规模在过去几年里快速扩大，行业竞争也日趋激烈，价格不断走低。"


def blocks(*lines: str) -> list[tuple[str, str]]:
    return [(block.kind, block.content.text) for block in layout("\n".join(lines))]


def rows(*lines: str) -> list[str]:
    return [text for kind, text in blocks(*lines) if kind == "row"]


def test_figures_stand_in_the_order_of_the_years_on_the_axis() -> None:
    found = blocks(
        PROSE, "", "2021-2024年青湾市储能装机规模", "", "12 30", "58", "1,204", "", "2021 2022 2023 2024E", "",
        "储能装机（万千瓦时/年）",
    )  # fmt: skip
    assert found[1:] == [
        ("caption", "2021-2024年青湾市储能装机规模"),
        ("row", "2021 | 储能装机（万千瓦时/年）: 12"),
        ("row", "2022 | 储能装机（万千瓦时/年）: 30"),
        ("row", "2023 | 储能装机（万千瓦时/年）: 58"),
        ("row", "2024E | 储能装机（万千瓦时/年）: 1,204"),
    ]


def test_a_figure_alone_in_its_line_is_no_page_number_within_a_chart() -> None:
    lines = ["410", "220", "95", "装机项目数", "2023年各类电池项目分布情况", "锂电池 钠电池 液流电池"]
    assert rows("\n\n".join(lines)) == [
        "锂电池 | 2023年各类电池项目分布情况 装机项目数: 410",
        "钠电池 | 2023年各类电池项目分布情况 装机项目数: 220",
        "液流电池 | 2023年各类电池项目分布情况 装机项目数: 95",
    ]


def test_several_series_follow_one_another_in_the_order_of_the_legend() -> None:
    lines = ["70", "120", "31 22", "9 8", "2022 2023", "2022-2023年储能融资轮次分布情况", "天使轮 pre A轮 A轮"]
    assert rows(*lines) == [
        "2022 | 天使轮: 70 | pre A轮: 31 | A轮: 9",
        "2023 | 天使轮: 120 | pre A轮: 22 | A轮: 8",
    ]


def test_a_second_series_may_begin_later() -> None:
    legend = "补贴前（亿元） 补贴后（亿元）"
    assert rows("2021-2024年储能市场规模", "10 20", "30 45", "25 35", "55", "2021 2022 2023 2024E", legend) == [
        "2021 | 补贴前（亿元）: 10",
        "2022 | 补贴前（亿元）: 20 | 补贴后（亿元）: 25",
        "2023 | 补贴前（亿元）: 30 | 补贴后（亿元）: 35",
        "2024E | 补贴前（亿元）: 45 | 补贴后（亿元）: 55",
    ]


def test_labels_may_stand_below_the_figures_each_in_a_line() -> None:
    lines = ["3.0%", "35.0%", "57.0%", "其他", "缺少人手", "价格太高", "用户不买储能的原因（全国）", PROSE]
    assert rows("\n\n".join(lines)) == [
        "其他 | 用户不买储能的原因（全国）: 3.0%",
        "缺少人手 | 用户不买储能的原因（全国）: 35.0%",
        "价格太高 | 用户不买储能的原因（全国）: 57.0%",
    ]


def test_two_shares_that_add_up_to_a_whole_are_a_chart_behind_other_figures_too() -> None:
    lines = ["21.9%", "12.8%", "18.7%", "81.3%", "锂电池 钠电池", "2023年装机比例"]
    assert rows(*lines) == ["锂电池 | 2023年装机比例: 18.7%", "钠电池 | 2023年装机比例: 81.3%"]


def test_a_legend_of_names_with_units_says_by_itself_what_the_figures_are() -> None:
    lines = ["18.7%", "81.3%", "锂电池比例（%） 钠电池比例（%）", "2023年另一张图的分布情况"]
    assert rows(*lines) == ["锂电池比例（%）: 18.7% | 钠电池比例（%）: 81.3%"]
    titled = blocks("2022年电池的构成", *lines)
    assert titled[0] == ("caption", "2022年电池的构成")
    assert "2023年另一张图的分布情况" in titled[-1][1]


@pytest.mark.parametrize(
    "lines",
    [
        ["2021-2024年装机规模", "12 30 58", "2021 2022 2023 2024", "装机（万千瓦）"],  # one figure is lost
        ["2021-2025年装机比例（%）", "0.0%", "25.0%", "50.0%", "75.0%", "100.0%", "2021 2022 2023 2024 2025"],
        ["12", "30", "58", "锂电池", "钠电池", "液流电池"],  # nothing says of what they are
        ["12", "30", "58", "锂电池", "钠电池", "液流电池", "压缩空气", "装机情况"],  # a label too many
        ["12 30 58 44", "2021 2022 2023 2024"],
        ["410 220 95", "500 300 120", "锂电池 钠电池 液流电池", "2022年项目 2023年项目"],  # which is the axis?
        ["2021-2024年规模", "0 50 100 150", "0% 10% 20% 30%", "2021 2022 2023 2024", "规模（亿元） 增速（%）"],
        ["12 30 58", "10% 150% 93%", "2021 2022 2023", "图3 2021-2023年储能装机规模"],  # a title is no legend
        ["2023年三大变化", "1", "2", "3", "产能扩张", "价格下降", "政策支持"],
        ["2023年市场规模", "100", "210", "300", "一、行业背景", "二、竞争格局", "三、政策环境"],
        ["Market size", "12", "30", "58", "Outlook for 2023 and beyond"],
        ["2023年市场规模", "12", "30", "58", "某咨询 研究院 储能组"],
        ["12", "30", "58", "甲公司", "乙公司", "丙公司", "利润（亿元）", "3", "4", "9"],  # the next column's name
        ["2021-2023年规模", "12 30 58", "本图不含海外数据", "2021 2022 2023", "规模（亿元）"],  # the note would be lost
        ["2021-2023年规模", "12 30 58", "2021 2022 2023", "不含海外", "规模（亿元）"],
        ["12", "10 20 30 45", "2021 2022 2023 2024E", "补贴前（亿元） 补贴后（亿元）"],  # a page's number
        [PROSE, "12 30", PROSE],
    ],
)
def test_where_figures_and_labels_do_not_come_out_even_nothing_is_told(lines: list[str]) -> None:
    assert rows(*lines) == []


def test_a_figure_at_the_edge_of_a_page_is_the_pages_number() -> None:
    lines = ["220", "95", "410", "装机项目数", "2023年各类电池项目分布情况", "锂电池 钠电池 液流电池", PROSE]
    text = "\n".join(["7", *lines])
    assert not any(block.kind == "row" for block in layout(text))
    assert sum(block.kind == "row" for block in layout(text, (Page(1, 0, len(text)),))) == 3


def test_a_row_covers_its_figure_and_its_label() -> None:
    text = "2021-2023年青湾市储能装机规模\n12 30\n58\n2021 2022 2023\n储能装机（亿元）\n"
    (passage,) = cut("r", layout(text), [])
    at = passage.clean.index("2022 |")
    start, end = passage.offsets.original(at, passage.clean.index("30") + 2)
    assert text[start:end] == "30\n58\n2021 2022"


LINES = st.lists(
    st.sampled_from(["12", "30.5%", "69.5%", "2,137 58", "2021 2022 2023", "锂电池", "锂电池 钠电池", "2023年装机情况",
                     "2022年 2023年", "装机（亿元）", PROSE, "", "A轮\t3"]), max_size=14,
)  # fmt: skip


@given(LINES)
def test_every_figure_is_told_once_and_nothing_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = layout(text)
    told = [place for block in found for place in block.content.places if place >= 0]
    assert len(told) == len(set(told))
    said = "".join(block.content.text for block in found)  # a legend stands in the rows, as the names of columns
    for line in lines:
        if not line.isdecimal() and line != PROSE:  # alone they look like a page's number and running head
            assert all(word in said for word in line.replace("\t", " ").split())


def test_a_long_run_of_figures_takes_no_time() -> None:
    text = "\n".join(["2021年装机规模", *(str(n) for n in range(20_000)), "锂电池 钠电池"])
    begun = time.process_time()
    layout(text)
    assert time.process_time() - begun < 5
