"""What the tools that measure one part over a set of questions share: their command line, and rows of their tables."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from eval import dataset
from eval.dataset import Question

if TYPE_CHECKING:
    from assistant.models.cache import CachedModel
    from assistant.settings import Settings
    from vectorstore.library import Library


class Asked(Protocol):
    """What was found for one question."""

    @property
    def lang(self) -> str:
        """The language of the question."""


Found = TypeVar("Found", bound=Asked)


class Opened(NamedTuple):
    """What a tool works on; the model's replies are kept beside the home's others."""

    library: Library
    model: CachedModel | None
    settings: Settings
    questions: list[Question]


def opened(about: str | None) -> Opened:
    """Read `QUESTIONS.jsonl [--home DIR] [--backend NAME]` from the command line of the tool that `about` describes."""
    from assistant.models.cache import CachedModel
    from assistant.models.choose import choose
    from assistant.opening import open_library
    from assistant.settings import load

    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--backend", default="local")
    said = parser.parse_args()
    settings = load(said.home, backend=said.backend)
    questions = dataset.load(said.dataset)
    model = choose(settings).model
    kept = CachedModel(model, settings.home / "eval-cache.db") if model else None
    return Opened(open_library(settings), kept, settings, questions)


def breakdown(
    found: Sequence[Found], row: Callable[[str, Sequence[Found]], str], kind: Callable[[Found], str]
) -> list[str]:
    """A `row` for everything found, for each language and for each kind."""
    lines = [row("all", found)]
    lines += [row(lang, [one for one in found if one.lang == lang]) for lang in ("zh", "en")]
    return lines + [row(name, [one for one in found if kind(one) == name]) for name in sorted(set(map(kind, found)))]
