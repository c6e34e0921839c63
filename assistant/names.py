"""Names and terms in both languages: what code knows, so that no model has to guess it.

`names.tsv` holds a pair a line, English first; the first pair of a term is its usual one. A term with
capitals, but for abbreviations beside other words, is a proper name, any other a common term. At every place the
longest term is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

AS_WRITTEN = frozenset({
    "Applied Materials", "Ascend", "Big Fund", "Canon", "First Solar", "Giant Network", "Industrial Bank",
    "Industrial Securities", "Micron", "Oracle", "Perfect World", "Robot Era", "Shell", "Synced", "Turkey", "WHO",
})  # fmt: skip
"""Names that are other words in other letters: found only as they are written here."""

_ORDINARY = (
    "高通量 高通胀 高通道 高通用 高通信 高通过 高通货 提高通 升高通 较高通 发展中国家 其中国 集中国 当中国"
    " 中国移动互联 中国移动支付 中国移动端 中国移动游戏 中国移动机器人 中国移动通信市场 中国电信业 中国电信行业"
    " 今日本 近日本 日本质 合法国 立法国 三星级 三星堆 三星期 联想到 联想起 联想记忆 上汽车 广汽车 精美团 中美团"
    " 加快手 快手快脚 百度电 几百度 数百度 细微信 用友好 升华为 大连接 大连通 大连续 扩大连 强大连 五大连池"
    " 经济南 出海口 出海南 沿海南 南通过 D轮廓 隆重庆 合肥料 复合肥 黄河北 中山东 建成都"
    " 联合国家 继承德 传承德 沿海口 东南通 西南通 面临港 来临港 九江门 长江门"
    " 中东部 其中东 中东南 中央视 海信息"
    " 京东方雨 北斗七 北斗星 十四五岁 十四五个 十四五年 英吉利 文心雕龙 朝鲜族 最佳能 思科技 惠普及 推特色"
    " 推特斯拉 推特殊 星链路 卫星链 万科技 万科研 万科学 点点滴滴 娇滴滴 互联影 长春碱 长春新碱 长春花"
    " 苹果酸 苹果汁 苹果树 苹果园 现代汽车产业 现代汽车工业 亦庄亦谐 海底捞月 古埃及 西南亚 中南亚 新墨西哥"
    " 美好未来 更好未来 良好未来"
)
"""Chinese wording in which a name stands by chance (高通 in 提高通信): nothing is found there."""

_OTHERWISE = {"部": "门长队", "银行": "业间", "大学": "生城", "证券": "业"}
"""What makes a common word of the end of a name: 教育部 but 教育部门, 北京大学 but 北京大学生."""

_WORD, _ABBREVIATION = re.compile(r"[a-z]{3,}"), re.compile(r"[A-Z0-9.+&/]+s?|SaaS|IoT|[PIM]aaS")
_OF_A_PEOPLE = re.compile(r"(?:Chinese|English|American|European|Japanese)(?: [a-z][\w-]*)+")
_BETWEEN_WORDS = re.compile(r"[\s-]")
_NUMERAL = re.compile("[一二两三四五六七八九十]")
_START = re.compile(r"(?<![a-z])[a-z0-9]", re.IGNORECASE)


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    lines = files("assistant").joinpath("names.tsv").read_text("utf-8").splitlines()
    return tuple(
        (english, chinese) for english, _, chinese in (line.partition("\t") for line in lines if line)
    )


@cache
def _to_chinese() -> dict[str, tuple[str, str]]:
    """Lower case -> the English as it is written and its usual Chinese."""
    table: dict[str, tuple[str, str]] = {}
    for english, chinese in _pairs():
        table.setdefault(english.lower(), (english, chinese))
    return table


@cache
def _to_english() -> dict[str, str]:
    """Chinese -> its usual English; '' for ordinary wording."""
    table = dict.fromkeys(_ORDINARY.split(), "")
    for english, chinese in _pairs():
        table.setdefault(chinese, english)
        for ending, after in _OTHERWISE.items():
            if chinese.endswith(ending):
                table.update({chinese + char: "" for char in after if chinese + char not in table})
    return table


@cache
def _by_chance() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_ORDINARY.split(), key=len, reverse=True))))


def without_chance(text: str) -> str:
    """A text without Chinese wording in which a name stands by chance (合肥 in 复合肥)."""
    return _by_chance().sub(" ", text)


@cache
def _lengths() -> dict[str, list[int]]:
    """First two characters of Chinese terms -> how long the terms are, longest first."""
    table: dict[str, list[int]] = {}
    for chinese in sorted(_to_english(), key=len, reverse=True):
        table.setdefault(chinese[:2], []).append(len(chinese))
    return {two: list(dict.fromkeys(lengths)) for two, lengths in table.items()}


@cache
def _may_start() -> re.Pattern[str]:
    """Where a Chinese term may start: most places of a text are passed over without a look at the table."""
    first, second = ("".join(sorted({two[at] for two in _lengths()})) for at in (0, 1))
    return re.compile(f"[{re.escape(first)}](?=[{re.escape(second)}])")


@cache
def _beginnings() -> dict[str, list[str]]:
    """First two letters of English terms -> the terms."""
    table: dict[str, list[str]] = {}
    for term in _to_chinese():
        table.setdefault(term[:2], []).append(term)
    return table


@cache
def _beginning_with(two: str) -> re.Pattern[str] | None:
    """The English terms that begin with two letters, longest first: one pattern of all is slow."""
    terms = sorted(_beginnings().get(two, ()), key=len, reverse=True)
    if not terms:
        return None
    return re.compile(rf"({'|'.join(map(re.escape, terms))})(?:'?s|(?<=[sxz])es|(?<=[cs]h)es)?(?![a-z])", re.IGNORECASE)


def _english(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Where English terms stand in a text, from the left: start, end, the term as written, its Chinese."""
    end = 0
    for start in (found.start() for found in _START.finditer(text)):
        pattern = _beginning_with(text[start : start + 2].lower()) if start >= end else None
        match = pattern.match(text, start) if pattern else None
        if match is None:
            continue
        known = _to_chinese()[match[1].lower()]
        if known[0] not in AS_WRITTEN or match[1] == known[0]:
            end = match.end()
            yield start, end, *known


