"""What a claim takes from its question and the reports do not say: names, countries, and that something was a first.

A model repeats its question. Where the question rests on a mistake (苹果与谷歌联手推出…), the answer then
states the mistake as a fact, above a passage that says otherwise (苹果联手OpenAI).
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from assistant import claims
from assistant.alignment import clause_at, find, places
from assistant.names import chinese_in, english_in, in_chinese, without_chance
from assistant.people import stands_by_sound
from assistant.schema import Evidence
from vectorstore import filters
from vectorstore.schema import Report

_SCOPES = {
    "中国": re.compile(r"中国|国内|我国|全国|本土|大陆|国产|\b(?:China|Chinese|domestic)\b"),
    "全球": re.compile(r"全球|世界|各国|\b(?:global(?:ly)?|world(?:wide)?)\b", re.IGNORECASE),
    "美国": re.compile(
        r"美国|中美|美方|\b(?:United States|U\.S\.|US(?!\$)|(?<!North )(?<!South )(?<!Latin )American?)\b"
    ),
    "欧洲": re.compile(r"欧盟|欧洲|欧美|[东西南北]欧|\b(?:EU|Europe(?:an)?)\b"),
}
"""What a figure may be said of: a passage about one of these and not about another says nothing of the other."""
_COUNTRIES = _SCOPES | {
    chinese: re.compile(rf"{chinese}|\b{english}")
    for chinese, english in {
        "韩国": "Korea", "日本": "Japan", "英国": "(?:UK|Brit|United Kingdom)", "德国": "German",
        "法国": "(?:France|French)", "印度": "India", "加拿大": "Canad", "新加坡": "Singapore", "以色列": "Israel",
    }.items()
}  # fmt: skip
_WHERE = re.compile(r"国家|[哪何]国|哪里|哪儿|何处|\b(?:where|countr(?:y|ies)|nations?)\b", re.IGNORECASE)
_ABROAD = re.compile(r"国外|海外|境外|\b(?:overseas|abroad)\b", re.IGNORECASE)
_LOCAL = re.compile(
    r"(北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    r"|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|深圳|广州|杭州|南京|苏州|成都|武汉|西安|合肥|长沙|厦门|青岛|宁波"
    r"|长三角|珠三角|京津冀|粤港澳|大湾区|成渝|全市|全省)(?![\u4e00-\u9fffA-Za-z]{0,8}(?:协会|研究院|大学|银行|证券|白皮书|报告))"
)
"""Parts of China, but for the bodies and the reports that are named after them."""
_NO_DISTRICT = "地园社片市城新湾治政济发范验税业聚心行小特校厂景辖港矿库专时个哪每几街商住展馆该各本此全集导论作示贸的"
_DISTRICT = re.compile(
    rf"([\u4e00-\u9fff](?![{_NO_DISTRICT}])[\u4e00-\u9fff])区(?!域|间|块|别|分(?!别))"
)
"""A district: 罗湖区; no 示范区."""
_ALSO = {"大湾区": "粤港澳", "珠三角": "粤港澳", "全市": "", "全省": ""}
_RANK = re.compile(
    r"(?:占|位[居列]|居|列|排名?)[^，。；]{0,4}(?:全国|全球|世界|中国|国内)|(?:全国|全球|世界|国内)(?:第|首|前)"
)
"""What a place is among others: 占全国的12%, 全国第二."""
_COUNTS = re.compile(
    r"\s*([^，。,；：:\d]{2,40}?)\s?(?:共?拥?有|占|位列|\bha(?:s|ve|d)|\bholds?)\s?[约近超]?\s?\d", re.IGNORECASE
)
_RELEASES = re.compile(
    r"\s*([^，。,；：:\d]{2,60}?)\s?(?:发布|推出|上线|研发|开源|\b(?:released|launched|unveiled|open-sourced)\b)"
    r"(?!.*(?:报告|白皮书|指数|研究|数据|图谱|榜单|\b(?:reports?|papers?|ind(?:ex|ices)|stud(?:y|ies)|surveys?|data)\b))",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"认为|预[计测期言判估]|估[计算]|测算|指出|表示|[据所]?[称说](?!号)|提[到出及醒]|显示|给[出的]|[所只]?列(?!第)|介绍|解释|定义|归[纳类为结]"
    r"|总结|统计|报告|数据|看[好到待法来作]|视[作为]|判断|建议|强调|评[价估述]|分析|[分划][为成]|划分|引[用述]|描述|概括|梳理|盘点|关注|发现"
    r"|推荐|认定|调[研查]|研究|写(?!作)|绘制|整理|推[测算]|警[告示]|展望|讨论|比较|选取|采用|白皮书|指数|图谱|榜单|名单|口径|观点|文[章中]|举|点名|提示|披露"
    r"|资料|来源|援引|罗列|叫|归|算|讲|谈|问卷|评选|评[为定级]|主张|拆解|解读|得出|呼吁|收录|倡导|提议|回顾|聚焦|追踪|监测|访谈|采访|走访"
    r"|定位|界定|识别|区[分别]|刻画|命名|誉|打分|排[序名]|担忧|期待|看出|假设|设定|目标价|覆盖|给予|维持|[上下]调|批评|肯定|质疑|重申|[：:]"
    r"|收入|营[收业]|利润|净利|资产|负债|现金流|毛利|股息|分红|员工|研发|产能|产量|销量|销售|订单|门店|客户|用户"
    r"|\b(?:believ|expect|predict|project(?:s|ed)\b|estimat|forecast|report|sa(?:y|id)|stat(?:e[sd]?|ing)\b|not(?:e[sd]?|ing)\b|point|show|list"
    r"|describ|expla|defin|cit(?:e[sd]?|ing)\b|see[sn]?\b|argu|suggest|recommend|f[io]und?\b|finds\b|consider|divid|classif|identif|analy|mention"
    r"|accord|attribut|compar|highlight|puts?\b|g[ia]ve|count|survey|data\b|white|stud(?:y|ies)|view|think|thought|regard|call|nam(?:e[sd]?|ing)\b"
    r"|summar|outlin|warn|claim|assum|calculat|reckon|map\b|ind(?:ex|ices)\b|paper|document|writes?\b|wrote\b|reveal|indicat|observ|assess|rank"
    r"|group(?:s|ed)|sort(?:s|ed)|break|anticipat|interview|conclu|emphasi|propos|select|urg|poll|advis|advoc|caution"
    r"|stress|interpret|review|track|monitor|rate[sd]?\b|rating|initiat|maintain|cover|hold|revenue|profit|income|assets"
    r"|margin|employ|dividend|sales|sold|orders|customers|users|R&D)",
)
"""What a publisher does in a sentence about its report."""
_CLAUSE = re.compile(r"(?:[^，。；,;]|,(?=\d))*")
FIRST = re.compile(
    r"首次|首个|首款|首家|首份|首部|第一次|第一个|唯一|\b(?:for the first time|first[- ]ever|the only)\b",
    re.IGNORECASE,
)
_FIRST_OF = re.compile(
    r"首|第一|唯一|率先|开创|只有|仅|除|\b(?:first|only|pioneer\w*|never before|except|but)\b", re.IGNORECASE
)

_NOBODY = re.compile(
    r"\d|\b(?:plan|act|law|regulations?|measures|strategy|period|series|round|valley|area|bay|province|city|district|zone|america"
    r"|europe|asia|africa|hong kong|delta|facebook|alphabet|twitter|(?:white|blue|green) paper|reports?|yearbook)\b"
)
"""Names that are told of in other words: by their years, titles, places, or by another name (Facebook, Meta)."""
_CALLED = re.compile(r"公司|集团|企业名称|\b(?:the company|the group|we|our)\b", re.IGNORECASE)
"""What a passage calls the one that it is about."""
_TELLING = 5
"""Letters of a name from which its beginning says which is meant."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Words of a claim that a passage does not hold: as the claim has them, and in English."""

    text: str
    english: str

    def stands_in(self, question: str) -> bool:
        """Whether a question brought the word, in either language."""
        asked = claims.squeezed(question)
        return any(claims.squeezed(word) in asked for word in (self.text, self.english))


