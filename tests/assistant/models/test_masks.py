"""Personal data hidden from what is remote, and shown again."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.masks import Mask

PERSONAL = [
    "li.wei+reports@example.com.cn",
    "13812345678",
    "138 1234 5678",
    "+86 13812345678",
    "010-62345678",
    "+44 20 7946 0958",
    "11010519491231002X",
    "4111 1111 1111 1111",
    "6222021234567890128",
    "138.1234.5678",
    "138 123 45678",
    "8613812345678",
    "１３８１２３４５６７８",
    "01062345678",
    "(010)62345678",
    "（010）62345678",
    "010-6234-5678",
    "0755 2345 6789",
    "4001234567",
    "110105 19491231 002X",
    "110105491231002",
    "zhang＠example.com",
]
FIGURES = [
    "2137亿元", "213.7 billion yuan", "14,922 companies", "2023-10-17", "46.3%", "1,234,567,890,123",
    "20231231", "605500元", "Q3 2023", "2019-2023", "1.58", "400,000 chips", "000001.SZ", "ISBN 1234567890123",
]  # fmt: skip


@pytest.mark.parametrize("word", PERSONAL)
def test_personal_data_is_hidden_and_shown_again(word: str) -> None:
    mask = Mask()
    hidden = mask.hide(f"联系人：{word}，谢谢")
    assert word not in hidden
    assert mask.show(hidden) == f"联系人：{word}，谢谢"


@pytest.mark.parametrize("text", ["张三,{},销售", "tel-{}", "{},4111", "电话:{}"])
@pytest.mark.parametrize("word", ["13812345678", "4111111111111111"])
def test_a_comma_or_a_hyphen_of_a_list_hides_nothing(text: str, word: str) -> None:
    assert word not in Mask().hide(text.format(word))


def test_a_placeholder_of_the_reports_own_stays_what_it_is() -> None:
    text = "写信给 a@b.example；原文里的 [email 1] 不是地址。"
    mask = Mask(beside=text)
    hidden = mask.hide(text)
    assert "[email 2]" in hidden
    assert mask.show(f"{hidden} [email 1]") == f"{text} [email 1]"


def test_no_term_is_looked_for_in_a_placeholder() -> None:
    mask = Mask(["phone", "term"])
    hidden = mask.hide("the phone 13812345678")
    assert hidden == "the [term 1] [phone 1]"
    assert mask.show(hidden) == "the phone 13812345678"


@pytest.mark.parametrize("run", ["1", "1 ", "a.", "+", "1,", "(010)", "a@"])
def test_hiding_takes_no_time_however_a_text_is_made(run: str) -> None:
    begun = time.perf_counter()
    Mask(["x"]).hide(run * (20_000 // len(run)))
    assert time.perf_counter() - begun < 2.0


@pytest.mark.parametrize("figure", FIGURES)
def test_a_reports_figures_are_left_alone(figure: str) -> None:
    assert Mask().hide(f"规模为 {figure}，") == f"规模为 {figure}，"


def test_terms_are_hidden_whatever_their_case_and_the_same_word_alike() -> None:
    mask = Mask(["Project Falcon", "星海"])
    hidden = mask.hide("project falcon and 星海; Project Falcon, 星海")
    first, second, third, fourth = re.findall(r"\[term \d\]", hidden)
    assert hidden == f"{first} and {second}; {third}, {fourth}"
    assert second == fourth == mask.hide("星海")
    assert len({first, second, third}) == 3
    assert mask.show(hidden) == "project falcon and 星海; Project Falcon, 星海"


@given(st.lists(st.sampled_from([*PERSONAL, *FIGURES, "，", " said ", "[1]", "\n"]), max_size=12))
def test_nothing_is_changed_by_hiding_and_showing(parts: list[str]) -> None:
    mask = Mask(["said"])
    text = " ".join(parts)
    assert mask.show(mask.hide(text)) == text
