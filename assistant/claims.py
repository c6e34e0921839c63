"""What a sentence says, as far as code can see it: its wording, names, years, negation, direction, hedges."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from assistant.names import chinese_in, english_in, is_name
from assistant.quantities import find_quantities
from vectorstore.schema import Lang

_CJK = re.compile(r"[\u3400-\u9fff]+")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_LATIN_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .&'’-]*[A-Za-z]")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.&][A-Za-z0-9]+)*")
"""A word that may be a name in Latin letters."""
_VERSION = re.compile(
    r"(?<![A-Za-z0-9])(?P<name>[A-Z][A-Za-z]*)[ -]?(?!(?:19|20)\d\d(?!\d))\d+(?:\.\d+)?(?![\d%]|[.,]\d)"
)
_BROKEN = re.compile(
    r"(?<=[\u3400-\u9fff])(?:[ \t]*\n\s*(?=[\u3400-\u9fff])| +(?=[A-Za-z\d]))|(?<=[A-Za-z\d]) +(?=[\u3400-\u9fff])"
)
_FIRST_NAME = re.compile(r"(?:^|[.!?] )([A-Z][a-z]+)(?= [A-Z])")
_SPELT, _ALIKE = 4, 0.75
_SLIPS = frozenset("nt")
"""A letter that a model leaves out at the end of a name, or adds: Synchro for Synchron; agents is no slip."""
_LOWER_PART = re.compile(r"(?:-[a-z]+)+$|(?<=[A-Z\d]{2})s$")
_YEAR = re.compile(
    r"(?<![\d.])(?<!\d,)(?:19|20)\d\d(?!\d|,\d|\.(?!(?:0\d|1[0-2])(?!\d))\d)(?!\s*(?:[亿万家个台项人块%]|million|billion))"
)
_CLAUSE = re.compile(
    r"[，、；：。！？\n\t|]|[,;:](?=\s|$)|[—–]{1,2}|[（(](?=其中|另|包括|含|of which|including)"
    r"|\s(?=(?:and|but|while|whereas|although|though|compared|versus|vs|because|up|down|from)\b)"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STOP_EN = _set(
    "a an the of in on at to for and or is are was were be been being by with from as that this these"
    " those it its their his her they them he she we our you your which what who whom how many much"
    " did does do has have had when where why there here than then also into over under about around"
    " some all any each both such so more most other per via s t can could would will may might should"
    " shall not no yes up out if but while whereas because according said says say between during"
    " among within through year years"
)
_STOP_ZH = re.compile(r"[的了和是在与及或为对等中将也以被有从其这那吗呢我们达到并就都而则之所于由]|约$")

# Latin words that name nothing by themselves: months, units, currencies and generic terms of the field.
_COMMON = _set(
    "ai q1 q2 q3 q4 h1 h2 rmb cny usd hkd eur yuan jan feb mar apr jun jul aug sep sept oct nov dec"
    " january february march april may june july august september october november december monday"
    " tuesday wednesday thursday friday saturday sunday china chinese beijing shanghai shenzhen"
    " hangzhou guangzhou us u.s uk eu america american europe european japan japanese world global"
    " english it i the a an in us$ hk$ bn mn"
)

_NO_NAMES = _set("fy top no fortune level figure fig table part chapter phase step")

# Often meant without being named: 国内, 我国, "the domestic market".
_COUNTRIES = frozenset(["china", "united states", "united kingdom", "european union"])

_NEGATIONS = re.compile(
    r"没有|没能|没法|不容乐观|尚未|并未|未能|未曾|从未|未(?![来必央婚]|成年)|不是|不会|不能|不具备|不再|不支持|不需要|不存在|不含|不包括"
    r"|并不|并非|无法|无须|无需|仍无|尚无|暂无"
    r"|不(?!仅|但|断|同|少|足|到|超|低于|高于|过|久|一|如|论|管|得不|确定|良|等|止|只|可或缺|锈|动产|丹)"
    r"|\b(?:not(?! only)|no(?! less| more|\.)|never|neither|nor|cannot|without|none|unable|failed to)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"(?<!负)增长|上升|提升|增加|提高|上涨|扩大|攀升|走高|回升|增至|升至"
    r"|\b(?:rose|rise[sn]?|rising|increas\w+|grew|grow(?:s|n|ing|th)?|up|climb\w*|gain(?:s|ed)?|expand\w*|surg\w+)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"负增长|下降|减少|降低|下滑|回落|缩减|萎缩|下跌|走低|降至|减半|减至"
    r"|\b(?:fell|fall(?:s|en|ing)?|declin\w+|decreas\w+|drop(?:s|ped|ping)?|shr[aiu]nk\w*|reduc\w+|down|halv\w+|cut)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"占(?![用领卜据])|份额|比重|市占"
    r"|\b(?:shares?|account(?:s|ed|ing)? for|proportion|percentage of|mak(?:es?|ing) up)\b",
    re.IGNORECASE,
)
_GROWTH = re.compile(
    r"增[长速幅]|同比|环比|上[升涨]|提[升高]|下[降滑跌]|减少|降低|复合年|\b(?:grew|grow\w*|rose|ris(?:e[sn]?|ing)|increas\w+"
    r"|fell|fall\w*|declin\w+|decreas\w+|dropp?(?:s|ed|ing)?|cagr|year[- ](?:on|over)[- ]year|yoy)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"[至到]|\bto\b", re.IGNORECASE)
"""What a change leads to is no change: 升至34%."""
_HEDGES = re.compile(
    r"预计|预期|预测|预估|有望|可能|或将|或许|(?<![度态])估计|料将|计划|拟于|目标是|力争|展望|未来"
    r"|将(?=会|达|突破|超|成为|在|于|有|进|持续|继续|增|提|保持|迎|是|以|占|接近|减|降)"
    r"|\b(?:expect\w*|forecast\w*|project(?:ed|s|ion|ions)|predict\w*|anticipat\w+|will|would|(?-i:may)|might|could"
    r"|should|shall|likely|plan(?:s|ned)?|aim(?:s|ed)?|targets?|outlook|potential(?:ly)?|estimated to|set to"
    r"|(?:was|were|is|are) to|to be)\b",
    re.IGNORECASE,
)
TITLE = re.compile(r"《[^》]*》")
_PLAN = re.compile(r"[「“][^」”]{1,24}计划[」”]")
_HALVES = (r"上半年|\bfirst half\b|\bH1\b", r"下半年|\bsecond half\b|\bH2\b")
_CONTRARIES = tuple(
    tuple(re.compile(side, re.IGNORECASE) for side in pair)
    for pair in (
        (r"(?:国内|境内)(?!生产总值)|\bdomestic", r"国外|海外|境外|[国境]内外|\boverseas\b"),
        (r"进口|进出口|\bimports?\b", r"出口|\bexports?\b"),
        (r"上游|\bupstream\b", r"下游|\bdownstream\b"),
        (r"高质量|\bhigh[- ]quality\b", r"低质量|\blow[- ]quality\b"),
        (r"(?<!非)开源|\bopen[- ]source", r"闭源|非开源|\bclosed[- ]source"),
        _HALVES,
        (
            r"便宜|低廉|\bcheap(?:er)?\b|\bless (?:costly|expensive)\b",
            r"昂贵|[更较]贵|(?:成本|价格|费用|售价)[^，。；]{0,20}高|\bmore (?:costly|expensive)\b|\bcostlier\b",
        ),
        (r"男性|\b(?:men|male)\b", r"女性|\b(?:women|female)\b"),
        (r"城镇|\burban\b", r"农村|乡村|\brural\b"),
        (r"期初|年初|\bopening balance\b", r"期末|年末|年底|\bclosing balance\b"),
        (r"毛利|\bgross (?:margin|profit)\b", r"净利|\bnet (?:margin|profit|income)\b"),
        (r"中文|汉语|\bin Chinese\b", r"英文|英语|\bEnglish\b"),
        (r"单[颗个枚台]", r"多[颗个枚台]"),
        (r"基础层", r"应用层"), (r"技术层", r"应用层"), (r"基础层", r"技术层"),
    )
)
_HALF_YEARS = tuple(re.compile(side, re.IGNORECASE) for side in _HALVES)
_GROWTH_RATE = re.compile("增速|增幅")
_A_YEAR = re.compile("(?:年均?)?复合(?:年均?)?(?=增)|年均(?=增)")
"""How a growth rate, and one of several years, is called: 复合年增长率, 年均增速."""
_EXPECTED = re.compile(r"预计|预期|预测|预估|有望")
_DONE = re.compile(
    r"已经|已(?!知)|达到了|\b(?:already|has|have|had|was|were|(?-i:[a-z]{3,}ed))\b", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?:ational|ations?|ings?|edly|ed|ies|ers?|ors?|ments?|ness|ly|es|s|e|y)$")


@lru_cache(maxsize=4096)
def grams(text: str) -> frozenset[str]:
    """The wording of a text: pairs of neighbouring Chinese characters, stems of English content words.

    Function words are left out; so are numbers with their units and words of expectation, which are compared on
    their own. Growth is called one thing.
    """
    plain = _EXPECTED.sub(" ", unicodedata.normalize("NFKC", _without_quantities(text)))
    plain = _GROWTH_RATE.sub("增长率", _A_YEAR.sub("年", plain))
    found: set[str] = set()
    for run in _CJK.findall(plain):
        for part in _STOP_ZH.split(run):
            found.update(part[i : i + 2] for i in range(len(part) - 1))
    for word in _LATIN_WORD.findall(plain):
        lower = word.lower().replace("’", "'").removesuffix("'s")
        if len(lower) > 1 and lower not in _STOP_EN:
            found.add(stem(lower))
    return frozenset(found)


def _without_quantities(text: str) -> str:
    for quantity in reversed(find_quantities(text)):
        text = f"{text[: quantity.start]} {text[quantity.end :]}"
    return text


def stem(word: str) -> str:
    """An English word without its ending, as far as that leaves three letters: growing, grows -> grow."""
    found = _SUFFIX.search(word)
    return word[: found.start()] if found and found.start() >= 3 else word


@lru_cache(maxsize=4096)
def names(text: str) -> frozenset[str]:
    """Names in Latin letters (models, companies, chips), without case, blanks and hyphens: `gpt4`, `a100`.

    A name has a capital or a digit in it; the first word of an English sentence needs more than one
    capital, and words everybody uses (`AI`, months, currencies, large places) are none.
    """
    plain = unicodedata.normalize("NFKC", text)
    found, chinese = set(), language(text) == "zh"
    for match in NAME.finditer(plain):
        word = _LOWER_PART.sub("", match[0])
        if len(word) == 1:
            continue  # 1,800 B, L层, a point (a)
        before = plain[: match.start()].rstrip(" \"'“(*-#|")
        first = not before or before[-1] in ".!?:\n"
        capitals = sum(letter.isupper() for letter in word)
        telling = any(c.isdigit() for c in word) or capitals > 1 or (capitals == 1 and (chinese or not first))
        if telling and len(word) > 1 and word.lower() not in _COMMON | _STOP_EN:
            found.add(squeezed(word))
    return frozenset(found)


def names_absent(wanted: frozenset[str], text: str) -> frozenset[str]:
    """Those of the names that a text does not hold: `gpt3` is not in `GPT-3.5`, nor `a10` in `A100`.

    A name without a version is held by one with: `llama` is in `Llama 3`.
    """
    held = squeezed(re.sub(r"\t|(?<=\d)\s+(?=\d)", "|", text))  # the cells of a row stay apart
    return frozenset(
        name
        for name in wanted
        if not re.search(re.escape(name) + (r"(?!\.?\d)" if name[-1].isdigit() else ""), held)
    )


def wording(text: str) -> frozenset[str]:
    """The words and names of a text."""
    return grams(text) | names(text)


def shared(one: str, other: str) -> int:
    """How many words and names two texts have in common."""
    return len(wording(one) & wording(other))


def versions(text: str) -> frozenset[str]:
    """Names in Latin letters with the number of a version, whatever stands between them: `Llama 2` gives `llama2`.

    A year, a quarter, a rank (top 10) and a day are none.
    """
    plain = unicodedata.normalize("NFKC", text)
    none = _COMMON | _STOP_EN | _NO_NAMES
    found = (squeezed(match[0]) for match in _VERSION.finditer(plain) if match["name"].lower() not in none)
    return frozenset(found) - none


def misspelt(text: str, source: str) -> frozenset[str]:
    """Names of a text that its source holds in other letters alone: Jase for Jasper. A small model writes such.

    Likeness is Ratcliff and Obershelp's (`difflib`), among names of four letters or more that begin alike.
    """
    written = names(text) | {squeezed(name) for name in _FIRST_NAME.findall(text)}
    held = names(source) - written
    both = {squeezed(name) for name in known(text) & known(source)}
    absent = names_absent(written, source) - both
    cut = {name for name in written - names(source) - both if any(other.startswith(name) for other in held)}
    return frozenset(name for name in absent | cut if any(nearly(name, other) for other in held))


def nearly(name: str, other: str) -> bool:
    """Whether a name in lower case is another one misspelt."""
    if min(len(name), len(other)) < _SPELT or name[0] != other[0] or not (name + other).isalpha():
        return False
    if name.startswith(other) or other.startswith(name):
        return len(name) != len(other) and max(name, other, key=len)[min(len(name), len(other)) :] in _SLIPS
    return SequenceMatcher(None, name, other).ratio() >= _ALIKE


@lru_cache(maxsize=4096)
def known(text: str) -> frozenset[str]:
    """Names that `assistant.names` knows, as their usual English in lower case: 百度 gives `baidu`."""
    # The pattern of English names is slow on Chinese text, so it sees what is in Latin letters alone.
    latin = "\n".join(_LATIN_RUN.findall(" ".join(text.split())))
    chinese = "\n".join(chinese_in(latin).values())
    whole = _BROKEN.sub("", text)  # a name may be cut by a line's end, or by a blank beside Latin letters
    readings = dict.fromkeys([text, whole, chinese])  # mostly two: the search for names is the cost here
    found = [name for reading in readings for name in english_in(reading).values()]
    return frozenset(name.lower() for name in found if is_name(name)) - _COUNTRIES


def squeezed(text: str) -> str:
    """Lower case, without blanks and hyphens, to find a name however it is written."""
    return re.sub(r"[\s\-_]+", "", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=4096)
def years(text: str) -> frozenset[int]:
    """The years a text names."""
    return frozenset(int(year) for year in _YEAR.findall(unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[tuple[int, int], ...]:
    """The clauses of a sentence as spans, in order: what stands between commas and conjunctions."""
    cuts = [0, *(found.end() for found in _CLAUSE.finditer(text)), len(text)]
    return tuple((a, b) for a, b in pairwise(cuts) if text[a:b].strip())


def negative(text: str) -> bool:
    """Whether a text denies something."""
    return _NEGATIONS.search(text) is not None


def of_another_half(one: str, other: str) -> bool:
    """Whether two texts speak of the two halves of a year, each of one alone."""
    return _opposite(one, other, [_HALF_YEARS])


def contrary(one: str, other: str) -> bool:
    """Whether one text speaks of one of two opposites alone, and the other of the other: 国内 and 国外."""
    return _opposite(one, other, _CONTRARIES)


def _opposite(one: str, other: str, pairs: Iterable[tuple[re.Pattern[str], ...]]) -> bool:
    for left, right in pairs:
        sides = [(bool(left.search(text)), bool(right.search(text))) for text in (one, other)]
        if sorted(sides) == [(False, True), (True, False)]:
            return True
    return False


def hedged(text: str) -> bool:
    """Whether a text speaks of what is expected, planned or possible; by its name a plan (《行动计划》) does not."""
    return _HEDGES.search(_PLAN.sub("", TITLE.sub("", text))) is not None


def completed(text: str) -> bool:
    """Whether a text says that something has happened."""
    return _DONE.search(text) is not None


def direction(text: str) -> int:
    """1 for a text that speaks of a rise only, -1 for a fall only, else 0."""
    return bool(_UP.search(text)) - bool(_DOWN.search(text))


def part_or_change(text: str) -> int:
    """1 for a text that speaks of a share of something only, -1 for a change of it only, else 0."""
    changes = _GROWTH.search(text) and not _LEVEL.search(text)
    return bool(_SHARE.search(text)) - bool(changes)


@lru_cache(maxsize=4096)
def language(text: str) -> Lang:
    """`zh` when Chinese characters outweigh Latin words, else `en`."""
    chinese = sum(len(run) for run in _CJK.findall(text))
    return "zh" if chinese > len(_LATIN_WORD.findall(text)) else "en"
