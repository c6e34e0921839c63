"""New questions proposed by a model from the library's own texts; none enters a set before a person has seen it."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, product
from pathlib import Path
from typing import Any

from assistant.database import private
from assistant.models.base import ChatModel, prompted
from eval.dataset import Question, normalise, question_of
from eval.errors import BadDataset, WenjuError
from eval.importers import language
from eval.results import read_lines, write_lines
from eval.retrieval import Source

TYPES = ("number", "fact", "definition", "list")
STATUSES = ("waiting", "accepted", "rejected")
EXCERPT = 700  # characters other than white space
ATTEMPTS = 6  # excerpts tried for each question wanted
ALIKE = 0.6
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_POINTING = re.compile(
    r"摘录|上文|上述|本文|本报告|这段|\b(?:excerpt|passage|the text|this report|report above)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed question with the words it was written from; `status` is what a person decided."""

    question: Question
    excerpt: str
    model: str
    status: str = "waiting"

    def line(self) -> dict[str, Any]:
        """The draft as a line of its own file: a question that a set refuses."""
        about = {"status": self.status, "model": self.model, "excerpt": self.excerpt}
        return {**self.question.line(), "draft": about}


@dataclass(slots=True)
class Drafting:
    """What came of it: the drafts, and how many proposals were dropped and why."""

    drafts: list[Draft] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def draft(
    texts: Mapping[str, str], model: ChatModel, count: int, *, known: Sequence[Question] = (),
    types: Sequence[str] = TYPES, langs: Sequence[str] = ("zh", "en"), seed: int = 0,
    keep: Callable[[Draft], None] | None = None,
) -> Drafting:
    """Have `model` propose `count` questions over `texts` (file name -> text), spread over report, type, language.

    Dropped are proposals that are no question, that their excerpt does not bear out (the quote and every
    key fact have to stand in it), that give their answer away or point at "the excerpt", and those like a
    question in `known` or another draft. May give fewer than asked for, never more. `keep` is called with
    each draft as it comes.
    """
    done = Drafting()
    said = [question.question for question in known]
    wanted = cycle(product(types, langs))
    excerpts = _excerpts(texts, random.Random(seed))
    for _, (type, lang), excerpt in zip(range(count * ATTEMPTS), wanted, excerpts, strict=False):
        if len(done.drafts) >= count:
            break
        try:
            question = _proposed(model, type, lang, *excerpt)
            if any(alike(question.question, other) >= ALIKE for other in said):
                raise ValueError("like another question")
        except ValueError as error:
            done.dropped[str(error)] += 1
            continue
        said.append(question.question)
        done.drafts.append(Draft(replace(question, id=_id(question)), excerpt[2], model.name))
        if keep:
            keep(done.drafts[-1])
    return done


def _id(question: Question) -> str:
    """An id by content, so that no two files of drafts give one id to different questions."""
    places = [f"{item.file} {item.start_line} {item.end_line}" for item in question.evidence]
    return "draft-" + _hash(question.lang, question.question, *places)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def _excerpts(texts: Mapping[str, str], dice: random.Random) -> Iterator[tuple[str, int, str]]:
    """(file, first line, words) of stretches of lines, one report after the other, for ever."""
    sources = {name: Source(text) for name, text in sorted(texts.items()) if text.strip()}
    if not sources:
        raise BadDataset("there is no text to write questions from")
    for name in cycle(sources):
        source = sources[name]
        first = last = dice.randint(1, source.line_count)
        while last < source.line_count and source.filled(*_span(source, first, last)) < EXCERPT:
            last += 1
        start, end = _span(source, first, last)
        yield name, first, source.text[start:end]


def _span(source: Source, first: int, last: int) -> tuple[int, int]:
    return source.lines(first, last) or (0, 0)


def _proposed(model: ChatModel, type: str, lang: str, file: str, first: int, excerpt: str) -> Question:
    """The model's proposal as a question with evidence; raises ValueError saying why it is none."""
    messages = prompted("draft", lang, excerpt=excerpt, source=Path(file).stem, type=type)
    reply = "".join(model.stream(messages, max_tokens=500))
    found = _OBJECT.search(reply)
    try:
        item = json.loads(found[0]) if found else None
    except ValueError:
        item = None
    if not isinstance(item, dict) or not item:
        raise ValueError("no question in the reply")
    place = _lines(str(item.get("quote", "")), excerpt)
    if place is None:
        raise ValueError("the quote does not stand in the excerpt")
    evidence = [{"file": file, "start": first + place[0], "end": first + place[1]}]
    try:
        question = question_of({
            "id": "draft", "lang": lang, "type": type, "question": item.get("question"),
            "answer": item.get("answer"), "key_facts": item.get("key_facts"), "evidence": evidence,
        })
    except ValueError:
        raise ValueError("not in the form of a question") from None
    _check(question, excerpt)
    return question


def _check(question: Question, excerpt: str) -> None:
    if language(question.question) != question.lang or (question.lang == "zh") > (language(question.answer) == "zh"):
        raise ValueError("in another language than asked for")
    if _POINTING.search(question.question):
        raise ValueError("points at the excerpt")
    if not question.key_facts:
        raise ValueError("names no key fact")
    asked = normalise(question.question)
    if _unfounded(question, excerpt):
        raise ValueError("a key fact does not stand in the excerpt")
    if any(normalise(fact) in asked for group in question.key_facts for fact in group):
        raise ValueError("gives its answer away")


