"""A second look at the evidence once a small model's answer stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant.afterthought import ANSWERS, HELD, SURER, Afterthought
from assistant.citations import Checked
from assistant.inquiry import Searched
from assistant.models.base import Message, Reply
from assistant.question import understand
from assistant.schema import Citation, Evidence, Sentence, Usage
from assistant.sides import Sides
from tests.assistant.builders import Scripted, piece

ASKED = "年报提示了哪些储能风险？"
TELLING = piece("储能公司面临政策风险、汇率风险和原材料涨价的风险，请投资者留意。", 1)
OTHER = piece("前瞻性的陈述存在不确定性，不构成对投资者的承诺，请注意。", 2)


def alike(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    return np.array([[0.9 if "储能" in text else 0.7 for text in texts] for _ in queries])


def answer_from(item: Evidence) -> Checked:
    cited = Citation(
        1, item.hit.report.id, "r.txt", "报告", None, item.start, item.end, item.text, True
    )
    return Checked(item.text, (Sentence(item.text, (1,), "supported"),), (cited,))


def nearer(odds: dict[str, float | None], rests_on: Evidence, **searched: object) -> str:
    """What is told before an answer that rests on one of two pieces; `odds` by a word of what is judged."""

    def leaning(messages: Sequence[Message]) -> float | None:
        return next(value for word, value in odds.items() if word in messages[-1].content.rsplit("资料：", 1)[-1])

    found = Searched(understand(ASKED), (ASKED,), (), Usage(0, 0))
    look = Afterthought(replace(found, **searched), Scripted("", odds=leaning), alike, None, Reply())
    return look.nearer(answer_from(rests_on), [TELLING, OTHER], "zh")


def test_the_sentence_nearest_to_the_question_is_told_where_it_is_surer_to_answer() -> None:
    assert nearer({"汇率": 1.0, "前瞻": 0.0}, OTHER) == f"{TELLING.text.rstrip('。')}[1]。"


@pytest.mark.parametrize(
    "odds",
    [
        {"汇率": SURER - 0.1, "前瞻": 0.0}, {"汇率": -0.1, "前瞻": -3.0},
        {"汇率": None, "前瞻": 0.0}, {"汇率": 2.0, "前瞻": None},
    ],
)
def test_not_where_it_is_hardly_surer_or_the_model_cannot_tell(odds: dict[str, float | None]) -> None:
    assert nearer(odds, OTHER) == ""


def test_an_answer_that_rests_on_it_needs_no_second_look() -> None:
    assert nearer({}, TELLING) == ""


def test_nor_one_that_hears_several_reports() -> None:
    assert nearer({}, OTHER, sides=Sides(("a", "b"))) == ""


def test_of_the_nearer_piece_the_sentence_with_the_figure_asked_for_is_told() -> None:
    fines = "储能法案达成了临时协议，公布了储能监管的重点内容。企业的罚款从750万欧元到3500万欧元。"
    asked = "储能法案的临时协议中，罚款的范围是多少欧元？"

    def leaning(messages: Sequence[Message]) -> float:
        return 2.0 if "罚款从" in messages[-1].content else -1.0

    found = Searched(understand(asked), (asked,), (), Usage(0, 0))
    look = Afterthought(found, Scripted("", odds=leaning), alike, None, Reply())
    told = look.nearer(answer_from(OTHER), [piece(fines, 1), OTHER], "zh")
    assert told == "企业的罚款从750万欧元到3500万欧元[1]。"


SHARE = "北云公司在2022年的云服务市场占比为28.1%，居全国首位。"
YEARS = "北云公司已经连续四年是云服务市场的领头羊，客户遍布全国。"
BOTH = piece(SHARE + YEARS)
ASKED_TWICE = "北云公司2022年在云服务市场的占比是多少，它连续几年是领头羊？"


def unanswered(asked: str, odds: dict[tuple[str, str], float | None], history: tuple[str, ...] = ()) -> list[str]:
    """What is told of the parts of a question after an answer that gives the share; `odds` by a word of the part and
    one of what is judged.
    """

    def leaning(messages: Sequence[Message]) -> float | None:
        evidence, _, part = messages[-1].content.rsplit("资料：", 1)[-1].partition("问题：")
        return next(value for (of, word), value in odds.items() if of in part and word in evidence)

    found = Searched(understand(asked, history), (asked,), (), Usage(0, 0))
    look = Afterthought(found, Scripted("", odds=leaning), alike, None, Reply())
    answer = replace(answer_from(BOTH), text=SHARE)
    return [sentence.text for sentence in look.unanswered(answer, [BOTH, OTHER], "zh")]


def test_of_each_part_that_the_answer_leaves_open_the_sentence_that_answers_it_is_told() -> None:
    answers = {("占比", "28.1"): 3.0, ("几年", "28.1"): HELD - 0.1, ("几年", "四年"): ANSWERS}
    assert unanswered(ASKED_TWICE, answers) == [YEARS]
    assert unanswered(ASKED_TWICE, answers | {("几年", "28.1"): HELD}) == []
    assert unanswered(ASKED_TWICE, answers | {("几年", "28.1"): None}) == []
    assert unanswered(ASKED_TWICE, answers | {("几年", "四年"): ANSWERS - 0.1}) == []


def test_what_the_answers_figures_and_times_answer_is_not_judged() -> None:
    assert unanswered("北云公司2022年的占比是多少，为什么？", {}) == []
    assert unanswered("北云公司何时有多少占比，做了哪些事情，然后呢？", {}) == []


def test_a_question_for_one_thing_and_those_before_it_are_not_asked_again() -> None:
    assert unanswered("它连续几年是领头羊？", {}) == []
    assert unanswered("它连续几年是领头羊？", {}, ("北云公司的占比是多少？",)) == []
