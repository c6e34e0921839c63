"""How fast a run may go and how far: pauses that all workers keep, and a cap on what it costs."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from threading import Event, Lock
from typing import Any

from assistant.prices import Price
from assistant.schema import Usage

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
_PASSING = re.compile(r"HTTP (?:408|409|425|429|5\d\d)|cannot be reached|said nothing for|broke off before")


def passing(record: Mapping[str, Any]) -> bool:
    """Did the question fail for a reason that may be gone a moment later: a rate limit, a busy server?"""
    return bool(record.get("error") and _PASSING.search(record["error"]))


class Pace:
    """A pause that all workers keep: it begins when one of them is told to slow down, and doubles.

    Thread-safe. `stop` ends every wait.
    """

    def __init__(self, stop: Event, first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> None:
        self._stop, self._first, self._longest = stop, first, longest
        self._lock = Lock()
        self._until = 0.0
        self._pause = 0.0

    def wait(self) -> None:
        """Wait until nobody has to."""
        while (left := self._until - time.monotonic()) > 0 and not self._stop.wait(left):
            pass

    def strained(self) -> None:
        """Somebody was told to slow down: everybody waits, twice as long as the last time."""
        with self._lock:
            if self._until <= time.monotonic():
                self._pause = min(self._longest, self._pause * 2 or self._first)
                self._until = time.monotonic() + self._pause

    def eased(self) -> None:
        """An answer came: the next pause is a short one again."""
        with self._lock:
            self._pause = 0.0


class Budget:
    """What a run may cost: no question is begun that would pass the cap if it cost what they cost so far.

    Thread-safe. Without a cap everything is allowed. The very first question is always allowed.
    """

    def __init__(self, price: Price | None, cap: float | None) -> None:
        self._price, self._cap = price or Price(0, 0), cap
        self._lock = Lock()
        self._spent = 0.0
        self._done = 0
        self._begun = 0

    @property
    def spent(self) -> float:
        """What the records so far cost."""
        return self._spent

    def begin(self) -> bool:
        """May one more question be asked? If so it counts as begun."""
        with self._lock:
            mean = self._spent / self._done if self._done else 0.0
            # What is under way costs something too, though nobody knows yet what.
            under_way = self._begun - self._done + 1
            if self._cap is not None and self._done and self._spent + mean * under_way > self._cap:
                return False
            self._begun += 1
            return True

    def pay(self, record: Mapping[str, Any], *, begun: bool = True) -> None:
        """Count a record; `begun` is False for one of an earlier run."""
        with self._lock:
            self._spent += self._price.of(Usage(**(record.get("usage") or {})))
            self._done += 1
            self._begun += not begun