def _chinese(text: str) -> Iterator[tuple[int, int, str]]:
    """Where Chinese terms stand in a text, from the left: start, end, the usual English. What begins in wording that
    holds a name by chance is one only where it goes on behind that: 联合国家发展改革委 holds no 联合国.
    """
    table, lengths, end, ordinary = _to_english(), _lengths(), 0, 0
    for match in _may_start().finditer(text):
        start = match.start()
        if start < end:
            continue
        for length in lengths.get(text[start : start + 2], ()):
            english = table.get(text[start : start + length])
            if english is None or min(start + length, len(text)) <= ordinary:
                continue
            if english:
                end = start + length
                yield start, end, english
            else:
                ordinary = start + length
            break


def chinese_in(text: str) -> dict[str, str]:
    """English terms that stand in `text` and their usual Chinese, in order: {"iResearch": "艾瑞咨询"}."""
    found: dict[str, str] = {}
    for start, end, _, chinese in _english(text):
        found.setdefault(text[start:end], chinese)
    return found


def terms_in(text: str) -> dict[str, str]:
    """Common terms of more than one word that stand in English `text` and their Chinese, in order."""
    found = chinese_in(text).items()
    return {term: chinese for term, chinese in found if _BETWEEN_WORDS.search(term) and not is_name(term)}


def without_numerals(text: str) -> str:
    """`text` without the proper names in which a Chinese numeral stands: 三星 counts nothing."""
    for name, english in english_in(text).items():
        if is_name(english) and _NUMERAL.search(name):
            text = text.replace(name, " ")
    return text


def english_in(text: str) -> dict[str, str]:
    """Chinese terms that stand in `text` and their usual English, in order."""
    return {text[start:end]: english for start, end, english in _chinese(text)}


def in_english(text: str) -> str:
    """`text` with the Chinese names that are known put in English, so that a model copies and does not guess."""
    return _with(
        text, [(start, end, f" {english} ") for start, end, english in _chinese(text) if is_name(english)]
    )


def in_chinese(text: str, *, terms: bool = False) -> str:
    """`text` with the English names that are known put in Chinese, in whatever case; common terms stay, or with `terms`
    only those of one word, which may be meant otherwise.
    """
    return _with(
        text,
        [
            (start, end, chinese)
            for start, end, english, chinese in _english(text)
            if is_name(english) or is_name(text[start:end]) or (terms and _BETWEEN_WORDS.search(text[start:end]))
        ],
    )


def _with(text: str, changes: list[tuple[int, int, str]]) -> str:
    for start, end, instead in reversed(changes):
        text = text[:start] + instead + text[end:]
    return text


@lru_cache(maxsize=16384)
def is_name(english: str) -> bool:
    """Whether a term is a proper name (written with capitals) rather than a common term, as one is in which nothing but
    abbreviations has capitals (AI chip, generative AI), or only what it is of (Chinese dataset).
    """
    if _OF_A_PEOPLE.fullmatch(english):
        return False
    words = _BETWEEN_WORDS.split(english)
    capitals = [word for word in words if any(char.isupper() for char in word)]
    common = any(map(_WORD.fullmatch, words)) and all(map(_ABBREVIATION.fullmatch, capitals))
    return bool(capitals) and not common
