"""An answer that speaks of nothing of the kind that its question wants measured is none."""

from __future__ import annotations

import pytest

from assistant.measures import counts_the_asked, of_another_measure


@pytest.mark.parametrize(
    ("asked", "told", "another"),
    [
        ("南山区2023年申请了多少件AI专利？", "南山区有645家企业。", True),
        ("南山区2023年申请了多少件AI专利？", "南山区申请专利300件。", False),
        ("How many patents were filed in Nanshan?", "南山区申请专利300件。", False),
        ("北辰储能的估值是多少？", "北辰储能融资6.75亿美元。", True),
        ("At what valuation did it raise its Series B?", "It raised US$675 million.", True),
        ("北辰储能2023年的营业收入和净利润各是多少？", "规则放宽了对净利润和营业收入的要求。", True),
        ("北辰储能2023年的营业收入是多少？", "北辰储能的收入为5亿元。", False),
        ("北辰储能2023年的营业收入增长了多少？", "北辰储能的收入增长了5%。", False),
        ("储能市场有多大？", "北辰储能融资6.75亿美元。", False),  # no measure with a name of its own
    ],
)
def test_a_measure_asked_for_by_name_has_to_be_spoken_of(asked: str, told: str, another: bool) -> None:
    assert of_another_measure(asked, [told], [told]) is another


@pytest.mark.parametrize(
    ("asked", "told", "counts"),
    [
        ("分布在多少个国家？", "储能企业共有291家，分布在20个国家。", True),
        ("分布在多少个国家？", "储能企业共有291家。", False),
        ("覆盖了多少个国家？", "覆盖20多个主要国家。", True),
        ("覆盖了多少个国家？", "覆盖20个城市，国家队也来了。", False),
        ("覆盖率是多少？", "覆盖20个国家。", False),
    ],
)
def test_what_is_counted_is_what_is_asked_about(asked: str, told: str, counts: bool) -> None:
    assert counts_the_asked([asked], told) is counts
