"""Questions that ask what several reports say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from assistant.evidence import choose, whole
from assistant.inquiry import Searched
from assistant.question import understand
from assistant.schema import Usage
from assistant.sides import MOST, Sides, asks_several, without_verdicts
from assistant.sides import sides as sides_of
from tests.assistant.builders import hit
from vectorstore.schema import Hit, Report


def found(text: str, publisher: str, rank: int) -> Hit:
    one = hit(text, rank=rank, title=f"{publisher}年度产业报告", publisher=publisher)
    return replace(one, report=replace(one.report, id=publisher), score=1.0 - rank / 20)


HITS = [
    found("2023年储能市场规模达到1205亿元，比上年增长两成。", "星海证券", 1),
    found("2023年储能市场规模增长很快，其中锂电池占九成以上。", "星海证券", 2),
    found("按另一口径，2023年储能市场规模约为980亿元。", "远山研究院", 3),
    found("储能市场的规模在2023年首次超过抽水蓄能。", "长河咨询", 4),
]


def sides(questions: Sequence[str], hits: Sequence[Hit] = HITS) -> Sides:
    """The sides of questions in a library that holds nothing but what `hits` are of."""
    reports = list({hit.report.id: hit.report for hit in hits}.values())
    return sides_of(questions, hits, reports, lambda ways, of: [hit for hit in hits if hit.report.id == of.id])


@pytest.mark.parametrize(
    ("question", "heard"),
    [
        ("2023年储能市场规模有多大？各份报告的说法一样吗？", ["星海证券", "远山研究院", "长河咨询"]),
        ("星海证券和远山研究院分别估计储能市场有多大？", ["星海证券", "远山研究院"]),
        ("How large was the market, according to the various reports?", ["星海证券", "远山研究院", "长河咨询"]),
        ("Do the reports agree on the size of the market?", ["星海证券", "远山研究院", "长河咨询"]),
        ("How large was the market? Do the reports give the same figure?", ["星海证券", "远山研究院", "长河咨询"]),
        ("2023年储能市场规模有多大？报告是否给出相同的数字？", ["星海证券", "远山研究院", "长河咨询"]),
        ("公司财务报告是否与审计结果一致？", []),
        ("《储能白皮书》由哪几家机构联合推出？", []),
        ("各处写的2023年储能市场规模有多大？", ["星海证券", "远山研究院", "长河咨询"]),
        ("How large was the market? Check every place.", ["星海证券", "远山研究院", "长河咨询"]),
        ("How large was the market, according to one report? And how much is lithium?", []),
        ("2023年储能市场规模有多大？", []),
        ("疫情前后储能市场规模有何不同？", []),
        ("星海证券认为储能市场有多大？", []),
        ("How large was the market in 2023, according to the report?", []),
    ],
)
def test_who_has_to_be_heard(question: str, heard: list[str]) -> None:
    assert list(sides([question]).ids) == heard


def test_one_report_alone_has_no_sides_and_many_are_bounded() -> None:
    question = ["各份报告的说法一样吗？"]
    assert sides(question, HITS[:2]) == Sides()
    many = [found(f"第{n}份报告说储能市场有{n}亿元。", f"机构{n}", n) for n in range(1, 9)]
    assert len(sides(question, many).ids) == MOST


def test_a_named_report_is_heard_though_the_search_did_not_find_it() -> None:
    reports = [hit.report for hit in HITS[1:]]
    own = {hit.report.id: [hit] for hit in HITS[1:]}
    heard = sides_of(["星海证券和长河咨询各估计市场有多大？"], HITS[:1], reports, lambda ways, of: own[of.id])
    assert set(heard.ids) == {"星海证券", "长河咨询"}
    assert {hit.report.id for hit in heard.hits} == set(heard.ids)


def test_reports_not_named_are_heard_in_the_order_of_their_best_passage() -> None:
    assert sides(["各份报告的说法一样吗？"], HITS[::-1]).ids == ("长河咨询", "远山研究院", "星海证券")


@pytest.mark.parametrize(
    ("question", "put"),
    [
        ("星海证券和远山研究院各估计储能市场有多大？", " 和 各估计储能市场有多大？"),
        ("How large was it, according to the reports of 远山研究院 and 星海证券?", "How large was it?"),
        ("How large was it by 远山研究院 and 星海证券 in 2023?", "How large was it by   and   in 2023?"),
        ("远山研究院和星海证券？", "远山研究院和星海证券？"),
    ],
)
def test_each_report_is_asked_without_the_names_of_any(question: str, put: str) -> None:
    assert sides([question]).ways == (put,)


def test_a_report_compared_with_the_others_is_heard_with_them() -> None:
    heard = sides(["How does the estimate of 星海证券 differ from the other reports?"])
    assert set(heard.ids) == {"星海证券", "远山研究院", "长河咨询"}


def test_the_first_passage_of_each_side_is_read_whatever_the_budget() -> None:
    heard = sides(["星海证券和远山研究院各估计储能市场有多大？"])
    assert [hit.report.id for hit in heard.hits] == ["星海证券", "星海证券", "远山研究院"]
    assert {item.hit.report.id for item in whole(heard.first, 1, least=2)} == {"星海证券", "远山研究院"}


def test_a_passage_found_both_ways_is_read_once() -> None:
    question = understand("星海证券和远山研究院各估计储能市场有多大？")
    own = replace(HITS[2], score=0.5, rank=9)
    searched = Searched(question, (), tuple(HITS[1:]), Usage(), sides=Sides(("远山研究院",), (own,)))
    assert searched.read == (own, HITS[1], HITS[3])


def test_one_named_report_is_asked_for_every_place_and_no_other_heard() -> None:
    assert sides(["星海证券的报告里各处写的储能市场规模有多大？"]).ids == ()


def test_one_named_report_is_searched_and_its_sentences_weighed_without_its_name() -> None:
    searched: list[tuple[Sequence[str], str]] = []

    def search(ways: Sequence[str], report: Report) -> list[Hit]:
        searched.append((ways, report.id))
        return [hit for hit in HITS if hit.report.id == report.id]

    put = (" 认为储能市场有多大？",)
    found = sides_of(["星海证券认为储能市场有多大？"], HITS, [hit.report for hit in HITS], search)
    assert searched == [(put, "星海证券")]
    assert found == Sides(hits=tuple(HITS[:2]), ways=put, only="星海证券")
    assert sides(["储能市场有多大？"]) == Sides()


def test_of_several_reports_each_is_asked_in_its_language_and_the_only_one_in_both() -> None:
    searched: list[tuple[str, ...]] = []

    def search(ways: Sequence[str], report: Report) -> list[Hit]:
        searched.append(tuple(ways))
        return [hit for hit in HITS if hit.report.id == report.id]

    reports = [hit.report for hit in HITS]
    sides_of(["How do 星海证券 and 远山研究院 see it?", "星海证券和远山研究院怎么看规模？"], HITS, reports, search)
    sides_of(["How large does 远山研究院 find the market?", "远山研究院怎么看市场规模？"], HITS, reports, search)
    assert [len(ways) for ways in searched] == [1, 1, 2]


def test_one_report_is_not_read_alone_where_something_is_compared_with_it() -> None:
    assert sides(["星海证券和东岭公司的收入各是多少？"]).only is None
    assert sides(["东岭公司的收入比星海证券高多少？"]).only is None


def test_of_one_named_report_alone_is_read_unless_nothing_of_it_was_found() -> None:
    question = understand("远山研究院认为储能市场有多大？")
    own = Searched(question, (), tuple(HITS), Usage(), sides=Sides(hits=(HITS[2],), only="远山研究院"))
    assert own.read == (HITS[2],)
    assert replace(own, sides=Sides(only="远山研究院")).read == (HITS[0], HITS[2], HITS[3])


def test_each_side_is_in_the_evidence_however_small_the_budget() -> None:
    question = "2023年储能市场规模有多大？"
    alone = choose(HITS, [question], 40)
    assert {item.hit.report.id for item in alone} == {"星海证券"}
    together = choose(HITS, [question], 90, sides=["星海证券", "远山研究院", "长河咨询"])
    assert {item.hit.report.id for item in together} == {"星海证券", "远山研究院", "长河咨询"}
    assert [item.n for item in together] == [1, 2, 3]


def test_of_the_sides_those_speak_that_give_what_is_asked_whatever_they_cost() -> None:
    question = "2023年储能市场规模有多大？"
    sides = ["星海证券", "远山研究院", "长河咨询"]
    two = choose(HITS, [question], 10, sides=sides, gives=lambda text: "亿元" in text)
    assert {item.hit.report.id for item in two} == {"星海证券", "远山研究院"}


def test_a_side_speaks_by_a_sentence_that_gives_what_is_asked_where_it_has_one() -> None:
    question = "2023年储能市场规模有多大？"
    two = found("2023年储能市场规模增长很快。按装机算，2023年储能市场为1205亿元。", "星海证券", 1)
    hits = [two, HITS[2]]
    budget = len("2023年储能市场规模增长很快。") + 2
    sides = ["星海证券", "远山研究院"]
    one = choose(hits, [question], budget, sides=sides, gives=lambda text: "亿元" in text)
    assert any("1205亿元" in item.text for item in one)


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("T5模型有110亿参数[1]。各份报告的说法一样[2]。", "T5模型有110亿参数[1]。"),
        ("各份报告的说法一样[2]。", "各份报告的说法一样[2]。"),
        ("两家的口径不同：一家为110亿[1]，一家为130亿[2]。", "两家的口径不同：一家为110亿[1]，一家为130亿[2]。"),
        ("It has 11 billion parameters [1]. The reports agree [2].", "It has 11 billion parameters [1]."),
        ("它在2022年1月发布[1]。这份报告的正文和对比表一致[1]。", "它在2022年1月发布[1]。"),
        ("It came out in June [1]. The text and the table agree [1].", "It came out in June [1]."),
        ("模型的参数量各不相同[1]。", "模型的参数量各不相同[1]。"),
        ("甲看重成本。两份报告的看法不同：乙看重安全[2]。", "甲看重成本。两份报告的看法不同：乙看重安全[2]。"),
    ],
)
def test_a_bare_word_on_whether_reports_agree_is_left_out(reply: str, kept: str) -> None:
    assert without_verdicts(reply) == kept


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("北斗星2是什么时候推出的？星海证券的正文和对比表一致吗？", True),
        ("When did Polaris 2 come out? Look at both the text and the model table of Star Sea.", True),
        ("表1和表2各列出了多少家企业？", False),
        ("When did Polaris 2 come out?", False),
    ],
)
def test_a_question_about_text_and_table_is_about_several_places(question: str, *, several: bool) -> None:
    assert asks_several(question) is several
