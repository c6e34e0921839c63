"""The library: what is in it, and search over it; adding and removing are the indexer's."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from vectorstore import examine, filters, metadata, words
from vectorstore.confidence import confidence
from vectorstore.duplicates import Print
from vectorstore.errors import LibraryBroken
from vectorstore.explain import Trace
from vectorstore.files import EVERYTHING, Choice
from vectorstore.glossary import Glossaries, Glossary
from vectorstore.home import make_home
from vectorstore.indexer import Indexer, Progress, embedder_key
from vectorstore.model import Model, Reopen, Switched
from vectorstore.passages import page_at
from vectorstore.readers import MAX_BYTES
from vectorstore.reranker import RERANKED, Reranker, reranked
from vectorstore.schema import Hit, IndexSummary, Page, Passage, Query, Report
from vectorstore.search import RECIPE, Candidate, Recipe, joined, search
from vectorstore.segments import Segment
from vectorstore.store import Store

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

    from vectorstore.embedders import Embedder


_TEXTS_KEPT = 16


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one search asks, with the vectors, and among which reports; `ids` None means all of them."""

    asked: Sequence[tuple[Query, np.ndarray]]
    reports: Sequence[Report]
    ids: Collection[str] | None
    where: filters.Filter

    @property
    def texts(self) -> list[str]:
        return [query.text for query, _ in self.asked]


