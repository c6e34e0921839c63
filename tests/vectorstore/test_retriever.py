"""A library inside of somebody else's LangChain chain."""

from __future__ import annotations

import subprocess
import sys

from tests.vectorstore.conftest import Write
from vectorstore.filters import Filter
from vectorstore.library import Library
from vectorstore.retriever import ways
from vectorstore.schema import Query


def test_documents_say_where_they_stand(library: Library, write: Write) -> None:
    library.add([write("a.txt", "智能算力规模持续增长。" * 9), write("b.txt", "天气很好。" * 9)])
    documents = library.as_retriever(k=1).invoke("智能算力规模")
    (document,) = documents
    place = document.metadata
    assert place["source"] == "a.txt"
    assert place["page"] is None
    assert library.text(place["report"])[place["start"] : place["end"]] == document.page_content


def test_it_composes_with_a_chain(library: Library, write: Write) -> None:
    library.add([write("a.txt", "智能算力规模持续增长。" * 9)])
    chain = library.as_retriever(k=3) | (lambda documents: [d.metadata["source"] for d in documents])
    assert chain.invoke("算力") == ["a.txt"]
    assert library.as_retriever(where=Filter(lang="en")).invoke("算力") == []


def test_a_translation_counts_more_and_may_fail() -> None:
    assert ways("compute growth", lambda text: "算力增长") == [
        Query("compute growth", "en", 0.5),
        Query("算力增长", "zh"),
    ]
    assert ways("算力增长", lambda text: None) == ways("算力增长", None) == [Query("算力增长", "zh")]


def test_langchain_is_not_loaded_before_it_is_wanted() -> None:
    code = "import sys, vectorstore.library; sys.exit('langchain_core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
