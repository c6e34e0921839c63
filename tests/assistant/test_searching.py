"""The search for one question: how long its ranking is, and what is translated."""

from __future__ import annotations

from collections.abc import Callable

from assistant.assistant import Assistant
from assistant.schema import Progress
from assistant.searching import CANDIDATES
from tests.assistant.builders import Scripted
from vectorstore.library import Library

SIZE_ZH = "按艾瑞咨询的口径，中国的AI产业在2023年有多大？"
SIZE_EN = "How large was China's AI industry in 2023 according to iResearch?"


def test_the_ranking_is_long_enough_to_measure(assistant: Callable[..., Assistant]) -> None:
    answer = assistant().answer(SIZE_ZH)
    assert [hit.rank for hit in answer.hits] == list(range(1, CANDIDATES + 1))
    assert assistant().retrieve(SIZE_ZH).hits == answer.hits
    assert sum(len("".join(hit.text.split())) for hit in answer.hits) >= 6000


def test_retrieving_translates_but_writes_nothing(assistant: Callable[..., Assistant]) -> None:
    model = Scripted("", translation="艾瑞咨询认为中国的AI产业在2023年有多大？")
    answer = assistant(model).retrieve(SIZE_EN)
    assert (answer.text, answer.citations, answer.refused) == ("", (), False)
    assert len(model.asked) == 1
    assert answer.hits
    assert answer.timing.translate_s > 0


def test_a_question_is_translated_for_the_reports_it_is_limited_to(
    assistant: Callable[..., Assistant], samples_library: Library
) -> None:
    ids = {report.lang: {report.id} for report in samples_library.reports()}
    for lang, translated in (("en", True), ("zh", False)):
        events = list(assistant(Scripted("市场规模", small=True)).ask(SIZE_ZH, reports=ids[lang]))
        assert (Progress("translating") in events) is translated
