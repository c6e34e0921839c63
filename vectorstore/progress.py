"""How far an indexing run is, what it has done, and where its time went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from vectorstore.schema import Failure, IndexSummary


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of indexing: what is being done to which file, how far that is, and the whole, from 0 to 1."""

    action: str
    file: str
    done: int
    total: int
    overall: float = 0.0


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Run:
    """What an indexing run has done so far, and how much work of how much."""

    progress: Progress
    found: list[Path] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    added: list[Path] = field(default_factory=list)
    updated: list[Path] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    passages: int = 0
    work: float = 1.0
    worked: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    stages: dict[str, float] = field(default_factory=dict)

    def tell(self, action: str, file: str, done: int, total: int, ahead: float = 0.0) -> None:
        """Tell how far the run is; `ahead` is work done beside what is `worked` off."""
        self.progress(Step(action, file, done, total, min(1.0, (self.worked + ahead) / self.work)))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of what is done inside."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.monotonic() - begun

    def summary(self) -> IndexSummary:
        """What was done, in the order in which the files were found."""
        place = {file: number for number, file in enumerate(self.found)}

        def names(files: Iterable[Path]) -> list[str]:
            return [file.name for file in sorted(files, key=place.__getitem__)]

        return IndexSummary(
            names(self.added),
            names(self.updated),
            names(self.unchanged),
            sorted(self.failed, key=lambda failure: place.get(Path(failure.path), -1)),
            self.passages,
            time.monotonic() - self.begun,
            self.warnings,
            self.removed,
            self.stages,
        )
