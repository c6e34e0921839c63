"""Fixtures every test may use. Nothing here reads or writes the user's own home."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import platformdirs
import pytest

from vectorstore import words

# How long one example takes says how busy the machine is, and nothing of the invariant. `thorough` is for the
# one who changed what an invariant is about: `pytest --hypothesis-profile thorough`.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000)
if os.environ.get("CI") != "true":  # hypothesis has a profile for CI: unhurried too, and the same each time
    hypothesis.settings.load_profile("unhurried")

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
MODEL = "models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"


def missing(what: str, remedy: str) -> None:
    """Skip on a developer's machine; fail where CI promises that the thing is there."""
    sentence = f"{what} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of the machine do not reach a test; the cache stays, so that nothing is built twice."""
    for name in list(os.environ):
        if name.startswith("WENJU_") and name != "WENJU_CACHE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> None:
    """A script's background job has Ctrl-C switched off and hands this on to the programs it starts; tests
    that press it would find that nothing happens.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _dictionary(cache: Path) -> None:
    """The Chinese dictionary is parsed once per cache, not once per run."""
    words.keep_in(cache / "words")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home: what `WENJU_HOME` names while the test runs."""
    place = tmp_path / "home"
    place.mkdir(exist_ok=True)
    return place


@pytest.fixture(scope="session")
def cache() -> Path:
    """The cache with models and the built embedder: `WENJU_CACHE`, or where it lies by default."""
    place = os.environ.get("WENJU_CACHE") or platformdirs.user_cache_dir("wenju", appauthor=False)
    Path(place).mkdir(parents=True, exist_ok=True)
    return Path(place)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real reports, questions and benchmarks beside the checkout."""
    place = ROOT.parent / "shared"
    if not place.is_dir():
        missing("the folder ../shared", "put the reports and questions beside the checkout")
    return place


@pytest.fixture(scope="session")
def local_model(cache: Path) -> Path:
    """The local chat model's file."""
    file = cache / MODEL
    if not file.is_file():
        missing("the local chat model", "run `wenju model pull`")
    return file


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Headless Chromium, started once: every test opens windows of its own, and closes them."""
    program = os.environ.get("WENJU_CHROMIUM", "/usr/bin/chromium")
    if not Path(program).exists():
        missing("Chromium", "install the package `chromium`, or name it in WENJU_CHROMIUM")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in a thread of its own: the browser's event loop lives in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
