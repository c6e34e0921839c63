"""Names and terms in both languages: what code knows, so that no model has to guess it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    lines = files("assistant").joinpath("names.tsv").read_text("utf-8").splitlines()
    return tuple(
        (english, chinese) for english, _, chinese in (line.partition("\t") for line in lines if line)
    )


@cache
def _to_chinese() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for english, chinese in _pairs():
        table.setdefault(english.lower(), []).append(chinese)
    return table


@cache
def _to_english() -> dict[str, str]:
    table: dict[str, str] = {}
    for english, chinese in _pairs():
        table.setdefault(chinese, english)
    return table


@cache
def _english_pattern() -> re.Pattern[str]:
    terms = sorted(_to_chinese(), key=len, reverse=True)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, terms))})(?:s|es|'s)?(?![a-z])", re.IGNORECASE)


@cache
def _chinese_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_to_english(), key=len, reverse=True))))


def chinese_in(text: str) -> dict[str, str]:
    """English terms that stand in `text` and their usual Chinese, in order: {"iResearch": "艾瑞咨询"}."""
    found: dict[str, str] = {}
    for match in _english_pattern().finditer(text):
        term = match.group()
        known = _to_chinese().get(term.lower()) or _to_chinese().get(
            re.sub(r"(?:'s|es|s)$", "", term.lower())
        )
        if known:
            found.setdefault(term, known[0])
    return found


def english_in(text: str) -> dict[str, str]:
    """Chinese terms that stand in `text` and their usual English, in order."""
    return {match.group(): _to_english()[match.group()] for match in _chinese_pattern().finditer(text)}


def in_english(text: str) -> str:
    """`text` with the Chinese names that are known put in English, so that a model copies and does not guess."""

    def spelt(match: re.Match[str]) -> str:
        english = _to_english()[match.group()]
        return f" {english} " if is_name(english) else match.group()

    return _chinese_pattern().sub(spelt, text)


def in_chinese(text: str) -> str:
    """`text` with the English names that are known put in Chinese; abbreviations and common terms stay."""

    def spelt(match: re.Match[str]) -> str:
        chinese = next(iter(chinese_in(match.group()).values()), "")
        return chinese if chinese and is_name(match.group()) else match.group()

    return _english_pattern().sub(spelt, text)


def is_name(english: str) -> bool:
    """Whether a term is a proper name (written with capitals) rather than a common term."""
    return english[:1].isupper() or any(char.isupper() for char in english[1:])
