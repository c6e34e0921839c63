"""A finished answer checked: every sentence proved, every mark a quote that stands in the report."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.citations import Checked, check
from assistant.evidence import excerpt
from assistant.marks import numbers_in
from assistant.schema import Evidence
from tests.assistant.builders import piece
from vectorstore.schema import Hit, OffsetMap, Passage, Report

# Reports as read: lines broken inside sentences, which cleaning has joined.
READ = {
    "zh": "页眉\n据测算，2023年国内人工智能产业规模约为2137\n亿元，"
    "同比增长30.6%。\n北京有人工智能企业2200家，上\n海约有1100家。该模型尚未开源。预计到2028年产业规模将突破8000亿元。\n页脚",
    "en": "Header\nThe chip maker shipped 25,000 A100 "
    "accel-\nerators to OpenAI in 2022. Margins rose to 61.5%.\nfooter",
}
TITLES = {
    "zh": ("2023年人工智能产业研究报告", "艾瑞咨询", "2024-03-12"),
    "en": ("Chips in depth", "HTI", None),
}


def _clean(text: str) -> tuple[str, OffsetMap]:
    runs, clean = [], ""
    for found in re.finditer(r"[^\n]+", text):
        line = found[0].removesuffix("-")
        runs.append((len(clean), found.start(), len(line)))
        clean += line
        if not found[0].endswith("-") and line[-1:].isascii():
            clean += " "
    return clean, OffsetMap(tuple(runs))


def evidence(n: int, report: str, first: str, last: str) -> Evidence:
    """The evidence that runs from one wording of the clean report to another."""
    clean, offsets = _clean(READ[report])
    title, publisher, date = TITLES[report]
    about = Report(
        report, f"{report}.txt", f"{report}.txt", "txt", "", title, publisher, date,
        "zh" if report == "zh" else "en", 0, len(READ[report]), 1, "",
    )  # fmt: skip
    passage = Passage(report, 0, 0, len(READ[report]), None, None, "text", (), clean, offsets)
    a, b = clean.index(first), clean.index(last) + len(last)
    start, end = offsets.original(a, b)
    hit = Hit(n, 1.0, passage, about, clean)
    return Evidence(n, hit, clean[a:b], start, end, None, READ[report][start:end])


EVIDENCE = [
    evidence(1, "zh", "据测算", "30.6%。"),
    evidence(2, "zh", "北京有", "开源。"),
    evidence(3, "zh", "预计", "8000亿元。"),
    evidence(4, "en", "The chip", "61.5%."),
]


def checked(answer: str, question: str = "人工智能产业怎么样？", **options: object) -> Checked:
    lang = "zh" if re.search("[\u4e00-\u9fff]", answer) else "en"
    return check(answer, EVIDENCE, question=question, lang=lang, report_text=READ.__getitem__, **options)  # type: ignore[arg-type]


def states(result: Checked) -> list[str]:
    return [sentence.state for sentence in result.sentences]


def test_a_supported_sentence_keeps_its_mark_and_gets_the_smallest_quote() -> None:
    result = checked("上海约有1100家人工智能企业[2]。")
    assert result.text == "上海约有1100家人工智能企业[1]。"
    assert states(result) == ["supported"]
    (citation,) = result.citations
    assert citation.quote == "北京有人工智能企业2200家，上\n海约有1100家。"
    assert (citation.n, citation.source, citation.supported) == (1, "zh.txt", True)


def test_a_quote_holds_every_item_that_a_sentence_enumerates() -> None:
    text = (
        "难题一：运动技能悖论。机器下棋胜过人，走路却不如人。难题二：大脑科学悖论。人的大脑难以复制出来。"
        "难题三：知识图谱悖论。图谱难以跟上知识的更新。难题四：伦理悖论。人的价值观本来不同。难题五：成本。"
    )
    said = "报告总结的难题分别是运动技能悖论、大脑科学悖论、知识图谱悖论、伦理悖论[1]。"
    result = check(said, [piece(text)], question="报告总结了哪些难题？", lang="zh", report_text=lambda _: text)
    (citation,) = result.citations
    assert citation.quote.startswith("难题一：运动技能悖论")
    assert citation.quote.endswith("难题四：伦理悖论。")


def test_a_mark_between_two_stops_stands_before_one() -> None:
    result = checked("上海约有1100家人工智能企业。[2]。2028年产业规模预计突破8000亿元。[3]；")
    assert result.text == "上海约有1100家人工智能企业[1]。2028年产业规模预计突破8000亿元[2]。"


def test_a_sentence_of_several_pieces_is_found_whole_though_another_piece_fits_better_at_first() -> None:
    texts = [
        "储能企业集中在Alpha、Beta和Gamma，三地鼎立，其中Alpha的储能企业最多。",
        "Alpha的储能企业数量达到3359家。", "Beta的储能企业数量达到2354家。", "Gamma的储能企业数量达到2118家。",
    ]  # fmt: skip
    given = [piece(text, n) for n, text in enumerate(texts, 1)]
    said = "Alpha的储能企业有3359家，Beta的储能企业有2354家，Gamma的储能企业有2118家。"
    by_report = dict(zip([item.hit.report.id for item in given], texts, strict=True))
    result = check(said, given, question="三地各有多少家？", lang="zh", report_text=by_report.__getitem__)
    assert [citation.quote for citation in result.citations] == texts[1:]


def test_a_stop_that_is_left_over_is_no_sentence() -> None:
    result = checked("“上海约有1100家人工智能企业。”[2]。2028年产业规模预计突破8000亿元[3]。")
    assert [sentence.text for sentence in result.sentences] == [
        "“上海约有1100家人工智能企业。”", "2028年产业规模预计突破8000亿元。"
    ]  # fmt: skip


def test_the_supported_beginning_of_a_sentence_stays_unless_sentences_are_kept_whole() -> None:
    said = "上海约有1100家人工智能企业，北京有9900家[2]。"
    result = checked(said)
    assert result.text == "上海约有1100家人工智能企业[1]。"
    assert [sentence.text for sentence in result.removed] == ["上海约有1100家人工智能企业，北京有9900家。"]
    assert states(checked(said, unsupported="mark")) == ["unverified"]


def test_a_sentence_without_a_mark_gets_one() -> None:
    result = checked("2023年人工智能产业规模约为2137亿元。")
    assert result.text == "2023年人工智能产业规模约为2137亿元[1]。"
    assert states(result) == ["repaired"]


def test_a_wrong_mark_is_replaced() -> None:
    result = checked("2023年人工智能产业规模约为2137亿元[3]。")
    assert states(result) == ["repaired"]
    assert "2137" in result.citations[0].quote.replace("\n", "")


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("远山研究院估计储能市场规模为1205亿元[1]。", ""),
        ("星海证券估计储能市场规模为1205亿元[1]。", "星海证券估计储能市场规模为1205亿元[1]。"),
        ("远山研究院估计锂电池占九成以上[1]。", "远山研究院估计锂电池占九成以上[1]。"),
        ("长河咨询估计铅酸电池占一成[1]。", "长河咨询估计铅酸电池占一成[1]。"),
        ("星海证券有1205亿元[1]。", ""),
    ],
)
def test_what_a_report_is_said_to_say_has_to_stand_in_it(answer: str, left: str) -> None:
    said = [
        ("星海证券", "储能市场规模估计为1205亿元。长河咨询估计铅酸电池占一成。"),
        ("远山研究院", "据估计，锂电池占九成以上。"),
        ("长河咨询", "报告的统计不含抽水蓄能。"),
    ]
    found = [piece(text, n, publisher=publisher) for n, (publisher, text) in enumerate(said, 1)]
    apart = [
        replace(item, hit=replace(item.hit, report=replace(item.hit.report, id=f"r{item.n}"))) for item in found
    ]
    texts = {f"r{n}": text for n, (_, text) in enumerate(said, 1)}
    result = check(answer, apart, question="市场怎么样？", lang="zh", report_text=texts.__getitem__)
    assert result.text == left


def test_marks_are_numbered_in_order_of_appearance() -> None:
    result = checked("2028年产业规模预计突破8000亿元[3]。上海约有1100家人工智能企业[2]。")
    assert result.text == "2028年产业规模预计突破8000亿元[1]。上海约有1100家人工智能企业[2]。"
    assert [c.n for c in result.citations] == [1, 2]
    assert "8000" in result.citations[0].quote


def test_a_mark_that_adds_nothing_goes_and_one_that_adds_stays() -> None:
    assert checked("上海约有1100家人工智能企业[2][1]。").text == "上海约有1100家人工智能企业[1]。"
    both = checked("2023年产业规模约为2137亿元，预计2028年将突破8000亿元[1][3]。")
    assert [c.n for c in both.citations] == [1, 2]


def test_what_nothing_supports_is_removed_or_marked() -> None:
    answer = "上海约有1100家人工智能企业[2]。杭州有800家人工智能企业[2]。"
    result = checked(answer)
    assert result.text == "上海约有1100家人工智能企业[1]。"
    assert [s.text for s in result.removed] == ["杭州有800家人工智能企业。"]
    assert states(checked(answer, unsupported="mark")) == ["supported", "unverified"]
    assert "800家" in checked(answer, unsupported="mark").text


@pytest.mark.parametrize(
    ("answer", "question", "unsaid"),
    [
        ("广州有人工智能企业2200家[2]。", "广州有多少家人工智能企业？", ["广州"]),
        ("北京第一次有人工智能企业2200家[2]。", "北京第一次有多少家人工智能企业？", ["第一次"]),
        ("北京有人工智能企业2200家[2]。", "北京有多少家人工智能企业？", []),
    ],
)
def test_the_question_vouches_for_no_name_and_no_first(
    answer: str, question: str, unsaid: list[str]
) -> None:
    result = checked(answer, question)
    assert [word.text for word in result.unsaid] == unsaid
    assert bool(result.text) is not bool(unsaid)
    assert result.contradicted is bool(unsaid)


@pytest.mark.parametrize(
    ("question", "contradicted"),
    [("2023年收入上升14.6%，达到多少？", False), ("2023年的收入达到多少？", True)],
)
def test_a_rise_that_the_question_already_took_a_fall_for_contradicts_nothing(
    question: str, contradicted: bool
) -> None:
    evidence = [piece("2023年的收入同比下降14.6%，为246亿元。")]
    said = "2023年的收入同比上升14.6%，为246亿元[1]。"
    result = check(said, evidence, question=question, lang="zh", report_text=lambda _: evidence[0].text)
    assert result.text == ""
    assert result.contradicted is contradicted


@pytest.mark.parametrize(
    ("second", "states"),
    [
        ("大会上，谷歌发布了几十款新产品，助手的功能不少。", []),
        ("谷歌与苹果合作，助手的功能在设备端运行。", ["repaired"]),
    ],
)
def test_of_what_two_did_together_one_passage_tells(second: str, states: list[str]) -> None:
    evidence = [piece("苹果在大会上推出了新的助手，其功能在设备端运行。", 1), piece(second, 2)]
    claim = "苹果与谷歌联手推出新的助手，其功能在设备端运行。"
    texts = {item.hit.report.id: item.text for item in evidence}
    result = check(claim, evidence, question="功能在哪里？", lang="zh", report_text=texts.__getitem__)
    assert [sentence.state for sentence in result.sentences] == states


def test_two_reports_make_no_fact() -> None:
    """A figure of one report is not said of what only another one names."""
    evidence = [
        piece("南城聚集了645家人工智能企业，占全市的39.2%。", 1),
        piece("上海市的人工智能独角兽企业数量位居第二。", 2),
    ]
    claim = "上海市聚集了645家人工智能企业，占全市的39.2%[1][2]。"
    texts = {item.hit.report.id: item.text for item in evidence}
    result = check(claim, evidence, question="上海市有多少家？", lang="zh", report_text=texts.__getitem__)
    assert result.text == ""


def test_what_a_sentence_says_beyond_its_question_has_to_stand_in_its_evidence() -> None:
    question = "北京的人工智能企业在哪些方面开源，重点有哪些？"
    said = "北京的人工智能企业重点投入芯片制造、医疗影像和语音助手[2]。"
    assert checked(said, question).text == ""


def test_nothing_left_gives_an_empty_text() -> None:
    result = checked("以下是要点：\n1. 杭州有800家企业[1]。\n2. 规模为9999亿元[2]。")
    assert (result.text, result.citations) == ("", ())
    assert len(result.removed) == 2
    assert checked("").text == ""


def test_removing_leaves_no_dangling_numbers_headings_or_lead_ins() -> None:
    answer = (
        "## 规模\n以下是要点：\n1. 上海约有1100家人工智能企业[2]。\n2. 杭州有800家企业[2]。\n"
        "3. 该模型尚未开源[2]。\n\n## 其他\n还有几点：\n- 南京有77家企业[1]。"
    )
    assert checked(answer).text == (
        "## 规模\n以下是要点：\n1. 上海约有1100家人工智能企业[1]。\n2. 该模型尚未开源[1]。"
    )


def test_rows_of_a_table_are_checked_one_by_one() -> None:
    answer = "| 城市 | 人工智能企业 |\n|---|---|\n| 上海 | 1100家 |\n| 杭州 | 800家 |"
    assert checked(answer).text == "| 城市 | 人工智能企业 |\n|---|---|\n| 上海 | 1100家[1] |"


def test_connectives_silence_and_the_reports_own_title_need_no_mark() -> None:
    answer = "综上所述：\n上海约有1100家人工智能企业[2]。资料没有提到利润。该报告由艾瑞咨询于2024年发布。"
    result = checked(answer)
    assert states(result) == ["supported"] * 4
    assert result.text == answer.replace("[2]", "[1]")


def test_english_over_english_and_conversion_over_chinese() -> None:
    result = checked(
        "The industry was worth 213.7 billion yuan in 2023 [1]. "
        "OpenAI received 25,000 A100 accelerators in 2022.",
        question="How large is the industry?",
    )
    assert result.text == (
        "The industry was worth 213.7 billion yuan in 2023 [1]. "
        "OpenAI received 25,000 A100 accelerators in 2022 [2]."
    )
    assert states(result) == ["supported", "repaired"]


def test_meaning_decides_across_languages_when_there_are_embeddings() -> None:
    def similarity(claims: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        return np.array([[0.95 if "开源" in text else 0.5 for text in texts] for _ in claims])

    said = "The model is not open source yet."
    denied = "The model is already open source."
    assert checked(said, similarity=similarity).text == "The model is not open source yet [1]."
    assert checked(denied, similarity=similarity).text == ""


@pytest.mark.parametrize(
    "wrong",
    [
        "规模约为2317亿元[1]。", "规模约为2137亿美元[1]。", "规模约为2137万元[1]。",
        "2021年规模约为2137亿元[1]。", "上海有人工智能企业2200家[2]。", "该模型已经开源[2]。",
        "2028年产业规模已经突破8000亿元[3]。",
    ],
)  # fmt: skip
def test_plausible_mistakes_do_not_pass(wrong: str) -> None:
    assert checked(wrong).text == ""


SENTENCES = st.sampled_from([
    "2023年人工智能产业规模约为2137亿元", "上海约有1100家人工智能企业", "杭州有800家企业",
    "预计2028年将突破8000亿元", "综上所述：", "Margins rose to 61.5%", "GPT-9 is great", "该模型尚未开源",
    "| a | b |", "|---|---|", "## 标题", "**重点**", "",
])  # fmt: skip
PREFIXES = st.sampled_from(["", "", "1. ", "2. ", "- ", "  - ", "(3) "])
MARKS = st.sampled_from(["", "[1]", "[2][3]", "[9]", "【4】", "[1-4]"])
ENDS = st.sampled_from(["。\n", ".", "\n", "；", "。", "\n\n", " "])
ANSWERS = st.lists(st.tuples(PREFIXES, SENTENCES, MARKS, ENDS).map("".join), max_size=6).map("".join)


@settings(max_examples=150, deadline=None)
@given(ANSWERS, st.sampled_from(["remove", "mark"]))
def test_every_mark_resolves_and_every_quote_stands_in_its_report(answer: str, unsupported: str) -> None:
    result = checked(answer, unsupported=unsupported)
    shown = [c.n for c in result.citations]
    assert list(numbers_in(result.text)) == shown == list(range(1, len(shown) + 1))
    for citation in result.citations:
        assert READ[citation.report][citation.start : citation.end] == citation.quote != ""
    assert {n for s in result.sentences for n in s.marks} == {c.n for c in result.citations}
    assert result == checked(answer, unsupported=unsupported)
    if unsupported == "remove":
        assert "unverified" not in states(result)
        assert not re.search(r"^\s*(?:\d+\.|-|\(\d\))\s*$", result.text, re.MULTILINE)
        again = checked(result.text)
        assert again.text == "" or "unverified" not in states(again)


def test_a_check_without_embeddings_takes_little_time() -> None:
    answer = "2023年人工智能产业规模约为2137亿元[3]。上海约有1100家人工智能企业[2]。杭州有800家企业[1]。" * 2
    seconds = []
    for _ in range(3):
        started = time.process_time()
        checked(answer)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.05


def test_marks_inside_marks_leave_none_that_no_sentence_carries() -> None:
    checked = check("【3】[1[1]]", [piece("规模为2137亿元。")], question="规模？", lang="zh", report_text=lambda _: "")
    assert not checked.citations or checked.text.count("[1]") >= 1
    assert not check("规模很大[1]。", [], question="规模？", lang="zh", report_text=lambda _: "").text


def test_a_heading_that_says_it_all_is_not_what_another_passage_is_cited_for() -> None:
    said = "北斗公司2023年4月接连发生三起因使用助手导致的数据泄露事件，其中两起涉及设备资料。"
    beside = piece("使用助手导致数据泄露的原因很多，北斗公司也在研究。", 1)
    passage = replace(beside.hit.passage, heading=(said,))
    beside = replace(beside, hit=replace(beside.hit, passage=passage))
    holding = piece(said, 2)
    checked = check(
        "北斗公司2023年4月接连发生三起因使用助手导致的数据泄露事件[1]。", [beside, holding],
        question="北斗公司发生了几起数据泄露？", lang="zh", report_text=lambda report: said * 3,
    )  # fmt: skip
    assert [citation.report for citation in checked.citations] == [holding.hit.report.id]


def test_the_later_part_of_a_row_is_read_and_where_needed_quoted_with_its_first_cell() -> None:
    clean = "步骤: 数据标注 | 定义: 由人对数据作分类。 | 成本占比: 40%-50%"
    row = piece(clean)
    table = replace(row.hit, passage=replace(row.hit.passage, kind="table"))
    later = excerpt(1, table, clean.index("| 成本占比"), len(clean))
    said = check(
        "数据标注: 40%-50%[1]。", [later], question="哪一步的花费高？", lang="zh",
        report_text=lambda report: clean,
    )  # fmt: skip
    assert [sentence.state for sentence in said.sentences] == ["supported"]
    assert said.citations[0].quote == clean


def test_a_second_look_reads_a_sentence_beside_what_it_cites_itself() -> None:
    seen: list[tuple[int, ...]] = []

    def look(cited: Sequence[Evidence], said: Sequence[tuple[str, tuple[int, ...]]]) -> list[bool | None]:
        seen.extend(marks for _, marks in said)
        return [True for _ in said]

    loose = checked("该国这一行的营生愈发红火[1]。", second=look)
    assert seen == [(1,)]
    assert (states(loose), loose.text) == (["supported"], "该国这一行的营生愈发红火[1]。")


def test_without_an_opinion_the_evidence_that_fits_is_looked_for() -> None:
    assert states(checked("该国这一行的营生愈发红火[1]。", second=lambda cited, said: [])) == []
    moved = checked("2028年产业规模预计突破8000亿元[2]。", second=lambda cited, said: [])
    assert states(moved) == ["repaired"]


def test_what_ends_in_a_semicolon_ends_in_a_stop_when_the_rest_is_taken_out() -> None:
    told = checked("2023年产业规模约2137亿元[1]；火星上也有三家工厂[1]。")
    assert told.text == "2023年产业规模约2137亿元[1]。"


def test_a_lead_in_keeps_the_mark_that_it_was_given() -> None:
    told = checked("北京的人工智能企业如下[2]：\n- 北京有人工智能企业2200家[2]")
    assert told.text.startswith("北京的人工智能企业如下[1]：")


def test_what_something_is_without_goes_with_what_says_so() -> None:
    told = checked("产业规模约2137亿元[1]。\n\n它没有火星工厂[1]：\n- 北京有人工智能企业2200家[2]")
    assert told.text == "产业规模约2137亿元[1]。"
