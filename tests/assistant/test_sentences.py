"""Where sentences end, in both languages; and what never cuts one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sentences import clause_runs, split_sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["规模达到2137亿元。", "同比增长30.6%！", "为什么？", "需求旺盛；", "供给不足。"],
        ["Revenue rose.", "Why?", "Demand!", "Supply; "[:-1], "the end"],
        ["第一句。[1]", "第二句。[2][3]", "第三句"],
        ["第一句[1]。", "第二句[2][3]。"],
        ["Apple sold 3 [1].", "realme sold 7 [2].", "vivo sold 9 [3]."],
        ["Growth was 3.5% [1].", "It slowed. [2]", "Then it stopped."],
        ["他说：“增长很快。”", "然后离开。"],
        ['He said "it grew." [1]', "Then he left."],
        ["（见下文。）", "然后继续。"],
        ["**结论。**", "后文。"],
        ["OpenAI发布了GPT-3.5.", "后来发布GPT-4。"],
    ],
)
def test_sentences_end_at_their_closing_sign_and_keep_what_follows_it(parts: list[str]) -> None:
    assert pieces(" ".join(parts)) == parts
    if any("\u4e00" <= c <= "\u9fff" for c in "".join(parts)):
        assert pieces("".join(parts)) == parts


@pytest.mark.parametrize(
    "text",
    [
        "It grew 3.5 times to 1,200.5 million.",
        "Chips, e.g. the A100, vs. the H800 of NVIDIA Inc. and others, sold well.",
        "The U.S. market led.",
        "In the U.S. Congress debated.",
        "No. 3 in the ranking.",
        "GPT-3.5 and Llama 2.0 are models.",
        "Wait... and see.",
        "See https://example.org/a.html?b=1!c;d for more.",
        "Its Ph.D. students left.",
        "参数量为1.5万亿（见图3；表4。）的模型",
        "他说……然后离开",
        "Yahoo! is old.",
        "1. First things",
        "版本3.5发布",
    ],
)
def test_what_does_not_end_a_sentence(text: str) -> None:
    assert pieces(text) == [text]


def test_list_items_and_table_rows_stand_alone() -> None:
    text = "以下是要点：\n1. 规模[1]\n2. 增速。很快\n- a; b\n| 公司 | 收入。|\n甲\t3.5。乙\t4"
    assert pieces(text) == [
        "以下是要点：", "1. 规模[1]", "2. 增速。", "很快", "- a;", "b", "| 公司 | 收入。|", "甲\t3.5。乙\t4",
    ]  # fmt: skip


def test_marks_on_a_line_of_their_own_belong_to_the_sentence_before() -> None:
    assert pieces("增长。\n[1][2]\n下降。") == ["增长。\n[1][2]", "下降。"]


texts = st.text(st.sampled_from("增长规模ab AB1.5。！；;?!.\n\t|()（）“”\"'[]12 …"), max_size=80)


@given(texts | st.text(max_size=60))
def test_spans_leave_out_white_space_only(text: str) -> None:
    spans = split_sentences(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


def test_a_sentence_may_begin_with_a_name_in_lower_case() -> None:
    text = "Apple sells phones [2]. iResearch counts them. eBay resells them, e.g. iPhone."
    assert [text[a:b] for a, b in split_sentences(text)] == [
        "Apple sells phones [2].",
        "iResearch counts them.",
        "eBay resells them, e.g. iPhone.",
    ]


def test_entries_of_a_chronicle_on_one_line_stand_each_behind_its_day() -> None:
    entries = ["2023/7/19甲院提出《风险法案》", "2023/7/21乙组织签署承诺书", "2023/7/25甲院通过《投资法案》"]
    for between in ("", " "):
        line = between.join(entries)
        assert [line[start:end] for start, end in split_sentences(line)] == entries
    prose = "甲院于2023/7/19提出法案，乙组织于2023/7/21签署了承诺书。"
    assert len(split_sentences(prose)) == 1


def test_a_row_of_named_cells_is_one_sentence_unless_a_cell_tells_a_story() -> None:
    row = "产品名称: 小画 | 收费方式: 免费100张后，9.9元50张；15.9元100张；49.9元400张"
    assert split_sentences(row) == [(0, len(row))]
    story = row + "；" + "另有按月计费的方案，价格视数量而定。" * 14
    assert len(split_sentences(story)) > 1


def test_the_runs_of_a_sentence_are_its_items_and_their_neighbours() -> None:
    assert clause_runs("甲乙、丙丁，戊己。")[:4] == ["甲乙、", "丙丁，", "戊己。", "甲乙、丙丁，"]
    assert len(clause_runs("，".join(["一二"] * 100))) == 60
