"""Tables in plain text that have spaces and nothing else between their cells."""

from __future__ import annotations

import time

import pytest

from vectorstore.aligned import told
from vectorstore.layout import Block, layout
from vectorstore.passages import cut

PROSE = "各家公司加快布局大模型，参数规模不断扩大，算力需求随之上升，竞争也更加激烈。"


def blocks(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.content.text) for block in layout(text)]


def rows(found: list[Block]) -> list[str]:
    return [block.content.text for block in found if block.kind == "row"]


@pytest.mark.parametrize("wide", [2, 1])
def test_columns_aligned_by_runs_of_spaces(wide: int) -> None:
    grid = [("City", "2022", "2023"), ("北京", "1,751", "2,137"), ("上海", "980", ""), ("Shenzhen", "", "1,020")]

    def padded(cell: str) -> str:
        return cell + " " * (12 - sum(wide if char > "\x7f" else 1 for char in cell))

    text = "\n".join("".join(map(padded, row)).rstrip() for row in grid)
    assert rows(layout(f"{PROSE}\n{text}\n\n{PROSE}")) == [
        "City | 2022 | 2023",
        "City: 北京 | 2022: 1,751 | 2023: 2,137",
        "City: 上海 | 2022: 980",
        "City: Shenzhen | 2023: 1,020",
    ]


def test_figures_may_stand_to_the_right_of_their_column() -> None:
    text = "Item          Revenue\nHardware        1,751\nSoftware           98\n"
    assert rows(layout(text))[1:] == ["Item: Hardware | Revenue: 1,751", "Item: Software | Revenue: 98"]


def test_wide_spaces_in_prose_are_no_table() -> None:
    lines = ["The first line  has a gap in it", "and the second has  one as well", "so the third  does it too"]
    assert {block.kind for block in layout("\n".join(lines))} == {"text"}


LOOSE = """
国外大模型对比

厂商 发布时间 模型名称 参数规模（B） 领域

2022.1 LaMDA 137 NLP
2024.1 GPT-4 Turbo 1,760 多模态
2023.6 LLaMA2 70 NLP
英伟达 2021.10
Megatron-Turing

NLG
530 NLP
"""


def test_rows_below_a_line_of_names_tell_the_day_from_what_stands_before_and_after() -> None:
    found = blocks(LOOSE + PROSE)
    assert ("caption", "厂商 发布时间 模型名称 参数规模（B） 领域") in found
    assert [text for kind, text in found if kind == "row"] == [
        "发布时间: 2022.1 | LaMDA 137 NLP",
        "发布时间: 2024.1 | GPT-4 Turbo 1,760 多模态",
        "发布时间: 2023.6 | LLaMA2 70 NLP",
        "厂商: 英伟达 | 发布时间: 2021.10 | Megatron-Turing NLG 530 NLP",
    ]
    assert found[-1] == ("text", PROSE)


def test_rows_of_which_no_cell_can_be_told_are_kept_whole_with_their_spaces() -> None:
    rows = ["甲智能 工业软件 上海 12", "乙机器人 服务 北京 2024.3.1 15", "丙芯 片 深圳 9"]
    found = blocks("\n".join(["公司名称 主营业务 所在城市 员工人数", *rows]) + "\n" + PROSE)
    assert [text for kind, text in found if kind == "row"] == rows


@pytest.mark.parametrize(
    ("names", "words", "cells"),
    [
        ("业务 投资时间 投资金额", "芯片 设计 2024.1.31 1.5 亿美元", ["业务", "投资时间", "投资金额"]),
        ("项目 业务 投资时间 投资金额 投资方", "甲 芯片 2024.1.31 未披露 乙", ["", "投资时间", ""]),
        ("项目 投资时间 投资金额 投资方", "甲 芯片 未披露 乙", [""]),
        ("项目 投资时间 交割日期 投资方", "甲 2024.1.31 乙", [""]),
        ("项目 投资时间 投资金额 投资方", "甲 2024.1.31 2024.2.1 乙", [""]),
        ("项目 投资时间 投资金额 投资方", "甲 2024年1月 2000.56 乙", [""]),
        ("设备 响应时间 价格", "甲 5 1999.5", [""]),
    ],
)
def test_a_cell_is_told_where_one_column_alone_can_hold_it(names: str, words: str, cells: list[str]) -> None:
    found = told(names.split(), words.split())
    assert [name for name, _, _ in found] == cells
    assert [place for _, *cell in found for place in range(*cell)] == list(range(len(words.split())))


def test_rows_with_running_numbers_are_put_together() -> None:
    names = "序号 项目名称 业务 城市\n投资\n轮次\n投资金额\n\n"
    first = "1 甲智能 工业软\n\n件研发商 上海 A 轮 3 亿元\n"
    text = f"{names}{first}2 乙 机器人 北京 B 轮 5 亿元\n4 丙 芯片 深圳 C 轮 2024.3\n\n未披露\n"
    found = blocks(text + PROSE)
    assert found[0] == ("caption", "序号 项目名称 业务 城市 投资 轮次 投资金额")
    assert [text for kind, text in found if kind == "row"] == [
        "1 甲智能 工业软 件研发商 上海 A 轮 3 亿元",
        "2 乙 机器人 北京 B 轮 5 亿元",
        "4 丙 芯片 深圳 C 轮 2024.3 未披露",
    ]


def test_every_passage_of_such_a_table_stands_under_its_names() -> None:
    text = "序号 项目名称 业务 投资金额\n" + "\n".join(f"{n} 甲 机器人研发商 {n} 亿元" for n in range(1, 90))
    passages = cut("r", layout(text), ())
    assert len(passages) > 2
    assert all("投资金额" in "".join(p.heading) + p.clean for p in passages)


@pytest.mark.parametrize(
    "line",
    [
        "算力 算法 数据",
        "亿 个 参 数 的 模 型",
        "中美 AI 实力对比",
        "全球有 2137 亿元 的 市场",
        "Every prose line has many short words",
    ],
)
def test_lines_that_name_no_columns(line: str) -> None:
    assert not rows(layout(f"{line}\n2022 LaMDA 137\n2023 GPT 175\n2024 PaLM 540\n"))


def test_names_without_rows_are_text() -> None:
    assert not rows(layout(f"算力设备 算法模型 数据资源 应用场景\n{PROSE}\n{PROSE}\n{PROSE}\n"))


@pytest.mark.parametrize("gap", [" ", "  "])
def test_a_line_of_very_many_words_is_no_row(gap: str) -> None:
    text = "\n".join([gap.join(["ab"] * 20_000)] * 4)
    begun = time.process_time()
    assert not rows(layout(text))
    assert time.process_time() - begun < 5
