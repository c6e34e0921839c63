"""Layout: paragraphs, headings, tables and boilerplate out of the lines of real report text."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.furniture import furniture, read_lines
from vectorstore.layout import Block, layout
from vectorstore.readers.pages import joined

SENTENCE = "算力需求随着模型参数的增长而持续上升，国内厂商加快布局智算中心与高速网络。"
FILLER = "\n\n".join(f"第{n}段说明行业情况。{SENTENCE}" for n in "甲乙丙丁戊己庚辛")


def blocks(text: str, kind: str) -> list[str]:
    return [block.content.text for block in layout(text) if block.kind == kind]


def everything(text: str) -> str:
    return "\n".join(block.content.text for block in layout(text))


# --- paragraphs --------------------------------------------------------------------------------------


def test_lines_broken_inside_a_sentence_are_joined() -> None:
    text = "人工智能正在改变制造业的生产方式，越来越\n多的工厂使用视觉检测来替代人工的质检环节，\n并且取得了成效。\n"
    assert blocks(text, "text") == [text.replace("\n", "")]


def test_a_sentence_goes_on_over_blank_lines_and_a_page_end() -> None:
    text = "各地政府出台了多项支持政策，推动人工智能产\n\n\n\f\n 业与实体经济的融合发展，形成了新的增长动力。"
    assert blocks(text, "text") == [re.sub(r"\s", "", text)]


def test_english_lines_are_joined_with_a_space() -> None:
    text = "Demand for accelerators grew faster than the supply of\npower in most regions of the world."
    assert blocks(text, "text") == [text.replace("\n", " ")]


def test_an_ended_paragraph_ends_at_a_blank_line() -> None:
    first, second = SENTENCE, SENTENCE.replace("算力", "数据")
    assert blocks(f"{first}\n\n{second}", "text") == [first, second]


def test_a_new_page_begins_a_paragraph_after_a_full_stop() -> None:
    assert blocks(f"{SENTENCE}\n {SENTENCE}", "text") == [SENTENCE, SENTENCE]


def test_entries_of_a_chronicle_stay_apart() -> None:
    entries = ["1950年，一位数学家提出用对话来检验机器会不会思考的办法", "1957年，第一支由计算机谱写的四重奏完成"]
    assert blocks("\n\n".join(entries), "text") == entries


def test_a_year_at_the_beginning_of_a_line_goes_on_with_a_sentence() -> None:
    text = "2023年，全国的智能算力规模明显扩大，业内普遍预计这一规模到\n\n2026年会再翻一番，并且带动上下游的投资。"
    assert blocks(text, "text") == [text.replace("\n", "")]


def test_a_name_between_paragraphs_belongs_to_neither() -> None:
    before = "目前的产品包括减速器和力矩电机，全部可以用于\n\n人形机器人，已经小批量交付给客户"
    behind = "2023年6月表示，公司成立了机器人部门，主要面向移动类的场景。"
    told = blocks(f"{before}\n\n某某电气\n\n{behind}", "text")
    assert told == [before.replace("\n", ""), "某某电气", behind]


def test_a_word_goes_on_over_the_end_of_a_line() -> None:
    before = "公司自主研发的空心杯电机进展顺利，产品在实验室里完成了验证，"
    text = f"{before}\n\n整机厂的测试也在同步推进，目前进展得相当顺利，产品目\n\n前在内部测试"
    assert blocks(text, "text") == [text.replace("\n", "")]


def test_a_short_line_at_the_end_of_a_page_ends_there() -> None:
    text = f"{SENTENCE}\n成立时间的分布\n 一级市场的新逻辑\n{SENTENCE}"
    assert blocks(text, "text")[0].endswith("成立时间的分布")


def test_letter_spaced_text_becomes_words() -> None:
    assert blocks("千 亿 个 参 数 的 大 模 型 需 要 海 量 数 据 。", "text") == [
        "千亿个参数的大模型需要海量数据。"
    ]


@pytest.mark.parametrize("mark", ["• ", "· ", "- ", "* ", "\uf0d8 "])
def test_points_of_a_list_stay_apart(mark: str) -> None:
    assert len(blocks(f"{mark}算力是基础\n{mark}数据是燃料\n{mark}算法是引擎\n", "text")) == 3


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(newline: str) -> None:
    text = f"# 标题\n\n{SENTENCE}\n\na\tb\n1\t2\n".replace("\n", newline)
    assert [block.kind for block in layout(text)] == ["heading", "text", "row", "row"]


# --- headings and captions -----------------------------------------------------------------------------


def test_headings_have_levels() -> None:
    text = (
        "一、产业概况\n\n（一）市场规模\n\n1.1 核心产业\n\n1.1.1 芯片\n\n"
        "# Overview\n\n### Details\n\n第二章 技术\n\n"
    )
    headings = [(b.content.text, b.level) for b in layout(text) if b.kind == "heading"]
    assert headings == [
        ("一、产业概况", 1),
        ("（一）市场规模", 2),
        ("1.1核心产业", 3),
        ("1.1.1芯片", 4),
        ("Overview", 1),
        ("Details", 3),
        ("第二章技术", 1),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1.5亿元的融资",
        "3.2% of GDP",
        "12.5",
        "一、这是一句以句号结尾的话，所以不是标题。",
        "# " + "很长的一行不会是标题" * 30,
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert blocks(line, "heading") == []


def test_a_caption_stands_for_itself() -> None:
    text = f"{SENTENCE}\n\n图 3 2019—2023年市场规模\n\n{SENTENCE}"
    assert blocks(text, "caption") == ["图3 2019—2023年市场规模"]
    assert blocks(text, "text") == [SENTENCE, SENTENCE]


# --- tables --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "城市\t企业数（家）\t占比\n北京\t2\t40%\n深圳\t3\t60%\n",
        "| 城市 | 企业数（家） | 占比 |\n|---|---|:---:|\n| 北京 | 2 | 40% |\n| 深圳 | 3 | 60% |\n",
    ],
)
def test_rows_carry_their_headers(table: str) -> None:
    assert blocks(table, "row") == [
        "城市 | 企业数（家） | 占比",
        "城市: 北京 | 企业数（家）: 2 | 占比: 40%",
        "城市: 深圳 | 企业数（家）: 3 | 占比: 60%",
    ]


def test_a_first_cell_spanned_over_rows_belongs_to_each() -> None:
    rows = blocks("省份\t城市\t家\n广东\t深圳\t3\n\t广州\t2\n浙江\t杭州\t4\n", "row")
    assert rows[2] == "省份: 广东 | 城市: 广州 | 家: 2"
    assert rows[3] == "省份: 浙江 | 城市: 杭州 | 家: 4"


def test_a_header_repeated_on_the_next_page_is_dropped() -> None:
    table = "年份\t规模\t增速\n2022\t100\t10%\n\n\f\n年份\t规模\t增速\n2023\t120\t20%\n"
    assert blocks(table, "row") == [
        "年份 | 规模 | 增速",
        "年份: 2022 | 规模: 100 | 增速: 10%",
        "年份: 2023 | 规模: 120 | 增速: 20%",
    ]


def test_tables_of_another_shape_are_another_table() -> None:
    found = [b for b in layout("a\tb\tc\n1\t2\t3\n\nd\te\n4\t5\n") if b.kind == "row"]
    assert [b.table for b in found] == [1, 1, 2, 2]
    assert found[-1].content.text == "d: 4 | e: 5"


def test_figures_that_recur_in_shape_are_not_taken_for_a_header() -> None:
    years = range(2015, 2024)
    pipes = "| 年份 | 规模（亿元） |\n|---|---|\n" + "".join(f"| {y} | {y * 7} |\n" for y in years)
    assert len(blocks(pipes, "row")) == 10
    plain = "".join(f"{y}年营业收入{y * 3}万元人民币\n" for y in years)
    assert all(f"{y * 3}万元" in everything(plain) for y in years)


def test_a_table_of_names_and_counts_is_no_table_of_contents() -> None:
    rows = "".join(
        f"公司{name}\t{count}\n" for name, count in zip("甲乙丙丁戊己", range(10, 70, 10), strict=True)
    )
    assert len(blocks(f"公司\t专利数\n{rows}", "row")) == 7


# --- what belongs to the page ------------------------------------------------------------------------


def pages(header: str, footer: str = "", count: int = 8) -> str:
    sheet = "第{n}页的内容各不相同，讨论的是{topic}。\n\n其中{topic}最为重要，需要专门的研究。\n\n\n"
    topics = ["算力", "数据", "算法", "人才", "资本", "政策", "伦理", "应用"]
    return "".join(
        header.format(n=n) + "\n" + sheet.format(n=n, topic=topics[n % 8]) + footer.format(n=n) + "\n\f"
        for n in range(1, count + 1)
    )


@pytest.mark.parametrize(
    "header",
    [
        "中国人工智能产业发展报告",
        "中国人工智能产业发展报告 第 {n} 页",
        "AI Industry Review 2024 | page {n} of 80",
    ],
)
def test_running_headers_are_left_out(header: str) -> None:
    text = everything(pages(header))
    assert "产业发展报告" not in text
    assert "AI Industry Review" not in text
    assert all(topic in text for topic in ("算力", "数据", "伦理"))


@pytest.mark.parametrize(
    "footer", ["{n}", "- {n} -", "第 {n} 页", "{n} / 80", "来源：某研究院根据公开资料绘制"]
)
def test_page_numbers_and_sources_are_left_out(footer: str) -> None:
    lines = list(read_lines(pages("", footer)))
    wanted = {
        i for i, line in enumerate(lines) if line.text and "内容" not in line.text and "重要" not in line.text
    }
    assert furniture(lines) == wanted


def test_a_line_that_stands_four_times_stays() -> None:
    assert everything(pages("中国人工智能产业发展报告", count=4)).count("产业发展报告") == 4


@pytest.mark.parametrize("between", [" ........ ", "……………", " ····· ", "\t"])
def test_a_table_of_contents_is_left_out(between: str) -> None:
    titles = ["行业概况", "市场规模", "竞争格局", "技术路线", "投资建议综述", "风险与展望"]
    contents = "".join(f"{title}{between}{3 * n + 1}\n" for n, title in enumerate(titles))
    assert everything(f"目 录\n\n{contents}\n{SENTENCE}\n").replace("目录", "").strip() == SENTENCE


# --- boilerplate ---------------------------------------------------------------------------------------

LEGAL = (
    "免责声明：本研究报告由本公司证券分析师编写，所载信息来源于公开资料，本公司不保证其准确性，"
    "亦不构成任何投资建议，投资者据此操作的风险自负。\n\n"
    "未经本公司书面授权，任何机构不得转载本研究报告的版权内容，本公司保留追究法律责任的义务与权利。\n\n"
    "This research report is not investment advice; the issuer and its affiliates disclaim all liability. "
    "Ratings of securities are those of the research analyst under the jurisdiction of the licensed subsidiary.\n\n"
    "本公司及其关联机构可能持有报告中目标公司的证券，存在利益冲突，投资者不应将评级视为唯一依据。\n"
)


def test_legal_matter_at_the_end_is_marked() -> None:
    marked = blocks(f"{FILLER}\n\n{LEGAL}", "boilerplate")
    assert "免责声明" in marked[0]
    assert "利益冲突" in marked[-1]
    assert not any("行业情况" in text for text in marked)


def test_the_summary_before_it_stays() -> None:
    summary = "总体来看，行业将保持两位数的增长，到2030年核心产业规模有望超过一万亿元。"
    kept = blocks(f"{FILLER}\n\n{summary}\n\n{LEGAL}", "text")
    assert kept[-1] == summary


def test_legal_words_in_the_text_are_no_boilerplate() -> None:
    regulation = "监管部门要求企业对生成内容进行标识，并明确了授权数据的使用边界。"
    assert blocks(f"{FILLER}\n\n{regulation}\n\n{FILLER}", "boilerplate") == []


def test_reports_on_finance_that_disclaim_nothing_stay_whole() -> None:
    finance = "\n\n".join(
        f"监管部门在第{n}季度批准了证券行业的{n}起并购，个人投资者的账户数达到{n}.4亿户，客户资产与评级随之上升。"
        for n in range(1, 9)
    )
    assert blocks(f"{FILLER}\n\n{finance}", "boilerplate") == []
    assert "免责声明" in blocks(f"{FILLER}\n\n{finance}\n\n{LEGAL}", "boilerplate")[0]


# --- for any text ----------------------------------------------------------------------------------------

LINES = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=30),
        st.text(st.sampled_from("人工智能，。１２ＡＢaz 09\t|#•-\u3000😀𠮷*<br>"), max_size=60),
        st.sampled_from(
            ["", "", "| a | b |", "甲\t乙\t丙", "\t\t", "一、概况", "# T", "来源：甲", "12", "免责声明" * 9]
        ),
    ),
    max_size=25,
)
TEXTS = st.builds(
    lambda lines, newline, end: newline.join(lines) + end,
    LINES,
    st.sampled_from(["\n", "\r\n", "\n\n", "\f", "\r"]),
    st.sampled_from(["", "\n", "\n\n"]),
)


def kept_places(text: str) -> set[int]:
    """Places of the characters that cleaning keeps, on lines that are no furniture."""
    lines = list(read_lines(text))
    left_out = furniture(lines)
    return {
        place
        for index, line in enumerate(lines)
        if index not in left_out
        for place in line.content.places
        if place >= 0
    }


def places(found: list[Block]) -> list[int]:
    return [place for block in found for place in block.content.places if place >= 0]


@settings(deadline=None)
@given(TEXTS)
def test_no_text_is_lost_or_doubled(text: str) -> None:
    stood = places(layout(text))
    assert all(earlier < later for earlier, later in pairwise(stood))
    lost = {text[place] for place in kept_places(text) - set(stood)}
    # Marks of headings and of tables, and rows that only repeat the header, are undone.
    if not any(mark in text for mark in "#|\t"):
        assert not lost


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_lines_tile_the_text(text: str) -> None:
    lines = list(read_lines(text))
    assert re.sub(r"[\r\n\f]", "", text) == "".join(line.raw for line in lines)
    assert all(line.raw == text[line.start : line.end] for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "人工智能产业" * 17_000,
        "word " * 20_000,
        "\n".join(f"第{n}行是一段很短的文字" for n in range(20_000)),
        "\n\n".join(f"说明{n}次以后的情况" for n in range(20_000)),
        "\n".join(f"a{n}\tb\tc" for n in range(20_000)),
        "\n".join("竖排的文字" * 4_000),
        "<" * 100_000,
        "|" * 100_000,
        "。" * 100_000,
        " " * 100_000,
        "\n" * 100_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_long_texts_take_seconds_at_most(text: str) -> None:
    begun = time.process_time()
    layout(text)
    assert time.process_time() - begun < 5


# --- tables of financial reports -------------------------------------------------------------------------


def test_a_row_with_a_label_only_stays_in_its_table() -> None:
    rows = blocks("项目\t期末\t期初\n流动资产：\t\t\n现金\t5\t\n商誉\t\t\n存货\t7\t8\n", "row")
    assert rows == [
        "项目 | 期末 | 期初",
        "流动资产：",
        "项目: 现金 | 期末: 5",
        "商誉",
        "项目: 存货 | 期末: 7 | 期初: 8",
    ]


def test_columns_named_anew_inside_a_table() -> None:
    text = (
        "分产品\t收入\t成本\n冷冻\t5\t4\n分地区\t收入\t成本\n境内\t3\t2\n"
        "\t2019年末\t2018年末\t增减\n总资产\t9\t8\t1\n"
    )
    assert blocks(text, "row")[2:] == [
        "分地区 | 收入 | 成本",
        "分地区: 境内 | 收入: 3 | 成本: 2",
        "2019年末 | 2018年末 | 增减",
        "总资产 | 2019年末: 9 | 2018年末: 8 | 增减: 1",
    ]


def test_a_list_of_facts_has_no_header() -> None:
    assert blocks("研发投入合计\t48,428,964.78\n研发人员的数量\t172\n", "row")[1] == "研发人员的数量 | 172"


@pytest.mark.parametrize(
    "form",
    [
        ["姓名\t李明", "国籍\t中国", "主要职务\t董事长"],
        ["公司的中文名称\t星海科技股份有限公司", "公司的中文简称\t星海", "公司的外文名称\tXINGHAI"],
        ["Name\tLi Ming", "Phone\t0513-81650000", "E-mail\tir@xinghai.example"],
    ],
)
def test_the_first_row_of_a_form_names_no_columns(form: list[str]) -> None:
    assert blocks("\n".join(form) + "\n", "row") == [row.replace("\t", " | ") for row in form]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("姓名\t职务", "李明\t董事长"),
        ("公司名称\t主营业务", "公司甲\t芯片"),
        ("中国企业\t业务", "中国平安\t保险"),
        ("渠道\t占比", "电话\t12%"),
        ("Channel\tRevenue", "Phone\t12,000"),
        ("Stage\tGoal", "Stage 1\tplan"),
    ],
)
def test_two_columns_below_their_names_are_no_form(head: str, row: str) -> None:
    names, cells = head.split("\t"), row.split("\t")
    rows = [f"{cells[0]}{n}\t{cells[1]}" if n else row for n in ("", 2, 3)]
    assert blocks("\n".join([head, *rows]) + "\n", "row")[1] == f"{names[0]}: {cells[0]} | {names[1]}: {cells[1]}"


def test_what_markdown_rules_off_names_columns() -> None:
    text = "姓名\t李明\n---\t---\n国籍\t中国\n电话\t0513\n"
    assert blocks(text, "row")[1] == "姓名: 国籍 | 李明: 中国"


def test_the_unit_above_many_tables_is_no_running_header() -> None:
    text = "".join(
        f"单位：元 币种：人民币\n项目\t本期\n现金{n}\t{n}5\n\n{SENTENCE}第{n}段。\n\n" for n in range(8)
    )
    assert sum("单位：元币种：人民币" in block.content.text for block in layout(text)) == 8


def test_lines_at_the_edges_of_pages_are_recognised_where_pages_are_known() -> None:
    texts = [
        f"2019年年度报告\n{n} / 4\n{'项目' if n == 1 else f'第{n}项'}\t{n}5\n款{n}\t{n}6\n"
        for n in range(1, 5)
    ]
    text, pages = joined(texts)
    found = layout(text, pages)
    assert {block.kind for block in found} == {"row"}
    assert len({block.table for block in found}) == 1
    assert "2019年年度报告" in everything(text)


def test_vertical_writing_with_letters_in_it_is_one_line() -> None:
    text = "前面的一段话已经说完了。\n\n算\n力\n支\n撑A\n\nI\n\n产\n业\n\n后面的话说的是别的内容。"
    assert "算力支撑AI产业" in [block.content.text for block in layout(text)]
    assert [block.content.text for block in layout("A\n\nB\n\nC")] != ["ABC"]
