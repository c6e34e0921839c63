"""How far the scorers agree with people: hand labels of answers beside what the scorers said of the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.attribution import judged
from eval.dataset import Question
from eval.errors import BadRun
from eval.metrics import accuracy
from eval.results import read_lines
from eval.retrieval import Record, Sources
from eval.statistics import wilson

Pair = tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said of one answer, and what the scorers did.

    `answer` is the hash of the answer that was read. `accurate`: it answers the question rightly and says
    nothing that contradicts that. `sentences`: for each, do the quotes it cites bear it out.
    """

    id: str
    answer: str
    lang: str
    accurate: bool
    sentences: tuple[bool, ...]
    scored_accurate: bool | None = None
    scored_sentences: tuple[bool, ...] = field(default=())

    def line(self) -> dict[str, Any]:
        """The label as a line of a file; `load` reads it back equal."""
        return {
            "id": self.id, "answer": self.answer, "lang": self.lang, "accurate": self.accurate,
            "sentences": list(self.sentences), "scored_accurate": self.scored_accurate,
            "scored_sentences": list(self.scored_sentences),
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often scorer and person said the same of `n` things, and which way they differed."""

    n: int
    same: int
    too_kind: int
    too_strict: int
    positive: int  # how often the person said yes

    @property
    def share(self) -> float:
        """The share of things both said the same of."""
        return self.same / self.n if self.n else 0.0

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa (1960): agreement beyond chance; None when one side never varies."""
        both = self.same / self.n if self.n else 0.0
        yes, no = self._margins
        chance = yes[0] * yes[1] + no[0] * no[1]
        return None if chance == 1 or not self.n else (both - chance) / (1 - chance)

    @property
    def _margins(self) -> tuple[tuple[float, float], tuple[float, float]]:
        hand = self.positive / self.n if self.n else 0.0
        machine = (self.positive + self.too_kind - self.too_strict) / self.n if self.n else 0.0
        return (hand, machine), (1 - hand, 1 - machine)


def agreement(pairs: Iterable[Pair]) -> Agreement:
    """Agreement over (person, scorer) pairs."""
    said = list(pairs)
    return Agreement(
        len(said), sum(a == b for a, b in said), sum(b and not a for a, b in said),
        sum(a and not b for a, b in said), sum(a for a, _ in said),
    )


def load(path: Path) -> list[Label]:
    """The labels in a file; raises `BadRun` naming the line that is none. Of two by one person on one answer the later
    counts, and `accurate` null takes it back, as `eval.labelling` writes them.
    """
    missing = f"there is no file of labels {path}; name one with a label a line: id, answer, lang, accurate, sentences"
    labels = dict[tuple[str, str, str], Label | None]()
    for number, item in enumerate(read_lines(path, missing), start=1):
        try:
            label = Label(
                item["id"], item["answer"], item["lang"], bool(item["accurate"]),
                tuple(map(bool, item["sentences"])), item.get("scored_accurate"),
                tuple(map(bool, item.get("scored_sentences", ()))),
            )
            labels[label.id, label.answer, item.get("person", "")] = None if item["accurate"] is None else label
        except (KeyError, TypeError):
            raise BadRun(f"{path} line {number} is no label: it needs id, answer, lang, accurate, sentences") from None
    return [label for label in labels.values() if label]


def fingerprint(record: Record) -> str:
    """What tells whether a label is of this very answer."""
    said = json.dumps([record["answer"], [s["text"] for s in record["sentences"]]], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def scored(
    labels: Iterable[Label], records: Mapping[str, Record], questions: Mapping[str, Question], sources: Sources
) -> Iterator[Label]:
    """The labels whose very answer is among the records, with what the scorers say of it now."""
    for label in labels:
        record, question = records.get(label.id), questions.get(label.id)
        if record is None or question is None or fingerprint(record) != label.answer:
            continue
        right = accuracy(record, question, sources).value
        borne_out = tuple(one.borne_out for one in judged(record, sources))
        yield Label(
            label.id, label.answer, label.lang, label.accurate, label.sentences,
            None if right is None else right == 1.0, borne_out,
        )


def table(labels: Sequence[Label]) -> str:
    """A Markdown table: agreement on accuracy and on citation support, in all and by language."""
    lines = [
        "| what | n | agreement | 95% interval | kappa | scorer too kind | scorer too strict |",
        "|---|--:|--:|---|--:|--:|--:|",
    ]
    for lang in ("", "zh", "en"):
        some = [label for label in labels if lang in ("", label.lang)]
        answers = [(x.accurate, x.scored_accurate) for x in some if x.scored_accurate is not None]
        sentences = [
            pair for x in some if x.scored_sentences
            for pair in zip(x.sentences, x.scored_sentences, strict=True)
        ]
        rows: tuple[tuple[str, Sequence[Pair]], ...] = (
            ("answer right", answers), ("sentence borne out by what it cites", sentences),
        )
        for name, pairs in rows:
            if pairs:
                lines.append(row(f"{name}{f', {lang}' if lang else ''}", agreement(pairs)))
    return "\n".join(lines)


def row(name: str, found: Agreement) -> str:
    """A row of such a table: n, agreement with its interval, kappa, and both ways of differing."""
    low, high = wilson(found.same, found.n)
    kappa = "-" if found.kappa is None else f"{found.kappa:.2f}"
    return (
        f"| {name} | {found.n} | {found.share:.3f} | {low:.3f} to {high:.3f} | {kappa} "
        f"| {found.too_kind} | {found.too_strict} |"
    )
