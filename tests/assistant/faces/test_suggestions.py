"""Questions made of the library's own headings: to begin with, and to go on with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.faces.suggestions import examples, follow_ups, topic_of
from assistant.faces.turns import Turn, render
from assistant.question import detect
from assistant.schema import Done
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant, FakeLibrary


def test_examples_come_from_the_reports_in_the_language_of_the_page_first() -> None:
    said = examples(FakeLibrary())
    zh = "关于“产业规模”，《中国人工智能产业研究报告》怎么说？"
    en = "What does “A short look at robots” say about height and weight?"
    assert said == {"zh": (zh, en), "en": (en, zh)}
    assert [detect(question) for question in said["zh"]] == ["zh", "en"]


def test_an_empty_library_suggests_nothing() -> None:
    library = FakeLibrary()
    library._reports.clear()
    assert examples(library) == {"zh": (), "en": ()}


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("一、市场规模", "市场规模"),
        ("2.1 智能算力市场", "智能算力市场"),
        ("（三）区域分布：", "区域分布"),
        ("第二章 政策", "政策"),
        ("Policy and regulation", "policy and regulation"),
        ("AI chips", "AI chips"),
        ("目录", ""),
        ("免责声明", ""),
        ("2023", ""),
        ("Introduction", ""),
        ("谁会用？", ""),
        ("很" * 30, ""),
        ("", ""),
    ],
)
def test_a_heading_is_a_topic_without_its_number_unless_it_says_nothing(heading: str, topic: str) -> None:
    passage = FakeLibrary().hit("zh1").passage
    assert topic_of(replace(passage, heading=(heading,))) == topic


def test_a_heading_of_two_characters_stands_with_the_one_above() -> None:
    passage = replace(FakeLibrary().hit("zh1").passage, heading=("二、政策", "2.1国内"))
    assert topic_of(passage) == "政策（国内）"


def test_furniture_and_the_title_are_no_topics() -> None:
    passage = replace(FakeLibrary().hit("zh1").passage, heading=("算力",))
    assert topic_of(replace(passage, kind="boilerplate")) == ""
    assert topic_of(passage, "算力") == ""


def test_one_goes_on_with_what_was_found_and_not_cited_or_asked() -> None:
    assistant = FakeAssistant(quotes=[("zh1", "2137 亿\n元")])
    answer = assistant.answer("算力多大？", assistant.evidence())
    [hit] = answer.hits
    apart = replace(hit.passage, start=len(hit.text), end=len(hit.text) + 1)
    found = [(hit.passage, "一、产业规模"), (apart, "二、算力"), (apart, "三、芯片"), (apart, "三、芯片")]
    hits = tuple(replace(hit, passage=replace(place, heading=(heading,))) for place, heading in found)
    assert follow_ups(replace(answer, hits=hits)) == ("关于“芯片”，报告里怎么说？",)


def test_a_hostile_heading_is_words() -> None:
    assistant = FakeAssistant()
    answer = assistant.answer("q", assistant.evidence())
    hits = tuple(
        replace(hit, passage=replace(hit.passage, start=10**6, end=10**6 + 1, heading=(HOSTILE[:20],)))
        for hit in answer.hits
    )
    html = render(Turn("q").after(Done(replace(answer, hits=hits))))
    assert "&lt;script" in html
    assert "<script" not in html
