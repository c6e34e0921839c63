"""What several people say of the same answers, and how far they agree with each other and with the scorers."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from math import fsum
from pathlib import Path
from typing import Any

from assistant.database import private
from eval.agreement import Agreement, Label, agreement
from eval.errors import BadRun
from eval.results import read_lines

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's word on one answer of a run; `answer` is its `eval.agreement.fingerprint`.

    `accurate` None takes an earlier judgement back. `sentences`: is each borne out by what it cites.
    """

    run: str
    id: str
    answer: str
    lang: str
    person: str
    accurate: bool | None
    sentences: tuple[bool, ...] = ()
    at: float = 0.0

    @property
    def about(self) -> tuple[str, str]:
        """The question and the very answer."""
        return self.id, self.answer


def add(path: Path, said: Judgement) -> None:
    """Write a judgement down, for the file's owner alone; of two by one person on one answer the later counts."""
    line = json.dumps({**asdict(said), "at": said.at or time.time()}, ensure_ascii=False)
    with _LOCK, private(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def load(path: Path) -> list[Judgement]:
    """What counts: the last judgement of each person on each answer. Raises `BadRun` naming a bad line."""
    found: dict[tuple[str, str, str], Judgement] = {}
    if not path.exists():
        return []
    for number, item in enumerate(read_lines(path), start=1):
        try:
            said = Judgement(**{**item, "sentences": tuple(map(bool, item["sentences"]))})
        except (KeyError, TypeError):
            raise BadRun(f"{path} line {number} is no judgement of an answer") from None
        found[(*said.about, said.person)] = said
    return [said for said in found.values() if said.accurate is not None]


def krippendorff(units: Iterable[Sequence[bool]]) -> float | None:
    """Krippendorff's alpha (nominal; Krippendorff 2011) over what each unit was called by those who saw it.

    Units seen by one person alone say nothing. None when there is no pair, or nobody ever varies.
    """
    together: dict[tuple[bool, bool], float] = defaultdict(float)
    for values in units:
        if len(values) > 1:
            for place, one in enumerate(values):
                for other in [*values[:place], *values[place + 1 :]]:
                    together[one, other] += 1 / (len(values) - 1)
    yes, no = (fsum(n for (one, _), n in together.items() if one is value) for value in (True, False))
    n, chance = yes + no, yes * no * 2
    if not n or not chance:
        return None
    return 1 - (n - 1) * (together[True, False] + together[False, True]) / chance


@dataclass(frozen=True, slots=True)
class Between:
    """Agreement of people: by pair (Cohen), and of all (Krippendorff's alpha), for answers and sentences."""

    answers: dict[tuple[str, str], Agreement]
    sentences: dict[tuple[str, str], Agreement]
    alpha_answers: float | None
    alpha_sentences: float | None


def between(said: Sequence[Judgement]) -> Between:
    """How far the people agree on what more than one of them judged."""
    seen: dict[tuple[str, str], dict[str, Judgement]] = defaultdict(dict)
    for item in said:
        seen[item.about][item.person] = item
    people = sorted({item.person for item in said})
    answers, sentences = {}, {}
    for one, two in combinations(people, 2):
        pairs = [(by[one], by[two]) for by in seen.values() if one in by and two in by]
        if pairs:
            answers[one, two] = agreement((bool(a.accurate), bool(b.accurate)) for a, b in pairs)
            sentences[one, two] = agreement(
                pair for a, b in pairs for pair in zip(a.sentences, b.sentences, strict=False)
            )
    units = [list(by.values()) for by in seen.values()]
    return Between(
        answers, sentences, krippendorff([bool(item.accurate) for item in unit] for unit in units),
        krippendorff(column for unit in units for column in zip(*(item.sentences for item in unit), strict=False)),
    )


def labels(said: Iterable[Judgement], scores: Mapping[str, Mapping[str, Any]]) -> list[Label]:
    """One label for each answer, by majority (a tie is no yes), beside what a run's scores say of its accuracy."""
    seen: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for item in said:
        seen[item.about].append(item)
    found = []
    for (id, answer), items in sorted(seen.items()):
        columns = zip(*(item.sentences for item in items), strict=False)
        value = scores.get(id, {}).get("accuracy", [None])[0]
        found.append(Label(
            id, answer, items[0].lang, _most(bool(item.accurate) for item in items),
            tuple(_most(column) for column in columns), None if value is None else value == 1.0,
        ))
    return found


def _most(values: Iterable[bool]) -> bool:
    said = list(values)
    return sum(said) * 2 > len(said)
