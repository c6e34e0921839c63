"""A number in a table belongs to the label of its row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alignment import find
from assistant.rows import of_another_row

STAFF = "教育程度 | 人数\n本科 | 204\n大专 | 356\n大专以下 | 831\n合计 | 1,391"
YEARS = "主要数据 | 2019年 | 2018年\n营业收入 | 11.8亿元 | 12.3亿元\n净利润 | 1.3亿元 | 1.8亿元"
HEADED = "城市: 北海 | 企业数: 120\n城市: 南岭 | 企业数: 87"


@pytest.mark.parametrize(
    ("said", "source", "number", "other"),
    [
        ("大专以下的员工有356人", STAFF, "356", True),
        ("大专以下的员工有831人", STAFF, "831", False),
        ("大专学历的员工有356人", STAFF, "356", False),
        ("本科员工有831人", STAFF, "831", True),
        ("员工共有1391人", STAFF, "1,391", False),
        ("南岭有120家企业", HEADED, "120", True),
        ("北海有120家企业", HEADED, "120", False),
        ("北海比南岭多，有120家企业", HEADED, "120", False),
        ("本科员工有204人", "本科员工有204人，大专有356人。", "204", False),
        ("2019年的营收是11.8亿元", YEARS, "11.8亿元", False),
        ("2019年的净利润是11.8亿元", YEARS, "11.8亿元", True),
    ],
)
def test_a_number_of_one_row_is_none_of_another(said: str, source: str, number: str, other: bool) -> None:
    spot = next(quantity for quantity in find(source) if quantity.text.startswith(number))
    assert of_another_row(said, source, spot) is other


@pytest.mark.parametrize(
    ("beside", "other"), [("城市: 南岭 | 企业数: 87", True), ("城市: 南岭 | 员工数: 87", False), (HEADED, True)]
)
def test_the_other_row_may_stand_in_another_text(beside: str, other: bool) -> None:
    source = "城市: 北海 | 企业数: 120"
    spot = next(iter(find(source)))
    assert of_another_row("南岭有120家企业", source, spot, [source, beside]) is other
    assert not of_another_row("北海有120家企业", source, spot, [source, beside])


@pytest.mark.parametrize(
    ("before", "other"),
    [("最多的是南岭，", True), ("最多的是北海，", False), ("南岭不多，最多的是北海，", False), ("", False)],
)
def test_what_a_number_is_of_may_stand_in_the_clause_before(before: str, other: bool) -> None:
    spot = next(iter(find(HEADED)))
    assert of_another_row("共有120家", HEADED, spot, claim=before) is other


@given(st.text(alphabet="本科大专以下 |\n:204", max_size=40))
def test_a_row_is_its_own(text: str) -> None:
    for spot in find(text):
        line = next(line for line in text.split("\n") if spot.text in line) if spot.text.strip() else ""
        assert not of_another_row(line, text, spot) or text.count(spot.text) > 1


def test_what_a_number_is_of_may_stand_several_clauses_before() -> None:
    spot = next(iter(find(HEADED)))
    assert of_another_row("还有120家", HEADED, spot, claim="南岭的企业数，近年来变了，")
    assert not of_another_row("还有120家", HEADED, spot, claim="南岭且不说，北海的企业数，近年来变了，")


def test_a_row_of_named_cells_without_a_figure_is_a_row_too() -> None:
    table = "产品: 小写 | 收费: 现阶段免费\n产品: 大写 | 收费: 198元/月"
    spot = next(iter(find(table)))
    assert of_another_row("会员费一个月198元", table, spot, claim="小写这款工具，")
    assert not of_another_row("会员费一个月198元", table, spot, claim="大写这款工具，")


def test_what_several_rows_hold_names_none_of_them() -> None:
    table = "类型: AI写作 | 产品: 小写 | 收费: 现阶段免费\n类型: AI写作 | 产品: 大写 | 收费: 198元/月"
    spot = next(iter(find(table)))
    assert of_another_row("会员费一个月198元", table, spot, claim="AI写作工具小写，")
    assert not of_another_row("AI写作工具的会员费一个月198元", table, spot)
