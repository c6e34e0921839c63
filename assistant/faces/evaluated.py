"""What an evaluation needs of the product: a library, a model, and how the two are asked a question set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import WenjuError

if TYPE_CHECKING:
    import numpy as np

    from assistant.models.base import ChatModel
    from assistant.prices import Price
    from assistant.settings import Settings
    from eval.dataset import Dataset, Question
    from eval.estimate import Estimate
    from eval.retrieval import Sources
    from vectorstore.library import Library
    from vectorstore.schema import Passage


def library_of(settings: Settings) -> Library:
    """The library in the home; raises `WenjuError` when it is empty."""
    from assistant.opening import open_library

    library = open_library(settings)
    if not library.reports():
        raise WenjuError(f"the library in {settings.home} is empty; index reports first: wenju index PATH...")
    return library


def texts_of(library: Library) -> Callable[[str], str]:
    """Canonical text by file name; the first report of that name."""
    ids = {report.source: report.id for report in reversed(library.reports())}

    @cache
    def text(source: str) -> str:
        if source not in ids:
            raise KeyError(source)
        return library.text(ids[source])

    return text


def descriptions_of(library: Library) -> Callable[[str], str]:
    """What is known of a report beside its text, by file name: title, publisher, date."""
    known = {
        report.source: "\n".join(
            part for part in (report.title, report.publisher, report.date, report.source) if part
        )
        for report in reversed(library.reports())
    }
    return lambda source: known[source]


def heads_of(library: Library) -> Callable[[str, int], tuple[str, str]]:
    """What stands over a place of a report, by file name and character: headings and the names of a table's columns,
    and its caption.
    """
    from assistant.pieces import caption, columns, headings

    ids = {report.source: report.id for report in reversed(library.reports())}

    @cache
    def passages(source: str) -> list[Passage]:
        return library.passages(ids[source])

    def heads(source: str, place: int) -> tuple[str, str]:
        over = next((p for p in passages(source) if p.start <= place < p.end), None)
        return ("\n".join([*headings(over), columns(over)]), caption(over)) if over else ("", "")

    return heads


def similarity_of(library: Library) -> Callable[[Sequence[str], Sequence[str]], np.ndarray]:
    """Cosines by the library's own embedding model."""

    def cosines(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        embedder = library.embedder
        found: np.ndarray = embedder.queries(list(queries)) @ embedder.documents(list(texts)).T
        return found

    return cosines


def sources_of(library: Library) -> Sources:
    """The library's reports as scorers see them."""
    from eval.retrieval import Sources

    return Sources(
        texts_of(library), describe=descriptions_of(library), heads=heads_of(library), similarity=similarity_of(library)
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """A library and a model, ready to be asked a question set. `made_by` is recorded beside the manifest."""

    settings: Settings
    library: Library
    model: ChatModel | None
    model_name: str
    made_by: dict[str, Any] = field(default_factory=dict)

    def located(self, questions: Dataset, skip_invalid: bool = False) -> Dataset:
        """The questions whose evidence stands in the library; raises `BadDataset` as `eval.dataset.located`."""
        from eval import dataset
        from eval.retrieval import Sources

        return dataset.located(questions, Sources(texts_of(self.library)).line_count, skip_invalid=skip_invalid)

    def estimate(self, questions: Sequence[Question], price: Price | None) -> Estimate:
        """What asking them would take; no model is asked."""
        from assistant.assistant import Assistant
        from assistant.evidence import tokens
        from eval.estimate import estimate

        def answerer(model: Any) -> Assistant:
            return Assistant(self.library, model, self.settings)

        return estimate(questions, self.model, answerer, tokens, price)

    def run(self, questions: Sequence[Question], out: Path, **options: Any) -> dict[str, Any]:
        """`eval.runner.run` over this library with this model; returns the summary."""
        from assistant.assistant import Assistant
        from eval import manifest, runner

        assistant = Assistant(self.library, self.model, self.settings)
        made_by = manifest.manifest(self.settings, self.model_name, self.library.fingerprint())
        return runner.run(
            lambda: assistant, questions, out, text=texts_of(self.library), made_by=made_by | self.made_by,
            describe=descriptions_of(self.library), heads=heads_of(self.library),
            similarity=similarity_of(self.library), **options,
        )  # fmt: skip


def bench_of(
    settings: Settings, library: Library | None = None, *, cached: bool = True,
    made_by: dict[str, Any] | None = None,
) -> Bench:
    """What the settings name, opened; with `cached` a model is not asked the same thing twice."""
    from assistant.models.cache import CachedModel
    from assistant.models.choose import choose

    library = library or library_of(settings)
    choice = choose(settings)
    model = choice.model
    if model is not None and cached:
        model = CachedModel(model, settings.home / "eval-cache.db")
    return Bench(settings, library, model, choice.name, made_by or {})
