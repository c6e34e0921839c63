"""A number is said of what it stands for: its sign, its half of the year, and the figure itself."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.alignment import find
from assistant.placing import misplaced
from assistant.support import Judge


def flaw(claim: str, source: str, question: str = "") -> str:
    """What is wrong with a claim whose meaning is granted."""
    judge = Judge(question, similarity=lambda wanted, texts: np.ones((len(wanted), len(texts))))
    return judge.verdict(claim, [source], worded=True).flaw


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("公司2023年营收为35亿元。", "公司2023年营收为3.5亿元。"),
        ("份额为125%。", "份额为12.5%。"),
        ("占比为30%。", "占比为30‰。"),
        ("收入为$125。", "收入为$1.25。"),
        ("收入为€125。", "收入为$125。"),
        ("The market was worth 12.5 billion yuan.", "The market was worth 125 billion yuan."),
    ],
)
def test_a_sentence_with_another_figure_is_no_copy(claim: str, source: str) -> None:
    assert flaw(claim, source) == "number"


def test_a_copy_may_differ_in_spaces_quotes_and_its_stop() -> None:
    assert not flaw("公司 2023 年“净”营收为 3.5 亿元", "公司2023年净营收为3.5亿元。")


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("公司净利润3.5亿元。", "公司净利润-3.5亿元。"),
        ("公司2023年的净利润达到3.5亿元。", "公司2023年净利润为-3.5亿元。"),
        ("净利润增速达到了5.2%。", "净利润增速: -5.2%"),
        ("净利润增速为-5.2%。", "净利润增速: 5.2%"),
        ("Net profit was 35 million yuan.", "Item: Net profit | 2023: (35 million yuan)"),
    ],
)
def test_a_number_below_zero_is_not_told_as_one_above(claim: str, source: str) -> None:
    assert flaw(claim, source) == "direction"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("净利润下降了5.2%。", "净利润增速: -5.2%"),
        ("公司2023年亏损3.5亿元。", "公司2023年净利润为-3.5亿元。"),
        ("公司收入为100亿元至200亿元。", "公司收入100亿元-200亿元。"),
        ("模型GPT-4的得分为86.4%。", "GPT-4得分 - 86.4%"),
        ("企业有30至50家。", "企业数量: 30 - 50家"),
        ("平均增速为12%。", "平均增速(12%)。"),
    ],
)
def test_a_fall_or_a_loss_says_that_it_is_below_zero_and_a_dash_or_a_hyphen_does_not(claim: str, source: str) -> None:
    assert flaw(claim, source) != "direction"


@pytest.mark.parametrize(
    ("claim", "source", "wrong"),
    [
        ("2023年下半年，公司收入达到100亿元。", "2023年上半年，公司收入为100亿元。", "pairing"),
        ("2023年上半年，公司收入达到100亿元。", "2023年上半年，公司收入为100亿元。", ""),
        ("In H2 2023 revenue was 10 billion yuan.", "In H1 2023 revenue was 10 billion yuan.", "pairing"),
    ],
)
def test_a_figure_of_one_half_of_the_year_is_not_that_of_the_other(claim: str, source: str, wrong: str) -> None:
    (number,) = (n for n in find(claim) if n.unit in ("CNY", "RMB", "yuan", "元") or n.value >= 10**9)
    (spot,) = (n for n in find(source) if n.value == number.value)
    assert misplaced(claim, number, source, spot, [source]) == wrong


@pytest.mark.parametrize(
    ("claim", "source", "wrong"),
    [
        ("深圳的核心产业规模为1751亿元。", "2023年，中国核心产业规模为1751亿元，同比增长11.9%。", "pairing"),
        ("2023年深圳的专利申请下降了12.7%。", "2023年，中国的专利申请出现负增长，下降了12.7%。", "pairing"),
        ("深圳的白皮书统计，我国有1014位研究人员。", "截至2023年底，中国拥有1014位研究人员。", ""),
        ("深圳的规模为387亿元。", "产业规模为387亿元，占全国的两成。", ""),
    ],
)
def test_a_figure_of_all_of_china_is_none_of_a_city(claim: str, source: str, wrong: str) -> None:
    assert flaw(claim, source, "深圳的情况如何？") == wrong


def test_a_percentage_is_not_a_percentage_point() -> None:
    assert flaw("该公司的市场份额提高5%。", "该公司的市场份额提高了5个百分点。") == "number"
    assert not flaw("该公司的市场份额提高5个百分点。", "该公司的市场份额提高了5个百分点。")


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("OpenAI的应用下载量达到50万次。", "In May 2023, downloads of the OpenAI app reached 500,000."),
        ("Stainless steel is the main material of the shell.", "外壳的主要材料是不锈钢。"),
        ("Tencent has launched a mode for minors.", "腾讯推出了未成年人模式。"),
        ("我国已经建成12个都市圈。", "我国已建成都市圈12个。"),
    ],
)
def test_a_month_a_word_and_a_place_by_chance_say_nothing(claim: str, source: str) -> None:
    assert not flaw(claim, source)
