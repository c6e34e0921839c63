"""Answers without a model: the reports' own sentences, or their figures and names in the asker's language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.marks import numbers_in
from assistant.models.extractive import write
from assistant.schema import Evidence
from assistant.sentences import split_sentences
from tests.assistant.builders import piece

SIZE = "2023年中国人工智能产业规模达到2137亿元。"


def test_a_sentence_in_the_askers_language_stays_and_gets_its_mark_before_the_stop() -> None:
    assert write([piece(SIZE)], "zh") == f"{SIZE[:-1]}[1]。"
    assert write([piece("It weighs 52 kg.", lang="en")], "en") == "It weighs 52 kg [1]."


def test_a_line_break_does_not_end_the_sentence() -> None:
    assert "\n" not in write([piece("规模\n很大。")], "zh")


def test_each_report_is_cited_for_its_own_sentence_however_it_begins() -> None:
    told = [
        piece("Samsung shipped 30 million phones in 2023.", 1, "en"),
        piece("iPhone shipments reached 20 million in 2023.", 2, "en"),
        piece("realme shipped 7 million phones in 2023.", 3, "en"),
    ]
    said = write(told, "en")
    assert [numbers_in(said[start:end]) for start, end in split_sentences(said)] == [(1,), (2,), (3,)]


def test_no_comma_stands_before_a_mark() -> None:
    assert write([piece("到2028年产业规模有望达到8110亿元，")], "zh") == "到2028年产业规模有望达到8110亿元[1]。"


def test_the_head_of_a_table_and_the_foot_of_a_page_tell_nothing() -> None:
    table = piece("城市 | 门店数量\n城市: 南州 | 门店数量: 1200家")
    assert write([table], "zh") == "城市: 南州 | 门店数量: 1200家[1]。"
    assert write([piece("14©2024.4 Example Research Inc. www.example.com", lang="en")], "en") == ""


def test_a_figure_is_told_in_the_askers_notation() -> None:
    said = write([piece(SIZE, publisher="艾瑞咨询")], "en")
    assert "213.7 billion yuan" in said
    assert numbers_in(said) == (1,)
    assert not re.search("[\u4e00-\u9fff]", said)


def test_a_figure_comes_first_with_its_year_and_then_who_says_it_of_what() -> None:
    text = "2023年中国人工智能产业规模达到2137亿元，预计到2028年将达到8110亿元。"
    said = write([piece(text, publisher="艾瑞咨询")], "en")
    assert said.startswith("213.7 billion yuan (2023) and 811 billion yuan (2028, expected), from iResearch on ")
    assert "AI industry" in said


def test_what_evidence_is_about_is_told_without_versions() -> None:
    said = write([piece("华为与百度都谈到GPT-4和AI4S，尚无结论。")], "en")
    assert "Huawei" in said
    assert "4" not in said.replace("[1]", "")


def test_the_name_of_a_column_tells_no_figure() -> None:
    row = "城市: 青湾市 | 电站（千亿瓦以上，120座）: 蓝芯电站 | 产值（亿元）: 346.8"
    told = write([piece(row, publisher="KPMG")], "en")
    assert "34.68 billion" in told
    assert "120" not in told


def test_beside_figures_evidence_without_any_is_left_out() -> None:
    said = write([piece("华为与百度都有布局。", 1), piece(SIZE, 2)], "en")
    assert numbers_in(said) == (2,)


def test_an_english_figure_is_told_in_chinese() -> None:
    said = write([piece("The market reached 213.7 billion yuan.", lang="en")], "zh")
    assert "2137亿元" in said
    assert said.endswith("[1]。")


def test_evidence_without_a_figure_or_a_name_is_left_out_in_the_other_language() -> None:
    assert write([piece("规模很大，增长很快。")], "en") == ""


def test_without_evidence_nothing_is_said() -> None:
    assert write([], "zh") == write([], "en") == ""


texts = st.text("市场规模2137亿元 AI芯片Tesla52kg。.；\n", min_size=1, max_size=60).filter(str.strip)


@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from(["zh", "en"]))
def test_marks_are_numbers_of_the_evidence_in_order(found: list[str], lang: str) -> None:
    evidence: list[Evidence] = [piece(text, n) for n, text in enumerate(found, 1)]
    numbers = list(numbers_in(write(evidence, lang)))  # type: ignore[arg-type]
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= {item.n for item in evidence}


@pytest.mark.parametrize("text", ["规模达2137亿元，同比增长14.6%。", "IBM、特斯拉和H20，共63公斤。", "第3章"])
def test_nothing_chinese_is_in_an_english_answer(text: str) -> None:
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", write([piece(text, publisher="某院")], "en"))
