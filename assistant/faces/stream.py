"""The assistant's events, from the thread that asks to the event loop that serves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

from assistant.schema import Event

Ask = Callable[[threading.Event], Iterator[Event]]


async def events(ask: Ask, cancel: threading.Event | None = None) -> AsyncIterator[list[Event]]:
    """Run `ask(cancel)` in a thread; yield what has happened since the last time, in order.

    Whoever stops iterating (a closed browser, a stopped server) sets `cancel`, so that no model goes on
    writing for nobody. Raises what `ask` raises.
    """
    stop = cancel or threading.Event()
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()

    def put(item: Event | BaseException | None) -> None:
        try:
            loop.call_soon_threadsafe(arrived.put_nowait, item)
        except RuntimeError:  # the loop is closed: nobody listens any more
            stop.set()

    def work() -> None:
        try:
            for event in ask(stop):
                put(event)
            put(None)
        except BaseException as error:
            put(error)

    threading.Thread(target=work, name="wenju-ask", daemon=True).start()
    try:
        while True:
            batch: list[Event] = []
            last: Event | BaseException | None = await arrived.get()
            while last is not None and not isinstance(last, BaseException):
                batch.append(last)
                if arrived.empty():
                    break
                last = arrived.get_nowait()
            if batch:
                yield batch
            if isinstance(last, BaseException):
                raise last
            if last is None:
                return
    finally:
        stop.set()
