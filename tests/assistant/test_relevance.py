"""Relevance: how much a text bears on a question."""

from __future__ import annotations

import pytest

from assistant.relevance import enumerates_more, standing, weigh
from tests.assistant.builders import hit

ASKED = ["2023年中国人工智能行业的融资有多少起？"]
OTHER = "医疗行业在各地发展得很快，前景相当广阔。"
SUBJECT = "中国人工智能行业总体上呈现波动上升的趋势。"
FIGURE = "到2023年，全年的融资有590起之多。"


def test_what_shares_more_of_the_questions_words_weighs_more() -> None:
    near, far = weigh([SUBJECT, OTHER], ASKED, None)
    assert near > far


def test_a_text_inherits_half_of_what_those_before_it_say_of_the_question() -> None:
    said, alone = weigh([SUBJECT, FIGURE], ASKED, None)
    assert weigh([SUBJECT, FIGURE], ASKED, None, [0, 0]) == [said, pytest.approx(alone + said / 2)]


def test_a_row_inherits_nothing_and_no_text_a_year_beside_its_own() -> None:
    rows = ["公司: 华为 | 研发投入: 1647亿元", "公司: 中兴 | 研发投入: 252亿元"]
    asked = ["华为2022年的研发投入是多少？"]
    assert weigh(rows, asked, None, [0, 0]) == weigh(rows, asked, None)
    years = ["2022年的事。", "2023年的研发为80亿元。"]
    assert weigh(years, asked, None, [0, 0]) == weigh(years, asked, None)


def test_a_tables_date_is_the_questions() -> None:
    pointed, spelt, other = "北辰 | A轮 | 2024.2.19", "北辰 | A轮 | 2024年2月19日", "北辰 | A轮 | 2024.12.19"
    same, told, no = weigh([pointed, spelt, other], ["北辰2024年2月的融资有多少？"], None)
    assert same == told > no


def test_nothing_is_inherited_from_another_passage_or_from_far_before() -> None:
    assert weigh([SUBJECT, FIGURE], ASKED, None, [0, 1]) == weigh([SUBJECT, FIGURE], ASKED, None)
    near, far = (
        weigh(texts, ASKED, None, [0, 0, 0, 0])[-1]
        for texts in ([OTHER, OTHER, SUBJECT, FIGURE], [SUBJECT, OTHER, OTHER, FIGURE])
    )
    assert far < near


@pytest.mark.parametrize(
    ("question", "giving", "vague"),
    [
        ("星海公司的收入是多少？", "星海公司的收入为55亿元。", "星海公司的收入又有增长。"),
        ("星海公司是什么时候成立的？", "星海公司2015年成立。", "星海公司成立于上海。"),
        ("How much did Xinghai earn?", "Xinghai earned 5.5 billion yuan.", "Xinghai earned a lot."),
    ],
)
def test_what_gives_the_figure_or_time_asked_for_stands_before_what_does_not(
    question: str, giving: str, vague: str
) -> None:
    first, second = standing([1.0, 1.0], [giving, vague], [hit(giving), hit(vague)], [question])
    assert first > second


def test_what_was_found_first_stands_before_its_equal() -> None:
    texts = [SUBJECT, SUBJECT]
    first, second = standing([1.0, 1.0], texts, [hit(text, rank=rank) for rank, text in enumerate(texts, 1)], ["融资"])
    assert first > second


def test_no_text_weighs_nothing() -> None:
    assert weigh([], ASKED, None) == []


@pytest.mark.parametrize(
    ("plain", "telling", "asked", "otherwise"),
    [
        (
            "星海公司的收入又有下降。", "由于需求不足，收入又有下降。",
            "星海公司的收入为什么下降？", "星海公司的收入怎样了？",
        ),
        ("首批企业已获批准。", "首批企业有星海、北斗、南岭。", "首批获批的是哪些企业？", "首批企业怎样了？"),
    ],
)
def test_what_tells_a_cause_or_enumerates_stands_first_where_that_is_asked_for_alone(
    plain: str, telling: str, asked: str, otherwise: str
) -> None:
    texts = [plain, telling]
    hits = [hit(text) for text in texts]
    first, second = standing([1.0, 1.0], texts, hits, [asked])
    assert second > first
    first, second = standing([1.0, 1.0], texts, hits, [otherwise])
    assert second == first


def test_an_english_list_enumerates_with_or_without_a_comma_before_and() -> None:
    for listed in ("It sells in China, Japan and India.", "It sells in China, Japan, and India."):
        texts = ["It sells abroad.", listed]
        first, second = standing([1.0, 1.0], texts, [hit(text) for text in texts], ["Which countries are they?"])
        assert second > first


@pytest.mark.parametrize(
    ("said", "text", "more"),
    [
        ("储能电池市场规模算在内。", "口径包括储能电池市场规模、光伏市场规模、氢能市场规模、电网市场规模。", True),
        ("电池、光伏、氢能都算在内。", "口径包括储能电池市场规模、光伏市场规模、氢能市场规模、电网市场规模。", False),
        ("市场规模达到10亿元。", "口径包括储能电池市场规模、光伏市场规模、氢能市场规模、电网市场规模。", False),
        ("It counts apples.", "It counts apples, bananas, cherries, and dates.", True),
        ("It counts apples.", "It counts apples and bananas.", False),
    ],
)
def test_a_text_enumerates_more_than_an_answer_names(said: str, text: str, more: bool) -> None:
    assert enumerates_more(said, text) is more
