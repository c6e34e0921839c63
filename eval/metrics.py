"""What is measured of an answer: small scorers from a record, its question and the reports' texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eval.attribution import citation_precision, citation_recall, cited_places, turned_around, unmarked_number
from eval.consistency import contradiction
from eval.dataset import Question, normalise
from eval.ranking import budget_precision, budget_recall, mrr, ndcg, precision, recall
from eval.retrieval import Record, Sources, evidence_all, evidence_any, evidence_span
from eval.scores import Score, Tally
from eval.wording import MARK, conflict_coverage, missing_facts, numeric, token_f1

Scorer = Callable[[Record, Question, Sources], Score]
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_COMMON_YEAR = re.compile(r"202[34]\s*年?")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Metric:
    """A scorer, whether more of it is better, and whether it looks at the answer or at the search."""

    scorer: Scorer
    better: Literal["higher", "lower"] = "higher"
    of: Literal["answer", "retrieval"] = "answer"


def accuracy(record: Record, question: Question, sources: Sources) -> Score:
    """Is the question answered, not refused, with one variant of every key fact, and nothing said against them or
    turned around from what it cites?
    """
    said = key_facts(record, question, sources)
    if said.value == 1.0 and (against := contradiction(record, question)):
        return Score(0.0, against)
    if said.value == 1.0 and (turned := turned_around(record, sources)):
        return Score(0.0, f"turns around what it cites: {turned[:80]}")
    return said


def key_facts(record: Record, question: Question, sources: Sources) -> Score:
    """Is the question answered, not refused, with one variant of every key fact, whatever else is said?"""
    if not question.answerable:
        return Score(None, "the question has no answer")
    if not question.key_facts:
        return Score(None, "no key facts are named")
    if record["refused"]:
        return Score(0.0, "refused")
    missing = missing_facts(record["answer"], question)
    if missing:
        return Score(0.0, f"missing: {', '.join(missing)}")
    return Score(1.0, "every key fact is said")


def refusal(record: Record, question: Question, sources: Sources) -> Score:
    """Is a question without an answer refused?"""
    if question.answerable:
        return Score(None, "the question has an answer")
    return Score(float(record["refused"]), "refused" if record["refused"] else "answered all the same")


def refusal_precision(record: Record, question: Question, sources: Sources) -> Score:
    """Of what is refused: does it have no answer?"""
    if not record["refused"]:
        return Score(None, "it is not refused")
    return Score(float(not question.answerable), "refused" if question.answerable else "rightly refused")


def false_refusal(record: Record, question: Question, sources: Sources) -> Score:
    """Is a question with an answer refused? Less is better."""
    if not question.answerable:
        return Score(None, "the question has no answer")
    return Score(float(record["refused"]), "refused" if record["refused"] else "answered")


def quote_exact(record: Record, question: Question, sources: Sources) -> Score:
    """Does every citation's quote equal the report's text at its offsets?"""
    if not record["citations"]:
        return Score(None, "nothing is cited")
    wrong = []
    for citation in record["citations"]:
        source = sources.get(citation["source"])
        if source is None or source.text[citation["start"] : citation["end"]] != citation["quote"]:
            wrong.append(f"[{citation['n']}]")
    if wrong:
        return Score(0.0, f"not as in the report: {', '.join(wrong)}")
    return Score(1.0, "every quote is exact")


def citation_right(record: Record, question: Question, sources: Sources) -> Score:
    """On accurate answers: the share of citations that overlap the evidence or hold a key fact."""
    if accuracy(record, question, sources).value != 1.0:
        return Score(None, "the answer is not accurate")
    if not record["citations"]:
        return Score(0.0, "nothing is cited")
    wrong = [
        f"[{citation['n']}]"
        for citation in record["citations"]
        if not overlaps_evidence(citation, question, sources) and not _holds_fact(citation["quote"], question)
    ]
    right = 1 - len(wrong) / len(record["citations"])
    return Score(right, f"beside the evidence: {', '.join(wrong)}" if wrong else "every citation is right")


def overlaps_evidence(citation: Mapping[str, Any], question: Question, sources: Sources) -> bool:
    """Does the citation share a character with an evidence item's lines?"""
    spans = [evidence_span(item, sources) for item in question.evidence if item.file == citation["source"]]
    return any(span and citation["start"] < span[1] and span[0] < citation["end"] for span in spans)


def _holds_fact(quote: str, question: Question) -> bool:
    said = normalise(quote)
    return any(normalise(fact) in said for group in question.key_facts for fact in group)


def invented_number(record: Record, question: Question, sources: Sources) -> Score:
    """Does the answer hold a figure that neither a cited place nor the question holds? Less is better.

    A cited place is the quote and 120 characters on either side; figures are compared by value. Bare
    whole numbers up to 31 and the years 2023 and 2024 are not looked at.
    """
    if not record["answer"]:
        return Score(None, "there is no answer")
    from assistant.quantities import unsupported_numbers

    places = list(cited_places(record, sources).values())
    strange = unsupported_numbers(MARK.sub(" ", record["answer"]), places, allowed=[question.question])
    invented = [number for number in strange if not _COMMON_YEAR.fullmatch(number)]
    shown = ", ".join(invented)
    return Score(1.0, f"not in what is cited: {shown}") if invented else Score(0.0, "every figure is cited")


