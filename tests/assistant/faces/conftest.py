"""A server in a thread and a real browser, for the faces that need them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.faces.fakes import wait_for

Served = Callable[[Any], str]


@contextmanager
def _running(assistant: Any, home: Path) -> Iterator[str]:
    import uvicorn

    from assistant.faces.api import create_app
    from assistant.settings import load

    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(assistant, load(home))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    assert wait_for(lambda: server.started, 30)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    """Serves an assistant with the whole page; the address is what the call returns."""
    with ExitStack() as stack:
        yield lambda assistant: stack.enter_context(_running(assistant, home))


@pytest.fixture
def browser(chromium: Any, served: Served) -> Iterator[Any]:
    """Headless Chromium. Windows close before their server goes, or they would go on calling for it."""
    yield chromium
    for window in chromium.contexts:
        window.close()
