"""Names that only Chinese has: companies and products that a model, asked for English, makes another name of.

依图 became "Yidi" and 心识宇宙 "Conscious Universe", which nobody finds again. What stands in a column of companies,
between two known names of an enumeration, or in quotation marks beside a word such as 产品, what is launched or counted
(三大实验室), and is no word of the dictionary, is such a name. It is written by its sound, and the reader gets the
characters beside it: Yitu (依图).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant import names
from vectorstore.words import cut, familiarity

_HAN = r"[\u4e00-\u9fff]"
_COLUMN = re.compile(
    r"(?:^|[|\n])[^\S\n]*+(?:隶属|代表|所属|主要|融资|被投|运营)?(?:公司|企业|厂商|品牌)(?:名称|简称)?\s*[:：]"
    r"\s*(?P<cell>[^|\n。；;：:①②]{2,60})(?=\s*(?:[|\n]|。?$))"
)
_BETWEEN = re.compile(r"[、，,/／和及与（）()\s]+")
_RUN = re.compile(r"(?:[\w\u4e00-\u9fff.+ -]{2,24}、)+[\w\u4e00-\u9fff.+ -]{2,24}")
_BRACKETS = re.compile(rf"[（(]({_HAN}{{2,6}})[）)]")
_QUOTED = re.compile(
    rf"(?:推出|发布|研发|自研|名为|产品|平台|大模型|品牌|机器人|应用)[^，。；“”]{{0,4}}[“「]({_HAN}{{2,5}})[”」]"
    rf"|[“「]({_HAN}{{2,5}})[”」](?=[^，。；“”]{{0,6}}(?:大模型|平台|产品|系统|机器人|软件|品牌|应用))"
)
_LAUNCHED = re.compile(rf"(?:推出|发布|研发|自研|上线|打造|开源)了?({_HAN}{{2,4}}?)(?=大模型|智能体)")
_ITEM = rf"(?:(?!和){_HAN})"
"""A character of an item: one that may part items too would let them be parted in more ways than can be tried."""
_COUNTED = re.compile(
    rf"((?:{_ITEM}{{2,4}}[、和]){{1,30}}+{_ITEM}{{2,4}}?)"
    r"(?=[两三四五六七八九十\d]+[大个家款](?:实验室|平台|公司|企业|产品|品牌|大模型|机器人))"
)
"""Names without marks: behind a launch before what they are of, and an enumeration before what its items are."""
_SOURCE = re.compile(rf"(?:根据|据|来自|来源[:：])({_HAN}{{3,6}}?)(?=援引|统计|预测|测算|数据|报告|发布)")
_NOT_ONE = re.compile(r"等|其他|其它|合计|总计|未披露|不详|无|若干|多家|部分|各|有关|相关|[及和与]")
_KIND = re.compile(
    r"(?:股份|有限|责任|公司|集团|控股|科技|智能|网络|传媒|机器人|大模型|资本|创投|数据)+$"
)
"""What a company or a product is, behind its name: 依图科技, 孟子大模型."""
_COMMON, _RARE = 700, 100
"""How often a dictionary has met a word of which no name is made (jieba's counts: 语法 735, 书生 637, 海天 38): before
what says that it is a name (书生大模型), and without that."""
_LONGEST_REST = 3
"""Characters that follow a known name where it is not all: 商汤日日新."""
_ONE_WORD, _TWO = 3, 2
_MOST = 12
"""Letters of an answer for each Chinese character beside its names: it stays English."""


def coined(text: str) -> dict[str, str]:
    """The names in a Chinese text that no dictionary holds and their sounds: {"依图": "Yitu"}."""
    return {name: sound(name) for name in dict.fromkeys(_found(text))}


def sound(name: str) -> str:
    """A name as it is read, up to three characters in one word, more by twos: 心识宇宙 is Xinshi Yuzhou."""
    from pypinyin import lazy_pinyin

    syllables = [syllable.replace("ü", "u") for syllable in lazy_pinyin(name, v_to_u=True)]
    length = len(syllables) if len(syllables) <= _ONE_WORD else _TWO
    return " ".join("".join(syllables[at : at + length]).capitalize() for at in range(0, len(syllables), length))


def with_characters(text: str, known: Mapping[str, str]) -> str:
    """An English sentence with the characters of `known` names behind them, as far as it stays English."""
    room = sum(char.isascii() and char.isalpha() for char in text) // _MOST
    for name, read in known.items():
        found = re.search(rf"\b{re.escape(read)}\b(?! \()", text)
        if found and len(name) <= room and name not in text:
            text = f"{text[: found.end()]} ({name}){text[found.end() :]}"
            room -= len(name)
    return text


def _found(text: str) -> Iterator[str]:
    for row in _COLUMN.finditer(text):
        stems = map(_stem, _BETWEEN.split(row["cell"].removesuffix("。").removesuffix("等")))
        yield from (name for name in stems if _is_han(name) and not (_is_known(name) or _NOT_ONE.search(name)))
    for run in _RUN.finditer(text):
        yield from _beside_known([item for part in run[0].split("、") for item in re.split(r"[（(）)\s]+", part)])
    yield from _beside_known([found[1] for found in _BRACKETS.finditer(text)])
    ways = (_QUOTED, _SOURCE, _LAUNCHED)
    single = [next(filter(None, found.groups())) for way in ways for found in way.finditer(text)]
    counted = [item for found in _COUNTED.finditer(text) for item in _even(re.split("[、和]", found[1]))]
    yield from filter(_is_name, [*single, *counted])


def _even(items: list[str]) -> list[str]:
    """The items of an enumeration, the first without what stands before it: it is about as long as the next."""
    return [items[0][-len(items[1]) :], *items[1:]]


def _beside_known(items: list[str]) -> Iterator[str]:
    """The names among the items of an enumeration of which one at least is known to be a name."""
    if not any(map(_is_known, items)):
        return
    for item in items:
        stem = _stem(item)
        if not _is_known(item) and (_is_name(stem) or (stem != item and _is_han(stem) and not _is_common(stem))):
            yield stem


def _is_known(item: str) -> bool:
    """Whether an item is a company or the like that is known in both languages, and no place."""
    english = names.english_in(item)
    known = [chinese for chinese, said in english.items() if names.is_name(said)]
    rest = len(_stem(item)) - _LONGEST_REST
    return any((item.startswith(chinese) and rest <= len(chinese)) or item.endswith(chinese) for chinese in known)


def _stem(item: str) -> str:
    """A name without what says what it is the name of."""
    return _KIND.sub("", item) or item


def _is_name(text: str) -> bool:
    """Whether a short text is neither a word nor made of common ones, and not known in English."""
    if not _is_han(text) or names.english_in(text) or _NOT_ONE.search(text) or familiarity(text) or _KIND.search(text):
        return False
    return not _is_common(text, _RARE)


def _is_common(text: str, least: int = _COMMON) -> bool:
    """Whether a word of three characters or a common one is in a text."""
    known = [(len(word), familiarity(word)) for word in cut(text) if len(word) > 1]
    return any(often >= least or (often and length > _TWO) for length, often in known)


def _is_han(text: str) -> bool:
    return bool(re.fullmatch(rf"{_HAN}{{2,6}}", text))
