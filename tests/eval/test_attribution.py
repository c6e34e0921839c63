from __future__ import annotations

from typing import Any

import pytest

from eval.attribution import citation_precision, citation_recall, cited_places, unmarked_number
from eval.dataset import Question
from eval.retrieval import Sources

FIRST = "2023年全国工业机器人销量为31.6万台，同比增长4.3%。"
SECOND = "深圳有整机企业120家，海外销售额达到64亿元。"
FAR = "\n" + "—" * 130 + "\n"
TEXT = FIRST + FAR + SECOND + FAR + "本章介绍研究方法与致谢。"
QUESTION = Question("q", "zh", "fact", "工业机器人的情况如何？")
SOURCES = Sources({"r.txt": TEXT}.__getitem__)


def record(*sentences: tuple[str, list[int]], state: str = "supported", refused: bool = False) -> dict[str, Any]:
    citations = []
    for n, quote in enumerate((FIRST, SECOND, "本章介绍研究方法与致谢。"), start=1):
        start = TEXT.index(quote)
        citations.append({"n": n, "source": "r.txt", "start": start, "end": start + len(quote), "quote": quote})
    return {
        "refused": refused, "citations": citations,
        "sentences": [{"text": text, "marks": marks, "state": state} for text, marks in sentences],
    }


@pytest.mark.parametrize(
    ("sentences", "recall", "precision"),
    [
        ([("2023年工业机器人销量为31.6万台。", [1])], 1.0, 1.0),
        # The second mark says something else: the sentence stands without it.
        ([("2023年工业机器人销量为31.6万台。", [1, 3])], 1.0, 0.5),
        # Neither alone is enough, both are needed.
        ([("2023年工业机器人销量为31.6万台，深圳有整机企业120家。", [1, 2])], 1.0, 1.0),
        ([("2023年工业机器人销量为31.6万台。", [2])], 0.0, 0.0),
        ([("2023年工业机器人销量为31.6万台。", [])], 0.0, 0.0),
        ([("2023年工业机器人销量为31.6万台。", [1]), ("深圳有整机企业120家。", [1])], 0.5, 0.5),
    ],
)
def test_recall_asks_whether_a_sentence_is_borne_out_and_precision_whether_each_mark_is_needed(
    sentences: list[tuple[str, list[int]]], recall: float, precision: float
) -> None:
    said = record(*sentences)
    assert citation_recall(said, QUESTION, SOURCES).value == recall
    assert citation_precision(said, QUESTION, SOURCES).value == precision


def test_a_refusal_has_no_citations_to_score() -> None:
    said = record(("报告里没有。", []), refused=True)
    for scorer in (citation_recall, citation_precision, unmarked_number):
        assert scorer(said, QUESTION, SOURCES).value is None


@pytest.mark.parametrize(
    ("text", "marks", "state", "value"),
    [
        ("销量为31.6万台。", [1], "supported", 0.0),
        ("Sales came to 316,000 units.", [1], "supported", 0.0),
        ("销量为31.6万台。", [2], "supported", 1.0),
        ("销量为99万台。", [1], "supported", 1.0),
        ("销量为99万台。", [1], "unverified", 0.0),
    ],
)
def test_a_figure_stands_where_its_own_sentence_points_or_the_sentence_is_marked(
    text: str, marks: list[int], state: str, value: float
) -> None:
    assert unmarked_number(record((text, marks), state=state), QUESTION, SOURCES).value == value


def test_a_citation_of_an_unknown_report_bears_nothing_out() -> None:
    said = record(("2023年工业机器人销量为31.6万台。", [1]))
    said["citations"][0]["source"] = "gone.txt"
    assert 1 not in cited_places(said, SOURCES)
    assert citation_recall(said, QUESTION, SOURCES).value == 0.0


def test_broken_lines_are_joined_before_they_are_read() -> None:
    sources = Sources({"r.txt": "全国工业机器\n人销量为31.6万台。\n\nSold in\n2023."}.__getitem__)
    said = {"citations": [{"n": 1, "source": "r.txt", "start": 2, "end": 8}]}
    assert cited_places(said, sources)[1] == "全国工业机器人销量为31.6万台。\n\nSold in\n2023."


def test_the_heads_of_columns_put_before_the_cells_of_a_row_need_not_stand_in_its_quote() -> None:
    row = "储能甲号\t江苏\t8.7吉瓦\t液流电池"
    sources = Sources({"t.txt": row}.__getitem__)
    heads = ("储能项目的正式名称", "项目所在的省份", "已经建成的装机规模", "采用的主要技术路线")
    told = " | ".join(f"{head}: {cell}" for head, cell in zip(heads, row.split("\t"), strict=True))

    def borne_out(text: str) -> float | None:
        citation = {"n": 1, "source": "t.txt", "start": 0, "end": len(row), "quote": row}
        sentence = {"text": text, "marks": [1], "state": "supported"}
        said = {"refused": False, "citations": [citation], "sentences": [sentence]}
        return citation_recall(said, QUESTION, sources).value

    assert borne_out(told) == 1.0
    assert borne_out(told.replace("8.7", "9.9")) == 0.0


def test_the_caption_over_a_table_gives_its_figures_their_unit() -> None:
    row = "网络支付\t9.5\t4.7%"
    said = {
        "refused": False, "question": "网络支付有多少用户？",
        "citations": [{"n": 1, "source": "t.txt", "start": 0, "end": len(row), "quote": row}],
        "sentences": [{"text": "网络支付的用户规模为9.5亿，同比增长4.7%。", "marks": [1], "state": "supported"}],
    }
    heads = ("应用 | 用户规模 | 同比增长", "表1：各类应用的用户规模（单位：亿，%）")
    bare = Sources({"t.txt": row}.__getitem__)
    known = Sources({"t.txt": row}.__getitem__, heads=lambda name, place: heads)
    assert citation_recall(said, QUESTION, bare).value == 0.0
    assert citation_recall(said, QUESTION, known).value == 1.0


@pytest.mark.parametrize(
    ("text", "recall"),
    [
        ("具体包括：", 1.0),
        ("报告没有说明原因。", 1.0),
        ("The sources give no reason.", 1.0),
        ("2023年深圳的整机企业在华南各市里数量最多，海外销售也走在最前面：", 0.0),
        ("深圳有整机企业120家：", 0.0),
    ],
)
def test_what_leads_in_or_tells_of_silence_needs_no_mark_unless_it_claims_something(text: str, recall: float) -> None:
    assert citation_recall(record((text, [])), QUESTION, SOURCES).value == recall
