"""A small model that says the same thing over and over is stopped, and its repeats are left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.repetition import looping, without_a_false_start, without_echoes, without_repeats

SAME = "这家公司在三个国家共有291家客户[1]。"


def test_the_same_sentence_again_is_a_loop_and_stays_once() -> None:
    text = SAME * 3 + "这家公司在"
    assert looping(text)
    assert without_repeats(text) == SAME + "这家公司在"


def test_a_sentence_that_was_begun_once_more_is_left_out() -> None:
    assert without_repeats(SAME + "这家公司在三个国家共有") == SAME


def test_a_sentence_that_only_counts_on_is_a_loop_too() -> None:
    counted = [f"2023年6月{day}日，议会投票通过了这项法案[1]。" for day in range(10, 20)]
    assert looping("".join(counted))
    assert without_repeats("".join(counted)) == "".join(counted[:2])


def test_an_ordinary_answer_is_no_loop_and_keeps_its_lines() -> None:
    for text in (
        "规模为2137亿元[1]。同比增长四分之一[2]。",
        "It rose by 5% [1]. It fell by 3% [2]. Then it rested.",
        "- 京东\n- 百度\n- 京东云\n",
        "",
        "。。。",
    ):
        assert not looping(text)
        assert without_repeats(text) == text.strip()


@pytest.mark.parametrize(
    ("question", "reply", "kept"),
    [
        ("为什么本地人才还是不够？", "本地人才还是不够[1]。高校太少[1]。", "高校太少[1]。"),
        ("为什么本地人才还是不够？", "本地人才还是不够[1]。", ""),
        ("本地人才还是不够吗？", "本地人才还是不够[1]。高校太少[1]。", "本地人才还是不够[1]。高校太少[1]。"),
        ("本地人才有多少？", "本地人才有300名[1]。", "本地人才有300名[1]。"),
        ("Why do sales fall in 2023?", "Sales fall in 2023 [1]. Prices rose [1].", "Prices rose [1]."),
        ("哪些城市的人才不够？", "人才并非不够[1]。深圳最少[1]。", "人才并非不够[1]。深圳最少[1]。"),
    ],
)
def test_the_question_again_is_no_answer(question: str, reply: str, kept: str) -> None:
    assert without_echoes(reply, question) == kept


@given(st.text(alphabet="甲乙丙。，[1]2 \n", max_size=60))
def test_leaving_repeats_out_adds_nothing_and_happens_once(text: str) -> None:
    once = without_repeats(text)
    assert len(once) <= len(text)
    assert without_repeats(once) == once


BESIDE = "北云公司用新模型重构了搜索引擎和网盘[1]。"
ANSWER = "2023年在线旅行预订的用户为5.1亿人[2]。"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (BESIDE + ANSWER, ANSWER),
        (ANSWER + BESIDE, ANSWER + BESIDE),
        (BESIDE, BESIDE),  # nothing would be left
        ("以下是有关的数据：" + ANSWER, "以下是有关的数据：" + ANSWER),
    ],
)
def test_an_answer_does_not_begin_with_what_has_nothing_to_do_with_its_question(reply: str, kept: str) -> None:
    assert without_a_false_start(reply, "2023年在线旅行预订的用户有多少？") == kept
