"""What an English sentence says that the Chinese it comes from does not."""

from __future__ import annotations

import re

import pytest

from assistant.renderings import as_meant, renderings, strange


@pytest.mark.parametrize(
    ("said", "source", "word"),
    [
        ("Sales were slightly below those of 2022.", "销量与2022年相比有一定差距。", "slightly"),
        ("Sales were slightly below those of 2022.", "销量略低于2022年。", ""),
        ("The market is expected to reach 5 billion yuan.", "市场规模为50亿元。", "is expected to"),
        ("The market is expected to reach 5 billion yuan.", "市场规模有望达到50亿元。", ""),
        ("The market is expected to reach 5 billion yuan by 2030.", "到2030年市场规模为50亿元。", ""),
        ("Its CEO studied in Beijing.", "其董事长曾在北京求学。", "CEO"),
        ("It has a market share of 5%.", "其传感器精度为5%。", "market share"),
        ("Excluding the interface, fees are charged.", "除接口外，还收取费用。", "Excluding"),
        ("Excluding the interface, fees are charged.", "除接口外的部分收取费用。", ""),
        ("Gross margins came to 70%.", " gross margin 达70%。", ""),
    ],
)
def test_a_wording_that_nothing_in_the_source_stands_for_is_strange(said: str, source: str, word: str) -> None:
    assert strange(said, source) == word


@pytest.mark.parametrize(
    ("said", "source", "meant"),
    [
        ("Its CEO studied in Beijing.", "其董事长曾在北京求学。", "Its chairman studied in Beijing."),
        ("The chip was commercialized in 2021.", "芯片于2021年量产。", "The chip was mass-produced in 2021."),
        ("Smart bodies learn.", "智能体会学习。", "Agents learn."),
        ("It is slightly less than 9.", "与9有一定差距。", "It is less than 9."),
        ("There is a significant effect.", "会有影响。", "There is an effect."),
        ("It was published worldwide.", "它问世了。", "It was published."),
        ("It runs in its WeChat Mini Program.", "它在小程序中运行。", "It runs in its Mini Program."),
        ("It runs in its WeChat Mini Program.", "它在微信小程序中运行。", "It runs in its WeChat Mini Program."),
        ("It has a market share of 5%.", "其精度为5%。", "It has a market share of 5%."),
        ("The difference is significant.", "有差距。", "The difference is significant."),
        ("The firm, slightly smaller, grew.", "公司较小，增长了。", "The firm, smaller, grew."),
        ("Globally, sales rose.", "销量上涨。", "Globally, sales rose."),
        ("It is slightly worse, one of the most significant events.", "它变差了，是大事。",
         "It is worse, one of the most significant events."),
        ("Except for Shanghai, all cities fell.", "除上海外均下降。", "Except for Shanghai, all cities fell."),
        ("CEOs of both firms met.", "两家公司的董事长会面。", "chairmen of both firms met."),
        ("A positive rating means this.", "增持评级意味着这些。", "An overweight rating means this."),
        ("It is one of the most significant events.", "它是大事之一。", "It is one of the most significant events."),
    ],
)
def test_what_is_plain_is_put_right_and_what_is_spare_goes(said: str, source: str, meant: str) -> None:
    assert as_meant(said, source) == meant


def test_every_line_of_the_table_can_be_read() -> None:
    assert len(renderings()) > 50
    for rendering in renderings():
        assert not rendering.chinese.search("")
        assert not rendering.english.search("")
        assert not (rendering.spare and rendering.meant)
        assert all(right and not re.search("[\u4e00-\u9fff]", right) for right in rendering.meant.values())
