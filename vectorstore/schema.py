"""What the library speaks in. Offsets are code points into a report's text as read; pages count from 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Lang = Literal["zh", "en"]
PassageKind = Literal["text", "table", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a report: `text[start:end]` is what stands on it."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A report as a reader hands it over: its text, untouched, and what the file says about itself."""

    text: str
    format: str
    pages: tuple[Page, ...] = ()
    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report in the library, without its text; `tags` are what people filed it under, in lower case."""

    id: str
    source: str
    path: str
    format: str
    sha256: str
    title: str
    publisher: str | None
    date: str | None
    lang: Lang
    pages: int
    characters: int
    passages: int
    added: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where the characters of a cleaned text stood in the text as read.

    `runs` are (clean_start, original_start, length), in order of the cleaned text; characters between runs were put in
    by cleaning (a joining space) and belong to the place before them. A chart's label may stand behind its figure.
    """

    runs: tuple[tuple[int, int, int], ...]

    def covers(self, start: int, end: int) -> bool:
        """Whether any character of `clean[start:end]` stands in the report: the names put before cells do not."""
        return any(clean < end and start < clean + length for clean, _, length in self.runs)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text as read that covers `clean[start:end]`."""
        covered = []
        for clean, origin, length in self.runs:
            if clean >= end:
                break
            if clean + length > start:
                covered.append((origin + max(start, clean) - clean, origin + min(end, clean + length) - clean))
        if not covered:
            raise ValueError(f"the clean span {start}-{end} covers no character of the report")
        return min(first for first, _ in covered), max(last for _, last in covered)


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a report that is about one thing: `text[start:end]`, and the same cleaned for reading."""

    report: str
    ordinal: int
    start: int
    end: int
    page: int | None
    page_end: int | None
    kind: PassageKind
    heading: tuple[str, ...]
    clean: str
    offsets: OffsetMap


@dataclass(frozen=True, slots=True)
class Query:
    """One way of asking: its text, language, and weight in the fusion."""

    text: str
    lang: Lang
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with the report it stands in, how it was found, and the passages that repeat it."""

    rank: int
    score: float
    passage: Passage
    report: Report
    text: str
    similarity: float = 0.0
    parts: dict[str, float] = field(default_factory=dict, compare=False)
    duplicates: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be added, and why, in one sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What an indexing run did, by file names; `seconds` is wall time, `stages` says where it went.

    `warnings` say what was left out of files that were read; `removed` are reports whose file is gone.
    """

    added: Sequence[str] = ()
    updated: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    failed: Sequence[Failure] = ()
    passages: int = 0
    seconds: float = 0.0
    warnings: Sequence[Failure] = ()
    removed: Sequence[str] = ()
    stages: Mapping[str, float] = field(default_factory=dict)
