"""Question sets: one JSON object per line, checked in full before anything is asked."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import BadDataset, BadLines

LANGUAGES = ("zh", "en")
TYPES = (
    "number", "fact", "definition", "list", "table", "compare", "conflict", "followup",
    "unanswerable", "false_premise",
)
QUICK = 30


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lines of a report that support an answer: `start_line` to `end_line`, from 1, both included."""

    file: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what a right answer holds: one variant of every group in `key_facts`."""

    id: str
    lang: str
    type: str
    question: str
    answer: str = ""
    history: tuple[str, ...] = ()
    key_facts: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    split: str | None = None

    @property
    def answerable(self) -> bool:
        """False for questions whose right answer is a refusal."""
        return self.type != "unanswerable"

    @property
    def reports(self) -> tuple[str, ...]:
        """The files its evidence stands in, each once."""
        return tuple(dict.fromkeys(item.file for item in self.evidence))

    def line(self) -> dict[str, Any]:
        """The question as a line of a data set; `load` reads it back equal."""
        return {
            "id": self.id, "split": self.split, "lang": self.lang, "type": self.type,
            "history": list(self.history), "question": self.question, "answer": self.answer,
            "key_facts": [list(group) for group in self.key_facts],
            "evidence": [{"file": e.file, "start": e.start_line, "end": e.end_line} for e in self.evidence],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Invalid:
    """A line that is not a question: its number, from 1, and why; `unit` is what is counted."""

    line: int
    reason: str
    unit: str = "line"

    def __str__(self) -> str:
        return f"{self.unit} {self.line}: {self.reason}"


class Dataset(list[Question]):
    """The questions of a file in its order; `left_out` is what `skip_invalid` passed over.

    `lines` gives the line a question stands on by its id, where that is known.
    """

    def __init__(
        self, questions: Iterable[Question] = (), left_out: Sequence[Invalid] = (),
        *, lines: Mapping[str, int] | None = None, name: str = "the question set",
    ) -> None:
        super().__init__(questions)
        self.left_out = tuple(left_out)
        self.lines = dict(lines or {})
        self.name = name


def normalise(text: str) -> str:
    """`text` as key facts are compared: lower case, without white space and commas."""
    return "".join(text.lower().split()).replace(",", "")


def load(path: Path | str, *, skip_invalid: bool = False) -> Dataset:
    """Read a question set (JSONL, UTF-8, blank lines passed over).

    Raises `BadDataset` with every invalid line when there is one, unless `skip_invalid`; then the
    lines left out are in `left_out`. A set without a single question is an error either way.
    """
    found = read(Path(path))
    refuse_invalid(found.name, found, found.left_out, skip_invalid)
    return found


def read(path: Path) -> Dataset:
    """Whatever a set holds, for `located` to say all that is wrong with it at once; `left_out` is what is invalid."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadDataset(f"the question set {path} cannot be read: {error.strerror or error}") from None
    questions, invalid, lines = parse(raw)
    return Dataset(questions, invalid, lines=lines, name=path.name)


def refuse_invalid(
    name: str, questions: Sequence[Question], invalid: Sequence[Invalid], skip_invalid: bool
) -> None:
    """Raise `BadDataset` that lists what is invalid, unless it is skipped and something is left."""
    if invalid and not skip_invalid:
        raise BadLines(name, invalid)
    if not questions:
        why = f": all {len(invalid)} are invalid, the first at {invalid[0]}" if invalid else ""
        raise BadDataset(f"{name} holds no question{why}")


def located(
    questions: Dataset, lines_of: Callable[[str], int | None], *, skip_invalid: bool = False
) -> Dataset:
    """The questions whose evidence can be found: its report is known and its lines are in the file.

    `lines_of(file)` is how many lines a report has, None when there is no such report. Raises `BadDataset`
    with every line that is no question or whose evidence is elsewhere, unless `skip_invalid`; then they are left out.
    """
    good: list[Question] = []
    invalid: list[Invalid] = []
    for number, question in enumerate(questions, start=1):
        wrong = [said for item in question.evidence if (said := _elsewhere(item, lines_of(item.file)))]
        if wrong:
            invalid.append(Invalid(questions.lines.get(question.id, number), "; ".join(dict.fromkeys(wrong))))
        else:
            good.append(question)
    left_out = sorted([*questions.left_out, *invalid], key=lambda item: item.line)
    refuse_invalid(questions.name, good, left_out, skip_invalid)
    return Dataset(good, left_out, lines=questions.lines, name=questions.name)


def _elsewhere(item: Evidence, lines: int | None) -> str:
    if lines is None:
        return f"the library holds no report called {item.file!r}"
    if item.end_line > lines:
        return f"evidence on lines {item.start_line} to {item.end_line} lies outside {item.file}: {lines} lines"
    return ""


