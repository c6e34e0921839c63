"""A library as a LangChain retriever, for those who bring their own chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vectorstore import metadata
from vectorstore.filters import Filter
from vectorstore.schema import Hit, Lang, Query

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

    from vectorstore.library import Library

Translate = Callable[[str], str | None]
"""Puts a question into the other language; None when it cannot."""


def ways(question: str, translate: Translate | None) -> list[Query]:
    """A question as asked and, when there is one, its translation, which then counts twice as much."""
    lang = metadata.language(question)
    said = translate(question) if translate else None
    if not said or not said.strip():
        return [Query(question, lang)]
    other: Lang = "en" if lang == "zh" else "zh"
    return [Query(question, lang, 0.5), Query(said, other)]


def as_retriever(library: Library, k: int, translate: Translate | None, where: Filter) -> BaseRetriever:
    """A `BaseRetriever` over the library; see `Library.as_retriever`."""
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class LibraryRetriever(BaseRetriever):
        """The best passages of a library for a question, in Chinese or English."""

        def _get_relevant_documents(
            self, query: str, *, run_manager: CallbackManagerForRetrieverRun
        ) -> list[Document]:
            hits = library.search(ways(query, translate), k, where=where)
            return [Document(page_content=hit.text, metadata=about(hit)) for hit in hits]

    return LibraryRetriever()


def about(hit: Hit) -> dict[str, Any]:
    """Where a hit stands: `source` is the file name; `text[start:end]` of the report's text is the hit's."""
    return {
        "source": hit.report.source,
        "report": hit.report.id,
        "title": hit.report.title,
        "publisher": hit.report.publisher,
        "date": hit.report.date,
        "page": hit.passage.page,
        "page_end": hit.passage.page_end,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "heading": list(hit.passage.heading),
        "score": hit.score,
    }
