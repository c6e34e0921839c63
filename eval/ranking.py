"""How well passages are ranked: trec_eval's measures, relevance being evidence that a passage brings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from eval.dataset import Question
from eval.retrieval import BUDGET, Record, Sources, evidence_span, one_suffices, share, taken
from eval.scores import Score

Scorer = Callable[[Record, Question, Sources], Score]


def gains(record: Record, question: Question, sources: Sources) -> tuple[list[bool], int] | None:
    """The ranking as a list of relevant and other units, and how many relevant ones there are.

    A passage is relevant when it brings an evidence item: when with it, and not yet without it, at least
    half of the item's non-space characters are among the passages so far. A passage that brings several
    items stands for as many units; one that brings none, or what was there already, is one irrelevant
    unit. Where one item suffices there is one to find. None when no evidence is named or readable.
    """
    spans = [(item.file, evidence_span(item, sources)) for item in question.evidence]
    if not spans or not all(span for _, span in spans):
        return None
    wanted = 1 if one_suffices(question) else len(set(spans))
    passages: dict[str, list[tuple[int, int]]] = {}
    found: set[tuple[str, tuple[int, int] | None]] = set()
    units: list[bool] = []
    for hit in sorted(record["retrieved"], key=lambda hit: hit["rank"]):
        passages.setdefault(hit["source"], []).append((hit["start"], hit["end"]))
        brought = 0
        for file, span in set(spans) - found:
            source = sources.get(file)
            if source and span and file == hit["source"] and share(source, span, passages[file]) >= 0.5:
                found.add((file, span))
                brought += 1
        brought = min(brought, wanted - sum(units))
        units += [True] * brought or [False]
    return units, wanted


def precision_at(units: Sequence[bool], k: int) -> float:
    """The share of relevant ones among the first k, or among all where there are fewer."""
    first = units[:k]
    return sum(first) / len(first) if first else 0.0


def recall_at(units: Sequence[bool], wanted: int, k: int) -> float:
    """The share of what is wanted among the first k."""
    return sum(units[:k]) / wanted


def reciprocal_rank(units: Sequence[bool], k: int) -> float:
    """One over the rank of the first relevant unit, 0 when it is not among the first k."""
    return next((1 / rank for rank, relevant in enumerate(units[:k], start=1) if relevant), 0.0)


def ndcg_at(units: Sequence[bool], wanted: int, k: int) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1 (Järvelin and Kekäläinen 2002)."""
    gained = sum(1 / math.log2(rank + 1) for rank, relevant in enumerate(units[:k], start=1) if relevant)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(wanted, k) + 1))
    return gained / ideal


def _scorer(measure: Callable[[Sequence[bool], int], float], what: str) -> Scorer:
    def score(record: Record, question: Question, sources: Sources) -> Score:
        ranked = gains(record, question, sources)
        if ranked is None:
            return Score(None, "no evidence is named, or it cannot be read")
        units, wanted = ranked
        ranks = [str(rank) for rank, relevant in enumerate(units, start=1) if relevant]
        places = f"found at {', '.join(ranks)}" if ranks else "nothing found"
        return Score(measure(units, wanted), f"{what}: {places}; {wanted} wanted")

    return score


def precision(k: int) -> Scorer:
    """A scorer: precision among the first k passages."""
    return _scorer(lambda units, wanted: precision_at(units, k), f"precision at {k}")


def recall(k: int) -> Scorer:
    """A scorer: recall of evidence items among the first k passages."""
    return _scorer(lambda units, wanted: recall_at(units, wanted, k), f"recall at {k}")


def mrr(k: int) -> Scorer:
    """A scorer: reciprocal rank of the first passage that brings evidence; its mean is the MRR."""
    return _scorer(lambda units, wanted: reciprocal_rank(units, k), f"reciprocal rank to {k}")


def ndcg(k: int) -> Scorer:
    """A scorer: nDCG of the first k passages."""
    return _scorer(lambda units, wanted: ndcg_at(units, wanted, k), f"nDCG at {k}")


def budget_recall(budget: int = BUDGET) -> Scorer:
    """A scorer: the share of the evidence's characters that stand in the first `budget` characters."""
    return lambda record, question, sources: _overlap(record, question, sources, budget)[0]


def budget_precision(budget: int = BUDGET) -> Scorer:
    """A scorer: the share of the first `budget` characters retrieved that are evidence."""
    return lambda record, question, sources: _overlap(record, question, sources, budget)[1]


def _overlap(record: Record, question: Question, sources: Sources, budget: int) -> tuple[Score, Score]:
    """Recall and precision by characters other than white space; a character is counted once."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for item in question.evidence:
        span = evidence_span(item, sources)
        if span is None:
            spans.clear()
            break
        spans.setdefault(item.file, []).append(span)
    if not spans:
        unscored = Score(None, "no evidence is named, or it cannot be read")
        return unscored, unscored
    passages = taken(record, sources, budget)
    wanted, held = _size(spans, sources), _size(passages, sources)
    both = 0
    for file in spans.keys() & passages.keys():
        one, two = _size({file: spans[file]}, sources), _size({file: passages[file]}, sources)
        both += one + two - _size({file: spans[file] + passages[file]}, sources)
    said = f"{both} characters of evidence; {wanted} wanted, {held} retrieved"
    return Score(both / wanted, said), Score(both / held if held else 0.0, said)


def _size(spans: dict[str, list[tuple[int, int]]], sources: Sources) -> int:
    """The non-space characters of a union of spans; spans of unknown reports count by their length."""
    total = 0
    for file, places in spans.items():
        source, reached = sources.get(file), 0
        for start, end in sorted(places):
            start = max(start, reached)
            if start < end:
                total += source.filled(start, end) if source else end - start
                reached = end
    return total
