"""Two runs of the same questions: what changed, what flipped, and whether it is more than noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.errors import BadRun
from eval.metrics import METRICS
from eval.results import read_lines
from eval.statistics import difference_interval, sign_test


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that was right in one run and not in the other."""

    id: str
    question: str
    before: str
    after: str
    better: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One metric over the questions scored in both runs; `low` and `high` bound the difference by 95%.

    `p` is the exact two-sided sign test's, which for metrics of 0 and 1 is McNemar's.
    """

    metric: str
    n: int
    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def worse_by(self) -> float:
        """By how much the metric got worse; negative when it got better."""
        return -self.difference if METRICS[self.metric].better == "higher" else self.difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found; `failures` are the demands that were not met, one sentence each."""

    n: int
    left_out: int
    changes: dict[str, Change]
    by_lang: dict[str, dict[str, Change]]
    flips: tuple[Flip, ...]
    failures: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """1 when a demand (`fail_under`, `max_drop`) is not met, else 0."""
        return int(bool(self.failures))

    def table(self) -> str:
        """The comparison as a Markdown table with the flipped questions below."""
        only = f", {self.left_out} in one only" if self.left_out else ""
        lines = [f"{self.n} questions in both runs{only}", "", *_rows("", self.changes)]
        for lang, changes in self.by_lang.items():
            lines += ["", *_rows(f", {lang}", changes)]
        for better, title in ((False, "Got worse"), (True, "Got better")):
            flipped = [flip for flip in self.flips if flip.better is better]
            if flipped:
                lines += ["", f"{title} ({len(flipped)}):"]
                lines += [f"- {flip.id} {flip.question} ({flip.before} -> {flip.after})" for flip in flipped]
        return "\n".join([*lines, *(f"\nFailed: {failure}" for failure in self.failures)])


def _rows(group: str, changes: Mapping[str, Change]) -> list[str]:
    head = f"| metric{group} | n | before | after | difference | 95% interval | p |"
    return [head, "|---|--:|--:|--:|--:|---|--:|"] + [
        f"| {item.metric} | {item.n} | {item.before:.3f} | {item.after:.3f} | {item.difference:+.3f} "
        f"| {item.low:+.3f} to {item.high:+.3f} | {item.p:.4f} |"
        for item in changes.values()
    ]


def compare(
    dir_a: Path, dir_b: Path, *, fail_under: float | None = None, max_drop: float | None = None
) -> Comparison:
    """Compare run B with run A question by question, over the questions that both asked.

    `fail_under` (0 to 1) is the least accuracy B may have, `max_drop` (0 to 1) the most it may lose
    against A; in runs of the search alone evidence_all stands for accuracy. Raises `BadRun` when a
    run is not finished or the two share no question.
    """
    a, b = _run(dir_a), _run(dir_b)
    ids = [id for id in a if id in b and a[id]["asked"] == b[id]["asked"]]
    if not ids:
        raise BadRun(f"{dir_a} and {dir_b} are runs of different sets: they share no question")
    metrics = [name for name in METRICS if name in a[ids[0]]["scores"] and name in b[ids[0]]["scores"]]
    changes = _changes(metrics, [(a[id], b[id]) for id in ids])
    languages = sorted({a[id]["asked"]["lang"] for id in ids})
    by_lang = {
        lang: _changes(metrics, [(a[id], b[id]) for id in ids if a[id]["asked"]["lang"] == lang])
        for lang in languages
        if len(languages) > 1
    }
    flips = tuple(_flip(id, a[id], b[id]) for id in ids if (a[id]["right"] != b[id]["right"]))
    left_out = len(a.keys() | b.keys()) - len(ids)
    return Comparison(len(ids), left_out, changes, by_lang, flips, _failures(changes, fail_under, max_drop))


def _run(out: Path) -> dict[str, dict[str, Any]]:
    """By id: what was asked, the verdict, and the scores."""
    asked = {item["id"]: item for item in read_lines(out / "dataset.jsonl")}
    return {
        item["id"]: {
            "asked": asked[item["id"]], "scores": item["scores"], "verdict": item["verdict"],
            "right": item["verdict"] == "right",
        }
        for item in read_lines(out / "scores.jsonl")
    }


def _flip(id: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> Flip:
    return Flip(id, a["asked"]["question"], a["verdict"], b["verdict"], b["right"])


def _changes(
    metrics: Sequence[str], runs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> dict[str, Change]:
    """Each metric over the questions that it scored in both runs; metrics that scored none are left out."""
    changes = {}
    for name in metrics:
        scored = [(a["scores"][name][0], b["scores"][name][0]) for a, b in runs]
        if pairs := [pair for pair in scored if None not in pair]:
            changes[name] = _change(name, pairs)
    return changes


def _change(name: str, pairs: Sequence[tuple[float, float]]) -> Change:
    before, after = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    low, high = difference_interval([b - a for a, b in pairs])
    p = sign_test(sum(a < b for a, b in pairs), sum(a > b for a, b in pairs))
    return Change(name, len(pairs), before, after, low, high, p)


def _failures(
    changes: Mapping[str, Change], fail_under: float | None, max_drop: float | None
) -> tuple[str, ...]:
    if fail_under is None and max_drop is None:
        return ()
    item = changes.get("accuracy") or changes.get("evidence_all")
    if item is None:
        return ("neither accuracy nor evidence_all could be scored in both runs",)
    failures = []
    if fail_under is not None and item.after < fail_under:
        failures.append(f"{item.metric} is {item.after:.3f}, under {fail_under:.3f}")
    # A drop that is exactly the most allowed must not fail by a rounding error.
    if max_drop is not None and item.worse_by > max_drop + 1e-9:
        failures.append(f"{item.metric} dropped by {item.worse_by:.3f}, more than {max_drop:.3f}")
    return tuple(failures)
