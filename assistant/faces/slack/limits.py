"""How much may be asked: a sliding minute per person and per workspace."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Literal

MINUTE = 60.0


class Limits:
    """Counts questions of the last minute; kept in memory, so a restart forgives."""

    def __init__(self, per_user: int, per_team: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = {"user": per_user, "team": per_team}
        self._clock = clock
        self._asked: dict[tuple[str, ...], deque[float]] = {}

    def take(self, team: str, user: str) -> tuple[Literal["user", "team"], float] | None:
        """Count one question; or say whose limit is reached and in how many seconds it is not any more."""
        now = self._clock()
        counts = {"user": self._count(("user", team, user), now), "team": self._count(("team", team), now)}
        for whose in ("user", "team"):
            asked = counts[whose]
            if len(asked) >= self._limits[whose]:
                return ("user" if whose == "user" else "team"), asked[0] + MINUTE - now
        for asked in counts.values():
            asked.append(now)
        return None

    def _count(self, key: tuple[str, ...], now: float) -> deque[float]:
        asked = self._asked.setdefault(key, deque())
        while asked and asked[0] <= now - MINUTE:
            asked.popleft()
        if len(self._asked) > 10_000:  # people who have not asked for a minute need no entry
            self._asked = {k: v for k, v in self._asked.items() if v or k == key}
        return asked
