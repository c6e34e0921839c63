"""Limits of a search, and what a question says about the reports it wants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectorstore.conftest import Write
from vectorstore.errors import BadFilter
from vectorstore.filters import Filter, dated, is_beginning, named, set_back, without_names
from vectorstore.library import Library
from vectorstore.schema import Lang, Report


def report(
    id: str = "a",
    publisher: str | None = None,
    date: str | None = None,
    title: str = "",
    tags: tuple[str, ...] = (),
    lang: Lang = "zh",
) -> Report:
    return Report(id, f"{id}.txt", id, "txt", "0", title, publisher, date, lang, 0, 9, 1, "", tags)


@pytest.mark.parametrize(
    ("where", "admitted"),
    [
        (Filter(), True),
        (Filter(reports=frozenset({"a", "b"})), True),
        (Filter(reports=frozenset({"b"})), False),
        (Filter(publisher="艾瑞"), True),
        (Filter(publisher="艾瑞諮詢"), True),
        (Filter(publisher="海通"), False),
        (Filter(since="2024"), True),
        (Filter(since="2024-06", until="2024"), True),
        (Filter(since="2024-07"), False),
        (Filter(until="2024-05"), False),
        (Filter(until="2023"), False),
        (Filter(lang="en"), False),
        (Filter(tag="AI"), True),
        (Filter(tag="chips"), False),
    ],
)
def test_a_report_within_its_limits(where: Filter, admitted: bool) -> None:
    assert (
        where.admits(report(publisher="艾瑞咨询研究院", date="2024-06-12", tags=("ai", "市场"))) is admitted
    )


@pytest.mark.parametrize("date", ["last year", "2024-6", "24", "2024-06-1", "20240601"])
def test_what_is_no_date_is_said_so(date: str) -> None:
    with pytest.raises(BadFilter, match="YYYY-MM"):
        Filter(since=date)


def test_an_undated_report_lies_between_no_dates() -> None:
    assert dated(report(), None, None)
    assert not dated(report(), "2000", None)


DATES = st.from_regex(r"\A20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?\Z")


@given(DATES, DATES)
def test_every_date_is_since_or_before_another(date: str, other: str) -> None:
    assert dated(report(date=date), other, None) or dated(report(date=date), None, other)
    assert dated(report(date=date), date, date)


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("据艾瑞，2023年市场有多大？", ["a"]),
        ("根據艾瑞諮詢，市場有多大？", ["a"]),
        ("深圳人工智能行业协会和艾瑞各怎么说？", ["s", "a"]),
        ("中国的市场有多大？", []),
        ("上海有多少家公司？", []),
        ("人工智能全域变革图景展望里怎么说？", ["t"]),
        ("毕马威怎么看市场？", ["k"]),
        ("据深圳AI协会，2023年有多少起融资？", ["s"]),
        ("", []),
    ],
)
def test_reports_a_question_names(question: str, who: list[str]) -> None:
    known = [
        report("a", "艾瑞咨询研究院"),
        report("s", "深圳市人工智能行业协会"),
        report("h", "上海证券"),
        report("c", "中国银行研究院"),
        report("t", None, title="人工智能全域变革图景展望"),
        report("k", "中关村产业研究院、毕马威"),
    ]
    assert named([question], known) == who


def test_a_question_without_the_names_of_reports_keeps_what_it_asks() -> None:
    known = [report("a", "艾瑞咨询研究院"), report("k", "中关村产业研究院、毕马威")]
    assert without_names("艾瑞估计的市场有多大？", known) == " 估计的市场有多大？"
    assert without_names("艾瑞的报告估计的市场有多大？", known) == " 估计的市场有多大？"
    assert without_names("What has 艾瑞 reported on it?", known) == "What has   reported on it?"
    assert without_names("市场有多大？", known) == "市场有多大？"
    assert without_names("市场有多大？", []) == "市场有多大？"
    short = [report("e", "EY"), report("r", "ARK")]
    assert without_names("How much money do they see in the market by EY?", short).endswith("see in the market by  ?")
    assert named(["How large is the market, and do they agree?"], short) == []


def test_beside_one_maker_of_a_report_another_may_be_cut_short() -> None:
    known = [report("k", "中关村产业研究院、毕马威"), report("s", "深圳市人工智能行业协会")]
    assert without_names("毕马威与中关村怎么看芯片？", known) == " 怎么看芯片？"
    assert without_names("中关村和毕马威怎么看芯片？", known) == " 怎么看芯片？"
    assert without_names("毕马威说中关村有多少企业？", known) == " 说中关村有多少企业？"
    assert without_names("深圳AI协会和毕马威怎么看深圳的芯片？", known) == " 怎么看深圳的芯片？"
    assert is_beginning("中关村", known)
    assert not is_beginning("深圳", known)


def test_an_older_edition_stands_back_unless_its_year_is_named() -> None:
    editions = [
        report("old", "信通院", "2022-12", "人工智能白皮书（2022年）"),
        report("new", "信通院", "2023-12", "人工智能白皮书（2023年）"),
        report("other", "信通院", "2021-12", "算力白皮书（2021年）"),
    ]
    assert set_back(["产业规模有多大？"], editions) == {"old"}
    assert set_back(["2022年产业规模有多大？"], editions) == set()


@pytest.mark.parametrize(
    ("question", "behind"),
    [
        ("What do reports since 2023 say about chips?", {"x"}),
        ("2023年以来的报告怎么看芯片？", {"x"}),
        ("What do reports published before 2023 say?", {"y"}),
        ("What do reports published before 2022 say?", {"x", "y"}),
        ("What do reports up to 2022 say?", {"y"}),
        ("2022年之前发布的报告怎么看芯片？", {"x", "y"}),
        ("How fast has computing grown since 2023?", set()),
    ],
)
def test_dates_that_a_question_asks_of_its_reports(question: str, behind: set[str]) -> None:
    known = [report("x", date="2022-06", title="one"), report("y", date="2024-06", title="two"), report("z")]
    assert set_back([question], known) == behind


def test_a_search_keeps_to_its_limits(library: Library, write: Write) -> None:
    library.add([write(name, "智能算力规模持续增长。" * 9 + name) for name in ("a.txt", "b.txt")])
    a, b = library.reports()
    library.update(a.id, publisher="艾瑞咨询", date="2022-05")
    library.update(b.id, publisher="国海证券", date="2024-05")
    ask = "智能算力规模"
    assert {hit.report.id for hit in library.search(ask)} == {a.id, b.id}
    assert {hit.report.id for hit in library.search(ask, where=Filter(publisher="国海"))} == {b.id}
    assert {hit.report.id for hit in library.search(ask, where=Filter(until="2023"))} == {a.id}
    assert library.search(ask, where=Filter(publisher="无此机构")) == []
    assert library.search(ask, reports={a.id}, where=Filter(since="2024")) == []
    assert library.search(f"据艾瑞，{ask}如何？")[0].report.id == a.id
    assert library.search(f"据国海，{ask}如何？")[0].report.id == b.id


def test_a_section_is_any_heading_above(library: Library, write: Write) -> None:
    text = (
        "# 算力\n\n智能算力规模持续增长，其中推理占比提高。\n\n# 数据\n\n智能算力之外，数据规模也在增长。\n"
    )
    library.add([write("a.md", text)])
    everywhere = library.search("规模增长")
    assert {hit.passage.heading[-1] for hit in everywhere} == {"算力", "数据"}
    assert {hit.passage.heading[-1] for hit in library.search("规模增长", where=Filter(section="算力"))} == {
        "算力"
    }
