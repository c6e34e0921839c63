"""What a scorer returns, and how scores are gathered: mean, standard error, and what could not be scored."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STAGES = ("translate_s", "retrieve_s", "first_token_s", "total_s")


@dataclass(frozen=True, slots=True)
class Score:
    """A value from 0 to 1, or None when there is nothing to score, and why it is that."""

    value: float | None
    explanation: str


@dataclass(slots=True)
class Mean:
    """A running mean; `unscored` counts what had no value."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    unscored: int = 0

    def add(self, value: float | None) -> None:
        """Take one more value in."""
        if value is None:
            self.unscored += 1
            return
        self.n += 1
        self.total += value
        self.squares += value * value

    def summary(self) -> dict[str, Any]:
        """Value, its standard error (s / sqrt n), n and unscored; None where n is too small, never NaN."""
        value = self.total / self.n if self.n else None
        stderr = None
        if value is not None and self.n > 1:
            variance = max(0.0, self.squares - self.n * value * value) / (self.n - 1)
            stderr = round(math.sqrt(variance / self.n), 6)
        return {
            "value": None if value is None else round(value, 6), "stderr": stderr,
            "n": self.n, "unscored": self.unscored,
        }


class Tally:
    """Scores of one question after the other, kept as sums: memory does not grow with their texts."""

    def __init__(self, metrics: Sequence[str]) -> None:
        self._metrics = metrics
        self._means: dict[tuple[str, str], dict[str, Mean]] = {}
        self._times: dict[str, list[float]] = defaultdict(list)
        self.n = 0
        self.errors = 0

    def add(self, lang: str, type: str, scores: Mapping[str, Score], record: Mapping[str, Any]) -> None:
        """Take in a question's scores; times of questions that ended in an error do not count."""
        self.n += 1
        for group in (("", ""), ("lang", lang), ("type", type)):
            means = self._means.setdefault(group, {name: Mean() for name in self._metrics})
            for name in self._metrics:
                means[name].add(scores[name].value)
        if record.get("error"):
            self.errors += 1
            return
        for stage in STAGES:
            self._times[stage].append(float(record["timing"][stage]))

    def summary(self) -> dict[str, Any]:
        """`{"n", "errors", "overall", "by": {"lang", "type"}, "timing": {stage: {"median", "p95"}}}`."""
        by: dict[str, dict[str, Any]] = {"lang": {}, "type": {}}
        for kind, name in sorted(key for key in self._means if key[0]):
            by[kind][name] = self._group((kind, name))
        timing = {
            stage: {"median": round(quantile(times, 0.5), 4), "p95": round(quantile(times, 0.95), 4)}
            for stage, times in self._times.items()
        }
        overall = self._group(("", ""))
        return {"n": self.n, "errors": self.errors, "overall": overall, "by": by, "timing": timing}

    def _group(self, key: tuple[str, str]) -> dict[str, Any]:
        means = self._means.get(key) or {name: Mean() for name in self._metrics}
        return {name: mean.summary() for name, mean in means.items()}


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by linear interpolation between the two nearest values (Hyndman and Fan's type 7)."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
