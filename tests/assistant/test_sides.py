"""Questions that ask what several reports say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.evidence import choose
from assistant.sides import MOST, sides
from tests.assistant.builders import hit
from vectorstore.schema import Hit


def found(text: str, publisher: str, rank: int) -> Hit:
    one = hit(text, rank=rank, title=f"{publisher}年度产业报告", publisher=publisher)
    return replace(one, report=replace(one.report, id=publisher), score=1.0 / rank)


HITS = [
    found("2023年储能市场规模达到1205亿元，比上年增长两成。", "星海证券", 1),
    found("2023年储能市场规模增长很快，其中锂电池占九成以上。", "星海证券", 2),
    found("按另一口径，2023年储能市场规模约为980亿元。", "远山研究院", 3),
    found("储能市场的规模在2023年首次超过抽水蓄能。", "长河咨询", 4),
]


@pytest.mark.parametrize(
    ("question", "heard"),
    [
        ("2023年储能市场规模有多大？各份报告的说法一样吗？", ["星海证券", "远山研究院", "长河咨询"]),
        ("星海证券和远山研究院分别估计储能市场有多大？", ["星海证券", "远山研究院"]),
        ("How large was the market, according to the various reports?", ["星海证券", "远山研究院", "长河咨询"]),
        ("Do the reports agree on the size of the market?", ["星海证券", "远山研究院", "长河咨询"]),
        ("各处写的2023年储能市场规模有多大？", ["星海证券", "远山研究院", "长河咨询"]),
        ("How large was the market? Check every place.", ["星海证券", "远山研究院", "长河咨询"]),
        ("How large was the market, according to one report? And how much is lithium?", []),
        ("2023年储能市场规模有多大？", []),
        ("星海证券认为储能市场有多大？", []),
        ("How large was the market in 2023, according to the report?", []),
    ],
)
def test_who_has_to_be_heard(question: str, heard: list[str]) -> None:
    assert list(sides([question], HITS)) == heard


def test_one_report_alone_has_no_sides_and_many_are_bounded() -> None:
    question = ["各份报告的说法一样吗？"]
    assert sides(question, HITS[:2]) == ()
    many = [found(f"第{n}份报告说储能市场有{n}亿元。", f"机构{n}", n) for n in range(1, 9)]
    assert len(sides(question, many)) == MOST


def test_each_side_is_in_the_evidence_however_small_the_budget() -> None:
    question = "2023年储能市场规模有多大？"
    alone = choose(HITS, [question], 40)
    assert {item.hit.report.id for item in alone} == {"星海证券"}
    together = choose(HITS, [question], 90, sides=["星海证券", "远山研究院", "长河咨询"])
    assert {item.hit.report.id for item in together} == {"星海证券", "远山研究院", "长河咨询"}
    assert [item.n for item in together] == [1, 2, 3]
