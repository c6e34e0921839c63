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


def rows(library: Library, *ways: str) -> list[str]:
    """The rows that are picked for a question."""
    found = pick(library, *ways)
    texts = {hit.passage.start: hit.passage.clean for hit in found.hits} if found else {}
    return [texts[at][start:end] for at, start, end in found.rows] if found else []


def rows_of(library: Library, *ways: str) -> list[str]:
    """The cities of the rows that are picked for a question."""
    return [city for row in rows(library, *ways) for city in CITIES if f"城市: {city} " in row]


def named(library: Library, question: str, names: Sequence[str]) -> list[str]:
    """Which of the names stand in the rows that are picked."""
    return [name for row in rows(library, question) for name in names if f": {name} " in row]


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
    assert rows_of(sales, "机器人销售前四十名里，销售额最高的是哪个城市？") == [CITIES[33]]


def test_totals_are_no_row_of_their_own_and_a_kind_that_is_named_limits_them(sales: Library) -> None:
    west = max(range(0, 40, 2), key=lambda n: SALES[n])
    assert rows_of(sales, "西部哪个城市的机器人销售额最高？") == [CITIES[west]]
    assert rows_of(sales, "机器人销售额最高的西部城市是哪个？") == [CITIES[west]]


def test_several_are_picked_where_several_are_asked_for(sales: Library) -> None:
    first = sorted(range(40), key=lambda n: -GROWTH[n])[:3]
    for question in ("机器人销售同比增长前三名是哪些城市？", "机器人销售同比增长最快的三个城市是哪些？"):
        assert sorted(rows_of(sales, question)) == sorted(CITIES[n] for n in first)


@pytest.mark.parametrize(
    "question",
    [
        "各城市机器人销售情况如何？",
        "哪个城市的机器人销售利润最高？",
        "机器人销售最大的困难是什么？",
        "城市一的机器人销售额是多少？",
        "除东部外，哪个城市的机器人销售额最高？",
        "机器人销售额最高和最低的城市各是哪个？",
        "机器人销售额第二高和最高的城市差多少？",
        "哪些城市的机器人销售额最高？",
        "机器人销售额下降最快的城市是哪个？",
        "机器人物流速度最快的城市是哪个？",
    ],
)
def test_without_a_superlative_or_a_column_for_it_nothing_is_picked(sales: Library, question: str) -> None:
    assert pick(sales, question) is None


def test_rows_that_the_question_names_are_read_as_well(sales: Library) -> None:
    first, second = rows(sales, f"哪个城市的机器人销售额最高？{CITIES[3]}的销售额是多少？")
    assert CITIES[33] in first
    assert CITIES[3] in second


FIRMS = (
    "# 各公司业绩\n\n{title}\n公司\t净利润（亿元）\t同比增长\t融资金额\t世界排名\t成交金额（万元）\n"
    "甲公司\t12.5\t-35.2%\t3.5亿元\t4\t800\n乙公司\t-48.0\t12.1%\t5亿美元\t3\t650\n丙公司\t3.1\t5.0%\t8000万元\t2\t910\n"
    "丁公司\t(1.2)\t-8.8%\t9000万元\t1\t70\n"
)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("哪家公司的净利润最高？", ["甲公司"]),
        ("哪家公司的净利润最低？", ["乙公司"]),
        ("哪家公司同比增长最快？", ["乙公司"]),
        ("哪家公司的融资金额最高？", []),  # yuan and dollars
        ("哪家公司的融资额最高？", []),
        ("哪家公司的成交额最高？", ["丙公司"]),
        ("哪家公司的市场份额最高？", []),
        ("哪家公司的世界排名最高？", []),  # the highest rank is the smallest number
    ],
)
def test_losses_lie_below_nothing_and_other_units_are_not_compared(
    library_of: Callable[..., Library], question: str, rows: list[str]
) -> None:
    library = library_of(firms=FIRMS.format(title="各公司的净利润和融资情况"))
    assert named(library, question, ["甲公司", "乙公司", "丙公司", "丁公司"]) == rows


