"""What a translation of a question forgot to ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.forgotten import forgotten


@pytest.mark.parametrize(
    ("question", "translation", "left"),
    [
        ("What share of the plants was rated safe?", "哪些电站被评为安全？", "占比是多少？"),
        ("How fast did output double before 2012?", "2012年之前产量是否翻倍了？", "是多少？"),
        ("On what day was it opened, according to the reports?", "它在哪些报告中投产？", "是哪一天？"),
        ("What does the agency mean by the third path?", "该机构认为储能打开了第三条道路？", "是什么？"),
        ("Which market segments are added up?", "哪个市场段被加总？", "有哪些？"),
        ("Which market segments are added up?", "哪些市场段被加总？", ""),
        ("Which analysis is meant?", "哪个分析？", ""),
        ("Which company leads the market?", "哪家公司领先市场？", ""),
        ("Which sales channel was largest?", "哪个销售渠道最大？", ""),
        ("How tall is it, and how fast does it walk?", "它多高？能快速行走吗？", "速度是多少？"),
        ("According to the agency, who runs it, and when did it open?", "谁经营它？", "是什么时候？"),
    ],
)
def test_what_a_translation_forgot_to_ask(question: str, translation: str, left: str) -> None:
    assert forgotten(question, translation) == left


@pytest.mark.parametrize(
    ("question", "translation"),
    [
        ("Who runs it, and when did it open?", "谁在经营，何时投产？"),
        ("What share did it hold?", "它的市场份额是多少？"),
        ("Does it run?", "它运行吗？"),
        ("Do people who live in cities earn more?", "住在城市的人收入更高吗？"),
        ("What percentage of the firms who answered use it?", "回答的公司中使用的百分比是多少？"),
        ("How much did it grow in 2023, when prices fell?", "2023年价格下跌时增长了多少？"),
        ("Is it true that firms which use it grow faster?", "使用它的公司增长更快吗？"),
        ("Why did the market grow 20 percent?", "市场为什么增长了20%？"),
        ("Who founded it, and in which year?", "创始人叫什么名字，成立年份是？"),
        ("How many were sold?", "销售数量是？"),
    ],
)
def test_what_is_asked_in_other_words_is_not_forgotten(question: str, translation: str) -> None:
    assert forgotten(question, translation) == ""


@given(st.text("What share who, and? when did 年哪谁多少", max_size=60), st.text("年哪谁多少？", max_size=20))
def test_what_was_forgotten_is_asked_once(question: str, translation: str) -> None:
    left = forgotten(question, translation)
    assert left == "" or left.endswith("？")
    assert not left or forgotten(question, f"{translation}，{left}") != left
