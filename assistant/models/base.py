"""What every chat model offers the assistant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Literal, Protocol

import prompts
from assistant.schema import Usage


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation with a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


def prompted(task: str, lang: str, **values: str) -> list[Message]:
    """The conversation that the prompt for a task begins, its variables filled in; errors as in `Prompt.render`."""
    return [Message(role, content) for role, content in prompts.load(task, lang).render(**values)]


@dataclass(slots=True)
class Reply:
    """Fills as streams are consumed: everything said so far, and what it cost. Several calls add up."""

    text: str = ""
    usage: Usage = field(default_factory=Usage)


class ChatModel(Protocol):
    """A chat model. Deterministic (temperature 0) unless its provider cannot be."""

    @property
    def name(self) -> str:
        """What `model` says in an answer's record, for example `local:qwen2.5-coder-1.5b`."""

    @property
    def small(self) -> bool:
        """True for models that need short evidence and worked examples (the local ones)."""

    def preload(self) -> None:
        """Load what the first question would load; raises `ModelUnavailable`. Nothing is asked."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        """Yield the reply in pieces as they come.

        `grammar` is GBNF and is ignored by models that cannot use one. When `cancel` is set the
        stream ends within 2 seconds by raising `Cancelled`. Raises `ModelFailed` with one sentence
        when the model cannot be asked or dies. `reply`, when given, is filled along the way.
        """

    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        """Log-odds that the reply begins with the first of two words rather than with the second.

        None when the model does not tell what else it could have said. Errors as in `stream`.
        """


class Wrapped:
    """Another chat model with something around its `stream`; otherwise it is that model."""

    def __init__(self, model: ChatModel) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """The wrapped model's name."""
        return self.model.name

    @property
    def small(self) -> bool:
        """Whether the wrapped model is a small one."""
        return self.model.small

    def preload(self) -> None:
        """Load the wrapped model."""
        self.model.preload()

    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        """The wrapped model's odds."""
        return self.model.odds(messages, words, cancel=cancel, reply=reply)
