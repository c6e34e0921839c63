"""Words of the lexical index: Chinese with sub-words, Latin terms with their parts, numbers in one form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.words import load, simplified, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("人工智能", {"人工", "智能", "人工智能"}),
        ("GPT-3.5", {"gpt", "3.5", "gpt-3.5"}),
        ("GPT-4o的发布", {"gpt", "4", "o", "gpt-4o", "发布"}),
        ("ＡＩ １２３", {"ai", "123"}),
        ("1,234,567元", {"1234567", "元"}),
        ("13.9%", {"13.9"}),
        ("R&D and C++", {"r", "d", "r&d", "c"}),
        ("grew by 5.", {"grew", "5"}),
        ("A、B，C", {"b", "c"}),
    ],
)
def test_words_of(text: str, wanted: set[str]) -> None:
    assert set(words(text)) == wanted


def test_a_rare_character_beyond_the_first_plane_is_a_word() -> None:
    assert "𠮷" in words("𠮷野家")


@pytest.mark.parametrize("text", ["", "  ", "的了和是", "the of and", "，。！", "\ud83d", "😀"])
def test_nothing_to_search_for(text: str) -> None:
    assert words(text) == []


def test_questions_lose_their_function_words() -> None:
    assert words("什么是大模型？") == words("大模型")
    assert words("What is the size of it") == ["size"]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_plain_words(text: str) -> None:
    for word in words(text):
        assert word
        assert word == word.lower()
        assert not any(char.isspace() for char in word)


def test_repeating_a_text_repeats_its_words() -> None:
    assert words("智能 chips") * 2 == words("智能 chips 智能 chips")


def test_the_dictionary_is_kept_where_it_is_told(cache: Path) -> None:
    load()
    assert (cache / "words" / "jieba.cache").is_file()


def test_latin_words_need_no_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.words._tokenizer", None)
    monkeypatch.setattr("vectorstore.words._folder", tmp_path / "words")
    assert words("English only") == ["english", "only"]
    assert not (tmp_path / "words").exists()


def test_traditional_characters_count_as_simplified_ones() -> None:
    assert words("人工智慧產業規模與算力晶片") == words("人工智慧产业规模与算力晶片")
    assert "规模" in words("市場規模")


@given(st.text(max_size=40))
def test_anything_can_be_simplified_and_once_is_enough(text: str) -> None:
    once = simplified(text)
    assert simplified(once) == once
    assert simplified("plain ASCII; DROP TABLE--") == "plain ASCII; DROP TABLE--"
