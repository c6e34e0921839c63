"""What the assistant speaks in: evidence, citations, answers, and the events every face consumes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from vectorstore.schema import Hit, Lang

State = Literal["supported", "repaired", "unverified"]
Phase = Literal["searching", "translating", "waiting", "reading", "writing", "checking"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A numbered excerpt given to the model: `text` is cleaned, `start:end` its place in the report."""

    n: int
    hit: Hit
    text: str
    start: int
    end: int
    page: int | None
    quote: str

    @property
    def source(self) -> str:
        """The report's file name."""
        return self.hit.report.source

    def meets(self, other: Evidence) -> bool:
        """Whether both hold a place of the same report."""
        return self.hit.report.id == other.hit.report.id and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Citation:
    """What a mark `[n]` in an answer points at: `report_text[start:end] == quote`, always."""

    n: int
    report: str
    source: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    supported: bool

    def record(self) -> dict[str, Any]:
        """The contract's JSON for one citation."""
        return {
            "n": self.n,
            "report": self.report,
            "source": self.source,
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "supported": self.supported,
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer (without its marks), the marks it carries, and what the check said."""

    text: str
    marks: tuple[int, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that went into and came out of the chat model."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: translating the question, searching, until the first word, and in all."""

    translate_s: float = 0.0
    retrieve_s: float = 0.0
    first_token_s: float = 0.0
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. `text` carries marks like `[1]`; quotes stand in `citations`, never in `text`."""

    question: str
    lang: Lang
    text: str
    refused: bool
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    hits: tuple[Hit, ...] = ()
    timing: Timing = field(default_factory=Timing)
    usage: Usage = field(default_factory=Usage)
    model: str = "extractive"
    confidence: float = 0.0
    notices: tuple[str, ...] = ()
    cost: float | None = None
    """By the price table of the settings; None for a model that has no price there."""

    def record(self, id: str = "") -> dict[str, Any]:
        """The contract's JSON record for one question."""
        return {
            "id": id,
            "question": self.question,
            "lang": self.lang,
            "answer": self.text,
            "answer_lang": self.lang,
            "refused": self.refused,
            "citations": [c.record() for c in self.citations],
            "sentences": [{"text": s.text, "marks": list(s.marks), "state": s.state} for s in self.sentences],
            "retrieved": [
                {
                    "rank": h.rank,
                    "report": h.report.id,
                    "source": h.report.source,
                    "page": h.passage.page,
                    "start": h.passage.start,
                    "end": h.passage.end,
                    "score": round(h.score, 6),
                }
                for h in self.hits
            ],
            "timing": {
                "translate_s": round(self.timing.translate_s, 4),
                "retrieve_s": round(self.timing.retrieve_s, 4),
                "first_token_s": round(self.timing.first_token_s, 4),
                "total_s": round(self.timing.total_s, 4),
            },
            "usage": {
                "prompt_tokens": self.usage.prompt_tokens,
                "completion_tokens": self.usage.completion_tokens,
            },
            "cost": self.cost,
            "model": self.model,
            "confidence": round(self.confidence, 4),
            "notices": list(self.notices),
            "error": None,
        }

    def kept(self) -> dict[str, Any]:
        """All that is shown of it, to be kept as JSON; the ranking behind it is left out."""
        return asdict(replace(self, hits=()))

    @classmethod
    def restored(cls, kept: dict[str, Any]) -> Answer:
        """The answer that was kept; its hits are gone."""
        return cls(
            **kept
            | {
                "citations": tuple(Citation(**c) for c in kept["citations"]),
                "sentences": tuple(
                    Sentence(s["text"], tuple(s["marks"]), s["state"]) for s in kept["sentences"]
                ),
                "hits": (),
                "timing": Timing(**kept["timing"]),
                "usage": Usage(**kept["usage"]),
                "notices": tuple(kept["notices"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """What the assistant is doing now."""

    phase: Phase


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence the answer will be written from; comes before the first word."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Glimpsed:
    """What the question finds before it is translated: something to look at until `Found` comes. The numbers
    are of no use yet.
    """

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer as it is written; marks in it are already validated."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the asker should know, in the asker's language: a fallback, a missing model."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The checked answer; replaces everything streamed before it. Always the last event."""

    answer: Answer


Event = Progress | Glimpsed | Found | Token | Notice | Done
