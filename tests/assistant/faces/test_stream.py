from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from assistant.errors import ModelFailed
from assistant.faces.stream import events
from assistant.schema import Event, Token
from tests.assistant.faces.fakes import wait_for
from tests.conftest import run_apart


def test_everything_arrives_in_order() -> None:
    async def collect() -> list[Event]:
        return [event async for batch in events(lambda cancel: iter(map(Token, "abcdef"))) for event in batch]

    assert run_apart(collect()) == list(map(Token, "abcdef"))


def test_an_error_arrives_after_what_came_before_it() -> None:
    def ask(cancel: threading.Event) -> Iterator[Event]:
        yield Token("a")
        raise ModelFailed("the model died")

    seen: list[Event] = []

    async def collect() -> None:
        async for batch in events(ask):
            seen.extend(batch)

    with pytest.raises(ModelFailed):
        run_apart(collect())
    assert seen == [Token("a")]


def test_when_nobody_listens_any_more_the_asking_is_cancelled() -> None:
    stopped = threading.Event()

    def ask(cancel: threading.Event) -> Iterator[Event]:
        yield Token("a")
        if cancel.wait(5):
            stopped.set()

    async def leave() -> None:
        async def listen() -> None:
            async for _ in events(ask):
                pass

        task = asyncio.create_task(listen())
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_apart(leave())
    assert wait_for(stopped.is_set)