def parse(raw: bytes) -> tuple[list[Question], list[Invalid], dict[str, int]]:
    """Questions, invalid lines, and the line of each question's id, from a set's bytes."""
    questions: list[Question] = []
    invalid: list[Invalid] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            question = question_of(_json(line))
            if question.id in seen:
                raise ValueError(f"the id {question.id!r} stands already on line {seen[question.id]}")
        except ValueError as error:
            invalid.append(Invalid(number, str(error)))
            continue
        seen[question.id] = number
        questions.append(question)
    return questions, invalid, seen


def _json(line: bytes) -> dict[str, Any]:
    try:
        item = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from None
    if not isinstance(item, dict):
        raise ValueError(f"is not an object but {_shown(item)}")
    return item


def question_of(item: dict[str, Any]) -> Question:
    """The question in `item`; raises ValueError with everything that is wrong with it."""
    wrong: list[str] = []
    if "draft" in item:
        raise ValueError("is a draft that nobody has reviewed (wenju eval review does that)")
    for key in ("id", "question"):
        if not isinstance(item.get(key), str) or not item[key].strip():
            wrong.append(f"{key} must be a text that is not blank, not {_shown(item.get(key))}")
    for key, allowed in (("lang", LANGUAGES), ("type", TYPES)):
        if item.get(key) not in allowed:
            wrong.append(f"{key} must be one of {', '.join(allowed)}, not {_shown(item.get(key))}")
    for key in ("answer", "note", "split"):
        if not isinstance(item.get(key) or "", str):
            wrong.append(f"{key} must be a text, not {_shown(item[key])}")
    history = item.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) and turn.strip() for turn in history):
        wrong.append(f"history must be a list of questions, not {_shown(history)}")
    groups = item.get("key_facts") or []
    wrong += _wrong_facts(groups)
    evidence = item.get("evidence") or []
    wrong += _wrong_evidence(evidence)
    if item.get("type") == "unanswerable" and (groups or evidence):
        wrong.append("an unanswerable question has no key_facts and no evidence")
    if wrong:
        raise ValueError("; ".join(wrong))
    return Question(
        id=item["id"], lang=item["lang"], type=item["type"], question=item["question"],
        answer=item.get("answer") or "", history=tuple(history),
        key_facts=tuple(tuple(group) for group in groups),
        evidence=tuple(Evidence(e["file"], e["start"], e["end"]) for e in evidence),
        note=item.get("note") or "", split=item.get("split"),
    )


def _wrong_facts(groups: object) -> list[str]:
    if not isinstance(groups, list):
        return [f"key_facts must be a list of groups, not {_shown(groups)}"]
    wrong = []
    for n, group in enumerate(groups, start=1):
        if not isinstance(group, list) or not group:
            wrong.append(f"key_facts group {n} must be a list of variants, not {_shown(group)}")
        # A variant of nothing but spaces and commas would be found in every answer.
        elif not all(isinstance(fact, str) and normalise(fact) for fact in group):
            wrong.append(f"key_facts group {n} has a variant that is not a text or is blank: {_shown(group)}")
    return wrong


def _wrong_evidence(evidence: object) -> list[str]:
    if not isinstance(evidence, list):
        return [f"evidence must be a list, not {_shown(evidence)}"]
    wrong = []
    for n, item in enumerate(evidence, start=1):
        if not isinstance(item, dict) or not isinstance(item.get("file"), str) or not item["file"].strip():
            wrong.append(f"evidence {n} must name a file, a start and an end, not {_shown(item)}")
            continue
        start, end = item.get("start"), item.get("end")
        if type(start) is not int or type(end) is not int or start < 1:
            wrong.append(f"evidence {n} must have line numbers from 1, not {_shown(start)} to {_shown(end)}")
        elif end < start:
            wrong.append(f"evidence {n} is reversed: it starts on line {start} and ends on line {end}")
    return wrong


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def fingerprint(questions: Iterable[Question]) -> str:
    """What tells one set of questions from another: a hash over ids, contents and order."""
    digest = hashlib.sha256()
    for question in questions:
        digest.update(json.dumps(question.line(), ensure_ascii=True, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def quick(questions: Sequence[Question], size: int = QUICK) -> list[Question]:
    """A fixed sample of `size`, spread over language and type as the whole is, in the set's order.

    Shares are rounded by largest remainder; within a stratum the ids with the lowest hash are
    taken, so that the same set always gives the same sample and adding a question changes little.
    """
    if len(questions) <= size:
        return list(questions)
    strata: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for question in questions:
        strata[question.lang, question.type].append(question)
    shares = {key: size * len(members) / len(questions) for key, members in strata.items()}
    counts = {key: int(share) for key, share in shares.items()}
    by_remainder = sorted(strata, key=lambda key: (counts[key] - shares[key], key))
    for key in by_remainder[: size - sum(counts.values())]:
        counts[key] += 1
    chosen = {
        question.id
        for key, members in strata.items()
        for question in sorted(members, key=lambda q: hashlib.sha256(q.id.encode()).digest())[: counts[key]]
    }
    return [question for question in questions if question.id in chosen]
