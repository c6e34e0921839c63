"""What one question gathers on its way to an answer: its times, and what was searched and found."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from assistant.question import Question
from assistant.schema import Timing, Usage
from vectorstore.schema import Hit, Report


@dataclass(slots=True)
class Clock:
    """Times of one answer, in seconds since it was asked."""

    began: float = field(default_factory=time.perf_counter)
    translate: float = 0.0
    retrieve: float = 0.0
    first: float = 0.0

    def timing(self) -> Timing:
        """The times until now."""
        total = time.perf_counter() - self.began
        return Timing(self.translate, self.retrieve, self.first or total, total)

    def first_word(self) -> None:
        """The first word of the answer is there."""
        self.first = self.first or time.perf_counter() - self.began


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found for a question, and the ways in which it was searched; `report` is set when the question
    is about that report as a whole; `sides` are the reports that it wants to hear, where it says so.
    """

    question: Question
    ways: tuple[str, ...]
    hits: tuple[Hit, ...]
    usage: Usage
    translation: str | None = None
    report: Report | None = None
    sides: tuple[str, ...] = ()
