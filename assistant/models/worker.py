"""Run a blocking chat call beside the reader of its words, so that stopping never waits for it."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import TypeVar

from assistant.errors import Cancelled

T = TypeVar("T")

POLL_SECONDS = 0.1


class Silence(Exception):
    """Nothing came for the time allowed."""


def pump(
    produce: Callable[[Callable[[T], bool]], None],
    *,
    cancel: Event | None = None,
    patience: float | None = None,
    started: Callable[[Thread], None] | None = None,
) -> Iterator[T]:
    """Yield what `produce` hands over from its own thread.

    `produce` is called with a function that takes the next item and returns True when it should
    stop. What it raises is raised here. Setting `cancel` raises `Cancelled` within a few tenths of
    a second, whatever `produce` is doing; `patience` seconds without an item raise `Silence`.
    `started` sees the thread, for those who have to wait for it later.
    """
    items: queue.SimpleQueue[tuple[str, T | BaseException | None]] = queue.SimpleQueue()
    stop = Event()

    def give(item: T) -> bool:
        items.put(("item", item))
        return stop.is_set()

    def work() -> None:
        try:
            produce(give)
            items.put(("end", None))
        except BaseException as error:
            items.put(("error", error))

    thread = Thread(target=work, daemon=True, name="wenju-chat")
    if started is not None:
        started(thread)
    thread.start()
    try:
        yield from _drain(items, cancel, patience)
    finally:
        stop.set()


def _drain(
    items: queue.SimpleQueue[tuple[str, T | BaseException | None]],
    cancel: Event | None,
    patience: float | None,
) -> Iterator[T]:
    heard = time.monotonic()
    while True:
        if cancel is not None and cancel.is_set():
            raise Cancelled("stopped before the answer was complete")
        try:
            kind, item = items.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if patience is not None and time.monotonic() - heard > patience:
                raise Silence from None
            continue
        if kind == "end":
            return
        if isinstance(item, BaseException):
            raise item
        yield item  # type: ignore[misc]  # only "end" carries None
        heard = time.monotonic()