def borrowed(claim: str, passage: str) -> tuple[Borrowed, ...]:
    """The names, the country and the "for the first time" of a claim that `passage` does not hold, with its headings
    and what its report says of itself.

    Names in Latin letters count where the passage is in the language of the claim; a name known in both languages
    counts always. A country is missing only where another one stands.
    """
    return (*unsaid(claim, passage), *_scopes(claim, passage))


def of_a_part(claim: str, sentence: str) -> bool:
    """Whether a claim says of the world what a sentence says of China, or of China what it says of a part of it, as
    far as their words go; what stands in a title is said of nothing.
    """
    world, country = _SCOPES["全球"], _SCOPES["中国"]
    claim, sentence = (without_chance(claims.TITLE.sub("", text)) for text in (claim, sentence))
    return _says_of_more(claim, sentence, country, _LOCAL) or _says_of_more(claim, sentence, world, country)


def of_another_place(claim: str, sentence: str) -> bool:
    """Whether a claim speaks of places in China and a sentence of others only (全市 may be any), or of districts of a
    city and a sentence of others.
    """
    said, told = _places(claim), _places(sentence)
    if _apart(*(frozenset(_DISTRICT.findall(text)) for text in (claim, sentence))):
        return True
    return _apart(said, told) and "" not in said | told