def unfounded(question: Question, item: Draft) -> list[str]:
    """Key facts of a draft as edited that stand nowhere in its excerpt, each as it is spelt first.

    Nothing is held against a question with other evidence than its draft, or with none: the excerpt of one made
    from feedback is an answer, which may be wrong.
    """
    if not question.evidence or question.evidence != item.question.evidence:
        return []
    return _unfounded(question, item.excerpt)


def _unfounded(question: Question, excerpt: str) -> list[str]:
    return [group[0] for group in question.key_facts if not any(_stands(fact, excerpt) for fact in group)]


def _stands(fact: str, excerpt: str) -> bool:
    from assistant.quantities import find_quantities, unsupported_numbers

    if normalise(fact) in normalise(excerpt):
        return True
    return bool(find_quantities(fact) and unsupported_numbers(fact, []) and not unsupported_numbers(fact, [excerpt]))


def _lines(quote: str, excerpt: str) -> tuple[int, int] | None:
    """The lines of the excerpt, from 0, that a quote stands on; white space does not count."""
    letters = [character for character in quote if not character.isspace()]
    found = re.search(r"\s*".join(map(re.escape, letters)), excerpt) if len(letters) >= 4 else None
    if not found:
        return None
    return excerpt.count("\n", 0, found.start()), excerpt.count("\n", 0, found.end())


def alike(one: str, other: str) -> float:
    """How alike two questions are: the share of their triples of characters that both have (Jaccard)."""
    first, second = ({text[n : n + 3] for n in range(max(1, len(text) - 2))} for text in map(normalise, (one, other)))
    return len(first & second) / len(first | second)


def load(path: Path) -> list[Draft]:
    """The drafts in a file; raises `BadDataset` naming the line that is none."""
    missing = f"there is no file of drafts {path}; name one that wenju eval draft wrote"
    drafts = []
    for number, item in enumerate(read_lines(path, missing), start=1):
        about = item.pop("draft", None)
        try:
            _check_form(item, about)
            drafts.append(Draft(question_of(item), about["excerpt"], about["model"], about["status"]))
        except ValueError as error:
            raise BadDataset(f"{path.name} line {number}: {error}") from None
    return drafts


def _check_form(item: Mapping[str, Any], about: Any) -> None:
    """Raise ValueError where what makes a line a draft is missing or not a text."""
    texts = about if isinstance(about, dict) else {}
    if wrong := [key for key in ("status", "model", "excerpt") if not isinstance(texts.get(key), str)]:
        raise ValueError(
            f"it is no draft: {item.get('id')!r} has no `draft` with {', '.join(wrong)}; "
            "name a file that wenju eval draft wrote"
        )
    if texts["status"] not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}, not {texts['status']!r}")


def decide(path: Path, into: Path, id: str, status: str, question: Question | None = None) -> None:
    """Write down what is decided of one draft: `accepted` joins the set, `rejected` and `waiting` leave it.

    `question` is the draft as edited. What leaves is the very question that this draft put in. The set is written
    first, so that a kill loses no decision; accepting twice adds nothing. Raises `BadDataset` where another
    question of the set has the id.
    """
    drafts = load(path)
    chosen = next((item for item in drafts if item.question.id == id), None)
    if chosen is None:
        raise WenjuError(f"{path.name} holds no draft {id!r}")
    changed = replace(chosen, question=replace(question, id=id) if question else chosen.question, status=status)
    _bring_in_line(into, chosen, changed)
    write_lines(path, (changed.line() if item is chosen else item.line() for item in drafts))


def _bring_in_line(into: Path, before: Draft, after: Draft) -> None:
    """Make the set hold what it holds of a draft afterwards, and not what it held of it before."""
    lines = list(read_lines(into)) if into.exists() else []
    out = before.question if before.status == "accepted" else None
    kept = [line for line in lines if out is None or not _is(line, out)]
    if after.status == "accepted":
        if any(_is(line, after.question) for line in lines):
            return
        if any(line.get("id") == after.question.id for line in kept):
            raise BadDataset(
                f"{into.name} holds another question with the id {after.question.id!r}; give one of the two another id"
            )
        kept.append(after.question.line())
    if kept != lines:
        write_lines(into, kept)


def _is(line: Mapping[str, Any], question: Question) -> bool:
    """Whether a line of a set is this very question."""
    try:
        return question_of(dict(line)) == question
    except ValueError:
        return False


def add(path: Path, item: Draft) -> bool:
    """Put one more draft into a file that its owner alone reads; False when one of its id is there."""
    drafts = load(path) if path.exists() else []
    if any(one.question.id == item.question.id for one in drafts):
        return False
    write_lines(private(path), (one.line() for one in [*drafts, item]))
    return True


def of_feedback(question: str, answer: str, helpful: bool, comment: str, model: str) -> Draft:
    """A draft of a question that somebody asked and gave an opinion of; what is right a reviewer has to say."""
    id = "fb-" + _hash(question)
    said = f"{'👍' if helpful else '👎'} {comment}".strip()
    return Draft(Question(id, language(question), "fact", question, note=said), answer, model)
