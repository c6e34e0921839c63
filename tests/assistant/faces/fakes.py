"""A library and an assistant small enough to read: what the faces need, with answers that a test decides."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from threading import Event as Flag

from assistant.errors import BadQuestion, Cancelled
from assistant.schema import (
    Answer,
    Citation,
    Done,
    Event,
    Evidence,
    Found,
    Notice,
    Progress,
    Sentence,
    Timing,
    Token,
)
from vectorstore.errors import NotInLibrary
from vectorstore.schema import Hit, Lang, OffsetMap, Page, Passage, Report

HOSTILE = (
    '<script>window.hurt=1</script><img src="http://evil.test/x.png" onerror="window.hurt=1">'
    '![pixel](http://evil.test/p.png) [click](javascript:window.hurt=1) <iframe src="http://evil.test"></iframe>'
    '<form action="http://evil.test"><input name="q"></form> {{constructor}} ${window.hurt=1} `'
)
CHINESE = (
    "一、产业规模\n\n根据我们的测算，2023 年中国人工智能产业规模达到 2137 亿\n"
    "元，同比增长 14.6%，其中核心产业占比超过四成，带动相关产业的\n规模约为核心产业的五倍。\n"
    "二、算力\n2023 年智能算力市场规模为 5097 亿元，预计 2028 年将达到约 3.4 万亿元。\n"
)
HEADINGS = {"zh1": ("一、产业规模",), "en1": ("A short look at robots", "2.1 Height and weight")}
ENGLISH = (
    "# Robots\n\nThe humanoid robot stands 1.77 m tall and weighs 52 kg.\n"
    "It was shown to the public in August 2022.\n\nIts maker sells phones.\n"
)


def report(
    id: str, title: str, lang: Lang, text: str, pages: int = 0, publisher: str | None = None
) -> Report:
    return Report(
        id=id, source=f"{id}.txt", path=f"/somewhere/{id}.txt", format="txt", sha256="0" * 64, title=title,
        publisher=publisher, date="2024-05", lang=lang, pages=pages, characters=len(text), passages=3,
        added="2026-01-01T00:00:00",
    )  # fmt: skip


class FakeLibrary:
    """Three reports in memory; a search finds the first passage of each."""

    def __init__(self) -> None:
        self.texts = {"zh1": CHINESE, "en1": ENGLISH, "bad": f"Before. {HOSTILE} After.\n"}
        self._reports = {
            "zh1": report("zh1", "中国人工智能产业研究报告", "zh", CHINESE, 2, "某研究院"),
            "en1": report("en1", "A short look at robots", "en", ENGLISH),
            "bad": report("bad", f"Harm {HOSTILE}", "en", self.texts["bad"], publisher=HOSTILE),
        }
        turn = CHINESE.index("二、算力")
        self._pages = {"zh1": (Page(1, 0, turn), Page(2, turn, len(CHINESE)))}

    def reports(self) -> list[Report]:
        return list(self._reports.values())

    def report(self, id: str) -> Report:
        if id not in self._reports:
            raise NotInLibrary(f"no report has the id {id!r}; `wenju docs list` shows them")
        return self._reports[id]

    def text(self, id: str) -> str:
        self.report(id)
        return self.texts[id]

    def pages(self, id: str) -> tuple[Page, ...]:
        self.report(id)
        return self._pages.get(id, ())

    def search(self, query: str, k: int = 10, reports: Collection[str] | None = None) -> list[Hit]:
        ids = [id for id in self._reports if reports is None or id in reports]
        return [self.hit(id, n) for n, id in enumerate(ids[:k], 1)]

    def hit(self, id: str, rank: int = 1) -> Hit:
        text = self.texts[id]
        whole = Passage(
            report=id, ordinal=0, start=0, end=len(text), page=1 if id in self._pages else None,
            page_end=None, kind="text", heading=(), clean=text, offsets=OffsetMap(((0, 0, len(text)),)),
        )  # fmt: skip
        return Hit(rank=rank, score=1 / rank, passage=whole, report=self._reports[id], text=text)

    def passages(self, id: str) -> list[Passage]:
        return [replace(self.hit(id).passage, heading=HEADINGS.get(id, ()))]

    def warm_up(self) -> None:
        pass


class FakeAssistant:
    """Quotes `quotes` (report id, words) and says `text`, piece by piece, `pause` seconds apart."""

    model = None
    model_name = "fake"

    def __init__(
        self,
        text: str = "产业规模为 2137 亿元 [1]。 机器人重 52 公斤 [2]。这一句没有依据。",
        quotes: Sequence[tuple[str, str]] = (("zh1", "2137 亿\n元，同比增长 14.6%"), ("en1", "weighs 52 kg")),
        sentences: Sequence[Sentence] = (),
        pause: float = 0.0,
        refused: bool = False,
        notices: Sequence[str] = (),
        fail: Callable[[str], Exception | None] = lambda question: None,
    ) -> None:
        self.library = FakeLibrary()
        self.text, self.quotes, self.pause, self.refused, self.fail = text, quotes, pause, refused, fail
        self.notices = notices
        self.sentences = tuple(sentences)
        self.asked: list[tuple[str, tuple[str, ...], str]] = []
        self.limits: list[Collection[str] | None] = []
        self.cancelled = 0

    def evidence(self) -> tuple[Evidence, ...]:
        found = []
        for n, (id, quote) in enumerate(self.quotes, 1):
            start = self.library.texts[id].index(quote)
            page = 1 if id == "zh1" else None
            found.append(Evidence(n, self.library.hit(id, n), quote, start, start + len(quote), page, quote))
        return tuple(found)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        language: str = "auto",
        cancel: Flag | None = None,
        reports: Collection[str] | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history), language))
        self.limits.append(reports)
        if not question.strip():
            raise BadQuestion("the question is empty; type one")
        if error := self.fail(question):
            raise error
        yield Progress("searching")
        evidence = self.evidence()
        yield Found(evidence)
        yield Progress("reading")
        for notice in self.notices:
            yield Notice(notice)
        for start in range(0, len(self.text), 4):
            if cancel is not None and cancel.wait(self.pause):
                self.cancelled += 1
                raise Cancelled("the answer was stopped")
            yield Token(self.text[start : start + 4])
        yield Progress("checking")
        yield Done(self.answer(question, evidence))

    def answer(self, question: str, evidence: Sequence[Evidence]) -> Answer:
        citations = tuple(
            Citation(
                e.n, e.hit.report.id, e.source, e.hit.report.title, e.page, e.start, e.end, e.quote, True
            )
            for e in evidence
            if f"[{e.n}]" in self.text
        )  # fmt: skip
        sentences = self.sentences or (
            Sentence("产业规模为 2137 亿元。", (1,), "supported"),
            Sentence("机器人重 52 公斤。", (2,), "supported"),
            Sentence("这一句没有依据。", (), "unverified"),
        )
        return Answer(
            question=question, lang="zh", text=self.text, refused=self.refused, citations=citations,
            sentences=sentences, hits=tuple(e.hit for e in evidence), timing=Timing(total_s=1.25),
            model=self.model_name, notices=tuple(self.notices),
        )  # fmt: skip


def wait_for(what: Callable[[], object], seconds: float = 5.0) -> bool:
    """Whether `what` comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return bool(what())