def _apart(said: Set[str], told: Set[str]) -> bool:
    """Whether two texts name places each, and none that the other does."""
    return bool(said and told and not said & told)


def of_another_country(asked: str, told: str) -> bool:
    """Whether a question names countries and what is told others alone, or the world; none that asks for a country."""
    if _WHERE.search(asked):
        return False
    asked, told = (claims.TITLE.sub("", text) for text in (asked, told))
    wanted, found = ({name for name, country in _COUNTRIES.items() if country.search(text)} for text in (asked, told))
    return _apart(wanted, found) and "全球" not in wanted


def of_a_whole(claim: str, sentence: str) -> bool:
    """Whether a claim speaks of a place in China alone and a sentence of all China or of the world, and of no part."""
    said, told = _places(claim), _places(sentence)
    return bool(said and not told) and "" not in said and _is_wide(sentence) and not _is_wide(claim)


def _is_wide(text: str) -> bool:
    """Whether a text speaks of all of China or of the world, and not only of what a place is among others."""
    rest = _RANK.sub("", claims.TITLE.sub("", text))
    return any(_SCOPES[scope].search(rest) for scope in ("中国", "全球"))


@lru_cache(maxsize=4096)
def _places(text: str) -> frozenset[str]:
    said = without_chance(claims.TITLE.sub("", text))
    return frozenset(_ALSO.get(found[1], found[1]) for found in _LOCAL.finditer(said))


def _says_of_more(claim: str, sentence: str, whole: re.Pattern[str], part: re.Pattern[str]) -> bool:
    told = whole.search(claim) and not part.search(claim)
    return bool(told and part.search(sentence) and not whole.search(sentence))


def unsaid(claim: str, passages: str) -> tuple[Borrowed, ...]:
    """The names and the "for the first time" of a claim that no passage holds: worth telling whoever asked."""
    return (*_names(claim, passages), *_firsts(claim, passages))


def _names(claim: str, passage: str) -> list[Borrowed]:
    known, squeezed = claims.known(passage), claims.squeezed(passage)
    found = []
    for text, english in {**english_in(claim), **{name: name for name in chinese_in(claim)}}.items():
        meant = claims.known(text)
        # 阿里达摩院 is held by 达摩院, 中关村 by 中关村产业研究院.
        held = all(any(one in other or other in one for other in known) for one in meant)
        if not held and text not in passage and claims.squeezed(english) not in squeezed:
            found.append(Borrowed(text, english))
    if claims.language(claim) == claims.language(passage):
        spoken = claims.squeezed("".join(chinese_in(claim)))
        absent = claims.names_absent(claims.names(claim), passage)
        missing = (name for name in sorted(absent) if name not in spoken and not _begins(name, known))
        found += [Borrowed(name, name) for name in missing if not stands_by_sound(name, passage)]
    return found


def _begins(name: str, known: frozenset[str]) -> bool:
    """Whether a name is the beginning of a known one: Harmony of HarmonyOS, which stands there as 鸿蒙."""
    return len(name) >= _TELLING and any(other.startswith(name) for other in known)


