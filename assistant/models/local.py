"""A GGUF chat model in this process, through llama.cpp (`xllamacpp`)."""

from __future__ import annotations

import atexit
import importlib.util
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from types import ModuleType
from typing import Any

from assistant.errors import ModelFailed, ModelUnavailable
from assistant.models.base import Message, Reply
from assistant.models.worker import pump
from assistant.schema import Usage

BATCH = 128
"""Prompt tokens read between two chances to stop: about 1.8 s on 2 cores with a 1.5B model."""

SLOTS = 3
"""Prompts whose state is kept side by side: translating, judging and answering begin differently, and with
one slot each would throw away the fixed first part of the others."""

LIKELIEST = 40
"""How many of the words that could come next are looked through for two."""
_UNLIKELY = -15.0

PROMPT_CACHE_MIB = 512
"""Memory for the states of earlier prompts beyond those in the slots."""

READ_AHEAD = 16 << 20
"""Bytes read at a time to bring the file into memory before llama.cpp maps it."""

SPINS = "2000"
"""How often a thread of llama.cpp looks for its next piece of work before it sleeps."""

_engines: dict[tuple[Path, int, int], _Engine] = {}
_loading = Lock()
_closing = Event()


class LocalModel:
    """A chat model read from a GGUF file; loaded at the first question, once per process and file."""

    small = True

    def __init__(self, path: Path, *, name: str | None = None, context: int = 4096, threads: int = 2) -> None:
        """`name` is the catalogue's, None for a file of one's own; `context` is the window in tokens.

        Nothing is read before the first question or `preload`.
        """
        self.path = path.expanduser().resolve()
        self._fetched_as = name
        self.name = f"local:{name or path.stem}"
        self.context = context
        self.threads = threads

    @property
    def fingerprint(self) -> str:
        """Changes when the file does: what a cache of replies needs beside the name."""
        try:
            state = self.path.stat()
        except OSError:
            return "absent"
        return f"{state.st_size}:{state.st_mtime_ns}:{self.context}"

    def preload(self) -> None:
        """Load the model now; raises `ModelUnavailable`. Call it in a thread to warm up a server.

        The file is read beforehand, beside other threads; llama.cpp's own part, some 2 s on idle
        cores for the default model, holds Python's lock, so everything else pauses for it.
        """
        self._engine()

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        """Yield the reply as it is written; see `ChatModel.stream`."""
        reply = Reply() if reply is None else reply
        for chunk in self._chunks(_request(messages, max_tokens, grammar), cancel, reply):
            piece = _piece(chunk)
            if piece:
                reply.text += piece
                yield piece

    def _chunks(self, body: dict[str, Any], cancel: Event | None, reply: Reply) -> Iterator[dict[str, Any]]:
        """What the engine says in answer to a request, chunk by chunk; its usage goes into `reply`."""

        def ask(give: Callable[[dict[str, Any]], bool]) -> None:
            self._engine().chat(body, give)

        for chunk in pump(ask, cancel=cancel, started=_remember):
            if "error" in chunk:
                raise ModelFailed(_sentence(chunk["error"], self.path.name))
            if chunk.get("usage"):
                usage = chunk["usage"]
                reply.usage += Usage(usage["prompt_tokens"], usage["completion_tokens"])
            yield chunk

    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        """Log-odds of the two words as the first of the reply; see `ChatModel.odds`.

        A word that is not among the likeliest counts with a probability of e^-15.
        """
        reply = Reply() if reply is None else reply
        body = _request(messages, 1, None) | {"logprobs": True, "top_logprobs": LIKELIEST}
        found: dict[str, float] = {}
        for chunk in self._chunks(body, cancel, reply):
            found |= _likely(chunk)
        first, second = (found.get(word, _UNLIKELY) for word in words)
        return first - second if found else None

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as this model cuts it (loads the model)."""
        return self._engine().count(text)

    def _engine(self) -> _Engine:
        key = (self.path, self.context, self.threads)
        with _loading:
            if _closing.is_set():
                raise ModelUnavailable("the program is ending, so the local model is closed")
            if key not in _engines:
                _engines[key] = _Engine(self.path, self.context, self.threads, self._fetched_as)
            return _engines[key]


class _Engine:
    """One loaded model. Its HTTP side only counts tokens: loopback, random port, random key."""

    def __init__(self, path: Path, context: int, threads: int, name: str | None) -> None:
        llama = _library()
        _check(path, name)
        self._key = secrets.token_urlsafe(24)
        params = llama.CommonParams()
        params.model.path = str(path)
        params.n_ctx = context * SLOTS
        params.n_parallel = SLOTS
        params.n_batch = params.n_ubatch = BATCH
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.cache_ram_mib = PROMPT_CACHE_MIB
        params.verbosity = -1
        params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [self._key]
        params.ui = params.endpoint_slots = params.warmup = params.fit_params = False
        params.endpoint_metrics = True
        try:
            self._server = llama.Server(params)
        except RuntimeError:
            raise ModelUnavailable(
                f"{path} cannot be loaded: it is damaged or incomplete, or there is not enough memory; {_anew(name)}"
            ) from None
        # Answered by the engine's loop: a server that is closed before its loop runs never ends.
        self._server.handle_metrics()

    def chat(self, body: dict[str, Any], give: Callable[[dict[str, Any]], bool]) -> None:
        """Ask; `give` gets every chunk and returns True to stop."""
        self._server.handle_chat_completions(body, lambda chunk: give(chunk) or _closing.is_set())

    def count(self, text: str) -> int:
        """The number of tokens in `text`."""
        import httpx

        with httpx.Client(trust_env=False, timeout=30) as client:
            answer = client.post(
                f"{self._server.listening_address}/tokenize",
                json={"content": text},
                headers={"Authorization": f"Bearer {self._key}"},
            )
        return len(answer.raise_for_status().json()["tokens"])


def available() -> bool:
    """Whether the optional extra `local` is installed."""
    return importlib.util.find_spec("xllamacpp") is not None


def _library() -> ModuleType:
    # llama.cpp's threads wait for each other by spinning; when anything else uses the cores this makes
    # it several times slower than sleeping. Sleeping at once costs words a second on idle cores. So they
    # spin for a few microseconds. Read once by libgomp, so it is set before.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    try:
        return importlib.import_module("xllamacpp")
    except ImportError as error:
        raise ModelUnavailable(
            f"the local model needs xllamacpp ({error}); run: pip install 'wenju[local]'"
        ) from None


def _remedy(name: str | None) -> str:
    """What to do for a model: that of the catalogue can be fetched, somebody's own file cannot."""
    if name:
        return f"run: wenju model pull {name}"
    return "name another file in WENJU_LOCAL_MODEL, or leave it out and run: wenju model pull"