SALES_EN = (
    "# Results of the firms\n\nCompany\tCountry\tRevenue\tRevenue growth\tTeam\n"
    "Alpha\tUS\t3.5\t12%\t120\nBeta\tChina\t80\t3%\t80\nGamma\tUS\t7\t-4%\t900\nDelta\tChina\t9\t30%\t15\n"
)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which firm's business has the highest revenue?", ["Beta"]),
        ("Which US company has the highest revenue?", ["Gamma"]),
        ("Which company had the lowest revenue growth?", ["Gamma"]),
        ("Which company's revenue grew fastest?", ["Delta"]),
        ("What are the top two companies by revenue?", []),
        ("At least how much revenue did Beta make?", []),
        ("Which company earned most of its revenue abroad?", []),
        ("Which company does not have the highest revenue?", []),
        ("Which company has the smallest team by revenue?", ["Delta"]),
        ("Which company's revenue fell fastest?", []),
    ],
)
def test_in_english_the_noun_behind_the_superlative_is_measured(
    library_of: Callable[..., Library], question: str, rows: list[str]
) -> None:
    assert named(library_of(firms=SALES_EN), question, ["Alpha", "Beta", "Gamma", "Delta"]) == rows


def test_a_short_row_is_evidence_by_itself(library_of: Callable[..., Library]) -> None:
    library = library_of(yields="# 各地产量\n\n地区\t产量\n甲\t12\n乙\t55\n丙\t30\n丁\t7\n戊\t9\n")
    hits = library.search([Query("产量最高的地区是哪个？", "zh")], 10)
    found = picked(["产量最高的地区是哪个？"], hits, library.passages, library.text)
    assert found
    chosen = choose([*found.hits, *hits], ["产量最高的地区是哪个？"], 400, picked=found)
    assert chosen[0].text == "地区: 乙 | 产量: 55"
    assert "30" not in "".join(item.text for item in chosen)


def test_subtotals_are_no_rows_of_their_own(library_of: Callable[..., Library]) -> None:
    rows = "东部\t沪城\t900\n东部\t小计\t1600\n西部\t渝城\t700\n西部\t蓉城\t650\n西部\t小计\t1350\n"
    library = library_of(firms=f"# 各地的机器人销售\n\n区域\t城市\t销售额\n{rows}")
    assert named(library, "机器人销售额最高的城市是哪个？", ["沪城", "渝城", "蓉城", "小计"]) == ["沪城"]


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


@pytest.mark.parametrize(
    "question",
    [
        "哪个城市的机器人销售额最高？排第二的呢？", "机器人销售额最高的是哪个城市，第二是谁？",
        "机器人销售额最高的城市是哪个？销售额是多少？第二名呢？",
    ],
)  # fmt: skip
def test_who_comes_second_is_picked_too_where_that_is_asked_behind(sales: Library, question: str) -> None:
    ordered = sorted(range(40), key=lambda n: -SALES[n])
    assert rows_of(sales, question) == [CITIES[n] for n in ordered[:2]]


def test_an_answer_that_does_not_say_what_the_row_is_of_gets_the_row(
    sales: Library, assistant: Callable[..., Assistant]
) -> None:
    answer = assistant(Scripted("机器人销售额最高的是987万元[1]。"), sales).answer("哪个城市的机器人销售额最高？")
    assert CITIES[33] in answer.text


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
        ("哪个领域下降最快？", "热管理领域的增长率最高，达到182.8%。", False),
        ("Which field grew fastest?", "Cooling had the highest growth rate.", True),
        ("Which field grew fastest?", "Cooling is the largest field.", False),
        ("哪个领域发展得好？", "电池领域占比最大。", False),
    ],
)
def test_what_a_sentence_says_outright_is_told_from_other_superlatives(question: str, text: str, *, told: bool) -> None:
    assert says([question], text) is told
