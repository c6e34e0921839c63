"""A large model reads each sentence beside what it cites, once an answer, and only its plain yes or no counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.errors import ModelFailed
from assistant.models.base import Message
from assistant.opinion import borne_out
from assistant.schema import Answer, Done
from assistant.settings import Settings
from tests.assistant.builders import Scripted
from vectorstore.library import Library

CLAIMS = [("2023年的收入为55亿元。", (1,)), ("公司有三家工厂。", (1, 2))]
REPORT = "星海公司2023年的收入为55亿元。公司在江苏有三家工厂。"
QUESTION = "星海公司2023年的收入是多少？"


@pytest.mark.parametrize(
    ("reply", "verdicts"),
    [
        ("1 是\n2 否", [True, False]),
        ("1. yes\n2. No", [True, False]),
        ("**2**：否", [None, False]),
        ("1 是\n1 否\n2 是", [None, True]),
        ("1 是\n7 否", [True, None]),
        ("1 yesterday\n2 是的", [None, None]),
        ("都对。", [None, None]),
        ("", [None, None]),
    ],
)
def test_only_a_plain_verdict_on_a_sentence_that_was_shown_counts(reply: str, verdicts: list[bool | None]) -> None:
    assert borne_out(CLAIMS, "[1]…", "zh", Scripted(reply, small=False)) == verdicts


@given(st.text(), st.integers(0, 5))
def test_there_is_a_verdict_or_none_for_every_sentence_whatever_the_model_says(reply: str, count: int) -> None:
    claims = [(f"第{n}句。", (1,)) for n in range(count)]
    assert len(borne_out(claims, "[1]…", "zh", Scripted(reply, small=False))) == count


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_model_reads_the_evidence_and_the_sentences_with_their_marks(lang: str) -> None:
    model = Scripted("", small=False)
    borne_out(CLAIMS, "[1]甲\n[2]乙", lang, model)  # type: ignore[arg-type]
    shown = model.asked[0][-1].content
    assert "[1]甲\n[2]乙" in shown
    assert "1. 2023年的收入为55亿元。 [1]\n2. 公司有三家工厂。 [1][2]" in shown


def test_nothing_to_look_at_costs_no_request() -> None:
    model = Scripted("", small=False)
    assert borne_out([], "", "zh", model) == []
    assert model.asked == []


def answering(said: str, verdicts: str | None) -> Callable[[list[Message]], str]:
    """Writes `said`; asked for its opinion gives `verdicts`, or fails where they are None."""

    def reply(messages: list[Message]) -> str:
        if "编号和“是”或“否”" not in messages[0].content:
            return said
        if verdicts is None:
            raise ModelFailed("the server hung up")
        return verdicts

    return reply


def told(library: Library, model: Scripted, settings: Settings | None = None) -> Answer:
    events = list(Assistant(library, model, settings or Settings()).ask(QUESTION))
    assert isinstance(events[-1], Done)
    return events[-1].answer


SAID = "星海公司2023年的收入为55亿元[1]。星海公司在江苏有三家工厂[1]。"
POLISHED = "星海公司2023年的收入为55亿元[1]。江苏为其生产基地所在[1]。"


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_a_sentence_that_a_large_model_denies_goes(library_of: Callable[..., Library]) -> None:
    library = library_of(sea=REPORT)
    answer = told(library, Scripted(answering(SAID, "1 是\n2 否"), small=False))  # type: ignore[arg-type]
    assert texts(answer) == ["星海公司2023年的收入为55亿元。"]
    assert not answer.notices


def test_a_sentence_that_only_its_wording_failed_stays_when_a_large_model_affirms_it(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(sea=REPORT)
    for verdict, count in (("1 是\n2 是", 2), ("1 是", 1)):
        answer = told(library, Scripted(answering(POLISHED, verdict), small=False))  # type: ignore[arg-type]
        assert len(texts(answer)) == count


@pytest.mark.parametrize(
    "wrong",
    [
        "星海公司2024年的收入为66亿元[1]。",  # no such number
        "该企业的营业额在2023年录得41亿元[1]。",  # that of another year
        "这家厂商的营业额下跌了12%[1]。",  # turned around
        "该企业已经斩获90亿元之巨的营业额[1]。",  # a forecast told as a fact
    ],
)
def test_no_opinion_makes_stand_what_code_sees_to_be_wrong(library_of: Callable[..., Library], wrong: str) -> None:
    report = "星海公司2023年的收入为55亿元，2022年的收入为41亿元。收入增长12%。预计未来收入为90亿元。"
    said = "星海公司2023年的收入为55亿元[1]。" + wrong
    answer = told(library_of(sea=report), Scripted(answering(said, "1 是\n2 是"), small=False))  # type: ignore[arg-type]
    assert texts(answer) == ["星海公司2023年的收入为55亿元。"]


def test_a_sentence_affirmed_as_a_whole_is_not_told_by_its_beginning_too(library_of: Callable[..., Library]) -> None:
    said = "星海公司2023年的收入为55亿元，江苏为其生产基地所在[1]。"
    library = library_of(sea=REPORT)
    whole = told(library, Scripted(answering(said, "1 是"), small=False))  # type: ignore[arg-type]
    assert texts(whole) == ["星海公司2023年的收入为55亿元，江苏为其生产基地所在。"]
    denied = told(library, Scripted(answering(said, "1 否"), small=False))  # type: ignore[arg-type]
    assert texts(denied) == ["星海公司2023年的收入为55亿元。"]


def test_a_model_that_fails_to_give_its_opinion_leaves_the_answer_and_a_notice(
    library_of: Callable[..., Library],
) -> None:
    answer = told(library_of(sea=REPORT), Scripted(answering(SAID, None), small=False))  # type: ignore[arg-type]
    assert len(texts(answer)) == 2
    assert "the server hung up" in answer.notices[0]


def test_a_small_model_is_not_asked_nor_a_large_one_where_the_setting_says_so(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(sea=REPORT)
    small = Scripted(answering(SAID, "1 否\n2 否"))  # type: ignore[arg-type]
    assert len(texts(told(library, small))) == 2
    large = Scripted(answering(SAID, "1 否\n2 否"), small=False)  # type: ignore[arg-type]
    assert len(texts(told(library, large, Settings(second_look=False)))) == 2
