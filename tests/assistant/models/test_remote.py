"""A remote model over a real connection: words as they come, and one sentence for every way it can fail."""

from __future__ import annotations

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from assistant.errors import Cancelled, ModelFailed, ModelUnavailable
from assistant.models.base import Message, Reply
from assistant.models.local import SPINS
from assistant.models.remote import RemoteModel
from tests.assistant.models.conftest import Serve

KEY = "sk-very-secret-0123456789"
ASKED = [Message("system", "简短。"), Message("user", "规模？")]


def event(text: str = "", **more: object) -> bytes:
    delta = {"content": text} if text else {}
    choice = {"index": 0, "delta": delta, "finish_reason": more.pop("finish", None)}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps({**body, **more}).encode() + b"\n\n"


ANSWER = [event("六千"), event("亿元"), event(finish="stop")]
COUNTED = event(
    choices=[], usage={"prompt_tokens": 11, "completion_tokens": 4, "total_tokens": 15}
)


class Provider(BaseHTTPRequestHandler):
    """Speaks OpenAI's chat-completions stream; `mode` says how it misbehaves."""

    mode = "normal"
    retry_after: str | None = None
    seen: list[dict[str, object]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append({"body": body, "key": self.headers.get("Authorization"), "at": time.monotonic()})
        getattr(self, "_" + self.mode)()

    def _normal(self) -> None:
        self._begin()
        for piece in (*ANSWER, COUNTED, b"data: [DONE]\n\n"):
            self._send(piece)

    def _refused(self) -> None:
        self._fail(401, {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"})

    def _busy_once(self) -> None:
        if len(self.seen) == 1:
            self._fail(429, {"message": "slow down"}, retry_after=self.retry_after)
        else:
            self._normal()

    def _always_busy(self) -> None:
        self._fail(429, {"message": "quota"}, retry_after=self.retry_after)

    def _dies(self) -> None:
        self._begin()
        self._send(ANSWER[0])

    def _hangs(self) -> None:
        self._begin()
        self._send(ANSWER[0])
        time.sleep(6)

    def _overflow(self) -> None:
        message = "This model's maximum context length is 4096 tokens"
        self._fail(400, {"message": message, "code": "context_length_exceeded"})

    def _unknown(self) -> None:
        self._fail(404, {"message": "no such model"})

    def _garbled(self) -> None:
        self._begin()
        self._send(b'data: {"choices": [{"delta": {"content": "\xff\xfe\xe4\xb8"}}]}\n\n')

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def _send(self, piece: bytes) -> None:
        self.wfile.write(piece)
        self.wfile.flush()

    def _fail(self, status: int, error: dict[str, str], retry_after: str | None = None) -> None:
        body = json.dumps({"error": error}).encode()
        self.send_response(status)
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def provider(serve: Serve, mode: str, retry_after: str | None = None) -> tuple[str, list[dict[str, object]]]:
    seen: list[dict[str, object]] = []
    handler = type("Handler", (Provider,), {"mode": mode, "seen": seen, "retry_after": retry_after})
    return serve(handler) + "/v1", seen


def model(base: str, **more: float) -> RemoteModel:
    settings: dict[str, float] = {"timeout": 10, "retries": 1, **more}
    return RemoteModel("openai:fake", base_url=base, api_key=KEY, **settings)  # type: ignore[arg-type]


def test_streams_words_and_usage_and_sends_what_was_asked(serve: Serve) -> None:
    base, seen = provider(serve, "normal")
    reply = Reply()
    pieces = list(model(base).stream(ASKED, max_tokens=77, grammar="root ::= [a-z]", reply=reply))
    assert pieces == ["六千", "亿元"]
    assert reply.text == "六千亿元"
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (11, 4)
    body = seen[0]["body"]
    assert isinstance(body, dict)
    assert (body["temperature"], body["max_tokens"], body["model"]) == (0, 77, "fake")
    assert [turn["role"] for turn in body["messages"]] == ["system", "user"]
    assert seen[0]["key"] == f"Bearer {KEY}"


def test_a_refused_key_is_one_sentence_without_the_key(serve: Serve) -> None:
    base, seen = provider(serve, "refused")
    with pytest.raises(ModelFailed, match=r"key was refused by .*HTTP 401") as caught:
        list(model(base).stream(ASKED))
    assert KEY not in str(caught.value)
    assert len(seen) == 1


def test_waits_as_long_as_the_server_asks_and_tries_again(serve: Serve) -> None:
    base, seen = provider(serve, "busy_once", retry_after="1")
    assert "".join(model(base).stream(ASKED)) == "六千亿元"
    first, second = (float(str(request["at"])) for request in seen)
    assert 1.0 <= second - first < 3


def test_gives_up_when_the_server_stays_busy(serve: Serve) -> None:
    base, seen = provider(serve, "always_busy")
    with pytest.raises(ModelFailed, match="HTTP 429"):
        list(model(base).stream(ASKED))
    assert len(seen) == 2


def test_does_not_wait_an_hour(serve: Serve) -> None:
    base, seen = provider(serve, "always_busy", retry_after="3600")
    with pytest.raises(ModelFailed, match="HTTP 429"):
        list(model(base).stream(ASKED))
    assert len(seen) == 1


def test_a_server_that_dies_in_the_middle_is_not_taken_for_done(serve: Serve) -> None:
    base, seen = provider(serve, "dies")
    heard: list[str] = []
    with pytest.raises(ModelFailed, match="broke off"):
        heard.extend(model(base).stream(ASKED))
    assert len(seen) == 1


def test_a_server_that_falls_silent_is_given_up(serve: Serve) -> None:
    base, _ = provider(serve, "hangs")
    asked = time.monotonic()
    with pytest.raises(ModelFailed, match=r"said nothing for 1|broke off"):
        list(model(base, timeout=1).stream(ASKED))
    assert time.monotonic() - asked < 5


def test_stops_within_two_seconds_while_the_server_is_silent(serve: Serve) -> None:
    base, _ = provider(serve, "hangs")
    cancel = threading.Event()
    stream = model(base).stream(ASKED, cancel=cancel)
    assert next(stream) == "六千"
    threading.Timer(0.2, cancel.set).start()
    asked = time.monotonic()
    with pytest.raises(Cancelled):
        list(stream)
    assert time.monotonic() - asked < 2


def test_stops_while_waiting_to_try_again(serve: Serve) -> None:
    base, _ = provider(serve, "always_busy", retry_after="30")
    cancel = threading.Event()
    threading.Timer(1.0, cancel.set).start()
    asked = time.monotonic()
    with pytest.raises(Cancelled):
        list(model(base).stream(ASKED, cancel=cancel))
    assert time.monotonic() - asked < 3


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("overflow", "longer than fake can take"),
        ("unknown", "knows no model 'fake'"),
        ("garbled", "no answer|broke off"),
    ],
)
def test_other_failures_are_one_sentence(serve: Serve, mode: str, sentence: str) -> None:
    base, _ = provider(serve, mode)
    with pytest.raises(ModelFailed, match=sentence) as caught:
        list(model(base).stream(ASKED))
    assert "\n" not in str(caught.value)


def test_an_address_where_nobody_answers(serve: Serve) -> None:
    with pytest.raises(ModelFailed, match="cannot be reached"):
        list(model("http://127.0.0.1:9/v1").stream(ASKED))


def test_an_address_that_is_none() -> None:
    with pytest.raises((ModelFailed, ModelUnavailable)) as caught:
        list(model("not an address").stream(ASKED))
    assert "\n" not in str(caught.value)


def test_a_missing_provider_package_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="pip install langchain-mistralai"):
        RemoteModel("mistralai:any", api_key=KEY).preload()


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="names no provider"):
        RemoteModel("nobody:any").preload()


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY"):
        RemoteModel("openai:gpt-4o-mini").preload()


@pytest.mark.slow
@pytest.mark.model
def test_speaks_with_a_real_server_of_the_same_protocol(local_model: Path) -> None:
    """llama.cpp's own HTTP server: a real peer for the OpenAI client."""
    llama = pytest.importorskip("xllamacpp")
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    params = llama.CommonParams()
    params.model.path = str(local_model)
    params.n_ctx, params.n_batch, params.verbosity, params.warmup = 512, 128, -1, False
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [KEY]
    server = llama.Server(params)
    base = f"{server.listening_address}/v1"
    reply = Reply()
    sum_asked = [Message("user", "1+1=? 只答数字")]
    pieces = list(model(base, timeout=120).stream(sum_asked, max_tokens=8, reply=reply))
    assert "2" in reply.text == "".join(pieces)
    assert reply.usage.completion_tokens > 0
    with pytest.raises(ModelFailed, match="key was refused"):
        list(RemoteModel("openai:any", base_url=base, api_key="wrong").stream(ASKED))
    with pytest.raises(ModelFailed, match="longer than fake can take"):
        list(model(base).stream([Message("user", "很长。" * 600)]))
    del server
