"""RAGAS's own metrics over a finished run, where `ragas` is installed: it is no dependency of Wenju.

Checked with ragas 0.4.3 beside langchain 1.4 and langchain-community 0.4.1 (ragas 0.4.3 cannot be imported
with langchain-community 0.4.2). Its judge is whatever chat model Wenju uses, so it works offline with a local
one; a small model often fails to give the JSON it asks for, which is counted as not scored.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.models.base import ChatModel, Message
from eval.dataset import Question
from eval.errors import WenjuError
from eval.retrieval import BUDGET, Record, Sources, taken
from eval.scores import Mean

NAMES = ("faithfulness", "context_recall", "factual_correctness")
_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


def measure(
    pairs: Iterable[tuple[Record, Question]], model: ChatModel, sources: Sources, names: Sequence[str] = NAMES
) -> dict[str, dict[str, Any]]:
    """Each metric's mean over answered questions that have a reference, as in `summary.json`.

    What ragas gives no number for, or fails at, is unscored. Raises `WenjuError` when ragas cannot be used.
    """
    scorers = _scorers(model, names)
    means = {name: Mean() for name in names}
    for record, question in pairs:
        if record["refused"] or record["error"] or not question.answer:
            continue
        sample = _sample(record, question, sources)
        for name in names:
            means[name].add(_value(scorers[name], sample))
    return {name: mean.summary() for name, mean in means.items()}


def _value(scorer: Any, sample: Any) -> float | None:
    try:
        value = float(scorer.single_turn_score(sample))
    except Exception:  # Whatever its parser or the model stumbled over, the other answers are still to be scored.
        return None
    return None if math.isnan(value) else value


def _scorers(model: ChatModel, names: Sequence[str]) -> dict[str, Any]:
    os.environ.setdefault("RAGAS_DO_NOT_TRACK", "true")  # nothing phones home
    try:
        from ragas.llms import LangchainLLMWrapper  # type: ignore[import-not-found]
        from ragas.metrics import (  # type: ignore[import-not-found]
            FactualCorrectness,
            Faithfulness,
            LLMContextRecall,
        )
    except ImportError as error:
        raise WenjuError(
            f"ragas cannot be used here ({error}); install it beside Wenju: "
            "pip install ragas==0.4.3 'langchain-community==0.4.1'"
        ) from None
    judge = LangchainLLMWrapper(as_langchain(model))
    made = dict(zip(NAMES, (Faithfulness, LLMContextRecall, FactualCorrectness), strict=True))
    return {name: made[name](llm=judge) for name in names}


def _sample(record: Record, question: Question, sources: Sources) -> Any:
    from ragas import SingleTurnSample  # type: ignore[import-not-found]

    asked = " / ".join([*question.history, question.question])
    return SingleTurnSample(
        user_input=asked, response=record["answer"], reference=question.answer,
        retrieved_contexts=contexts(record, sources),
    )


def contexts(record: Record, sources: Sources) -> list[str]:
    """The retrieved passages that fit into the character budget that the other metrics look at."""
    return [
        source.text[start:end]
        for name, spans in taken(record, sources, BUDGET).items() if (source := sources.get(name))
        for start, end in spans
    ]


def as_langchain(model: ChatModel) -> Any:
    """Wenju's chat model as LangChain's, which ragas takes."""
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.outputs import ChatGeneration, ChatResult

    class Adapted(BaseChatModel):
        @property
        def _llm_type(self) -> str:
            return "wenju"

        def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
            sent = [Message(_ROLES.get(one.type, "user"), str(one.content)) for one in messages]  # type: ignore[arg-type]
            text = "".join(model.stream(sent, max_tokens=1500))
            return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    return Adapted()


def table(found: Mapping[str, Mapping[str, Any]], judged_by: str) -> str:
    """The metrics as a Markdown table."""
    lines = [f"| RAGAS, judged by {judged_by} | value | n | not scored |", "|---|--:|--:|--:|"]
    for name, item in found.items():
        value = "-" if item["value"] is None else f"{item['value']:.3f}"
        lines.append(f"| {name} | {value} | {item['n']} | {item['unscored']} |")
    return "\n".join(lines)
