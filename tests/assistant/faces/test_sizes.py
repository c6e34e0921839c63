"""A request's bytes are counted as they come, whatever its header says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.faces.api import create_app
from assistant.faces.owners import COOKIE
from assistant.faces.sizes import LIMIT, TooLarge, bounded
from assistant.settings import load
from tests.assistant.faces.fakes import FakeAssistant
from tests.conftest import run_apart


def endless(taken: list[int]) -> Any:
    """A body without an end, ten bytes at a time."""

    async def receive() -> dict[str, Any]:
        taken.append(10)
        return {"type": "http.request", "body": b"x" * 10, "more_body": True}

    return receive


def scope(**headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "headers": pairs}


def test_a_body_without_an_end_is_read_up_to_the_limit_and_no_further() -> None:
    taken: list[int] = []
    receive = bounded(scope(transfer_encoding="chunked"), endless(taken), 25, "too much")

    async def read() -> None:
        while True:
            await receive()

    with pytest.raises(TooLarge, match="too much"):
        run_apart(read())
    assert sum(taken) == 30


@pytest.mark.parametrize("said", ["26", "99999999999"])
def test_what_says_that_it_is_too_large_is_not_read(said: str) -> None:
    taken: list[int] = []
    with pytest.raises(TooLarge):
        bounded(scope(content_length=said), endless(taken), 25, "too much")
    assert not taken


def test_the_end_of_a_connection_is_no_body() -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    receive: Any = bounded(scope(content_length="25"), gone, 25, "")
    assert run_apart(receive()) == {"type": "http.disconnect"}


def chunks(size: int) -> Iterator[bytes]:
    """Sent in chunks: without a length."""
    yield b" " * size


@pytest.mark.parametrize("path", ["/api/ask", "/my/settings/test", "/evaluation/runs", "/my/nothing"])
def test_the_server_refuses_what_comes_in_chunks_beyond_the_limit(home: Path, path: str) -> None:
    app = create_app(FakeAssistant(), load(home), page=False)  # type: ignore[arg-type]
    client = TestClient(app, base_url="http://localhost:7860", cookies={COOKIE: "m" * 43})
    form = {"Content-Type": "application/x-www-form-urlencoded" if "runs" in path else "application/json"}
    reply = client.post(path, content=chunks(LIMIT + 1), headers=form)
    if path == "/my/nothing":
        assert reply.status_code == 404, "what nobody reads takes no room"
    else:
        assert (reply.status_code, "2,000,000 bytes" in reply.json()["error"]) == (413, True)
    assert client.post("/api/ask", content=iter([b'{"question": "?', b'?"}'])).status_code != 413
