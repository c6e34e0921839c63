"""Follow-ups made to stand alone by a large model, from earlier questions that keep to a budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from assistant.assistant import Assistant
from assistant.errors import Cancelled, ModelFailed
from assistant.evidence import tokens
from assistant.memory import recall, standing
from assistant.models.base import Message
from assistant.question import understand
from tests.assistant.builders import Scripted

HISTORY = ["2023年人工智能产业规模多大？", "宁德时代的份额是多少？"]
REWRITTEN = "2021年宁德时代的份额是多少？"


def large(said: str | Callable[[Sequence[Message]], str]) -> Scripted:
    return Scripted(said, small=False)


def test_a_follow_up_is_rewritten_from_all_earlier_questions() -> None:
    model = large("2023年宁德时代的份额是多少？\n")
    found = standing(understand("那2023年呢？", HISTORY), model, 600)
    assert found.standalone == "2023年宁德时代的份额是多少？"
    assert found.text == "那2023年呢？"
    assert all(question in model.written_from[-1].content for question in [*HISTORY, "那2023年呢？"])


@pytest.mark.parametrize(
    ("question", "history", "small"),
    [
        ("2022年深圳的人工智能企业有多少家？", HISTORY, False),
        ("那2021年呢？", [], False),
        ("那2021年呢？", HISTORY, True),
    ],
)
def test_what_stands_alone_or_is_for_a_small_model_asks_nothing(
    question: str, history: list[str], small: bool
) -> None:
    model = Scripted(REWRITTEN, small=small)
    asked = understand(question, history)
    assert standing(asked, model, 600) == asked
    assert model.asked == []


@pytest.mark.parametrize("said", ["", "What share did CATL have in 2021?", "份额为39%吗？", "问" * 3000])
def test_what_is_no_question_of_this_conversation_is_not_used(said: str) -> None:
    asked = understand("那2021年呢？", HISTORY)
    assert standing(asked, large(said), 600) == asked


def test_a_model_that_fails_leaves_the_question_as_it_is() -> None:
    def fail(_: Sequence[Message]) -> str:
        raise ModelFailed("refused")

    asked = understand("那2021年呢？", HISTORY)
    assert standing(asked, large(fail), 600) == asked


def test_cancelling_is_not_mistaken_for_a_failure() -> None:
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        standing(understand("那2021年呢？", HISTORY), large(REWRITTEN), 600, cancel=cancel)


def test_within_the_budget_the_questions_stand_word_for_word_and_nothing_is_asked() -> None:
    model = large("概要")
    assert recall(HISTORY, model, 600, "zh") == "\n".join(HISTORY)
    assert model.asked == []


def test_beyond_the_budget_the_oldest_are_summarised_and_the_newest_stay() -> None:
    questions = [f"{year}年新型储能的装机规模是多少？" for year in range(2001, 2025)]
    model = large("先后问了历年的装机规模。")
    told = recall(questions, model, 100, "zh").split("\n")
    assert told[0] == "先后问了历年的装机规模。"
    assert told[-1] == questions[-1]
    assert 1 < len(told) < len(questions)
    summarised = model.written_from[-1].content
    assert questions[0] in summarised
    assert questions[-1] not in summarised
    assert model.written_from[0].content == prompts.load("recap", "zh").messages[0][1]


@given(
    st.lists(st.text("储能装机多少？ 2023 share", min_size=1, max_size=80), min_size=1, max_size=30),
    st.integers(50, 200),
    st.text("概括储能 summary", max_size=400),
)
def test_the_budget_is_kept_whatever_was_asked_and_summarised(questions: list[str], budget: int, said: str) -> None:
    assert tokens(recall(questions, large(said), budget, "zh")) <= budget


def test_the_rewritten_question_is_searched_and_read(assistant: Callable[..., Assistant]) -> None:
    def say(messages: Sequence[Message]) -> str:
        rewriting = messages[0].content == prompts.load("standalone", "zh").messages[0][1]
        return "2028年中国人工智能产业规模是多少？" if rewriting else "报告没有提到。"

    model = large(say)
    answer = assistant(model).answer("那2028年呢？", ["2028年有什么预测？", "中国人工智能产业规模是多少？"])
    assert answer.question == "那2028年呢？"
    assert "那2028年呢？ (2028年中国人工智能产业规模是多少？)" in model.written_from[-1].content