class Library:
    """A library of reports in a home directory. Any number of processes may read, one at a time may write."""

    def __init__(
        self,
        home: Path,
        embedder: Embedder,
        words_folder: Path | None = None,
        *,
        reopen: Reopen | None = None,
        adopt: bool = False,
        max_bytes: int = MAX_BYTES,
        reranker: Reranker | None = None,
    ) -> None:
        """Open or create the library; `words_folder` keeps the Chinese dictionary as it is loaded fastest.

        Files over `max_bytes` are not read. `embedder` is the model for new indexes. One made with another is
        searched with that one, which `reopen` opens by its name, until `rebuild` has been through, here or in
        another process. Raises `EmbedderMismatch` where it cannot, unless `adopt`: then `rebuild` must follow.
        `reranker` puts the first hits of every search in order.
        """
        make_home(home)
        self.home = home
        self.store = Store(home / "library.db")
        self._model = Model(self.store, home, embedder, reopen, adopt)
        if words_folder is not None:
            words.keep_in(words_folder)
        self._indexer = Indexer(home, self.store, embedder, max_bytes)
        self.recipe: Recipe = RECIPE
        self.reranker = reranker
        self._lock = threading.Lock()
        self._generation = -1
        self._segments: dict[str, Segment] = {}
        self._retired: list[Segment] = []
        self._texts: dict[tuple[str, str], str] = {}
        self._glossaries = Glossaries()
        self._model.follow()

    @classmethod
    def open(cls, home: Path, embedder: Embedder, words_folder: Path | None = None) -> Library:
        """Open or create the library in `home`."""
        return cls(home, embedder, words_folder)

    @property
    def embedder(self) -> Embedder:
        """The model that the index was made with; another one as soon as the index is another model's."""
        return self._model.follow()

    @property
    def outdated(self) -> str | None:
        """The model the index was made with when it is not the one wanted: `rebuild` is due. None otherwise."""
        return self._model.outdated

    # Reading

    def reports(self) -> list[Report]:
        """The reports by file name."""
        return self.store.reports()

    def report(self, id: str) -> Report:
        """One report; raises `NotInLibrary`."""
        return self.store.report(id)

    def text(self, id: str) -> str:
        """The canonical text that offsets refer to."""
        return self.store.text(id)

    def pages(self, id: str) -> tuple[Page, ...]:
        """The pages of a report; empty where its format has none."""
        return self.store.pages(id)

    def page_at(self, id: str, place: int) -> int | None:
        """The page on which an offset of a report stands; None where its format has no pages."""
        return page_at(self.pages(id), place)

    def passages(self, id: str) -> list[Passage]:
        """Every passage of a report in order, boilerplate included."""
        return self.store.passages_of(id)

    def fingerprint(self) -> str:
        """Changes whenever what is indexed changes: a hash over reports and embedder."""
        parts = [embedder_key(self.embedder), *(f"{r.id}:{r.sha256}:{r.passages}" for r in self.reports())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def search(
        self,
        query: str | Sequence[Query],
        k: int = 10,
        reports: Collection[str] | None = None,
        *,
        where: filters.Filter = filters.EVERYTHING,
        trace: Trace | None = None,
    ) -> list[Hit]:
        """The `k` best passages for a question, asked in one or several ways, best first.

        `reports` limits the search to these report ids, `where` to a publisher, dates, language, tag or
        section. Reports that the question names come forward, older editions go back. `trace` is filled
        with what was searched and what each ranking gave.
        """
        begun = perf_counter()
        asked = [Query(query, metadata.language(query))] if isinstance(query, str) else list(query)
        asked = [replace(q, text=words.simplified(q.text)) for q in asked if q.text.strip()]
        known = self.reports()
        allowed = filters.allowed(known, where, reports)
        if trace is not None and allowed is not None:
            trace.limited_to = len(allowed)
        if not asked or (allowed is not None and not allowed):
            return []
        vectors = self.embedder.queries([q.text for q in asked])
        embedded = perf_counter()
        scope = _Scope(
            list(zip(asked, vectors, strict=True)),
            known if allowed is None else [report for report in known if report.id in allowed],
            allowed,
            where,
        )
        trace = Trace() if trace is None else trace
        try:
            hits = self._search(scope, max(k, RERANKED) if self.reranker else k, trace)
        except Switched:
            return self.search(query, k, reports, where=where, trace=trace)
        trace.seconds |= {"embed": embedded - begun, "rank and collect": perf_counter() - embedded}
        if self.reranker:
            question = max(asked, key=lambda query: query.weight).text
            behind = filters.set_back(scope.texts, scope.reports)
            hits = reranked(self.reranker, question, hits, behind, trace)[:k]
        languages = {report.lang for report in scope.reports}
        trace.confidence = confidence(trace.stages, languages, self.embedder.name)
        return hits

    def glossary(self) -> Glossary:
        """The terms that the reports themselves give in both languages; read once for each report."""
        return self._glossaries.of(self.reports(), self.store.clean_of)

    def terms_in(self, text: str) -> dict[str, str]:
        """Foreign terms in `text` that the reports explain, and the Chinese ones they use for them."""
        return self.glossary().chinese_in(text)

    def companies_in(self, text: str) -> dict[str, str]:
        """Foreign names in `text` of companies whose filings are here, and their names in Chinese."""
        return self.glossary().companies_in(text)

    def kept_in(self, text: str) -> list[str]:
        """Names in `text` that Chinese reports leave in foreign letters."""
        return self.glossary().kept_in(text)

    def as_retriever(
        self,
        k: int = 10,
        translate: Callable[[str], str | None] | None = None,
        where: filters.Filter = filters.EVERYTHING,
    ) -> BaseRetriever:
        """The library as a LangChain retriever of the `k` best passages (needs langchain-core).

        `translate` puts a question into the other language, or gives None; the question is then searched
        both ways. A document's metadata hold `source`, `page`, `start` and `end` among others.
        """
        from vectorstore.retriever import as_retriever

        return as_retriever(self, k, translate, where)

    def _search(self, scope: _Scope, k: int, trace: Trace) -> list[Hit]:
        depth = max(self.recipe.depth, k)
        while True:
            seen = Trace()
            found = self._candidates(scope, depth, seen)
            hits = self._hits(found, k, scope)
            # Passages of removed reports stay in a segment until it is merged: look below them.
            if len(hits) >= k or len(hits) == len(found) or depth >= sum(self.store.segments().values()):
                trace.stages, trace.named = seen.stages, seen.named
                return hits
            depth *= 4

    def _candidates(self, scope: _Scope, depth: int, trace: Trace) -> list[Candidate]:
        """Candidates of the whole scope, those of reports that the question names on top of them."""
        named = filters.named(scope.texts, scope.reports) if self.recipe.named else []
        trace.named = {report.id: report.title for report in scope.reports if report.id in named}
        found = self._ranked(scope, scope.ids, depth, trace)
        if not named or len(named) == len(scope.reports):
            return found
        of_each = [self._ranked(scope, {id}, self.recipe.depth, trace, "named ") for id in named]
        return joined(found, of_each, self.recipe.named)

    def _ranked(
        self, scope: _Scope, ids: Collection[str] | None, depth: int, trace: Trace, name: str = ""
    ) -> list[Candidate]:
        within = None if ids is None else self.store.passage_ranges(ids)
        while True:
            generation = self.store.generation
            try:
                return search(self._current(), scope.asked, ids, within, depth, self.recipe, trace, name)
            except LibraryBroken:
                # The segments were merged after they were listed: once more with the new list.
                if self.store.generation == generation:
                    raise

    def _hits(self, found: Sequence[Candidate], k: int, scope: _Scope) -> list[Hit]:
        passages = self.store.passages([candidate.passage for candidate in found])
        known = {report.id: report for report in scope.reports}
        behind = filters.set_back(scope.texts, scope.reports)
        if behind:
            # Sorting is stable: among equals the order stays.
            found = sorted(
                found, key=lambda c: c.passage in passages and passages[c.passage].report in behind
            )
        hits: list[Hit] = []
        prints: list[Print] = []
        for candidate in found:
            passage = passages.get(candidate.passage)
            # A passage may be gone: its report was removed or replaced since the segment was written.
            if passage is None or passage.report not in known:
                continue
            if not scope.where.admits_passage(passage):
                continue
            this = Print(passage.report, passage.clean)
            twin = next((n for n, other in enumerate(prints) if this.repeats(other)), None)
            twin = twin if self.recipe.collapse else None
            if twin is not None:
                hits[twin] = replace(hits[twin], duplicates=(*hits[twin].duplicates, passage))
                continue
            prints.append(this)
            hits.append(
                Hit(
                    rank=len(hits) + 1,
                    score=candidate.score,
                    passage=passage,
                    report=known[passage.report],
                    text=self._text(known[passage.report])[passage.start : passage.end],
                    similarity=candidate.similarity,
                    parts=candidate.parts,
                )
            )
            if len(hits) == k:
                break
        return hits

    def _text(self, report: Report) -> str:
        """A report's text, the last few kept in memory."""
        key = (report.id, report.sha256)
        with self._lock:
            if key in self._texts:
                return self._texts[key]
        text = self.text(report.id)
        with self._lock:
            if len(self._texts) >= _TEXTS_KEPT:
                self._texts.pop(next(iter(self._texts)))
            self._texts[key] = text
        return text

    def faults(self) -> list[str]:
        """What is inconsistent between the store and the derived indexes, a sentence each; [] when all is well."""
        return examine.faults(self.store, self._indexer.directory, embedder_key(self.embedder))

    def warm_up(self) -> None:
        """Load what the first search would load, the parts side by side, so that no question waits for it.

        Raises `LibraryBroken` and `EmbeddingFailed`, as the search would.
        """
        with ThreadPoolExecutor(2, "warm-up") as pool:
            embedding = pool.submit(self.embedder.query, "warm up")
            loading = pool.submit(words.load)
            segments = self._current()
            for segment in segments:
                segment.open()
            vector = embedding.result()
            loading.result()
            self.glossary()
        for segment in segments:
            segment.dense(vector, 1)  # the graph of neighbours is read by the first query only

    def _current(self) -> list[Segment]:
        """The segments of the current generation; a new generation is noticed here, with the next search."""
        with self._lock:
            generation = self.store.generation
            if generation != self._generation:
                self._model.same()
                live = set(self.store.segments())
                # Closed one generation late: a search in another thread may still be reading them.
                for segment in self._retired:
                    segment.close()
                self._retired = [self._segments.pop(name) for name in set(self._segments) - live]
                for name in live - set(self._segments):
                    self._segments[name] = Segment(self._indexer.directory(name))
                self._generation = generation
            return [self._segments[name] for name in sorted(self._segments)]

    def add(
        self, paths: Iterable[Path], progress: Progress | None = None, choice: Choice = EVERYTHING
    ) -> IndexSummary:
        """Bring reports, files or folders, into step with the disk; what cannot be read does not stop the rest.

        Unchanged files (by content hash) are left alone. A changed report takes the place of the old one in
        one step. Reports whose file is gone from a folder named are removed. `choice` says which files of
        folders are meant. Raises `LibraryBusy` when another process writes.
        """
        self._indexer.embedder = self.embedder
        return self._indexer.add(list(paths), progress, choice)

    def remove(self, ids: Collection[str]) -> None:
        """Remove reports; raises `NotInLibrary` for an unknown id, and then removes nothing."""
        self._indexer.remove(ids)

    def update(self, id: str, **facts: str | None) -> Report:
        """Set a report's title, publisher, date, language or tags; kept when the report is read again."""
        return self._indexer.update(id, **facts)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Build the derived indexes anew from the store, with the embedder wanted; embeds what has no vector of it.

        The index as it was answers until all of the new one is there.
        """
        self._indexer.embedder = self._model.wanted
        self._indexer.rebuild(progress)
