"""Questions about reports as wholes: recognised narrowly, answered from the catalogue and the search."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Flag

import pytest

from assistant.assistant import Assistant
from assistant.errors import Cancelled
from assistant.overview import Mentions, Summary, task
from assistant.phrases import EMPTY
from assistant.question import understand
from assistant.schema import Answer, Done, Event, Found
from tests.assistant.builders import Scripted, sources
from vectorstore.library import Library


def asked(question: str, library: Library) -> Mentions | Summary | None:
    return task(understand(question), library.reports())


@pytest.mark.parametrize(
    ("question", "what", "newest"),
    [
        ("哪些报告提到了人形机器人？", "人形机器人", False),
        ("哪些报告提到人形机器人，最新的是哪一份？", "人形机器人", True),
        ("有哪几份研报谈到英伟达？", "英伟达", False),
        ("人形机器人在哪些报告里提到？", "人形机器人", False),
        ("Which reports mention humanoid robots?", "humanoid robots", False),
        ("which of the reports discuss “export controls”, and which is the newest?", "export controls", True),
        ("Which reports talk about PUE and which one is the latest?", "PUE", True),
    ],
)
def test_what_is_to_be_found_in_which_reports(
    question: str, what: str, newest: bool, samples_library: Library
) -> None:
    assert asked(question, samples_library) == Mentions(what, newest)


@pytest.mark.parametrize(
    "question",
    [
        "按艾瑞咨询的口径，中国的AI产业在2023年有多大？",
        "Which companies does the report mention as suppliers of AI chips?",
        "报告对芯片市场的主要观点是什么？",
        "What are the main findings on export controls in the report?",
        "总结的五个悖论分别叫什么？",
        "Which reports disagree about the size of the market?",
        "请总结",
        "Which reports mention chips and how do they differ?",
        "哪些报告提到了华为，它们怎么说？",
    ],
)
def test_any_other_question_is_an_ordinary_one(question: str, samples_library: Library) -> None:
    assert asked(question, samples_library) is None


def test_a_summary_needs_to_be_of_one_report(library_of: Callable[..., Library]) -> None:
    library = library_of(甲="# 储能行业年度报告\n\n2022年新型储能装机8.7吉瓦，比上年增长110%，锂电池占94%。\n" * 3)
    [report] = library.reports()
    for question in ("总结一下这份报告", "这份报告讲了什么？", "Summarise the report", "What is this report about?"):
        assert asked(question, library) == Summary(report)
    both = library_of(乙="# 光伏行业年度报告\n\n2022年光伏新增装机87吉瓦，比上年增长60%，分布式占58%。\n" * 3)
    assert asked("总结一下这份报告", both) is None
    named = asked(f"总结一下{report.source}这份报告", both)
    assert isinstance(named, Summary)
    assert named.report.id == report.id


def done(assistant: Assistant, question: str) -> tuple[list[Event], Answer]:
    *before, last = assistant.ask(question)
    assert isinstance(last, Done)
    answer = last.answer
    for citation in answer.citations:
        text = assistant.library.text(citation.report)
        assert text[citation.start : citation.end] == citation.quote
    return before, answer


def test_the_reports_that_mention_something_are_listed_newest_first(
    assistant: Callable[..., Assistant], samples_library: Library
) -> None:
    first, *others = samples_library.reports()
    events, answer = done(assistant(Scripted("never asked")), "Which reports mention PUE, and which is the newest?")
    assert answer.model == "extractive"
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert "PUE" in citation.quote
        assert f"“{citation.title}”" in answer.text
    assert len(next(event for event in events if isinstance(event, Found)).evidence) == len(answer.citations)
    assert 1 <= len(answer.citations) <= len([first, *others])


def test_a_mention_is_found_in_the_other_language(assistant: Callable[..., Assistant]) -> None:
    _, answer = done(assistant(), "Which reports mention export controls?")
    assert any("出口管制" in citation.quote for citation in answer.citations) or len(answer.citations) == 1
    assert answer.lang == "en"


@pytest.mark.parametrize(
    ("question", "text"),
    [("哪些报告提到了量子香蕉？", "没有报告提到“量子香蕉”。"),
     ("Which reports mention quantum bananas?", "No report mentions “quantum bananas”.")],
)  # fmt: skip
def test_nothing_found_is_said_so(assistant: Callable[..., Assistant], question: str, text: str) -> None:
    _, answer = done(assistant(), question)
    assert (answer.text, answer.refused, answer.citations) == (text, True, ())


def test_looking_for_mentions_can_be_stopped(assistant: Callable[..., Assistant]) -> None:
    cancel = Flag()
    cancel.set()
    with pytest.raises(Cancelled):
        list(assistant().ask("哪些报告提到了人形机器人？", cancel=cancel))


def test_in_an_empty_library_that_is_said_first(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    _, answer = done(assistant(library=library_of()), "哪些报告提到了芯片？")
    assert answer.text == EMPTY["zh"]


def test_a_summary_is_a_list_in_which_every_point_is_cited(
    assistant: Callable[..., Assistant], samples_library: Library
) -> None:
    report = next(report for report in samples_library.reports() if report.lang == "en")
    _, answer = done(assistant(), f"Summarise the report “{report.title}”")
    points = answer.text.split("\n")
    assert len(points) >= 3
    assert all(point.startswith("- ") and "[" in point for point in points)
    assert {citation.report for citation in answer.citations} == {report.id}


def test_a_model_writes_the_summary_from_the_reports_own_sentences(
    assistant: Callable[..., Assistant], samples_library: Library
) -> None:
    report = next(report for report in samples_library.reports() if report.source.endswith(".pdf"))

    def repeat(messages: object) -> str:
        return "\n".join(f"- {text.split('）', 1)[1].rstrip('。')}[{n}]。" for n, text in sources(messages).items())  # type: ignore[arg-type]

    model = Scripted(repeat, small=False)
    _, answer = done(assistant(model), f"总结{report.title}这份报告")
    assert answer.model == "scripted"
    assert "要点" in model.written_from[0].content
    assert len(answer.sentences) >= 3
    assert {sentence.state for sentence in answer.sentences} <= {"supported", "repaired"}


def test_a_summary_of_which_nothing_stands_is_quoted(
    assistant: Callable[..., Assistant], samples_library: Library
) -> None:
    report = next(report for report in samples_library.reports() if report.source.endswith(".pdf"))
    _, answer = done(assistant(Scripted("- 火星基地在2090年有77.7万人[1]。")), f"总结{report.title}这份报告")
    assert not answer.refused
    assert "77.7" not in answer.text
