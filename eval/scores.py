"""What a scorer returns, and how scores are gathered: mean, its uncertainty, and what could not be scored."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.prices import Price
from assistant.schema import Usage
from eval.statistics import f1, f1_spread, interval, median_interval

STAGES = ("translate_s", "retrieve_s", "first_token_s", "total_s")
TOKENS = ("prompt_tokens", "completion_tokens")
REFUSAL_F1 = "refusal_f1"


@dataclass(frozen=True, slots=True)
class Score:
    """A value from 0 to 1, or None when there is nothing to score, and why it is that."""

    value: float | None
    explanation: str


@dataclass(slots=True)
class Mean:
    """A mean over values that are counted by value; `unscored` counts what had none."""

    counts: Counter[float] = field(default_factory=Counter)
    unscored: int = 0

    def add(self, value: float | None) -> None:
        """Take one more value in."""
        if value is None:
            self.unscored += 1
        else:
            self.counts[value] += 1

    def summary(self) -> dict[str, Any]:
        """Value, standard error (s / sqrt n), n, unscored, and the 95% bootstrap interval `low` to `high`.

        None where n is too small, never NaN.
        """
        n = sum(self.counts.values())
        value = math.fsum(v * times for v, times in self.counts.items()) / n if n else None
        stderr = None
        if value is not None and n > 1:
            squares = math.fsum(times * (v - value) ** 2 for v, times in self.counts.items())
            stderr = round(math.sqrt(squares / (n - 1) / n), 6)
        low, high = interval(self.counts) or (None, None)
        return {
            "value": _rounded(value), "stderr": stderr, "n": n, "unscored": self.unscored,
            "low": _rounded(low), "high": _rounded(high),
        }


class Tally:
    """Scores of one question after the other, kept as counts: memory does not grow with their texts."""

    def __init__(self, metrics: Sequence[str], price: Price | None = None) -> None:
        self._metrics = metrics
        self._price = price
        self._means: dict[tuple[str, str], dict[str, Mean]] = {}
        self._refused: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._times: dict[str, list[float]] = defaultdict(list)
        self._spent: dict[str, Mean] = defaultdict(Mean)
        self._totals: Counter[str] = Counter()
        self.n = 0
        self.errors = 0

    def add(
        self, lang: str, type: str, scores: Mapping[str, Score], record: Mapping[str, Any],
        reports: Iterable[str] = (),
    ) -> None:
        """Take in a question's scores; times and tokens of questions that ended in an error do not count.

        `reports` are the files its evidence stands in.
        """
        self.n += 1
        for group in (("", ""), ("lang", lang), ("type", type), *(("report", name) for name in reports)):
            means = self._means.setdefault(group, {name: Mean() for name in self._metrics})
            for name in self._metrics:
                means[name].add(scores[name].value)
            self._refused[group][_outcome(scores)] += 1
        if record.get("error"):
            self.errors += 1
            return
        for stage in STAGES:
            self._times[stage].append(float(record["timing"][stage]))
        self._spend(record.get("usage") or {})

    def _spend(self, usage: Mapping[str, Any]) -> None:
        spent = {name: float(usage.get(name, 0)) for name in TOKENS}
        if self._price:
            spent["cost"] = self._price.of(Usage(**usage))
        for name, amount in spent.items():
            self._spent[name].add(amount)
            self._totals[name] += amount  # type: ignore[assignment]

    def summary(self) -> dict[str, Any]:
        """`{"n", "errors", "overall", "by": {"lang", "type", "report"}, "timing", "usage"}`.

        `timing` holds `{stage: {"median", "p95", "low", "high"}}` in seconds, the interval being that of
        the median; `usage` holds tokens and cost a question like a metric, with their `total`.
        """
        by: dict[str, dict[str, Any]] = {"lang": {}, "type": {}, "report": {}}
        for kind, name in sorted(key for key in self._means if key[0]):
            by[kind][name] = self._group((kind, name))
        usage = {
            name: {**mean.summary(), "total": round(self._totals[name], 6)}
            for name, mean in self._spent.items()
        }
        timing = {stage: _times(times) for stage, times in self._times.items()}
        overall = self._group(("", ""))
        return {
            "n": self.n, "errors": self.errors, "overall": overall, "by": by, "timing": timing, "usage": usage,
        }

    def _group(self, key: tuple[str, str]) -> dict[str, Any]:
        means = self._means.get(key) or {name: Mean() for name in self._metrics}
        found = {name: mean.summary() for name, mean in means.items()}
        if "refusal" in self._metrics and "false_refusal" in self._metrics:
            found[REFUSAL_F1] = _refusal_f1(self._refused[key])
        return found


def _outcome(scores: Mapping[str, Score]) -> str:
    """Which cell of the table of refusals a question falls into."""
    refusal, false = (scores[n].value if n in scores else None for n in ("refusal", "false_refusal"))
    if refusal is not None:
        return "right" if refusal else "missed"
    return "neither" if not false else "wrong"


def _refusal_f1(cells: Mapping[str, int]) -> dict[str, Any]:
    right, wrong, missed, neither = (cells.get(cell, 0) for cell in ("right", "wrong", "missed", "neither"))
    value, n = f1(right, wrong, missed), right + wrong + missed + neither
    stderr, (low, high) = f1_spread(right, wrong, missed, neither) or (None, (None, None))
    return {
        "value": _rounded(value), "stderr": _rounded(stderr), "n": n if value is not None else 0,
        "unscored": 0 if value is not None else n, "low": _rounded(low), "high": _rounded(high),
    }


def _times(times: Sequence[float]) -> dict[str, float | None]:
    ordered = sorted(times)
    low, high = median_interval(ordered) or (None, None)
    return {
        "median": round(quantile(ordered, 0.5), 4), "p95": round(quantile(ordered, 0.95), 4),
        "low": _rounded(low), "high": _rounded(high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by linear interpolation between the two nearest values (Hyndman and Fan's type 7)."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
