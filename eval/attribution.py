"""Do the citations bear the answer out: ALCE's recall and precision (Gao 2023), by the product's own check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from assistant import claims
from assistant.alignment import find
from assistant.crediting import without_denial
from assistant.phrases import tells_of_silence
from assistant.support import Judge
from eval.dataset import Question
from eval.retrieval import Record, Sources
from eval.scores import Score

NEIGHBOURHOOD = 120
COPIED = 0.97
"""The share from which a sentence is a copy, which cannot turn around what it copies."""
TURNED = ("negation", "direction", "pairing", "forecast")
"""What is wrong with a sentence that holds the figures and the words of what it cites, and turns them around."""
_LEAD_IN = (":", "：")
_ANNOUNCES = 6
"""Words that what leads in to a list may have of its own."""
_HEAD = re.compile(r"(?:^|\|)[^|:：]{1,24}[:：](?=[^|]*(?:\||$))")
_BREAK = re.compile(r"(?<=[\d\u3000-\u9fff\uff00-\uffef])[ \t]*\n[ \t]*(?=[\u3000-\u9fff\uff00-\uffef])")


def cited_places(record: Record, sources: Sources, neighbourhood: int = NEIGHBOURHOOD) -> dict[int, str]:
    """By mark: the report's own text where the citation points, with so many characters on either side.

    Chinese lines broken in the middle of a sentence, or of a figure, are joined. Citations of unknown reports are
    left out.
    """
    places = {}
    for citation in record["citations"]:
        source = sources.get(citation["source"])
        if source:
            start, end = max(0, citation["start"] - neighbourhood), citation["end"] + neighbourhood
            places[citation["n"]] = _BREAK.sub("", source.text[start:end])
    return places


class Judged(NamedTuple):
    """What the check says of a sentence of an answer: is it borne out by what it cites (`flaw`: what is wrong, "" for
    nothing), and how many of its marks are precise.
    """

    sentence: Mapping[str, Any]
    borne_out: bool
    precise: int
    marks: int
    flaw: str


def judged(record: Record, sources: Sources) -> list[Judged]:
    """What the check says of each sentence.

    Stricter than the product's check when it writes: the quotes and the headings and captions over them count, not
    what else stands around them, and what the question says is no evidence. A mark is precise when the sentence is
    borne out, and the mark alone bears it out or the others without it do not.
    """
    places = cited_places(record, sources, neighbourhood=0)
    judge = _judge(record, sources)
    if judge.similarity:
        judge.prepare_across([sentence["text"] for sentence in record["sentences"]], list(places.values()))

    def flaw(sentence: str, marks: Sequence[int]) -> str:
        texts = [places[n] for n in marks if n in places]
        return _flaw(judge, sentence, texts) if texts else "uncited"

    asked = record.get("question", "")
    known = f"{asked}\n{judge.about}"
    found = []
    for sentence in record["sentences"]:
        text, marks = without_denial(sentence["text"], asked), sentence["marks"]
        silent = not marks and (tells_of_silence(text) or _leads_in(text, known))
        wrong = "" if silent else flaw(text, marks)
        precise = sum(
            not wrong and (not flaw(text, [n]) or bool(flaw(text, [m for m in marks if m != n]))) for n in marks
        )
        found.append(Judged(sentence, not wrong, precise, len(marks), wrong))
    return found


def _leads_in(sentence: str, known: str) -> bool:
    """Whether a sentence only announces what follows: it says next to nothing that is not `known`."""
    said = claims.grams(sentence) - claims.grams(known)
    return sentence.rstrip().endswith(_LEAD_IN) and len(said) <= _ANNOUNCES and not find(sentence)


def _flaw(judge: Judge, sentence: str, quotes: Sequence[str]) -> str:
    """What is wrong with a sentence beside quotes; what is copied from them turns nothing around."""
    verdict = judge.verdict(_without_heads(sentence), quotes)
    return "" if verdict.share >= COPIED and verdict.flaw in TURNED else verdict.flaw


def turned_around(record: Record, sources: Sources) -> str:
    """The first sentence that gives a figure to something else than what it cites does; "" for none."""
    if not record.get("citations"):
        return ""
    said = sources.once(record, lambda: judged(record, sources))
    return next((one.sentence["text"] for one in said if one.flaw == "pairing"), "")


def _without_heads(sentence: str) -> str:
    """A row of a table as it stands in its report: without the names of the columns put before its cells."""
    bare, heads = _HEAD.subn(" | ", sentence)
    return bare if heads > 1 else sentence


def _judge(record: Record, sources: Sources) -> Judge:
    about = [sources.about(name) for name in dict.fromkeys(item["source"] for item in record["citations"])]
    over = dict.fromkeys(sources.heads(item["source"], item["start"]) for item in record["citations"])
    captions = "\n".join(caption for _, caption in over)
    known = "\n".join([*about, *(heads for heads, _ in over), captions])
    return Judge("", known, similarity=sources.similarity, captions=captions, asked=record.get("question", ""))


def citation_recall(record: Record, question: Question, sources: Sources) -> Score:
    """ALCE's citation recall: the share of sentences that what they cite bears out, taken together."""
    if record["refused"] or not record["sentences"]:
        return Score(None, "there is no sentence to check")
    found = sources.once(record, lambda: judged(record, sources))
    bad = [one.sentence["text"] for one in found if not one.borne_out]
    value = 1 - len(bad) / len(found)
    return Score(value, f"not borne out: {_short(bad[0])}" if bad else "every sentence is borne out")


def citation_precision(record: Record, question: Question, sources: Sources) -> Score:
    """ALCE's citation precision: the share of marks that their sentence needs."""
    if record["refused"] or not record["sentences"]:
        return Score(None, "there is no sentence to check")
    found = sources.once(record, lambda: judged(record, sources))
    marks, precise = sum(one.marks for one in found), sum(one.precise for one in found)
    if not marks:
        return Score(0.0, "nothing is cited")
    return Score(precise / marks, f"{precise} of {marks} marks bear out their sentence")


def unmarked_number(record: Record, question: Question, sources: Sources) -> Score:
    """Does a sentence that is not marked unverified hold a figure that its own citations do not? Less is better.

    What the question says may be repeated; whole numbers up to 31 are not looked at.
    """
    if record["refused"] or not record["sentences"]:
        return Score(None, "there is no sentence to check")
    from assistant.quantities import unsupported_numbers

    places = cited_places(record, sources)
    asked = [*question.history, question.question]
    strange: list[str] = []
    for sentence in record["sentences"]:
        if sentence["state"] != "unverified":
            own = [places[n] for n in sentence["marks"] if n in places]
            own += [sources.about(item["source"]) for item in record["citations"]]
            strange += unsupported_numbers(sentence["text"], own, allowed=asked)
    if strange:
        return Score(1.0, f"in no cited place of its sentence: {', '.join(strange)}")
    return Score(0.0, "every figure stands where its sentence points, or is marked")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
