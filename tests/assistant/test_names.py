"""Names and terms known in both languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.names import chinese_in, english_in, is_name

LINES = files("assistant").joinpath("names.tsv").read_text("utf-8").splitlines()


def test_every_line_is_an_english_and_a_chinese_term() -> None:
    for line in filter(None, LINES):
        english, tab, chinese = line.partition("\t")
        assert (english.strip(), chinese.strip()) == (english, chinese), line
        assert all((english, tab, chinese)), line
        assert "\t" not in chinese, line


def test_no_pair_stands_twice() -> None:
    pairs = [line.lower() for line in LINES if line]
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("line", [line for line in LINES if line][:40])
def test_every_term_is_found_where_it_stands(line: str) -> None:
    english, _, chinese = line.partition("\t")
    assert english in chinese_in(f"About {english}, say")
    assert chinese in english_in(f"关于{chinese}的内容")


def test_names_are_found_in_order_whatever_their_case() -> None:
    assert list(chinese_in("What do Baidu and IRESEARCH say?")) == ["Baidu", "IRESEARCH"]
    assert chinese_in("iResearch")["iResearch"] == "艾瑞咨询"


def test_a_plural_or_a_genitive_is_the_same_name() -> None:
    assert chinese_in("iResearch's figure") == {"iResearch's": "艾瑞咨询"}


def test_a_name_inside_another_word_is_not_found() -> None:
    assert "iResearch" not in chinese_in("unioniResearching")


def test_the_longest_term_is_taken() -> None:
    chinese = [line.partition("\t")[2] for line in LINES if line]
    inner, outer = next((a, b) for a in chinese for b in chinese if a != b and b.startswith(a))
    assert outer in english_in(outer)
    assert inner not in english_in(outer)


def test_capitals_make_a_name() -> None:
    assert is_name("Baidu")
    assert is_name("iResearch")
    assert not is_name("market size")
    assert not is_name("")


@given(st.text(max_size=80))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    assert all(term in text for term in (*chinese_in(text), *english_in(text)))
