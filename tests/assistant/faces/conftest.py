"""A server in a thread and a real browser, for the faces that need them."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.faces.fakes import wait_for
from tests.conftest import missing

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
def browser(_chromium: Any, served: Served) -> Iterator[Any]:
    """Headless Chromium. Windows close before their server goes, or they would go on calling for it."""
    yield _chromium
    for window in _chromium.contexts:
        window.close()


@pytest.fixture(scope="session")
def _chromium() -> Iterator[Any]:
    program = os.environ.get("WENJU_CHROMIUM", "/usr/bin/chromium")
    if not Path(program).exists():
        missing("Chromium", "install the package `chromium`, or name it in WENJU_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()
