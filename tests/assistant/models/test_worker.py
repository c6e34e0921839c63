"""What is produced in a thread of its own: handed over in order, begun before it is read, errors and all."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from assistant.errors import ModelFailed
from assistant.models.worker import begun, pump


def test_what_is_begun_runs_before_anybody_reads_it() -> None:
    ran = Event()

    def produced() -> Iterator[str]:
        yield "one"
        ran.set()
        yield "two"

    items = begun(produced())
    assert ran.wait(timeout=5)
    assert list(items) == ["one", "two"]


def test_what_fails_in_its_thread_fails_where_it_is_read() -> None:
    def produced() -> Iterator[str]:
        yield "one"
        raise ModelFailed("gone")

    items = begun(produced())
    assert next(items) == "one"
    with pytest.raises(ModelFailed, match="gone"):
        next(items)


def test_who_stops_reading_stops_what_is_pumped() -> None:
    stopped = Event()

    def produce(give: object) -> None:
        assert callable(give)
        while not give("again"):
            pass
        stopped.set()

    items = pump(produce)
    assert next(items) == "again"
    items.close()  # type: ignore[attr-defined]
    assert stopped.wait(timeout=5)
