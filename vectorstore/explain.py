"""Why a search found what it found: what was searched in which language, what each stage gave, how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from vectorstore.schema import Hit, Lang


@dataclass(frozen=True, slots=True)
class Stage:
    """One ranking: what it was asked, its weight in the sum, how many it found, its best score, its seconds.

    The score is a cosine similarity for `dense`, the share of the attainable BM25 for `lexical`.
    """

    name: str
    query: str
    lang: Lang
    weight: float
    found: int
    best: float
    seconds: float


@dataclass(slots=True)
class Trace:
    """Fills as a library is searched; hand one to `Library.search`."""

    stages: list[Stage] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    """Reports the question names: id -> title."""
    limited_to: int | None = None
    """How many reports the filters leave; None without a filter."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Time per step: embed, rank, collect."""
    confidence: float | None = None
    reranked: str = ""
    """What the reranker did, in a few words; empty without one."""

    def record(self, hits: Sequence[Hit]) -> dict[str, Any]:
        """All of it as JSON, with what each ranking gave each hit."""
        return {
            "stages": [asdict(stage) for stage in self.stages],
            "named": self.named,
            "limited_to": self.limited_to,
            "seconds": {name: round(seconds, 4) for name, seconds in self.seconds.items()},
            "confidence": self.confidence,
            "reranked": self.reranked,
            "hits": [
                {
                    "rank": hit.rank, "report": hit.report.id, "start": hit.passage.start, "end": hit.passage.end,
                    "score": round(hit.score, 4), "similarity": round(hit.similarity, 4),
                    "parts": {name: round(given, 4) for name, given in sorted(hit.parts.items())},
                    "duplicates": len(hit.duplicates),
                }
                for hit in hits
            ],
        }  # fmt: skip

    def lines(self, hits: Sequence[Hit]) -> list[str]:
        """The same for reading."""
        said = ["searched:"]
        said += [
            f"  {stage.name} ({stage.lang}, weight {stage.weight:.2f}): {stage.query!r}: {stage.found} found,"
            f" best {stage.best:.3f}, {1000 * stage.seconds:.0f} ms"
            for stage in self.stages
        ]
        if self.named:
            said.append("named in the question: " + ", ".join(self.named.values()))
        if self.limited_to is not None:
            said.append(f"limited to {self.limited_to} reports")
        if self.reranked:
            said.append(f"reranked: {self.reranked}")
        said.append("time: " + ", ".join(f"{name} {1000 * s:.0f} ms" for name, s in self.seconds.items()))
        if self.confidence is not None:
            said.append(f"confidence that the library answers this: {self.confidence:.2f}")
        said.append("why each ranks where it does:")
        for hit in hits:
            parts = ", ".join(f"{name} {given:.2f}" for name, given in sorted(hit.parts.items()))
            said.append(f"  {hit.rank}. {hit.score:.2f} = {parts or 'nothing'}; cosine {hit.similarity:.3f}")
        return said
