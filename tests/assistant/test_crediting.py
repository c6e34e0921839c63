"""A sentence is judged without the year of its report and without the denial of what it was asked."""

from __future__ import annotations

import pytest

from assistant.crediting import as_told, denies_what_stands, without_denial, without_year_of_report

ABOUT = "储能展望\n北辰证券\n2024年6月\nreport.txt"
JOINT = "储能白皮书\n毕马威、长河研究院\n2023年12月"


@pytest.mark.parametrize(
    ("claim", "about", "told"),
    [
        ("北辰证券（2024）预计装机会翻倍。", ABOUT, "北辰证券预计装机会翻倍。"),
        ("装机会翻倍（北辰证券，2024年）。", ABOUT, "装机会翻倍（北辰证券）。"),
        ("北辰证券2024年预测，装机会翻倍。", ABOUT, "北辰证券预测，装机会翻倍。"),
        ("据长河研究院、毕马威2023年的报告，装机翻倍。", JOINT, "据长河研究院、毕马威报告，装机翻倍。"),
        ("It doubled, according to KPMG (2023).", JOINT, "It doubled, according to KPMG."),
        ("It doubled, according to KPMG in 2023.", JOINT, "It doubled, according to KPMG."),
        ("2024年装机为5吉瓦。", ABOUT, "2024年装机为5吉瓦。"),
        ("市场规模2024年预计达到5亿元。", ABOUT, "市场规模2024年预计达到5亿元。"),
        ("北辰证券（2022）预计装机会翻倍。", ABOUT, "北辰证券（2022）预计装机会翻倍。"),
        ("储能展望2024年的装机为5吉瓦。", ABOUT, "储能展望2024年的装机为5吉瓦。"),  # a title publishes nothing
    ],
)
def test_the_year_of_a_report_is_no_year_of_what_it_reports(claim: str, about: str, told: str) -> None:
    assert without_year_of_report(claim, about) == told


ASKED = "为什么液流电池的成本低于锂电池？"


@pytest.mark.parametrize(
    ("claim", "question", "told"),
    [
        ("液流电池的成本并不低于锂电池：报告称锂电池更便宜，2022年占94%。", ASKED, "报告称锂电池更便宜，2022年占94%。"),
        ("与问题所说不同，锂电池更便宜。", ASKED, "锂电池更便宜。"),
        ("液流电池的成本并不低于锂电池。", ASKED, "液流电池的成本并不低于锂电池。"),
        ("抽水蓄能不用电网：装机有50吉瓦，在山里。", ASKED, "抽水蓄能不用电网：装机有50吉瓦，在山里。"),
        (
            "Flow batteries do not cost less than lithium batteries: lithium made up 94% of installations.",
            "Why do flow batteries cost less than lithium batteries?",
            "lithium made up 94% of installations.",
        ),
        ("百度没有发布模型：2023年收入为1345亿元。", "百度发布了模型吗？", "百度没有发布模型：2023年收入为1345亿元。"),
        ("It was the other way round: he moved from fibre to copper.", "Why fibre?", "he moved from fibre to copper."),
    ],
)
def test_a_denial_of_what_is_asked_is_judged_by_what_follows_it(claim: str, question: str, told: str) -> None:
    assert without_denial(claim, question) == told


def test_a_claim_without_either_stays_as_it_is() -> None:
    assert as_told("2022年装机为8.7吉瓦。", ASKED, ABOUT) == "2022年装机为8.7吉瓦。"


def test_what_denies_what_the_evidence_says_is_not_left_out_unread() -> None:
    claim, question = "百度没有发布大模型：它2023年收入为1345亿元。", "百度为什么没发布大模型？"
    assert denies_what_stands(claim.replace("没有", "并未"), "百度发布了大模型，收入多少？", ["百度发布了大模型，"])
    assert not denies_what_stands(claim, question, ["它2023年收入为1345亿元。"])
