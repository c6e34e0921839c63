"""Search over the segments of the current generation: dense and lexical rankings, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from vectorstore.schema import Query
from vectorstore.segments import Segment

DEPTH = 60
"""How many candidates each ranking contributes."""
K = 60
"""The constant of reciprocal rank fusion: the larger, the less the first ranks stand out."""
LEXICAL_WEIGHT = 1.0
DENSE_WEIGHT = 1.0

Ranking = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage found: its fused score, its best cosine similarity, and what each ranking gave it."""

    passage: int
    score: float
    similarity: float
    parts: dict[str, float]


def fuse(rankings: Iterable[tuple[str, float, Ranking]], k: int = K) -> dict[int, dict[str, float]]:
    """Reciprocal rank fusion of named, weighted rankings: what each gives each passage.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods", SIGIR 2009. A passage at rank r of a ranking gets weight / (k + r).
    """
    parts: dict[int, dict[str, float]] = {}
    for name, weight, ranking in rankings:
        for rank, (passage, _) in enumerate(ranking, 1):
            given = parts.setdefault(passage, {})
            given[name] = given.get(name, 0.0) + weight / (k + rank)
    return parts


def search(
    segments: Sequence[Segment],
    queries: Sequence[tuple[Query, np.ndarray]],
    reports: Collection[str] | None = None,
    within: Sequence[tuple[int, int]] | None = None,
    depth: int = DEPTH,
) -> list[Candidate]:
    """Candidates for all ways of asking one question, best first; ties by passage id.

    `reports` limits the search to reports by id, `within` names the same as ranges of passage ids.
    """
    rankings: list[tuple[str, float, Ranking]] = []
    similarity: dict[int, float] = {}
    for query, vector in queries:
        dense = _best((hit for s in segments for hit in s.dense(vector, depth, reports)), depth)
        lexical = _best((hit for s in segments for hit in s.lexical(query.text, depth, within)), depth)
        rankings.append((f"dense:{query.lang}", query.weight * DENSE_WEIGHT, dense))
        rankings.append((f"lexical:{query.lang}", query.weight * LEXICAL_WEIGHT, lexical))
        for passage, score in dense:
            similarity[passage] = max(score, similarity.get(passage, 0.0))
    fused = fuse(rankings)
    candidates = [
        Candidate(passage, fsum(parts.values()), similarity.get(passage, 0.0), parts)
        for passage, parts in fused.items()
    ]
    return sorted(candidates, key=lambda c: (-c.score, c.passage))


def _best(hits: Iterable[tuple[int, float]], depth: int) -> list[tuple[int, float]]:
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:depth]
