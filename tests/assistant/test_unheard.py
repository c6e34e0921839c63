"""What a question plainly asks for and an answer is silent about."""

from __future__ import annotations

import pytest

from assistant.citations import Checked
from assistant.completion import instead
from assistant.schema import Citation, Sentence
from assistant.telling import by_bearing
from assistant.unheard import continued, unheard
from tests.assistant.builders import piece


def added(question: str, said: str, *told: str) -> list[str]:
    """The sentences that are found missing in what is `said`."""
    chosen = [piece(text) for text in told]
    return [sentence.text for sentence in unheard([question], said, by_bearing(chosen, [question], None))]


def test_a_time_asked_for_is_that_of_the_version_asked_about() -> None:
    old = "2023年2月，北海公司发布了Zippix 1模型，受到欢迎。"
    new = "北海公司的Zippix 2模型在2024年6月正式上线和发布。"
    asked = "北海公司的Zippix 2模型何时发布？"
    assert added(asked, "Zippix 2是一款轻量级的模型。", old, new) == [new]
    assert added(asked, "Zippix 2是一款轻量级的模型。", old) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("南山的企业数量是多少，占全市的比例是多少？", []),  # of one thing
        ("南山和宝安的企业各占全市多少比例？", ["宝安的企业占全市的比例为9.1%，主要是制造企业。"]),
    ],
)
def test_things_that_are_compared_are_told_of_and_measures_of_one_thing_are_none(asked: str, told: list[str]) -> None:
    beside = "全市的网民占人口的比例为90.6%，数量仍在增长。"
    of_the_other = "宝安的企业占全市的比例为9.1%，主要是制造企业。"
    assert added(asked, "南山的企业占全市的比例为39.2%。", beside, of_the_other) == told


def test_in_place_of_a_draft_that_fails_only_what_is_compared_is_told() -> None:
    asked = ["南山和宝安的企业各占全市多少比例？"]
    first, beside = "南山的企业占全市的比例为39.2%。", "全市的网民占全市企业的比例为90.6%。"
    other = "宝安这里只有9.1%，主要是制造工厂，数量正在增长。"
    assert [sentence.text for sentence in by_bearing([piece(first), piece(beside), piece(other)], asked, None)] == [
        first, beside, other,
    ]  # fmt: skip
    told = instead([piece(first, 1), piece(beside, 2), piece(other, 3)], asked, None)
    assert "39.2%" in told
    assert "9.1%" in told
    assert "90.6%" not in told


def test_in_place_of_a_draft_that_fails_nobody_else_than_the_one_asked_about_is_told_of() -> None:
    asked = ["百度在2024年的销量增长了多少？"]
    own = piece("百度在2024年的销量增长了342%，超过预期。", 1)
    other = piece("腾讯在2024年的销量增长到100万部，刷新纪录。", 2)
    assert "100万" not in instead([own, other], asked, None)
    assert "100万" in instead([own, piece("同行在2024年的销量增长到100万部，百度也在其中。", 2)], asked, None)


def test_of_what_is_compared_the_sentence_that_is_about_it_is_told_however_it_is_worded() -> None:
    aside = "宝安占全国网民的9.1%，而且增长很快。"
    about = "宝安的企业在全市企业里的比例不到10%。"
    asked = "南山和宝安的企业各占全市企业多少比例？"
    assert added(asked, "南山占全国网民的39.2%，而且增长很快。", aside, about) == [about]


def goes_on(said: str, *sentences: str) -> list[str]:
    """What goes on from the sentence that an answer to a question for three figures was taken from."""
    asked = "2023年储能市场的规模有多大？十年后预计达到多少，年均增速是多少？"
    (item,) = chosen = [piece("".join(sentences))]
    cited = Citation(1, item.hit.report.id, "r.txt", "报告", None, item.start, item.end, item.text, True)
    checked = Checked(said, (Sentence(said, (1,), "supported"),), (cited,))
    return [sentence.text for sentence in continued(checked, [asked], by_bearing(chosen, [asked], None))]


SIZE = "2023年，储能市场的规模约为3亿美元。"
GROWTH = "到2033年，市场的规模将达到5.57亿美元，每年增长6.4%。"


@pytest.mark.parametrize(
    ("said", "sentences", "told"),
    [
        ("规模约为3亿美元[1]。", [SIZE, GROWTH], [GROWTH]),
        ("规模约为3亿美元，将达到5.57亿美元，每年增长6.4%[1]。", [SIZE, GROWTH], []),
        ("规模约为3亿美元[1]。", [SIZE, "GPT-4的市场规模将达到5.57亿美元，每年增长6.4%。"], []),
        ("规模约为3亿美元[1]。", [SIZE, "储能的设备大多来自江苏和浙江的工厂。", GROWTH], []),
        ("规模约为3亿美元[1]。", ["2023年，储能市场的规模约为3亿美元，增长6.1%。", GROWTH], []),
    ],
    ids=["what is asked for", "all is told", "it names another", "it does not follow", "the sentence has more itself"],
)
def test_where_figures_are_missing_the_sentence_behind_the_one_cited_is_told(
    said: str, sentences: list[str], told: list[str]
) -> None:
    assert goes_on(said, *sentences) == told
