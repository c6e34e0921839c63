from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from assistant.errors import ModelFailed
from assistant.prices import Price
from assistant.schema import Answer, Usage
from eval import pace
from eval.dataset import Question
from eval.pace import Budget, Pace, passing
from eval.runner import run
from tests.eval.conftest import TEXTS, FakeAssistant
from tests.eval.test_runner import many

PRICES = Price(1.0, 10.0)
SPENT = {"usage": {"prompt_tokens": 100_000, "completion_tokens": 10_000}}  # 0.2


class Costly(FakeAssistant):
    def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        return replace(super().answer(question, history, language), usage=Usage(100_000, 10_000))


class Busy(FakeAssistant):
    """Refuses each question so many times before it answers."""

    def __init__(self, questions: Sequence[Question], times: int, said: str = "HTTP 429") -> None:
        super().__init__(questions)
        self.times, self.said = times, said

    def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        answer = super().answer(question, history, language)
        if self.asked.count(self.known[question].id) <= self.times:
            raise ModelFailed(f"the server takes no more requests for now ({self.said}): too many")
        return answer


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pace.__init__, "__defaults__", (0.01, 0.05))


@pytest.mark.parametrize(
    ("error", "again"),
    [
        ("x takes no more requests for now (HTTP 429)", True), ("x failed (HTTP 503): busy", True),
        ("x cannot be reached; check the network", True), ("x said nothing for 60 seconds", True),
        ("the key was refused by x (HTTP 401)", False), ("RuntimeError: fell over", False), (None, False),
    ],
)
def test_only_what_may_pass_is_asked_again(error: str | None, again: bool) -> None:
    assert passing({"error": error}) is again


def test_pauses_double_are_shared_and_end_with_an_answer() -> None:
    together = Pace(Event(), 0.02, 0.03)
    began = time.monotonic()
    together.strained()
    together.strained()  # another worker, told the same at the same time: no second pause
    together.wait()
    assert 0.015 < time.monotonic() - began < 0.2
    together.strained()
    assert together._pause == 0.03
    together.eased()
    together.wait()
    together.strained()
    assert together._pause == 0.02


def test_a_stopped_run_waits_no_longer() -> None:
    stop = Event()
    waiting = Pace(stop, 30, 30)
    waiting.strained()
    stop.set()
    began = time.monotonic()
    waiting.wait()
    assert time.monotonic() - began < 1


def test_a_busy_server_is_asked_again_until_it_answers(questions: list[Question], tmp_path: Path) -> None:
    assistant = Busy(questions, 2)
    summary = run(lambda: assistant, questions, tmp_path, text=TEXTS.__getitem__, workers=2)
    assert summary["errors"] == 0
    assert len(assistant.asked) == 3 * len(questions)


def test_after_so_many_retries_it_is_an_error(questions: list[Question], tmp_path: Path) -> None:
    assistant = Busy(questions[:1], 9)
    summary = run(lambda: assistant, questions[:1], tmp_path, text=TEXTS.__getitem__, retries=2)
    assert (summary["errors"], len(assistant.asked)) == (1, 3)


def test_what_does_not_pass_is_asked_once(questions: list[Question], tmp_path: Path) -> None:
    assistant = Busy(questions[:1], 9, "HTTP 401")
    run(lambda: assistant, questions[:1], tmp_path, text=TEXTS.__getitem__)
    assert len(assistant.asked) == 1


def test_nothing_is_begun_that_would_pass_the_cap() -> None:
    budget = Budget(PRICES, 0.5)
    assert budget.begin()
    budget.pay(SPENT)
    assert budget.begin()
    assert not budget.begin(), "one is under way that will cost 0.2 too"
    budget.pay(SPENT)
    assert not budget.begin()
    assert budget.spent == pytest.approx(0.4)
    assert Budget(None, None).begin()


def test_a_run_stops_at_its_cost_cap_and_goes_on_with_a_higher_one(tmp_path: Path) -> None:
    questions = many(10)
    first = Costly(questions)
    summary = run(
        lambda: first, questions, tmp_path, text=TEXTS.__getitem__, price=PRICES, max_cost=1.0, workers=3
    )
    assert summary["n"] == len(first.asked) <= 5
    assert summary["usage"]["cost"]["total"] <= 1.0
    assert summary["run"]["stopped"].startswith("at the cost cap of 1")
    second = Costly(questions)
    summary = run(
        lambda: second, questions, tmp_path, text=TEXTS.__getitem__, price=PRICES, max_cost=9.0, resume=True
    )
    assert (summary["n"], len(first.asked) + len(second.asked)) == (10, 10)
    assert "stopped" not in summary["run"]
    assert summary["run"]["prices"] == {"prompt": 1.0, "completion": 10.0}
    whole = run(
        lambda: Costly(questions), questions, tmp_path / "whole", text=TEXTS.__getitem__, price=PRICES
    )
    for either in (whole, summary):
        del either["timing"]
    assert json.dumps(summary) == json.dumps(whole)


def test_the_longest_pause_is_a_minute() -> None:
    assert (pace.FIRST_PAUSE, pace.LONGEST_PAUSE) == (1.0, 60.0)
