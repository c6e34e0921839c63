"""Opening: what a question needs is there before it is asked, and the command line opens quickly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from assistant.assistant import Assistant
from assistant.errors import ModelUnavailable, stop_if
from assistant.models.base import Message, prompted
from assistant.opening import open_library, open_store, read_ahead, warm_up
from assistant.settings import Settings, load
from tests.conftest import ROOT
from vectorstore.library import Library

QUESTIONS = {
    "zh": "2023年中国人工智能产业规模是多少？",
    "en": "How large was China's AI industry in 2023?",
}
WARMED = """
import json, sys
from assistant import open_assistant
from assistant.opening import warm_up
from assistant.settings import load
assistant = open_assistant(load(backend="extractive"))
warm_up(assistant)
known = set(sys.modules)
for question in sys.argv[1:]:
    assert assistant.answer(question).citations
print(json.dumps(sorted(set(sys.modules) - known)))
"""


class Counting:
    """A chat model that counts how often it was loaded."""

    name, small = "counting", True

    def __init__(self) -> None:
        self.loaded = 0

    def preload(self) -> None:
        self.loaded += 1


def test_after_the_warm_up_a_question_imports_nothing(samples_library: Library) -> None:
    command = [sys.executable, "-c", WARMED, *QUESTIONS.values()]
    environment = os.environ | {"WENJU_HOME": str(samples_library.home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == []


def test_the_chat_model_is_loaded_too(samples_library: Library) -> None:
    model = Counting()
    warm_up(Assistant(samples_library, model, load()))  # type: ignore[arg-type]
    assert model.loaded == 1


def test_a_model_that_cannot_be_loaded_is_no_obstacle_where_another_backend_takes_over(
    samples_library: Library,
) -> None:
    class Missing(Counting):
        def preload(self) -> None:
            raise ModelUnavailable("the local model is not here")

    warm_up(Assistant(samples_library, Missing(), load(), [None]))  # type: ignore[arg-type]
    with pytest.raises(ModelUnavailable):
        warm_up(Assistant(samples_library, Missing(), load()))  # type: ignore[arg-type]


def test_an_empty_library_needs_nothing(opened_once: None) -> None:
    model = Counting()
    warm_up(Assistant(open_library(load()), model, load()))  # type: ignore[arg-type]
    assert model.loaded == 0


@pytest.mark.parametrize("opens", [open_store, open_library])
def test_a_home_is_made_closed_to_other_users_however_it_is_opened(
    opened_once: None, tmp_path: Path, opens: Callable[[Settings], object]
) -> None:
    made = tmp_path / "made"
    opens(load(made))
    assert made.stat().st_mode & 0o777 == 0o700


class Reading(Counting):
    """A chat model that remembers what it was given to read, and is asked a question meanwhile after some."""

    def __init__(self, until: int = 9) -> None:
        super().__init__()
        self.read: list[list[str]] = []
        self._until = until

    def stream(self, messages: Sequence[Message], *, cancel: Event, **_: object) -> Iterator[str]:
        stop_if(cancel)
        self.read.append([message.content for message in messages])
        if len(self.read) == self._until:
            cancel.set()
        yield "1"


def test_the_beginnings_of_the_prompts_are_read_ahead(samples_library: Library) -> None:
    model = Reading()
    read_ahead(Assistant(samples_library, model, load()))
    asked = {
        "answer": {"question": "何时？", "evidence": "[1] 去年。"}, "translate": {"question": "When?"},
        "holds": {"question": "何时？", "evidence": "去年。"}, "carry": {"text": "去年。"},
    }  # fmt: skip
    for task, values in asked.items():
        said = [message.content for message in prompted(task, "en" if task == "carry" else "zh", **values)]
        assert said[:-1] in [read[:-1] for read in model.read]
    assert len(model.read) == len(asked)


def test_the_first_question_ends_the_reading_ahead(samples_library: Library) -> None:
    model = Reading(until=2)
    read_ahead(Assistant(samples_library, model, load()))
    assert len(model.read) == 2


def test_a_question_says_that_it_was_asked(samples_library: Library) -> None:
    assistant = Assistant(samples_library, None, load())
    assert not assistant.asked.is_set()
    assistant.answer(QUESTIONS["zh"])
    assert assistant.asked.is_set()


def test_a_large_model_reads_nothing_ahead(samples_library: Library) -> None:
    model = Reading()
    model.small = False
    read_ahead(Assistant(samples_library, model, load()))
    assert not model.read


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_line_opens_in_three_seconds_and_answers_in_one_and_a_half(
    samples_library: Library, lang: str
) -> None:
    """Start-up is counted in processor time, which other programs on the machine hardly change."""
    command = [sys.executable, "-m", "assistant.faces.cli", "ask", "--backend", "extractive", "--json"]
    environment = os.environ | {"WENJU_HOME": str(samples_library.home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users have compiled modules
    opening, answering = [], []
    for _ in range(3):
        before = spent()
        done = subprocess.run(
            [*command, QUESTIONS[lang]], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        answering.append(json.loads(done.stdout)["timing"]["total_s"])
        opening.append(spent() - before - answering[-1])
    assert min(answering) < 1.5
    assert min(opening) < 3


def spent() -> float:
    """Seconds of processor time of the programs that ran."""
    times = os.times()
    return times.children_user + times.children_system
