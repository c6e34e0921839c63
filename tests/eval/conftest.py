from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.schema import Answer, Citation, Sentence, Timing
from eval.dataset import Evidence, Question
from eval.retrieval import Sources
from vectorstore.schema import Hit, OffsetMap, Passage, Report

REPORT = (
    "机器人年鉴\n"
    "\n"
    "2023年全国工业机器人\n"
    "销量为31.6万台，同比增长4.3%。\n"
    "其中汽车行业占比28%。\n"
    "\n"
    "深圳有整机企业120家。\n"
    "海外销售额达到64亿元，主要市场是越南。\n"
)
OTHER = "Robots abroad\nGermany sold 25,600 robots in 2023.\nJapan sold 46,100.\n"
TEXTS = {"robots.txt": REPORT, "abroad.txt": OTHER}
QUESTIONS = [
    Question(
        "q-1", "zh", "number", "2023年工业机器人卖了多少？", "全国工业机器人销量为31.6万台。",
        key_facts=(("31.6万", "316,000"),), evidence=(Evidence("robots.txt", 3, 4),),
    ),
    Question(
        "q-2", "en", "fact", "Which country is the main foreign market for the robots?", "It is Vietnam.",
        key_facts=(("越南", "vietnam"),), evidence=(Evidence("robots.txt", 8, 8),),
    ),
    Question(
        "q-3", "zh", "compare", "德国和日本各卖出多少台？", "德国25600台，日本46100台。",
        key_facts=(("25600", "2.56万"), ("46100", "4.61万")),
        evidence=(Evidence("abroad.txt", 2, 2), Evidence("abroad.txt", 3, 3)),
    ),
    Question(
        "q-4", "en", "followup", "And how many makers are in Shenzhen?", "There are 120.",
        history=("Where are robots made?",), key_facts=(("120",),), evidence=(Evidence("robots.txt", 7, 7),),
    ),
    Question("q-5", "zh", "unanswerable", "法国卖出多少台？"),
    Question("q-6", "en", "unanswerable", "Who owns the largest maker?"),
]


def report(source: str) -> Report:
    text = TEXTS[source]
    return Report(
        id=source[:-4], source=source, path=source, format="txt", sha256="", title=source, publisher=None,
        date=None, lang="zh", pages=0, characters=len(text), passages=1, added="",
    )


def hit(rank: int, source: str, start: int, end: int) -> Hit:
    offsets = OffsetMap(((0, start, end - start),))
    text = TEXTS[source][start:end]
    passage = Passage(source[:-4], rank, start, end, None, None, "text", (), text, offsets)
    return Hit(rank, 1 / rank, passage, report(source), text)


def found(question: Question, sources: Sources) -> tuple[Hit, ...]:
    """Hits that are exactly the question's evidence."""
    hits = []
    for rank, item in enumerate(question.evidence, start=1):
        source = sources.get(item.file)
        span = source.lines(item.start_line, item.end_line) if source else None
        assert span
        hits.append(hit(rank, item.file, *span))
    return tuple(hits)


def reference(question: Question, sources: Sources) -> Answer:
    """The answer that is right in every respect."""
    hits = found(question, sources)
    if not question.answerable:
        said = "报告里没有答案。" if question.lang == "zh" else "The reports do not say."
        return Answer(question.question, question.lang, said, True)  # type: ignore[arg-type]
    citations = tuple(
        Citation(
            n, h.report.id, h.report.source, h.report.title, None,
            h.passage.start, h.passage.end, h.text, True,
        )
        for n, h in enumerate(hits, start=1)
    )
    marks = tuple(c.n for c in citations)
    return Answer(
        question.question, question.lang,  # type: ignore[arg-type]
        question.answer + "".join(f" [{n}]" for n in marks), False,
        citations, (Sentence(question.answer, marks, "supported"),), hits, Timing(0.0, 0.01, 0.1, 0.2),
    )


class FakeAssistant:
    """Answers from a table, counts what it was asked, and fails where it is told to."""

    def __init__(self, questions: Sequence[Question], failing: Sequence[str] = ()) -> None:
        self.sources = Sources(TEXTS.__getitem__)
        self.known = {question.question: question for question in questions}
        self.failing = set(failing)
        self.asked: list[str] = []

    def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        item = self.known[question]
        self.asked.append(item.id)
        if item.id in self.failing:
            raise RuntimeError(f"the model fell over\nat {item.id}")
        return reference(item, self.sources)

    def retrieve(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        item = self.known[question]
        self.asked.append(item.id)
        return Answer(question, item.lang, "", False, hits=found(item, self.sources))  # type: ignore[arg-type]


@pytest.fixture
def sources() -> Sources:
    return Sources(TEXTS.__getitem__)


@pytest.fixture
def questions() -> list[Question]:
    return list(QUESTIONS)
