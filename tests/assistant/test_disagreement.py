"""Reports that disagree where nobody asked whether they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answerable import ONE_THING
from assistant.assistant import Assistant
from assistant.disagreement import MOST, OF_ONE, clashes, contradicting
from assistant.models.base import Message
from assistant.schema import Citation
from tests.assistant.builders import Scripted, citing, hit
from vectorstore.library import Library
from vectorstore.schema import Hit

WHEN = ["星海电池是哪一天投产新工厂的？"]
HOW_MUCH = ["2023年储能市场规模有多大？"]


def of(publisher: str, text: str, rank: int) -> Hit:
    one = hit(text, rank=rank, publisher=publisher)
    return replace(one, report=replace(one.report, id=publisher))


def place(hit: Hit) -> Citation:
    """A citation of a whole passage."""
    passage = hit.passage
    return Citation(1, hit.report.id, "r.txt", "报告", None, passage.start, passage.end, passage.clean, True)


def about_storage(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """Cosines that put what speaks of storage well above the rest."""
    return np.array([[0.9 if "储能" in text else 0.7 for text in texts] for _ in queries])


def against(answer: str, hits: Sequence[Hit], ways: Sequence[str], cited: str = "甲") -> list[str]:
    """What contradicts an answer that cites the first passage of the report of `cited`: the texts."""
    citations = [place(hit) for hit in hits if hit.report.id == cited][:1]
    return [item.text for item in contradicting(answer, citations, hits, ways, None, 3, "zh")]


@pytest.mark.parametrize(
    ("answer", "text", "clash"),
    [
        ("新工厂于2023年2月8日投产[1]。", "星海电池的新工厂2月7日投产，当天下线首批电池。", True),
        ("新工厂于2023年2月8日投产[1]。", "2023/2/7星海电池新工厂投产", True),
        ("新工厂于2023年2月8日投产[1]。", "2023年2月，星海电池投产了新工厂。", False),
        ("新工厂于2023年2月8日投产[1]。", "新工厂2月8日投产，2月20日交付首批产品。", False),
        ("新工厂于2023年投产[1]。", "星海电池的新工厂2月7日投产。", False),
        ("新工厂已经投产[1]。", "星海电池的新工厂2月7日投产。", False),
        ("The plant opened on 8 February 2023 [1].", "The plant opened on 7 February 2023.", True),
    ],
)
def test_dates_clash_when_what_both_tell_differs(answer: str, text: str, clash: bool) -> None:
    assert clashes(answer, text, WHEN) is clash


@pytest.mark.parametrize(
    ("text", "clash"),
    [
        ("2023年储能市场规模约为980亿元。", True),
        ("储能市场规模达到980亿元。", True),
        ("2023年储能市场规模为1205亿元。", False),
        ("2023年储能市场规模约为1200亿元。", False),
        ("2022年储能市场规模为980亿元。", False),
        ("2023年储能市场增长了32%。", False),
        ("2023年储能市场规模很大。", False),
    ],
)
def test_amounts_clash_within_a_unit_and_a_year(text: str, clash: bool) -> None:
    assert clashes("2023年储能市场规模为1205亿元[1]。", text, HOW_MUCH) is clash


def test_a_day_of_the_month_that_is_asked_about_is_no_contradiction_of_another_month() -> None:
    ways = ["星海电池是2023年2月哪一天投产新工厂的？"]
    assert clashes("2023年2月8日投产[1]。", "2月7日，星海电池的新工厂投产。", ways)
    assert not clashes("2023年2月8日投产[1]。", "8月15日，星海电池的新工厂停产。", ways)


def test_the_other_report_is_heard_and_the_one_cited_is_not() -> None:
    hits = [
        of("甲", "2023年储能市场规模为1205亿元。上半年储能市场规模为400亿元。", 1),
        of("乙", "按另一口径，2023年储能市场规模只有980亿元。", 2),
    ]
    said = against("2023年储能市场规模为1205亿元[1]。", hits, HOW_MUCH)
    assert said == ["按另一口径，2023年储能市场规模只有980亿元。"]


def test_of_the_report_that_is_cited_only_another_table_may_say_otherwise() -> None:
    one = of("甲", "2023年储能市场规模为1205亿元。上半年储能市场规模为400亿元。", 1)
    other = of("甲", "按另一口径，2023年储能市场规模只有980亿元。", 2)
    later = replace(other.passage, start=500, end=500 + len(other.text))
    for kind, said in (("text", []), ("table", [other.text])):
        elsewhere = replace(other, passage=replace(later, kind=kind))
        assert against("2023年储能市场规模为1205亿元[1]。", [one, elsewhere], HOW_MUCH) == said
    table = replace(one, passage=replace(one.passage, kind="table"))
    assert against("2023年储能市场规模为1205亿元[1]。", [table], HOW_MUCH) == []


def test_asked_about_its_places_any_of_the_same_report_may_say_otherwise() -> None:
    text = "新工厂：星海电池于2月7日投产新工厂，当天下线了首批储能电池。"
    cited = of("甲", "2023/2/8星海电池投产新工厂", 1)
    other = of("甲", text, 2)
    other = replace(other, passage=replace(other.passage, start=900, end=900 + len(text)))
    answer = "新工厂于2023年2月8日投产[1]。"
    bearing = answer, [place(cited)], [cited, other], WHEN, None, 3, "zh"
    assert contradicting(*bearing) == []  # type: ignore[arg-type]
    assert [item.text for item in contradicting(*bearing, places=True)] == [text]  # type: ignore[arg-type]


def test_what_does_not_hold_the_version_that_is_asked_about_contradicts_nothing() -> None:
    ways = ["北斗星公司的Lyra 2是什么时候发布的？"]
    hits = [
        of("甲", "2023年7月19日，北斗星公司发布了Lyra 2模型。", 1),
        of("乙", "2023年2月，北斗星公司发布了Lyra-1模型。", 2),
        of("丙", "发布时间: 2023.6 | Lyra2 70 2T tokens，已经发布", 3),
    ]
    assert against("2023年7月19日发布[1]。", hits, ways) == [hits[2].text]
    assert against("2023-7-19[1]。", hits, ways) == [hits[2].text]


def test_what_hardly_bears_on_the_question_contradicts_nothing() -> None:
    hits = [of("甲", "2023年储能市场规模为1205亿元。", 1), of("乙", "这家公司去年卖出的风机价值31亿元。", 2)]
    answer = "2023年储能市场规模为1205亿元[1]。"
    assert contradicting(answer, [place(hits[0])], hits, HOW_MUCH, about_storage, 3, "zh") == []


def test_evidence_is_numbered_on_and_of_a_few_reports_only() -> None:
    hits = [of(name, f"2023年储能市场规模只有{amount}亿元。", 1) for amount, name in enumerate("乙丙丁戊", 301)]
    found = contradicting("2023年储能市场规模为1205亿元[1]。", [], hits, HOW_MUCH, None, 3, "zh")
    assert [item.n for item in found] == [4, 5, 6]
    assert len(found) == MOST
    alone = [of("乙", "".join(f"2023年储能市场规模只有{amount}亿元。" for amount in (301, 302, 303)), 1)]
    assert len(contradicting("2023年储能市场规模为1205亿元[1]。", [], alone, HOW_MUCH, None, 3, "zh")) == OF_ONE


SAID = st.sampled_from(["2月7日", "2023年2月8日", "2023年", "3月", "980亿元", "32%", "新工厂", "投产"])


@given(st.lists(SAID, max_size=6))
def test_nothing_contradicts_itself(words: list[str]) -> None:
    text = "，".join(words) + "。"
    assert not clashes(text, text, WHEN)
    assert not clashes(text, text, HOW_MUCH)


@pytest.mark.parametrize(("odds", "heard"), [(ONE_THING, True), (ONE_THING - 1.5, False), (None, False)])
def test_an_answer_tells_the_other_date_where_the_model_finds_that_it_is_of_the_same(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library], odds: float | None, heard: bool
) -> None:
    library = library_of(
        one="星海电池2023年大事记。\n\n2023年2月8日，星海电池的新工厂正式投产，年产能为20吉瓦时。",
        other="储能产业周报。\n\n2月7日，星海电池宣布新工厂投产，首批产品同日下线。",
    )

    def leaning(messages: Sequence[Message]) -> float | None:
        return ONE_THING if "2月8日" in messages[-1].content else odds

    model = Scripted(citing("星海电池的新工厂于2023年2月8日投产", "2月8日"), odds=leaning)
    answer = assistant(model, library).answer(WHEN[0])
    assert "2月8日" in answer.text
    assert ("2月7日" in answer.text) is heard
    assert len({citation.report for citation in answer.citations}) == 1 + heard
    assert all(sentence.state != "unverified" for sentence in answer.sentences)


@pytest.mark.parametrize(("power", "heard"), [("500吉瓦时", True), ("350吉瓦时", False)])
def test_of_what_holds_every_name_and_figure_that_is_asked_about_the_model_need_not_be_as_sure(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library], power: str, heard: bool
) -> None:
    library = library_of(
        one="星海电池2023年大事记。\n\n2023年2月8日，星海电池的X7储能电站容量达到500吉瓦时，为国内最大。",
        other=f"储能产业周报。\n\n2月7日，星海电池宣布X7储能电站容量达到{power}，次日并网。",
    )

    def leaning(messages: Sequence[Message]) -> float | None:
        return ONE_THING if "2月8日" in messages[-1].content else ONE_THING - 1

    model = Scripted(citing("星海电池的X7储能电站于2023年2月8日达到500吉瓦时", "2月8日"), odds=leaning)
    answer = assistant(model, library).answer("星海电池的X7储能电站是哪一天达到500吉瓦时的？")
    assert "2月8日" in answer.text
    assert ("2月7日" in answer.text) is heard
