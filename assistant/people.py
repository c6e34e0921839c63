"""People's names in Chinese text and how English writes them: 朱松纯 is Zhu Songchun.

A model that does not know a person makes a name up. Who stands beside a title (院士孙凝晖, 刘庆峰董事长, 朱松纯团队) is
a person, and Pinyin is what English calls him or her; a foreigner's name, written by its sound, is left alone, and so
are names of two characters, of which too many are something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any

from vectorstore.characters import has_han
from vectorstore.words import tokenizer

_COMPOUND = re.compile("欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|端木|夏侯")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪"
    "戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜"
    "庄章鲁倪庞邢俞翟蓝聂齐向申葛岳焦卜骆祝路应宁柴单欧裴虞尤甘娄柳涂凌盛冉霍翁卞厉包左吉丘童路耿关苗曲岑符伍简车项仇解朴查盖区"
)
_READ = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "朴": "piao", "查": "zha", "盖": "ge",
    "区": "ou", "翟": "zhai",
}  # fmt: skip
"""Surnames that are read otherwise than the word."""
_BY_SOUND = frozenset("斯尔姆勒特弗茨丝蒂妮娅莎顿逊曼森奈伊埃奥萨库")
"""Characters that write foreign sounds and hardly stand in a Chinese given name."""
_TITLE = re.compile(
    r"创始人|首席(?:执行官|科学家|架构师|经济学家|技术官|运营官|财务官|分析师|研究员)|董事长|总裁|总经理|经理|总监|院士|教授|博士|院长|所长|校长|主任|主席|委员|部长|局长|市长|省长"
    r"|书记|秘书长|理事长|会长|合伙人|研究员|分析师|工程师|科学家|律师(?!事务所)|记者|老师|先生|女士|团队|课题组|CEO|CTO|CFO|COO"
)
_OFFICES = (
    "首席执行官|行政总裁|执行总裁|执行长|总裁|总经理|掌门人|CEO", "首席技术官|技术负责人|技术总监|CTO",
    "首席财务官|财务总监|财务负责人|CFO", "首席运营官|运营总监|COO", "首席.{0,6}科学家", "董事长|主席", "理事长|会长",
    "秘书长", "院长", "所长", "校长", "部长|大臣|商务卿|国务卿", "局长", "市长", "省长",
)  # fmt: skip
"""Offices that one person holds, each with what else it is called."""
_OFFICE = "|".join(_OFFICES)
_HELD_BY = re.compile(
    rf"(?P<office>{_OFFICE})\s*(?:是|为|叫)谁|谁(?:是|担任|出任|任(?!命))[^，。？?]{{0,24}}?(?P<of>{_OFFICE})(?=\s*(?:[，。？?]|$))"
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SHORTEST = 5
"""Letters of a name that can be told from its sound."""
_SYLLABLES = (2, 3, 4)
_WINDOW = 8
"""Characters on either side of a title in which a name may stand."""
_BETWEEN = frozenset("、：:（( ")
_LOCK = Lock()


def people(text: str) -> dict[str, str]:
    """The Chinese people that a text names beside a title, and their names in Pinyin: {"朱松纯": "Zhu Songchun"}."""
    found: dict[str, str] = {}
    for title in _TITLE.finditer(text):
        for name in _beside(text, title.start(), title.end()):
            found.setdefault(name, pinyin(name))
    return found


def holds_no_office(ways: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a question, in any of its Chinese forms, asks who holds an office that no text speaks of, all of them
    being Chinese: whoever is named there is somebody else.
    """
    asked = (found["office"] or found["of"] for way in ways if (found := _HELD_BY.search(way)))
    spoken = "\n".join(texts)
    unknown = any(
        re.fullmatch(same, office) and not re.search(same, spoken) for office in asked for same in _OFFICES
    )
    return unknown and all(map(has_han, texts))


def pinyin(name: str) -> str:
    """A Chinese name in the letters of English: 欧阳明 is Ouyang Ming."""
    from pypinyin import lazy_pinyin

    length = _surname(name)
    surname = _READ.get(name[:length]) or "".join(lazy_pinyin(name[:length], v_to_u=True))
    given = "".join(lazy_pinyin(name[length:], v_to_u=True))
    return f"{surname.title()} {given.title()}"


def stands_by_sound(name: str, text: str) -> bool:
    """Whether a name in the letters of English is how a text's Chinese is read: Ziyue is 子曰."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    if len(letters) < _SHORTEST or not name.isascii() or re.search(r"\d", name) or not _HAN.search(text):
        return False
    from pypinyin import lazy_pinyin

    runs = (lazy_pinyin(run, v_to_u=True) for run in _HAN.findall(text))
    return any(
        letters == "".join(syllables[at : at + count])
        for syllables in runs for count in _SYLLABLES for at in range(len(syllables) - count + 1)
    )  # fmt: skip


def in_english(text: str, known: Mapping[str, str]) -> str:
    """`text` with the `known` people of the passages it was taken from in Pinyin."""
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, f" {known[name]} ")
    return text


def _beside(text: str, start: int, end: int) -> Iterator[str]:
    """The names right before and right behind `text[start:end]`."""
    before = _tagged(text[max(0, start - _WINDOW) : start])
    behind = _tagged(text[end : end + _WINDOW])
    for words in (before[::-1], behind):
        near = [(word, flag) for word, flag in words[:2] if word not in _BETWEEN][:1]
        yield from (word for word, flag in near if flag == "nr" and _is_name(word))


def _is_name(word: str) -> bool:
    # Of two characters too many are companies, places and common words: 康佳, 牛津, 顾问.
    length = _surname(word)
    return length > 0 and len(word) >= 3 and 1 <= len(word) - length <= 2 and _BY_SOUND.isdisjoint(word[length:])


def _surname(name: str) -> int:
    """How many characters of a name are the surname; 0 where it begins with none."""
    return 2 if _COMPOUND.match(name) else int(name[:1] in _SURNAMES)


def _tagged(text: str) -> list[tuple[str, str]]:
    """Words and their parts of speech."""
    with _LOCK:  # its dictionary is read once
        tagger = _tagger()
    return [(pair.word, pair.flag) for pair in tagger.cut(text)]


@cache
def _tagger() -> Any:
    from jieba import posseg

    return posseg.POSTokenizer(tokenizer())
