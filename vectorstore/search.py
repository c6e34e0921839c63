"""Search over the segments of the current generation: dense and lexical rankings, joined by their scores.

What each part is worth is measured by `python -m eval.ablation`; see docs/search.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from time import perf_counter

import numpy as np

from vectorstore.explain import Stage, Trace
from vectorstore.schema import Query
from vectorstore.segments import Segment

Ranking = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the rankings of a question become one. The shares were chosen over the development questions in
    both languages and checked on XQuAD; neighbouring values give nearly the same.
    """

    depth: int = 100
    """How many candidates each ranking contributes."""
    lexical: float = 0.6
    """The share of the lexical ranking; the rest is the dense one's."""
    covered: float = 0.2
    """The share of the attainable score from which a lexical ranking counts in full. English words say
    nothing about Chinese text, and its ranking is then mostly chance."""
    named: float = 0.2
    """What the best passages of reports that the question names get on top, as a share of a whole question."""
    collapse: bool = True
    """Whether a passage that repeats a better one gives its place away."""


RECIPE = Recipe()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage found: its fused score, its best cosine similarity, and what each ranking gave it."""

    passage: int
    score: float
    similarity: float
    parts: dict[str, float]


def fuse(rankings: Iterable[tuple[str, float, Ranking]]) -> dict[int, dict[str, float]]:
    """Convex combination of named, weighted rankings by score: what each gives each passage.

    The best of a ranking gets its weight, the last 0, those between by their score (min-max). Source:
    Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023, where it does
    better than reciprocal ranks, as it does here: a score also says how much better the first one is.
    """
    parts: dict[int, dict[str, float]] = {}
    for name, weight, ranking in rankings:
        if not ranking or weight <= 0:
            continue
        best, last = ranking[0][1], ranking[-1][1]
        for passage, score in ranking:
            share = (score - last) / (best - last) if best > last else 1.0
            given = parts.setdefault(passage, {})
            given[name] = given.get(name, 0.0) + weight * share
    return parts


def search(
    segments: Sequence[Segment],
    queries: Sequence[tuple[Query, np.ndarray]],
    reports: Collection[str] | None = None,
    within: Sequence[tuple[int, int]] | None = None,
    depth: int | None = None,
    recipe: Recipe = RECIPE,
    trace: Trace | None = None,
    name: str = "",
) -> list[Candidate]:
    """Candidates for all ways of asking one question, best first; ties by passage id.

    `reports` limits the search to reports by id, `within` names the same as ranges of passage ids. Each
    ranking is added to `trace` as a stage. `name` tells a search of part of the library from that of all.
    """
    depth = depth or recipe.depth
    rankings: list[tuple[str, float, Ranking]] = []
    similarity: dict[int, float] = {}
    for query, vector in queries:
        for kind in ("dense", "lexical"):
            begun = perf_counter()
            if kind == "dense":
                ranking = _best((hit for s in segments for hit in s.dense(vector, depth, reports)), depth)
                weight = query.weight * (1 - recipe.lexical)
                for passage, score in ranking:
                    similarity[passage] = max(score, similarity.get(passage, 0.0))
            else:
                ranking = _best(
                    (hit for s in segments for hit in s.lexical(query.text, depth, within)), depth
                )
                covered = ranking[0][1] / recipe.covered if ranking and recipe.covered else 1.0
                weight = query.weight * recipe.lexical * min(1.0, covered)
            rankings.append((f"{name}{kind}:{query.lang}", weight, ranking))
            if trace is not None:
                seconds = perf_counter() - begun
                best = ranking[0][1] if ranking else 0.0
                trace.stages.append(
                    Stage(f"{name}{kind}", query.text, query.lang, weight, len(ranking), best, seconds)
                )
    return ordered(fuse(rankings), similarity)


def ordered(parts: dict[int, dict[str, float]], similarity: dict[int, float]) -> list[Candidate]:
    """Candidates by the sum of what each ranking gave, best first; ties by passage id."""
    candidates = [
        Candidate(passage, fsum(given.values()), similarity.get(passage, 0.0), given)
        for passage, given in parts.items()
    ]
    return sorted(candidates, key=lambda c: (-c.score, c.passage))


def joined(found: Sequence[Candidate], named: Sequence[Sequence[Candidate]], share: float) -> list[Candidate]:
    """Candidates of the whole library with those of each named report on top, by `share` of their scores."""
    parts = {candidate.passage: dict(candidate.parts) for candidate in found}
    similarity = {candidate.passage: candidate.similarity for candidate in found}
    for candidates in named:
        for candidate in candidates:
            given = parts.setdefault(candidate.passage, {})
            given["named"] = given.get("named", 0.0) + share * candidate.score
            similarity[candidate.passage] = max(candidate.similarity, similarity.get(candidate.passage, 0.0))
    return ordered(parts, similarity)


def _best(hits: Iterable[tuple[int, float]], depth: int) -> list[tuple[int, float]]:
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:depth]
