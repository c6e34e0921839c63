"""A model as judge: does an answer say what the reference says, and do its citations bear it out?

The first is asked in both orders, and the model is held to agree with itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from assistant.models.base import ChatModel, prompted
from assistant.opinion import borne_out
from eval.agreement import Label, Pair, agreement, fingerprint, row
from eval.attribution import cited_places, judged
from eval.dataset import Question
from eval.metrics import accuracy
from eval.retrieval import Record, Sources
from eval.scores import Mean, Score
from eval.wording import MARK

_DIGIT = re.compile(r"[012]")


def judge(record: Record, question: Question, model: ChatModel) -> Score:
    """0, 0.5 or 1 by the rubric in `prompts/judge.*.md`; None when both orders do not agree.

    The reference stands first, then second. What has no reference or was refused is not shown to the model.
    """
    if not question.answerable or not question.answer:
        return Score(None, "there is no reference answer")
    if record["refused"] or not record["answer"].strip():
        return Score(0.0, "refused")
    answer = MARK.sub("", record["answer"])
    grades = [
        _grade(model, question, *pair) for pair in ((question.answer, answer), (answer, question.answer))
    ]
    if None in grades:
        return Score(None, "the judge gave no grade")
    if grades[0] != grades[1]:
        return Score(None, f"the judge said {grades[0]} and, in the other order, {grades[1]}")
    return Score((grades[0] or 0) / 2, f"graded {grades[0]} of 2 in both orders")


def _grade(model: ChatModel, question: Question, first: str, second: str) -> int | None:
    asked = " / ".join([*question.history, question.question])
    messages = prompted("judge", question.lang, question=asked, first=first, second=second)
    reply = "".join(model.stream(messages, max_tokens=8))
    found = _DIGIT.search(reply)
    return int(found[0]) if found else None


def citations(record: Record, model: ChatModel, sources: Sources) -> list[bool | None]:
    """By sentence: do its quotes bear it out, as the model reads both, each behind what its report says of itself and
    the headings over it; None without a quote or a verdict.
    """
    places = cited_places(record, sources, neighbourhood=0)
    cited = [
        (place, (sentence["text"], marks))
        for place, sentence in enumerate(record["sentences"])
        if (marks := tuple(n for n in sentence["marks"] if n in places))
    ]
    over = {item["n"]: _over(item["source"], item["start"], sources) for item in record["citations"]}
    lines = "\n".join(f"[{n}]（{over[n]}）{' '.join(quote.split())}" for n, quote in places.items())
    said = borne_out([claim for _, claim in cited], lines, record["answer_lang"], model)
    verdicts = dict(zip((place for place, _ in cited), said, strict=True))
    return [verdicts.get(place) for place in range(len(record["sentences"]))]


def _over(name: str, place: int, sources: Sources) -> str:
    """Title, publisher and date of a report, and the headings, columns and caption over a place of it."""
    told = dict.fromkeys([*sources.about(name).split("\n"), *"\n".join(sources.heads(name, place)).split("\n")])
    return "; ".join(part for part in told if part and part != name)


def judge_all(
    pairs: Iterable[tuple[Record, Question]], model: ChatModel, sources: Sources, labels: Sequence[Label] = ()
) -> Iterator[dict[str, Any]]:
    """A line for every answer: the judge's score, the scorer's, and a person's where this answer is labelled."""
    known = {(label.id, label.answer): label for label in labels}
    for record, question in pairs:
        score = judge(record, question, model)
        label = known.get((question.id, fingerprint(record)))
        told = () if record["refused"] else record["sentences"]
        yield {
            "id": question.id, "lang": question.lang, "judge": score.value, "explanation": score.explanation,
            "accuracy": accuracy(record, question, sources).value, "hand": label.accurate if label else None,
            "citations": citations(record, model, sources) if told else [],
            "checked": [one.borne_out for one in judged(record, sources)] if told else [],
            "hand_citations": list(label.sentences) if label and told else [],
        }


def table(lines: Sequence[Mapping[str, Any]], judged_by: str) -> str:
    """The judge's mean grade, and how far it agrees with the key facts and with hand labels, as Markdown."""
    mean = Mean()
    for line in lines:
        mean.add(line["judge"])
    said = mean.summary()
    value = "-" if said["value"] is None else f"{said['value']:.3f}"
    seen = [verdict for line in lines for verdict in line["citations"]]
    given = [verdict for verdict in seen if verdict is not None]
    borne = f"{sum(given) / len(given):.3f}" if given else "-"
    rows = [
        f"Judge {judged_by}: mean grade {value} over {said['n']} answers; {said['unscored']} without a settled grade.",
        f"Citations: {borne} of {len(given)} sentences borne out; {len(seen) - len(given)} without a verdict.",
        "", "| beside | n | agreement | 95% interval | kappa | judge too kind | judge too strict |",
        "|---|--:|--:|---|--:|--:|--:|",
    ]
    for name, key in (("key facts", "accuracy"), ("hand labels", "hand")):
        pairs = [
            (bool(line[key]), line["judge"] == 1.0)
            for line in lines if line[key] is not None and line["judge"] is not None
        ]
        if pairs:
            rows.append(row(name, agreement(pairs)))
    for name, key in (("checker, by sentence", "checked"), ("hand labels, by sentence", "hand_citations")):
        if beside := list(_by_sentence(lines, key)):
            rows.append(row(name, agreement(beside)))
    return "\n".join(rows)


def _by_sentence(lines: Sequence[Mapping[str, Any]], key: str) -> Iterator[Pair]:
    """What stands under `key` of each sentence, and what the judge said of it."""
    for line in lines:
        for other, verdict in zip(line[key], line["citations"], strict=False):
            if verdict is not None:
                yield bool(other), verdict
