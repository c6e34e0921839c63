"""Superlatives: the row of a table that a question asks for, of all rows, found or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.evidence import choose
from assistant.superlatives import Picked, picked, says
from tests.assistant.builders import Scripted, sources
from vectorstore.library import Library
from vectorstore.schema import Query

CITIES = [f"城市{chr(0x4E00 + 7 * n)}" for n in range(40)]
SALES = [300 + 37 * n % 211 for n in range(40)]
GROWTH = [(13 * n) % 47 + 0.5 for n in range(40)]
SALES[33], GROWTH[29] = 987, 61.5
TABLE = "\n".join(
    ["各城市机器人销售情况（单位：万元）", "区域\t城市\t销售额\t同比增长\t门店数\t开业时间"]
    + [
        f"{'东部' if n % 2 else '西部'}\t{city}\t{SALES[n]}\t{GROWTH[n]}%\t{n % 9 + 2}\t20{10 + n % 14}.{n % 12 + 1}"
        for n, city in enumerate(CITIES)
    ]
    + [f"合计\t全国\t{sum(SALES)}\t21.0%\t240\t-"]
)
PROSE = "# 机器人销售\n\n本报告统计了各城市机器人的销售情况，数据由各地门店上报，口径在两年之间没有变化。\n\n"


def rows_of(library: Library, *ways: str) -> list[str]:
    """The cities of the rows that are picked for a question."""
    found = pick(library, *ways)
    if found is None:
        return []
    clean = {hit.passage.start: hit.passage.clean for hit in found.hits}
    said = [clean[at][start:end] for at, start, end in found.rows]
    return [city for row in said for city in CITIES if f"城市: {city} " in row]


def pick(library: Library, *ways: str) -> Picked | None:
    hits = library.search([Query(way, "zh") for way in ways], 10)
    return picked(ways, hits, library.passages, library.text)


@pytest.fixture
def sales(library_of: Callable[..., Library]) -> Library:
    return library_of(sales=PROSE + TABLE)


def test_the_table_is_longer_than_a_passage(sales: Library) -> None:
    (report,) = sales.reports()
    assert sum(passage.kind == "table" for passage in sales.passages(report.id)) > 3


def test_the_highest_and_the_lowest_of_all_rows_are_found(sales: Library) -> None:
    least = CITIES[SALES.index(min(SALES))]
    assert rows_of(sales, "哪个城市的机器人销售额最高？") == [CITIES[33]]
    assert rows_of(sales, "机器人销售额最低的是哪个城市？") == [least]
    assert rows_of(sales, "哪个城市的机器人销售增长得最快？") == [CITIES[29]]


def test_totals_are_no_row_of_their_own_and_a_kind_that_is_named_limits_them(sales: Library) -> None:
    west = max(range(0, 40, 2), key=lambda n: SALES[n])
    assert rows_of(sales, "西部哪个城市的机器人销售额最高？") == [CITIES[west]]
    assert rows_of(sales, "机器人销售额最高的西部城市是哪个？") == [CITIES[west]]


def test_several_are_picked_where_several_are_asked_for(sales: Library) -> None:
    first = sorted(range(40), key=lambda n: -GROWTH[n])[:3]
    for question in ("机器人销售同比增长前三名是哪些城市？", "机器人销售同比增长最快的三个城市是哪些？"):
        assert sorted(rows_of(sales, question)) == sorted(CITIES[n] for n in first)


def test_times_are_compared_where_the_latest_is_asked_for(sales: Library) -> None:
    assert rows_of(sales, "哪个城市的机器人门店开业时间最早？") == [CITIES[0]]


@pytest.mark.parametrize(
    "question",
    [
        "各城市机器人销售情况如何？",
        "哪个城市的机器人销售利润最高？",
        "机器人销售最大的困难是什么？",
        "城市一的机器人销售额是多少？",
    ],
)
def test_without_a_superlative_or_a_column_for_it_nothing_is_picked(sales: Library, question: str) -> None:
    assert pick(sales, question) is None


def test_the_translation_of_a_question_finds_the_column(sales: Library) -> None:
    ways = ("Which city sold the most robots?", "哪个城市的机器人销售额最高？")
    assert rows_of(sales, *ways) == [CITIES[33]]


def test_of_the_table_only_the_row_is_evidence(sales: Library) -> None:
    question = "哪个城市的机器人销售额最高？"
    hits = sales.search([Query(question, "zh")], 10)
    found = pick(sales, question)
    assert found
    chosen = choose([*found.hits, *hits], [question], 600, picked=found)
    assert CITIES[33] in chosen[0].text
    assert not any(city in item.text for item in chosen for city in CITIES if city != CITIES[33])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(st.sampled_from(["高", "低"]), st.sampled_from(["销售额", "门店数"]))
def test_no_row_beats_the_ones_picked(sales: Library, end: str, column: str) -> None:
    values = dict(zip(CITIES, SALES if column == "销售额" else [n % 9 + 2 for n in range(40)], strict=True))
    best = (max if end == "高" else min)(values.values())
    found = rows_of(sales, f"机器人{column}最{end}的是哪个城市？")
    assert found
    assert {values[city] for city in found} == {best}


def test_the_answer_is_written_from_the_row_alone(
    sales: Library, assistant: Callable[..., Assistant]
) -> None:
    def first(messages: Sequence[object]) -> str:
        (number, text), *others = sources(messages).items()  # type: ignore[arg-type]
        assert not others
        return f"销售额最高的是{CITIES[33]}，为987万元[{number}]。" if CITIES[33] in text else ""

    answer = assistant(Scripted(first), sales).answer("哪个城市的机器人销售额最高？")
    assert CITIES[33] in answer.text
    assert "987" in answer.text
    assert [sentence.state for sentence in answer.sentences] == ["supported"]


def test_without_a_model_the_row_comes_first(sales: Library, assistant: Callable[..., Assistant]) -> None:
    answer = assistant(None, sales).answer("哪个城市的机器人销售额最高？")
    assert CITIES[33] in answer.sentences[0].text


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("哪个领域增长最快？", "热管理领域的增长率最高，达到182.8%。", True),
        ("哪个领域增长最快？", "电池领域的数量最多，占比为34.4%。", False),
        ("哪个领域的占比最低？", "电池领域占比最小。", True),
        ("哪个领域的占比最低？", "电池领域占比最大。", False),
        ("Which field grew fastest?", "Cooling had the highest growth rate.", True),
        ("Which field grew fastest?", "Cooling is the largest field.", False),
        ("哪个领域发展得好？", "电池领域占比最大。", False),
    ],
)
def test_what_a_sentence_says_outright_is_told_from_other_superlatives(question: str, text: str, *, told: bool) -> None:
    assert says([question], text) is told
