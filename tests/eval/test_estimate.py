from __future__ import annotations

import pytest

from assistant.models.base import Message
from assistant.prices import Price
from eval.dataset import Question
from eval.estimate import Counting, estimate


class Model:
    name, small = "openai:m", False

    def preload(self) -> None: ...

    def stream(self, *_: object, **__: object) -> None:
        raise AssertionError("a dry run asks no model")


class Asking:
    """Sends one prompt of 100 characters for a question."""

    def __init__(self, model: Counting) -> None:
        self.model = model

    def answer(self, question: str, history: object = ()) -> None:
        assert "".join(self.model.stream([Message("user", "x" * 100)])) == "…"


def test_real_prompts_are_counted_on_a_sample_and_no_model_is_asked(questions: list[Question]) -> None:
    found = estimate(questions, Model(), Asking, len, Price(10.0, 0.0))  # type: ignore[arg-type]
    assert (found.questions, found.sample, found.calls, found.prompt_tokens) == (6, 6, 1.0, 104.0)
    assert found.cost == pytest.approx(6 * 104 * 10 / 1e6)
    assert "about 624 prompt tokens" in str(found)


def test_without_a_model_nothing_is_sent(questions: list[Question]) -> None:
    found = estimate(questions, None, Asking, len, None)
    assert (found.prompt_tokens, found.cost) == (0.0, None)
