"""Any chat model that LangChain can reach, by `provider:model`."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from assistant.errors import Cancelled, ModelFailed, ModelUnavailable
from assistant.models.base import Message, Reply
from assistant.models.worker import POLL_SECONDS, Silence, pump
from assistant.schema import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

CONNECT_SECONDS = 10.0
FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0
"""Seconds: the first pause before trying again (doubled each time), and the longest one obeyed."""

_OPENAI_LIKE = {"openai", "azure_openai", "deepseek", "xai"}
_OVERFLOW = re.compile(
    r"context.{0,20}(length|size|window)|maximum context|exceed_context|prompt is too long|too many tokens",
    re.IGNORECASE,
)


class RemoteModel:
    """A hosted chat model. Built when first asked; nothing is imported before."""

    small = False

    def __init__(
        self,
        backend: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
    ) -> None:
        """`backend` is `provider:model` in LangChain's names; `timeout` is seconds without a word.

        With a base URL, `openai:NAME` reaches everything that speaks OpenAI's protocol.
        """
        self.name = backend
        self.provider, self.model = backend.split(":", 1)
        self.base_url = base_url
        self._key = api_key
        self.timeout = timeout
        self.retries = retries
        self._client: BaseChatModel | None = None
        self._building = Lock()

    @property
    def fingerprint(self) -> str:
        """The address: the same name elsewhere is another model."""
        return self.base_url or ""

    def preload(self) -> None:
        """Import and build the client now; raises `ModelUnavailable`. Nothing is sent."""
        self._chat()

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        """Yield the reply as it comes; `grammar` is ignored. See `ChatModel.stream`.

        Tried again `retries` times, with growing pauses, as long as no word has come.
        """
        reply = Reply() if reply is None else reply
        before = len(reply.text)
        for attempt in range(self.retries + 1):
            try:
                yield from self._attempt(messages, max_tokens, cancel, reply)
                return
            except (Cancelled, ModelUnavailable, ModelFailed):
                raise
            except Silence:
                raise ModelFailed(f"{self._where} said nothing for {self.timeout:g} seconds") from None
            except Exception as error:
                pause = _pause(error, attempt)
                last = attempt == self.retries or not _passing(error) or pause > LONGEST_WAIT
                began = len(reply.text) > before
                if began or last:
                    raise ModelFailed(self._sentence(error, began)) from None
                _wait(pause, cancel)

    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        """None, and nothing is sent: few services tell, and large models know by themselves when to refuse."""
        return None

    def _attempt(
        self, messages: Sequence[Message], max_tokens: int, cancel: Event | None, reply: Reply
    ) -> Iterator[str]:
        finished, spent = False, reply.usage

        def ask(give: Callable[[BaseMessage], bool]) -> None:
            chat = self._chat()
            spoken = [(message.role, message.content) for message in messages]
            for chunk in chat.stream(spoken, **self._limit(max_tokens)):
                if give(chunk):
                    return

        for chunk in pump(ask, cancel=cancel, patience=self.timeout):
            finished = finished or bool(chunk.response_metadata.get("finish_reason"))
            if usage := _usage(chunk):
                reply.usage = spent + usage
            piece = str(chunk.text)
            if piece:
                reply.text += piece
                yield piece
        if self.provider in _OPENAI_LIKE and not finished:
            # A server that dies may look like one that is done: only the reason for ending tells.
            raise ModelFailed(f"{self._where} broke off before the end of the answer")

    def _limit(self, max_tokens: int) -> dict[str, Any]:
        # OpenAI's own newer name for this limit is unknown to many servers that follow its protocol.
        if self.provider == "openai" and self.base_url:
            return {"extra_body": {"max_tokens": max_tokens}}
        return {"max_tokens": max_tokens}

    def _chat(self) -> BaseChatModel:
        with self._building:
            if self._client is None:
                self._client = self._build()
            return self._client

    def _build(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        try:
            built: BaseChatModel = init_chat_model(
                self.model, model_provider=self.provider, **self._options()
            )
        except ImportError as error:
            package = re.search(r"pip install ([\w-]+)", str(error))
            wanted = package.group(1) if package else f"langchain-{self.provider}"
            raise ModelUnavailable(
                f"{self.name} needs the package {wanted}; run: pip install {wanted}"
            ) from None
        except Exception as error:
            raise ModelUnavailable(self._unbuilt(error)) from None
        return built

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"temperature": 0, "max_retries": 0, "timeout": self.timeout}
        if self.provider in _OPENAI_LIKE:
            import httpx

            options["timeout"] = httpx.Timeout(self.timeout, connect=min(self.timeout, CONNECT_SECONDS))
            options["stream_usage"] = True
        if self.base_url:
            options["base_url"] = self.base_url
        if self._key:
            options["api_key"] = self._key
        elif self.provider == "openai" and self.base_url and not os.environ.get("OPENAI_API_KEY"):
            # Servers of one's own often want no key, but the client insists on sending one.
            options["api_key"] = "none"
        return options

    @property
    def _where(self) -> str:
        return self.base_url or self.provider

    def _unbuilt(self, error: Exception) -> str:
        text = self._hide(str(error))
        if "api_key" in text.lower() or "credentials" in text.lower():
            variable = f"{self.provider.upper()}_API_KEY"
            return f"{self.name} needs a key: set WENJU_API_KEY or {variable}"
        if "provider" in text.lower():
            return f"the backend {self.name!r} names no provider that LangChain knows"
        return f"{self.name} cannot be set up: {text}"

    def _sentence(self, error: Exception, begun: bool) -> str:
        status, text = _status(error), self._hide(str(error))
        if begun:
            return f"{self._where} broke off before the end of the answer"
        if status in (401, 403):
            return f"the key was refused by {self._where} (HTTP {status}); check WENJU_API_KEY"
        if status in (None, 400, 413, 422) and _OVERFLOW.search(text):
            return f"the prompt is longer than {self.model} can take; ask for less"
        if status == 404:
            return f"{self._where} knows no model {self.model!r} (HTTP 404); check the name and the base URL"
        if status == 429:
            return f"{self._where} takes no more requests for now (HTTP 429): too many, or no quota left"
        if status is None and _unreachable(error):
            return f"{self._where} cannot be reached; check the base URL and the network"
        if isinstance(error, ValueError):
            return f"{self._where} sent something that is no answer ({type(error).__name__})"
        return f"{self._where} failed{f' (HTTP {status})' if status else ''}: {text}"

    def _hide(self, text: str) -> str:
        shown = " ".join(text.split())
        return (shown.replace(self._key, "***") if self._key else shown)[:200]


def _status(error: Exception) -> int | None:
    found = getattr(error, "status_code", None)
    if found is None:
        found = getattr(getattr(error, "response", None), "status_code", None)
    return found if isinstance(found, int) else None


def _unreachable(error: Exception) -> bool:
    return any(word in type(error).__name__.lower() for word in ("connect", "timeout", "network"))


def _passing(error: Exception) -> bool:
    """Whether the same request may succeed a moment later."""
    status = _status(error)
    if status is None:
        return _unreachable(error)
    return status in (408, 409, 425, 429) or status >= 500


def _pause(error: Exception, attempt: int) -> float:
    """Seconds before the next attempt: what the server asks for, else doubling from `FIRST_WAIT`."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("retry-after", "")).strip()
    if re.fullmatch(r"\d+(\.\d+)?", asked):
        return float(asked)
    return float(FIRST_WAIT * 2**attempt)


def _wait(seconds: float, cancel: Event | None) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if cancel is not None and cancel.is_set():
            raise Cancelled("stopped before the answer was complete")
        time.sleep(min(left, POLL_SECONDS))


def _usage(chunk: BaseMessage) -> Usage | None:
    counted = getattr(chunk, "usage_metadata", None)
    if not counted:
        return None
    return Usage(counted.get("input_tokens", 0), counted.get("output_tokens", 0))
