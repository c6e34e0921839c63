"""Public question sets and tables as sets of our own: questions in one file, the texts asked about beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval import sheets
from eval.dataset import Dataset, Invalid, Question, parse, question_of, refuse_invalid
from eval.errors import BadDataset
from eval.results import replacing, write_lines

Item = dict[str, Any]
_HAN = re.compile(r"[\u3400-\u9fff]")
_PASSAGE = re.compile(r"^\[(\d+)\] ", re.MULTILINE)
_ONE = "any one of the passages suffices"


@dataclass(slots=True)
class Imported:
    """The questions read, and the texts (by file name) that they are to be asked of."""

    questions: Dataset
    texts: dict[str, str] = field(default_factory=dict)

    def write(self, dataset: Path, reports: Path) -> None:
        """Write the set, and each text to a file in `reports`, UTF-8 with line feeds."""
        if self.texts:
            reports.mkdir(parents=True, exist_ok=True)
        for name, text in self.texts.items():
            with replacing(reports / name) as file:
                file.write(text)
        dataset.parent.mkdir(parents=True, exist_ok=True)
        write_lines(dataset, (question.line() for question in self.questions))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A question as found: where, and its item or why there is none."""

    number: int
    item: Item | None
    wrong: str = ""


def read(
    path: Path, *, format: str = "auto", lang: str | None = None, skip_invalid: bool = False
) -> Imported:
    """Read a set: `jsonl` (ours), `csv`, `xlsx`, `squad` (XQuAD, CMRC 2018, DRCD), `rgb` or `nomiracl`.

    `auto` tells them by suffix and keys. `lang` is the language of the questions where the set does not
    say; without it each question's own characters tell. Raises `BadDataset` with every invalid entry, its
    number and the reason, unless `skip_invalid`; then they are in `questions.left_out`.
    """
    format = _format(path) if format == "auto" else format
    if format not in ("jsonl", *FORMATS):
        raise BadDataset(f"the format {format!r} is unknown; choose auto, jsonl, {', '.join(FORMATS)}")
    texts: dict[str, str] = {}
    questions: list[Question] = []
    invalid: list[Invalid] = []
    if format == "jsonl":
        questions, invalid, _ = parse(_bytes(path))
    else:
        unit = "question" if format == "squad" else "line"
        seen: dict[str, int] = {}
        for entry in FORMATS[format](path, texts, lang):
            try:
                if entry.item is None:
                    raise ValueError(entry.wrong)
                question = question_of(entry.item)
                if question.id in seen:
                    raise ValueError(f"the id {question.id!r} stands already at {unit} {seen[question.id]}")
            except ValueError as error:
                invalid.append(Invalid(entry.number, str(error), unit))
                continue
            seen[question.id] = entry.number
            questions.append(question)
    refuse_invalid(path.name, questions, invalid, skip_invalid)
    return Imported(Dataset(questions, invalid), texts)


def language(text: str) -> str:
    """The language of a question by its characters."""
    return "zh" if _HAN.search(text) else "en"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadDataset(f"the question set {path} cannot be read: {error.strerror or error}") from None


