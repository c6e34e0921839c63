from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from assistant.models.base import Message
from eval.dataset import Question
from eval.errors import WenjuError
from eval.ragas_metrics import as_langchain, contexts, measure, table
from eval.retrieval import Sources
from tests.eval.conftest import reference

HERE = importlib.util.find_spec("ragas") is not None


class Judge:
    """Says of every answer that one of its two statements is borne out."""

    name, small = "fake", False

    def __init__(self) -> None:
        self.sent: list[Sequence[Message]] = []

    def preload(self) -> None: ...

    def stream(self, messages: Sequence[Message], **_: Any) -> Iterator[str]:
        self.sent.append(messages)
        statements = [{"statement": "a", "reason": "r", "verdict": 1}, {"statement": "b", "reason": "r", "verdict": 0}]
        asked = "verdict" in messages[-1].content
        yield json.dumps({"statements": statements} if asked else {"statements": ["a", "b"]})


def test_the_chat_model_is_handed_on_as_langchains() -> None:
    model = Judge()
    said = as_langchain(model).invoke([("system", "be strict"), ("human", "verdict?")])
    assert json.loads(said.content)["statements"]
    assert model.sent == [[Message("system", "be strict"), Message("user", "verdict?")]]


def test_contexts_are_what_was_retrieved(questions: list[Question], sources: Sources) -> None:
    record = reference(questions[0], sources).record("q-1")
    assert contexts(record, sources) == ["2023年全国工业机器人\n销量为31.6万台，同比增长4.3%。"]


@pytest.mark.skipif(HERE, reason="ragas is installed")
def test_without_ragas_one_sentence_says_how_to_get_it(questions: list[Question], sources: Sources) -> None:
    with pytest.raises(WenjuError, match="pip install ragas"):
        measure([], Judge(), sources)


@pytest.mark.skipif(not HERE, reason="ragas is no dependency; install it to run this")
def test_ragas_scores_answers_and_counts_what_it_cannot(questions: list[Question], sources: Sources) -> None:
    pairs = [(reference(q, sources).record(q.id), q) for q in questions]
    found = measure(pairs, Judge(), sources, ("faithfulness",))["faithfulness"]
    assert (found["value"], found["n"], found["unscored"]) == (0.5, 4, 0)
    broken = Judge()
    broken.stream = lambda messages, **_: iter(["no JSON"])  # type: ignore[method-assign]
    found = measure(pairs[:1], broken, sources, ("faithfulness",))
    assert found["faithfulness"]["value"] is None
    assert found["faithfulness"]["unscored"] == 1
    assert "| faithfulness | - | 0 | 1 |" in table(found, "fake")
