"""Pieces of a report's text: sentences, rows, captions, tables of contents."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence import choose
from assistant.pieces import (
    caption,
    column_names,
    is_beside,
    is_sentence,
    sentences_of,
    under_names,
    without_notes,
)
from tests.assistant.builders import hit, piece, row_of_bare_cells

CONTENTS = "03导读\n05全球储能产业洞察06一、全球企业格局08二、全球产业生态13中国储能产业洞察14一、中国企业格局"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2019年末 | 2018年末 | 本期末比上年同期末增减（%） | 2017年末", False),
        ("营业收入 | 11.8亿元 | 12.3亿元", True),
        ("电话：+86 21 5555 0100 邮箱：li.lei@example.com 李雷", False),
        ("图表10：截至2023年底各国人工智能企业的数量（单位：家）", False),
        ("Figure 3.2: Revenue by region, in billions", False),
        ("表1列出了十家公司。它们的收入合计为55亿元。", True),
        ("星海公司2023年的收入为55亿元。", True),
        ("悖论1：星海悖论（Stellar’s Paradox）", False),
        ("2022-11-30 Stellar Chat发布", True),
    ],
)
def test_a_caption_says_nothing_by_itself(text: str, says: bool) -> None:
    assert is_sentence(text) is says


def test_a_table_of_contents_is_no_evidence() -> None:
    assert is_beside(CONTENTS)
    assert not is_beside("2021年有12家企业，2022年有15家企业，2023年有21家企业，2024年有33家企业，2025年有40家企业。")
    said = "全球储能企业的格局正在变化，前五名占了六成。"
    found = choose([hit(f"{CONTENTS}\n\n{said}")], ["全球储能企业格局"], 400)
    assert [item.text for item in found] == [said]


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("四、控股股东及实际控制人情况", True),
        ("（二）投资状况分析\n", True),
        ("3 变更情况索引及日期\n•适用√不适用", True),
        ("√适用 □不适用本公司的目标是在风险和收益之间取得平衡。", False),
        ("四、产业规模增长14.6%", False),
        ("四、该公司连续三年亏损，仍在扩产", False),
        ("[3] 李雷.储能行业的发展研究[J].储能科学，2023（4）：12-20.", True),
        ("储能年鉴[M].", True),
        ("数组A[J]的长度为20，循环从0开始。", False),
    ],
)
def test_numbered_headings_ticks_of_a_form_and_references_stand_beside(text: str, beside: bool) -> None:
    assert is_beside(text) is beside


def test_the_rest_of_a_row_is_told_behind_its_first_cell() -> None:
    clean = "步骤: 标注 | 定义: 由人或机器标注。 | 成本: 四成\n步骤: 清洗 | 成本: 两成"
    row = piece(clean)
    row = replace(row, hit=replace(row.hit, passage=replace(row.hit.passage, kind="table")))
    assert under_names(row.hit, "| 成本: 四成") == "步骤: 标注 | 成本: 四成"
    assert under_names(row.hit, "由人或机器标注。") == "由人或机器标注。"
    assert under_names(row.hit, "成本: 四成") == "步骤: 标注 | 成本: 四成"
    assert under_names(row.hit, "步骤: 清洗 | 成本: 两成") == "步骤: 清洗 | 成本: 两成"


def test_the_names_of_columns_are_told_above_rows_of_bare_cells_alone() -> None:
    row = row_of_bare_cells()
    assert column_names(row.hit, row.text) == "厂商 发布时间 模型名称 参数规模"
    assert column_names(row.hit, "模型: 北斗星2 | 参数规模: 70") == ""
    of_rows = replace(row.hit, passage=replace(row.hit.passage, clean="甲智能公司 工业软件 上海 未披露 12"))
    assert column_names(of_rows, "乙智能公司 工业软件 上海 未披露 15") == ""
    assert column_names(piece("星海公司 收入 净利润 员工 12").hit, "星海公司 12") == ""


def test_a_caption_stands_over_the_rows_of_its_table() -> None:
    table = hit("表2：各地产量（单位：万吨）\n地区: 甲 | 产量: 12\n地区: 乙 | 产量: 15")
    assert caption(replace(table.passage, kind="table")) == "表2：各地产量（单位：万吨）"
    assert caption(table.passage) == ""


def test_note_marks_of_a_report_are_left_out() -> None:
    assert without_notes("规模为55亿元[12]。") == "规模为55亿元。"


@given(st.text("市场规模增长。\n| 12", max_size=80))
def test_sentences_are_places_in_order_that_leave_out_blanks_alone(clean: str) -> None:
    spans = sentences_of(clean)
    assert all(0 <= start < end <= len(clean) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("本协会对本白皮书内容的准确性和完整性尽力而为，但不作任何保证。", True),
        ("本报告中的观点不构成对任何人的投资建议。", True),
        ("未经本公司书面许可，任何人不得转载。", True),
        ("版权所有：北辰研究院", True),
        ("No warranty is given in this report as to accuracy.", True),
        ("平台及时删除侵权内容的，不承担赔偿责任。", False),
        ("个人信息保护法规定，未经用户授权同意，企业不得收集人脸信息。", False),
        ("The court held that OpenAI disclaimed liability in 2023.", False),
        ("法院认为作品的版权归使用者，平台不得另行许可。", False),
        ("企业不承担审核义务的时代已经过去。", False),
    ],
)
def test_what_a_publisher_says_for_the_law_stands_beside(text: str, beside: bool) -> None:
    assert is_beside(text) is beside