def language(record: Record, question: Question, sources: Sources) -> Score:
    """Is the answer in the question's language?

    Chinese: it has Chinese characters. English: at most a tenth as many of them as Latin letters.
    """
    answer = record["answer"]
    if not answer.strip():
        return Score(0.0, "there is no answer")
    han, latin = len(_HAN.findall(answer)), len(_LATIN.findall(answer))
    right = han > 0 if question.lang == "zh" else han <= latin / 10
    return Score(float(right), f"{han} Chinese characters, {latin} Latin letters")


def sentences(state: str) -> Scorer:
    """A scorer: the share of the answer's sentences whose check said `state`."""

    def score(record: Record, question: Question, sources: Sources) -> Score:
        states = [sentence["state"] for sentence in record["sentences"]]
        if record["refused"] or not states:
            return Score(None, "there is no sentence to check")
        return Score(states.count(state) / len(states), f"{states.count(state)} of {len(states)} sentences")

    return score


METRICS: dict[str, Metric] = {
    "accuracy": Metric(accuracy),
    "key_facts": Metric(key_facts),
    "evidence_all": Metric(evidence_all(4_000), of="retrieval"),
    "evidence_any": Metric(evidence_any(4_000), of="retrieval"),
    "evidence_all_2000": Metric(evidence_all(2_000), of="retrieval"),
    "evidence_any_2000": Metric(evidence_any(2_000), of="retrieval"),
    "evidence_recall_4000": Metric(budget_recall(4_000), of="retrieval"),
    "evidence_precision_4000": Metric(budget_precision(4_000), of="retrieval"),
    "recall_5": Metric(recall(5), of="retrieval"),
    "precision_5": Metric(precision(5), of="retrieval"),
    "mrr_10": Metric(mrr(10), of="retrieval"),
    "ndcg_10": Metric(ndcg(10), of="retrieval"),
    "token_f1": Metric(token_f1),
    "numeric": Metric(numeric),
    "conflict_coverage": Metric(conflict_coverage),
    "refusal": Metric(refusal),
    "refusal_precision": Metric(refusal_precision),
    "false_refusal": Metric(false_refusal, better="lower"),
    "quote_exact": Metric(quote_exact),
    "citation_right": Metric(citation_right),
    "citation_recall": Metric(citation_recall),
    "citation_precision": Metric(citation_precision),
    "invented_number": Metric(invented_number, better="lower"),
    "unmarked_number": Metric(unmarked_number, better="lower"),
    "language": Metric(language),
    "supported": Metric(sentences("supported")),
    "repaired": Metric(sentences("repaired"), better="lower"),
    "unverified": Metric(sentences("unverified"), better="lower"),
}
RETRIEVAL = tuple(name for name, metric in METRICS.items() if metric.of == "retrieval")


def score(
    record: Record, question: Question, sources: Sources, metrics: Iterable[str] = tuple(METRICS)
) -> dict[str, Score]:
    """The question's score by every metric asked for."""
    return {name: METRICS[name].scorer(record, question, sources) for name in metrics}


def summarise(
    pairs: Iterable[tuple[Record, Question]], sources: Sources, metrics: tuple[str, ...] = tuple(METRICS)
) -> dict[str, Any]:
    """`{metric: {"value", "stderr", "n", "unscored"}}` overall and by language and type; and times."""
    tally = Tally(metrics)
    for record, question in pairs:
        scores = score(record, question, sources, metrics)
        tally.add(question.lang, question.type, scores, record, question.reports)
    return tally.summary()


def verdict(record: Record, question: Question, scores: Mapping[str, Score], sources: Sources) -> str:
    """Why a question failed, in a word or two that a report can filter by; "right" when it did not.

    One of: error, not retrieved, retrieved but not used, wrong, refused, not refused, wrong language,
    wrong citation, right, not scored.
    """
    values = {name: item.value for name, item in scores.items()}
    retrieved = values.get("evidence_all")
    if record.get("error"):
        return "error"
    if "accuracy" not in values:
        return "not scored" if retrieved is None else "right" if retrieved else "not retrieved"
    if not question.answerable:
        return _form(values) if record["refused"] else "not refused"
    if values["accuracy"] != 0.0:
        return _form(values)
    if retrieved == 0.0:
        return "not retrieved"
    if record["refused"]:
        return "refused"
    if values["language"] == 0.0:
        return "wrong language"
    if any(overlaps_evidence(citation, question, sources) for citation in record["citations"]):
        return "wrong"
    return "retrieved but not used" if retrieved else "wrong"


def _form(values: Mapping[str, float | None]) -> str:
    """What is wrong with an answer that says the right thing, if anything."""
    if values["language"] == 0.0:
        return "wrong language"
    if values["quote_exact"] == 0.0 or values["citation_right"] == 0.0:
        return "wrong citation"
    return "right" if values["accuracy"] is not None or values["refusal"] is not None else "not scored"
