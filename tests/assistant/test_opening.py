"""Opening: what a question needs is there before it is asked, and the command line opens quickly."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from assistant.assistant import Assistant
from assistant.errors import ModelUnavailable
from assistant.opening import open_library, warm_up
from assistant.settings import load
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