def _anew(name: str | None) -> str:
    return f"delete it and {_remedy(name)}" if name else _remedy(name)


def _check(path: Path, name: str | None) -> None:
    try:
        with path.open("rb", buffering=0) as file:
            magic = file.read(4)
            while magic == b"GGUF" and file.read(READ_AHEAD) and not _closing.is_set():
                pass
    except OSError as error:
        raise ModelUnavailable(
            f"the local model {path} cannot be read ({error.strerror}); {_remedy(name)}"
        ) from None
    if magic != b"GGUF":
        raise ModelUnavailable(f"{path} is not a GGUF model; {_anew(name)}")


def _request(messages: Sequence[Message], max_tokens: int, grammar: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "max_tokens": max_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
        "cache_prompt": True,
        # A chunk after every batch of the prompt: the place where a stop is noticed while reading.
        "return_progress": True,
        # Qwen 3 would think aloud before every answer.
        "chat_template_kwargs": {"enable_thinking": False},
    }
    if grammar:
        body["grammar"] = grammar
    return body


def _piece(chunk: dict[str, Any]) -> str:
    choices = chunk.get("choices") or [{}]
    return (choices[0].get("delta") or {}).get("content") or ""


def _likely(chunk: dict[str, Any]) -> dict[str, float]:
    """The log-probabilities of the words that could have stood where the chunk's first one stands."""
    choices = chunk.get("choices") or [{}]
    said = (choices[0].get("logprobs") or {}).get("content") or []
    return {one["token"]: one["logprob"] for one in said[0]["top_logprobs"]} if said else {}


def _sentence(error: object, model: str) -> str:
    detail = error if isinstance(error, dict) else {"message": str(error)}
    if detail.get("type") == "exceed_context_size_error":
        return (
            f"the prompt takes {detail.get('n_prompt_tokens')} tokens and the local model's context holds "
            f"{detail.get('n_ctx')}; ask for less or raise WENJU_CONTEXT"
        )
    return f"the local model {model} failed: {' '.join(str(detail.get('message')).split())[:200]}"


_threads: list[Thread] = []


def _remember(thread: Thread) -> None:
    _threads[:] = [known for known in _threads if known.is_alive()]
    _threads.append(thread)


@atexit.register
def _close() -> None:
    """Stop what is being written and free the models before the interpreter goes."""
    _closing.set()
    deadline = time.monotonic() + 20
    for thread in list(_threads):
        if thread.ident is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
    with _loading:
        _engines.clear()