def _format(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        return "csv"
    if suffix in (".xlsx", ".xlsm"):
        return "xlsx"
    head = _bytes(path)[:1_000_000].lstrip(b"\xef\xbb\xbf \r\n\t")
    try:
        first = json.loads(head.split(b"\n", 1)[0])
    except ValueError:
        return "squad" if suffix == ".json" or head[:1] == b"[" else "jsonl"
    keys = first.keys() if isinstance(first, dict) else set()
    if {"data", "paragraphs"} & keys or isinstance(first, list):
        return "squad"
    if {"positive", "negative"} <= keys:
        return "rgb"
    if "query_id" in keys:
        return "nomiracl"
    return "squad" if suffix == ".json" else "jsonl"


def _squad(path: Path, texts: dict[str, str], lang: str | None) -> Iterator[_Entry]:
    """One text an article, its paragraphs apart by a blank line; an answer is one key fact with variants."""
    try:
        whole = json.loads(_bytes(path).decode("utf-8-sig"))
    except ValueError as error:
        raise BadDataset(f"{path.name} is not JSON ({error})") from None
    articles = whole.get("data") if isinstance(whole, dict) else whole
    if not isinstance(articles, list) or not all(isinstance(article, dict) for article in articles):
        raise BadDataset(f"{path.name} has no list of articles under `data`; is it in SQuAD's format?")
    number = 0
    for n, article in enumerate(articles, start=1):
        name = f"{path.stem}-{n:04}.txt"
        lines: list[str] = []
        for paragraph in article.get("paragraphs", [article]):
            context = str(paragraph.get("context", paragraph.get("context_text", ""))).replace("\r", "")
            first = len(lines) + 1
            lines += [*context.split("\n"), ""]
            for asked in paragraph.get("qas", []):
                number += 1
                yield _answered(number, asked, context, (name, first), lang)
        texts[name] = "\n".join(lines)


def _answered(
    number: int, asked: Item, context: str, place: tuple[str, int], lang: str | None
) -> _Entry:
    question = str(asked.get("question", asked.get("query_text", "")))
    item: Item = {
        "id": str(asked.get("id", asked.get("query_id", ""))), "question": question,
        "lang": lang or language(question), "type": "fact",
    }
    if asked.get("is_impossible"):
        return _Entry(number, {**item, "type": "unanswerable"})
    given = [answer if isinstance(answer, dict) else {"text": answer} for answer in asked.get("answers", [])]
    variants = list(dict.fromkeys(str(answer.get("text", "")).strip() for answer in given))
    if not variants:
        return _Entry(number, None, f"{item['id']} has no answer")
    at = given[0].get("answer_start", -1)
    if not isinstance(at, int) or context[max(at, 0) :][: len(variants[0])] != variants[0]:
        at = context.find(variants[0])
    if at < 0:
        return _Entry(number, None, f"{item['id']}: the answer {variants[0]!r} does not stand in its context")
    file, first = place
    start, end = (first + context.count("\n", 0, spot) for spot in (at, at + len(variants[0])))
    evidence = [{"file": file, "start": start, "end": end}]
    return _Entry(
        number, {**item, "answer": variants[0], "key_facts": [variants], "evidence": evidence}
    )


def _lines(path: Path) -> Iterator[tuple[int, Item | None, str]]:
    for number, line in enumerate(_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line.decode("utf-8"))
            if not isinstance(item, dict):
                raise ValueError("no object")
        except ValueError as error:
            yield number, None, f"is not a JSON object ({error})"
            continue
        yield number, item, ""


def _rgb(path: Path, texts: dict[str, str], lang: str | None) -> Iterator[_Entry]:
    """RGB (Chen 2023): an answer is a list of facts, each a text or a list of variants."""
    for number, item, wrong in _lines(path):
        if item is None:
            yield _Entry(number, None, wrong)
            continue
        question, answers = str(item.get("query", "")), item.get("answer")
        positive = item.get("positive", [])
        nested = [passage for part in positive for passage in _listed(part)]
        passages = [*nested, *item.get("negative", [])]
        name = f"{path.stem}-{item.get('id', number)}.txt"
        texts[name], starts = _text(passages)
        facts = [_listed(part) for part in _listed(answers)]
        evidence = [
            {"file": name, "start": start, "end": start + str(passage).count("\n")}
            for start, passage in zip(starts, nested, strict=False)
        ]
        alternatives = not any(isinstance(part, list) for part in positive)
        yield _Entry(number, {
            "id": f"{path.stem}-{item.get('id', number)}", "question": question,
            "lang": lang or language(question), "type": "fact" if nested else "unanswerable",
            "answer": "、".join(str(fact[0]) for fact in facts if fact) if nested else "",
            "key_facts": [[str(variant) for variant in fact] for fact in facts] if nested else [],
            "evidence": evidence, "note": _ONE if alternatives and evidence else "",
        })


def _nomiracl(path: Path, texts: dict[str, str], lang: str | None) -> Iterator[_Entry]:
    """NoMIRACL (Thakur 2024), as published or as prompts; a file named *non_relevant* has no answers."""
    for number, item, wrong in _lines(path):
        if item is None:
            yield _Entry(number, None, wrong)
            continue
        question, relevant, others = _miracl(item)
        refusable = item.get("subset") == "non_relevant" or "non_relevant" in path.name
        name = f"{path.stem}-{number:04}.txt"
        texts[name], starts = _text([*relevant, *others])
        evidence = [{"file": name, "start": at, "end": at} for at in starts[: len(relevant)]]
        yield _Entry(number, {
            "id": str(item.get("query_id", number)), "question": question, "lang": lang or language(question),
            "type": "unanswerable" if refusable else "fact", "evidence": [] if refusable else evidence,
            "note": _ONE if evidence and not refusable else "",
        })


def _miracl(item: Item) -> tuple[str, list[str], list[str]]:
    """Question, relevant passages, other passages; which are relevant is not known of a prompt."""
    if "prompt" in item:
        asked, _, rest = str(item["prompt"]).partition("QUESTION:")[2].partition("CONTEXTS:")
        parts = _PASSAGE.split(rest.partition("\nOUTPUT:")[0])
        return asked.strip(), [], [" ".join(part.split()) for part in parts[2::2]]
    sides = (item.get(f"{side}_passages") or [] for side in ("positive", "negative"))
    relevant, others = ([_told(passage) for passage in side] for side in sides)
    return str(item.get("query", "")), relevant, others


def _told(passage: Mapping[str, Any]) -> str:
    return " ".join(f"{passage.get('title', '')}: {passage.get('text', '')}".split())


def _text(passages: Iterable[object]) -> tuple[str, list[int]]:
    """Passages apart by blank lines, and the line on which each begins."""
    lines: list[str] = []
    starts = []
    for passage in passages:
        starts.append(len(lines) + 1)
        lines += [*str(passage).replace("\r", "").split("\n"), ""]
    return "\n".join(lines), starts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _table(path: Path, texts: dict[str, str], lang: str | None) -> Iterator[_Entry]:
    for number, item in sheets.rows(path, _bytes(path)):
        if isinstance(item, str):
            yield _Entry(number, None, item)
            continue
        spoken = item.get("lang") or lang or language(str(item.get("question", "")))
        yield _Entry(number, {"id": f"row-{number}", "type": "fact", **item, "lang": spoken})


FORMATS: dict[str, Callable[[Path, dict[str, str], str | None], Iterator[_Entry]]] = {
    "csv": _table, "xlsx": _table, "squad": _squad, "rgb": _rgb, "nomiracl": _nomiracl,
}
