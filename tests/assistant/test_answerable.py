"""A small model is asked whether the evidence holds what the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.answerable import ANYTHING, ONE_THING, holds, telling
from assistant.assistant import Assistant
from assistant.models.base import Message
from assistant.models.local import LocalModel
from assistant.schema import Done, Token
from tests.assistant.builders import Scripted, piece, row_of_bare_cells
from vectorstore.library import Library

FACTS = "星海公司2023年的收入为55亿元。星海公司共有三座工厂，都在江苏省内。"
ONE = "星海公司2023年的收入是多少？"
SEVERAL = "星海公司2023年的收入是多少，有几座工厂？"
WHY = "星海公司2023年的收入为什么下降？"


@pytest.mark.parametrize(
    ("question", "odds", "answered"),
    [
        (ONE, ONE_THING + 0.1, True),
        (ONE, ONE_THING - 0.1, False),
        ("How large was revenue in 2023?", ONE_THING + 0.1, True),
        ("How large was revenue in 2023?", ONE_THING - 0.1, False),
        (SEVERAL, ANYTHING + 0.1, True),
        (SEVERAL, ANYTHING - 0.1, False),
        ("各份报告写的收入是多少？", ANYTHING + 0.1, True),
        (WHY, -9.0, True),
        (ONE, None, True),
    ],
)
def test_what_is_asked_for_alone_has_to_be_there_more_surely(
    question: str, odds: float | None, answered: bool
) -> None:
    assert holds(question, question, [piece(FACTS)], Scripted("", odds=odds)) is answered


def test_where_several_reports_may_answer_less_sureness_will_do() -> None:
    model = Scripted("", odds=ANYTHING + 0.1)
    assert not holds(ONE, ONE, [piece(FACTS)], model)
    assert holds(ONE, ONE, [piece(FACTS)], model, several=True)


def test_rows_of_bare_cells_are_judged_below_the_names_of_their_columns() -> None:
    model = Scripted("", odds=9.0)
    holds(ONE, ONE, [row_of_bare_cells()], model)
    assert "厂商 发布时间 模型名称 参数规模 发布时间: 2023年6月" in model.judged[-1].content


def test_it_is_judged_in_the_language_of_the_evidence() -> None:
    model = Scripted("", odds=9.0)
    holds("How large?", "收入多少？", [piece(FACTS)], model)
    assert "收入多少？" in model.judged[-1].content
    assert "资料" in model.judged[0].content
    holds("How large?", "How large?", [piece("Revenue was 5.5 billion yuan.", lang="en")], model)
    assert "sources" in model.judged[0].content


def test_headings_are_not_judged_beside_what_says_something() -> None:
    said, day, heading = piece(FACTS, 1), piece("2023-2-8\n新工厂投产", 2), piece("产业规模与竞争格局", 3)
    assert telling([said, heading, day]) == [said, day]
    assert telling([heading]) == [heading]


def test_without_evidence_for_it_nothing_is_written(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    model = Scripted("星海公司2023年的收入为55亿元[1]。", odds=-2.0)
    answer = assistant(model, library_of(facts=FACTS)).answer(ONE)
    assert answer.refused
    assert model.asked == []
    assert FACTS.startswith(model.judged[-1].content.split("\n")[1])


def test_what_takes_more_than_one_thing_to_tell_is_written_before_it_is_judged(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    said = "星海公司2023年的收入为55亿元，共有三座工厂[1]。"
    for odds, refused in ((-2.0, True), (2.0, False)):
        model = Scripted(said, odds=odds)
        events = list(assistant(model, library_of(facts=FACTS)).ask(SEVERAL))
        assert "".join(event.text for event in events if isinstance(event, Token)) == said
        assert isinstance(events[-1], Done)
        assert events[-1].answer.refused is refused


def test_how_far_it_is_doubted_can_be_measured(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    library = library_of(facts=FACTS)
    assert assistant(Scripted("", odds=ONE_THING - 1), library).doubt(ONE) == pytest.approx(1)
    assert assistant(Scripted("", odds=9.0, small=False), library).doubt(ONE) is None
    assert assistant(None, library).doubt(ONE) is None


def test_a_large_model_is_not_asked(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    model = Scripted("星海公司2023年的收入为55亿元[1]。", odds=-2.0, small=False)
    assert not assistant(model, library_of(facts=FACTS)).answer(ONE).refused


@pytest.mark.model
def test_the_local_model_tells_a_year_that_is_there_from_one_that_is_not(local_model: Path) -> None:
    pytest.importorskip("xllamacpp")
    model = LocalModel(local_model, context=2048, threads=1)
    assert holds(ONE, ONE, [piece(FACTS)], model)
    other = ONE.replace("2023", "2019")
    assert not holds(other, other, [piece(FACTS)], model)


def test_an_answer_that_rests_on_none_of_what_bears_most_is_judged_by_what_it_cites(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    asked = "星河白皮书里的“超亮”电站是按什么标准算的，又有多少座？"
    beside = "星河白皮书里的电站标准是按什么样的办法算的" + "，各地电站的标准又按白皮书里的办法算了多少遍" * 8 + "。"
    rests = "功率超过100兆瓦的称超亮电站，共12座。"

    def lean(messages: Sequence[Message]) -> float:
        return 2.0 if rests in messages[-1].content else -2.0

    for cited, refused in ((rests, False), ("各地电站的标准按白皮书里的办法算。", True)):
        model = Scripted(f"{cited.rstrip('。')}。", odds=lean)
        answer = assistant(model, library_of(a=beside, b=rests)).answer(asked)
        assert model.judged[-1].content.count(rests) == (not refused)
        assert answer.refused is refused
