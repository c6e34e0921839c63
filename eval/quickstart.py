"""LangChain's plain quick-start, put together as its tutorial does: what Wenju is measured against."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.schema import Answer, Timing
from assistant.settings import Settings
from vectorstore.schema import Hit, Lang, OffsetMap, Passage, Report

if TYPE_CHECKING:
    from langchain_core.documents import Document

CHUNK, OVERLAP, TOP = 1000, 200, 5
# The stock prompt of LangChain's tutorial (hub name rlm/rag-prompt).
PROMPT = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to "
    "answer the question. If you don't know the answer, just say that you don't know. Use three sentences "
    "maximum and keep the answer concise.\nQuestion: {question}\nContext: {context}\nAnswer:"
)
_UNKNOWN = re.compile(
    r"\b(?:do(?:es)? not|don't|doesn't|cannot|can't|not|no)\b.{0,20}"
    r"\b(?:know|mention|provide|specif|information)"
    r"|不知道|未提及|没有提及|没有提到|无法(?:确定|回答|得知)",
    re.IGNORECASE,
)


class QuickStart:
    """RecursiveCharacterTextSplitter 1000/200, Chroma in memory, the five most similar chunks."""

    def __init__(self, settings: Settings) -> None:
        from assistant.opening import open_embedder_of

        self._settings = settings
        self._embedder = open_embedder_of(settings)
        self._texts: dict[str, str] = {}
        self._store: Any = None
        self._model: Any = None

    def warm_up(self) -> None:
        """Load the embedding model and the libraries, so that indexing alone is timed."""
        import langchain_chroma  # noqa: F401
        import langchain_text_splitters  # noqa: F401

        self._embedder.embed_query("warm up")

    def index(self, files: Sequence[Path]) -> int:
        """Split, embed and store the reports; returns the number of chunks."""
        from chromadb.config import Settings as ChromaSettings
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self._texts = {path.name: path.read_bytes().decode("utf-8") for path in files}
        documents = [
            Document(page_content=text, metadata={"source": name}) for name, text in self._texts.items()
        ]
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
        )
        chunks = splitter.split_documents(documents)
        self._store = Chroma.from_documents(
            chunks, self._embedder, client_settings=ChromaSettings(anonymized_telemetry=False)
        )
        return len(chunks)

    def retrieve(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        """The five chunks most similar to the question as it stands; earlier questions are not looked at."""
        began = time.perf_counter()
        chunks = self._store.similarity_search(question, k=TOP)
        seconds = time.perf_counter() - began
        return self._answer(question, chunks, "", Timing(retrieve_s=seconds, total_s=seconds))

    def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        """The stock prompt over those chunks, answered by the local chat model."""
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import PromptTemplate
        from langchain_core.runnables import RunnableLambda

        began = time.perf_counter()
        chunks = self._store.similarity_search(question, k=TOP)
        retrieved = time.perf_counter()
        chain = PromptTemplate.from_template(PROMPT) | RunnableLambda(self._say) | StrOutputParser()
        context = "\n\n".join(chunk.page_content for chunk in chunks)
        text = chain.invoke({"question": question, "context": context})
        ended = time.perf_counter()
        timing = Timing(0.0, retrieved - began, ended - began, ended - began)
        return self._answer(question, chunks, text, timing)

    def _say(self, prompt: Any) -> str:
        from assistant.models.base import Message
        from eval.bench import chat_model

        # Five chunks of Chinese do not fit into the context that Wenju needs.
        self._model = self._model or chat_model(self._settings, context=8192)
        return "".join(self._model.stream([Message("user", prompt.to_string())]))

    def _answer(self, question: str, chunks: Sequence[Document], text: str, timing: Timing) -> Answer:
        lang: Lang = "zh" if re.search(r"[\u4e00-\u9fff]", question) else "en"
        hits = tuple(self._hit(rank, chunk) for rank, chunk in enumerate(chunks, start=1))
        refused = bool(_UNKNOWN.search(text))
        return Answer(question, lang, text, refused, hits=hits, timing=timing, model="quick-start")

    def _hit(self, rank: int, chunk: Document) -> Hit:
        source, start = chunk.metadata["source"], chunk.metadata["start_index"]
        end = start + len(chunk.page_content)
        whole = self._texts[source]
        passage = Passage(
            source, rank, start, end, None, None, "text", (), chunk.page_content,
            OffsetMap(((0, start, end - start),)),
        )
        return Hit(rank, 1.0 / rank, passage, _report(source, len(whole)), whole[start:end])


def _report(source: str, characters: int) -> Report:
    return Report(
        id=source, source=source, path=source, format="txt", sha256="", title=source, publisher=None,
        date=None, lang="zh", pages=0, characters=characters, passages=0, added="",
    )
