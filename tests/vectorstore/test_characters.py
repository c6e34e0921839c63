"""Cleaning: what is read well, and where every character stood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.characters import clean, has_han, is_cjk, joined, weight

MIXED = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("人工智能ＡＩ１２３％　 \t\r\n\u200b\xad\\$*<>/bp⁴²\uf0d8●|，。😀𠮷ax09"),
    ),
    max_size=200,
)


def cleaned(text: str) -> str:
    return clean(text, 0, len(text)).text


@pytest.mark.parametrize(
    ("read", "wanted"),
    [
        ("ＡＩ产业２０２３年增长１３．９％", "AI产业2023年增长13.9%"),
        ("𝐷𝐼𝐷𝐹的系数是𝟎.𝟎𝟎𝟐𝟒，𝛼为𝑬𝒇𝒇(𝟏)", "DIDF的系数是0.0024，α为Eff(1)"),
        ("亿 个 参 数 的 模 型", "亿个参数的模型"),
        ("规模 达 1751 亿元", "规模达1751亿元"),
        ("large   language\tmodel", "large language model"),
        ("小　全角空格", "小全角空格"),
        ("recom\xadmendation, zero\u200bwidth", "recommendation, zerowidth"),
        ("\uf0d8要点一", "•要点一"),
        ("■ 要点二", "•要点二"),
        ("**核心**观点", "核心观点"),
        (r"\$2.0B and 5\% of 3\*4", "$2.0B and 5% of 3*4"),
        ("3.6万家⁴，增长", "3.6万家，增长"),
        ("ChatGPT¹和报告¹²，2023²年", "ChatGPT和报告，2023年"),
        ("面积500万m²，用水5亿m³，R²为0.9", "面积500万m²，用水5亿m³，R²为0.9"),
        ("3.14×10²³ FLOPs，10⁸吨，10⁻⁶", "3.14×10²³ FLOPs，10⁸吨，10⁻⁶"),
        ("一行<br>二行<sup>3</sup>", "一行二行3"),
        ("x < y and y > z", "x < y and y > z"),
        ("a * b", "a * b"),
        ("你好，world。", "你好，world。"),
        ("\r\n", ""),
        ("", ""),
    ],
)
def test_what_cleaning_makes_of(read: str, wanted: str) -> None:
    assert cleaned(read) == wanted


@given(MIXED)
def test_every_clean_character_is_the_one_at_its_place(text: str) -> None:
    result = clean(text, 0, len(text))
    assert len(result.places) == len(result.chars)
    real = [place for place in result.places if place >= 0]
    assert real == sorted(set(real))
    for char, place in zip(result.chars, result.places, strict=True):
        if place < 0:
            assert char == " "
        elif char != "•":
            assert char in (text[place], unicodedata.normalize("NFKC", text[place]))


@given(MIXED, st.integers(0, 50), st.integers(0, 50))
def test_a_stretch_cleans_to_places_inside_it(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    assert all(place == -1 or start <= place < end for place in clean(text, start, end).places)


@given(MIXED, st.data())
def test_runs_lead_back_to_the_same_places(text: str, data: st.DataObject) -> None:
    result = clean(text, 0, len(text))
    offsets = result.offsets()
    for index, place in enumerate(result.places):
        if place >= 0:
            assert offsets.original(index, index + 1) == (place, place + 1)
        else:
            with pytest.raises(ValueError, match="covers no character"):
                offsets.original(index, index + 1)
    if result.chars:
        start = data.draw(st.integers(0, len(result) - 1))
        end = data.draw(st.integers(start + 1, len(result)))
        real = [place for place in result.places[start:end] if place >= 0]
        if real:
            assert offsets.original(start, end) == (real[0], real[-1] + 1)


def test_lines_join_with_a_space_only_between_latin_words() -> None:
    def line_pair(first: str, second: str) -> str:
        whole = clean(first, 0, len(first))
        whole.join(clean(second, 0, len(second)))
        return whole.text

    assert line_pair("large language", "models") == "large language models"
    assert line_pair("人工", "智能") == "人工智能"
    assert line_pair("使用", "GPT-4") == "使用GPT-4"
    assert line_pair("", "GPT-4") == "GPT-4"


def test_parts_stand_apart_and_move_with_their_text() -> None:
    parts = [clean("甲", 0, 1).moved(10), clean("b c", 0, 3).moved(20)]
    whole = joined(parts, " | ")
    assert whole.text == "甲 | b c"
    assert whole.places == [10, -1, -1, -1, 20, -1, 22]
    assert whole.span() == (10, 23)


def test_width_counts_chinese_twice() -> None:
    assert weight("AI产业") == 6
    assert weight("") == 0


def test_which_characters_are_chinese() -> None:
    assert all(map(is_cjk, "中，。《》（“—"))
    assert not any(map(is_cjk, "aZ9 .,-é"))
    assert has_han("AI产业")
    assert not has_han("AI，2023。")
