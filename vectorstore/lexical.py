"""The lexical index of one segment: BM25 by tantivy over our own words, English stemmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import log
from pathlib import Path
from typing import Any

from vectorstore.words import words

_ANALYZER = "words"
_MOST = 2.2
"""What BM25 with tantivy's k1 of 1.2 gives a word at most, times its inverse document frequency."""


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("passage", stored=True, indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_text_field("context", tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


@cache
def _analyzer() -> Any:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return builder.filter(tantivy.Filter.stemmer("english")).build()


def _register(index: Any) -> Any:
    index.register_tokenizer(_ANALYZER, _analyzer())
    return index


def spaced(text: str) -> str:
    """The words of a text with spaces between, as an index takes them.

    Cutting takes longer than all else about an index, so that it is done once for a passage and kept.
    """
    return " ".join(words(text))


class LexicalIndex:
    """An index written once and then only read."""

    def __init__(self, directory: Path) -> None:
        """Open the index in `directory`."""
        import tantivy

        self._index = _register(tantivy.Index.open(str(directory)))
        self._searcher = self._index.searcher()

    @classmethod
    def build(cls, directory: Path, rows: Iterable[tuple[int, str, str]]) -> LexicalIndex:
        """Write an index of rows (passage id, context, text), the text cut into words by `spaced`."""
        import tantivy

        directory.mkdir(parents=True)
        index = _register(tantivy.Index(_schema(), path=str(directory)))
        writer = index.writer(heap_size=50_000_000, num_threads=1)
        for passage, context, body in rows:
            writer.add_document(tantivy.Document(passage=passage, body=body, context=spaced(context)))
        writer.commit()
        writer.wait_merging_threads()
        return cls(directory)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, query: str, k: int, within: Sequence[tuple[int, int]] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` best passages by BM25: (passage id, score), best first; words of the context count less.

        A score is the share of what the query's words could give at most (over 1 only when the context holds
        them too), so that indexes can be compared, and queries: how much of a question does a passage hold?
        `within` limits the search to passages in these ranges of ids, both ends included.
        """
        import tantivy

        schema = self._index.schema
        clauses = []
        most = 0.0
        for word in dict.fromkeys(words(query)):
            terms = self._stemmed(word)
            most += _MOST * self._rarity(terms)
            body = tantivy.Query.term_query(schema, "body", terms, index_option="freq")
            context = tantivy.Query.boost_query(
                tantivy.Query.term_query(schema, "context", terms, index_option="freq"), 0.3
            )
            clauses.append((tantivy.Occur.Should, body))
            clauses.append((tantivy.Occur.Should, context))
        if not clauses:
            return []
        wanted = tantivy.Query.boolean_query(clauses)
        if within is not None:
            allowed = [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.range_query(schema, "passage", tantivy.FieldType.Integer, first, last),
                )
                for first, last in within
            ]
            # A constant score of nothing: the range decides what is found, not how well.
            scope = tantivy.Query.const_score_query(tantivy.Query.boolean_query(allowed), 0.0)
            wanted = tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, scope)])
        found = self._searcher.search(wanted, k, count=False).hits
        return [
            (int(self._searcher.doc(address).get_first("passage")), float(score) / most)
            for score, address in found
        ]

    def _rarity(self, term: str) -> float:
        """Inverse document frequency, as tantivy's BM25 has it."""
        having = self._searcher.doc_freq("body", term)
        return log(1 + (len(self) - having + 0.5) / (having + 0.5))

    @staticmethod
    def _stemmed(word: str) -> str:
        stems: list[str] = _analyzer().analyze(word)
        return stems[0] if stems else word