def _scopes(claim: str, passage: str) -> list[Borrowed]:
    held = {name for name, pattern in _SCOPES.items() if pattern.search(passage)}
    said = {name: found[0] for name, pattern in _SCOPES.items() if (found := pattern.search(claim))}
    missing = [Borrowed(text, text) for name, text in said.items() if held and name not in held]
    abroad = _ABROAD.search(claim)
    if abroad and held == {"中国"} and not _ABROAD.search(passage):
        missing.append(Borrowed(abroad[0], abroad[0]))
    return missing


def _firsts(claim: str, passage: str) -> list[Borrowed]:
    said = FIRST.search(claim)
    return [Borrowed(said[0], "the first")] if said and not _FIRST_OF.search(passage) else []


def done_by_a_publisher(claim: str, reports: Sequence[Report]) -> bool:
    """Whether a claim tells of a publisher, and nobody else, what it only reports: KPMG has 55 offices, Haitong
    released GPT-4 Turbo, Haitong will become a factory. A report of its own it may well have released.
    """
    subjects = [found[1] for pattern in (_COUNTS, _RELEASES) if (found := pattern.match(claim))]
    if any(not filters.without_names(in_chinese(subject), reports).strip() for subject in subjects):
        return True
    found = _CLAUSE.match(claim.strip())
    first = found[0] if found else ""
    opens = any(filters.without_names(form, reports).startswith(" ") for form in (first, in_chinese(first)))
    return opens and not _SPEAKS.search(claim)  # behind its name stands what it would do


def taken_for_a_doer(claim: str, reports: Sequence[Report], texts: Sequence[str]) -> bool:
    """Whether a claim tells of a publisher what it only reports, and `texts` do not speak of that publisher."""
    return done_by_a_publisher(claim, reports) and not filters.named(texts, reports)


def joined_by_a_publisher(claim: str, passage: str, reports: Sequence[Report]) -> bool:
    """Whether a claim counts a publisher of whom `passage` does not speak among others (海通国际、清华大学联合推出):
    that it tells of something makes it no party to that.
    """
    publishers = [maker for report in reports for maker in filters.makers(report)]
    beside = (name for name in publishers if re.search(rf"[、和与及]{(own := re.escape(name))}|{own}[、和与及]", claim))
    return any(name not in passage for name in beside)


def made_of_one(claim: str, cited: Sequence[tuple[Evidence, str]], about: str) -> bool:
    """Whether each figure of a claim stands in a report that says it of what the claim does, and in a passage that
    holds one of the names of the claim, if any does: two of them make no fact. What is `cited` comes with its passage;
    who is named `about` it need not stand in it.
    """
    if len(cited) < 2:
        return True
    told = dict[str, str]()
    for item, passage in cited:
        told[item.hit.report.id] = "\n".join([told.get(item.hit.report.id, ""), passage])
    reports = list(told.values()) if len(told) > 1 else []
    named, foreign = claims.known(claim) - claims.known(about), claims.names(claim)
    for number in find(claim):
        said = clause_at(claim, number.start)
        having = [text for text in reports if any(places(number, [text]))]
        if having and all(borrowed(said, text) for text in having):
            return False
        within = [passage for item, passage in cited if any(places(number, [item.text]))]
        held = (
            named & claims.known(text) or foreign - claims.names_absent(foreign, text) or _CALLED.search(text)
            for text in within
        )  # fmt: skip
        if named and within and not any(held):
            return False
    return True


def of_others(asked: str, told: Sequence[str], publishers: str) -> bool:
    """Whether a question names somebody or something known in both languages, beside those who publish (a part of whose
    name may do: Zhongguancun), no plan, law or place, and what is told holds none of it, whole or in part, nor any name
    in Latin letters that is asked about.
    """
    named = {name for name in claims.known(asked) - claims.known(publishers) if not _NOBODY.search(name)}
    # A place of two characters (深圳) is what a publisher is called after, and may be asked about all the same.
    named = {name for name in named if not any(len(zh) > 2 and zh in publishers for zh in chinese_in(name).values())}
    if not named:
        return False
    said, foreign = "\n".join(told), claims.names(asked)
    held = claims.known(said)
    apart = not any(one in other or other in one for one in named for other in held)
    return apart and claims.names_absent(foreign, said) == foreign
