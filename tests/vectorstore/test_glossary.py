"""Terms that reports explain by parentheses, found where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectorstore.conftest import Write
from vectorstore.glossary import LONGEST, Glossary, _read, companies, pairs
from vectorstore.library import Library


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "常见的方法包括检索增强生成（Retrieval Augmented Generation，RAG）等。",
            [("检索增强生成", "Retrieval Augmented Generation"), ("检索增强生成", "RAG")],
        ),
        ("主要分为判别式模型 (Discriminative Models) 两类", [("判别式模型", "Discriminative Models")]),
        ("根据摩尔定律（Moore's Law），", [("摩尔定律", "Moore's Law")]),
        ("采用 LLM（大型语言模型）的", [("大型语言模型", "LLM")]),
        ("谷歌（GOOGL.O）上涨", []),
        ("增长了一倍（2023年）", []),
        ("没有括号", []),
        ("（RAG）", []),
    ],
)
def test_pairs_in_a_text(text: str, wanted: list[tuple[str, str]]) -> None:
    assert pairs(text) == wanted


@given(st.text(alphabet="检索增强生成的和（）() RAG,，Model", max_size=60))
def test_terms_stand_in_the_text(text: str) -> None:
    for chinese, foreign in pairs(text):
        assert chinese in text
        assert foreign in text
        assert 2 <= len(chinese) <= LONGEST


def test_the_longest_term_is_taken_whatever_its_case() -> None:
    glossary = Glossary(
        [("学习", "learning AI"), ("联邦学习", "Federated Learning"), ("元学习", "Meta Learning")]
    )
    assert glossary.chinese_in("What do FEDERATED LEARNING and meta learning share?") == {
        "FEDERATED LEARNING": "联邦学习",
        "meta learning": "元学习",
    }
    assert Glossary([]).chinese_in("anything at all") == {}


def test_of_several_wordings_what_they_share() -> None:
    glossary = Glossary([("强化学习与人类反馈", "RLHF"), ("人类反馈", "RLHF"), ("现了人类反馈", "RLHF")])
    assert glossary.chinese_in("RLHF") == {"RLHF": "人类反馈"}


def test_an_ordinary_word_in_parentheses_once_is_no_term() -> None:
    assert len(Glossary([("大规模", "dataset")])) == 0
    assert len(Glossary([("数据集", "dataset"), ("数据集", "dataset")])) == 1


def test_a_library_learns_terms_as_reports_come_and_go(library: Library, write: Write) -> None:
    assert library.terms_in("What is RAG?") == {}
    library.add([write("a.txt", "检索增强生成（RAG）让模型先查资料，再回答问题，因此答案有据可查。" * 3)])
    assert library.terms_in("What is RAG?") == {"RAG": "检索增强生成"}
    library.remove([report.id for report in library.reports()])
    assert library.terms_in("What is RAG?") == {}


FILING = (
    "一、公司信息\n公司的中文名称 | 北辰储能股份有限公司\n公司的中文简称: 北辰储能\n"
    "公司的外文名称 POLE STAR GROUP CO.,LTD\n公司的外文名称缩写 PSG"
)


def test_a_filing_says_what_its_company_is_called_in_both_languages() -> None:
    assert companies(FILING) == [
        ("北辰储能", "POLE STAR GROUP CO.,LTD"), ("北辰储能", "POLE STAR GROUP CO"), ("北辰储能", "POLE STAR GROUP"),
        ("北辰储能", "POLE STAR"),
    ]  # fmt: skip
    glossary = Glossary([("检索增强生成", "RAG")], companies(FILING))
    assert glossary.companies_in("What did Pole Star's RAG cost?") == {"Pole Star": "北辰储能"}


@pytest.mark.parametrize(
    "text", ["", "公司的外文名称 POLE STAR", "中文名称 | 北辰\n外文名称 | 无", "中文名称 | North\n外文名称 | POLE"]
)
def test_a_name_in_one_language_is_no_pair(text: str) -> None:
    assert companies(text) == []


def test_foreign_names_that_stand_alone_in_chinese_are_kept_and_parts_of_longer_ones_are_not() -> None:
    text = "月之暗面的Kimi支持长文本，Kimi很快；《AI Index Report》和CNTK也在，After一次。"
    glossary = Glossary((), (), _read([text, "English alone: Siri, Siri."]).alone)
    assert glossary.kept_in("When did Kimi and CNTK, the Index, After and Siri come?") == ["Kimi", "CNTK"]
    assert glossary.kept_in("") == []


def test_a_name_that_is_an_address_is_kept_and_an_address_of_the_report_is_not() -> None:
    text = "together.ai 生成式AI项目，together.ai融资；见www.example.com，邮箱a@example.com"
    glossary = Glossary((), (), _read([text]).alone)
    assert glossary.kept_in("What did together.ai and example.com raise?") == ["together.ai"]


def test_names_of_several_words_are_kept_whole_where_no_chinese_is_given_for_them() -> None:
    text = "Jasper AI | 9美元/月\n多头注意力（Grouped Attention）和Grouped Attention，Vision Pro和Kimi，Kimi"
    glossary = Glossary(pairs(text), (), _read([text]).alone)
    asked = "What does Jasper AI cost, what is Grouped Attention, and Kimi on the Apple Vision Pro?"
    assert glossary.kept_in(asked) == ["Jasper AI", "Kimi", "Vision Pro"]
