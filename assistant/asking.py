"""What kind of answer a question asks for: a figure, one thing, several, a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import combinations, pairwise, takewhile

from assistant import claims
from assistant.alignment import find
from assistant.marks import without_marks
from assistant.quantities import find_quantities, numbers
from assistant.quantities.lexicon import DATES, MONEY
from vectorstore.characters import has_han
from vectorstore.words import cut

_SOME = r"(?<![近十数好前后])几(?![乎何]|[年月天]来|号[线楼机])"
"""A 几 that asks: not in 几乎, 几何, 近几年, 十几, 几号线."""
_WHAT = r"(?:[为如有]何|何(?=[时人种处以地故事在日年月为]))"
_WHO_ASKS = r"\b(?-i:[Ww]ho)\b"
"""No World Health Organization."""
_SEVERAL = re.compile(
    r"分别|各自|各[有占是为列]|以及|[和与及、]|哪些|哪几|哪[三四五六]|[几两三四五六]个|[?？].+[?？]|什么(?!时候)|怎么|如何|哪[家个些]"
    r"|\b(?:and|or|respectively|each|both|two|three|four|five|six|versus|vs|compared?|list|why"
    r"|(?:what|which)(?! (?:year|month|day|date)\b))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"多少|多大|多高|(?<!哪){_SOME}|比例|占比|\bhow (?:many|much|large|big|far|fast|tall)\b", re.IGNORECASE
)
_IN_WORDS = re.compile(
    r"半|倍|翻|[零一二两三四五六七八九十百千]+[个家项种台人次层代]|[没无零]"
    r"|\b(?:half|twice|double|triple|quarter|none|no|one|two|three|four|five|six|seven|eight|nine|ten|dozens?)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    rf"(?:多少|{_SOME})(?:家|名|位|人|个|台|套|款|项|起|座|所|次|种|条|件)"
    r"|\bhow many (?!(?:billions?|millions?|trillions?|percent|dollars|yuan)\b)",
    re.IGNORECASE,
)
_TIME = rf"何时|什么时候|哪一?个?月|哪一?[年天日]|{_SOME}[月日号]"
_SUBORDINATE = (
    r"\s(?!(?:did|do|does|was|were|is|are|will|would|has|have|had|can|could|should)\b)"
    r"[^?]*, (?:what|which|how|who|where|why)\b"
)
"""Behind a `when` that does not ask: when it opened, how many did it have."""
_WHEN = re.compile(
    _TIME + rf"|(?:^|[,;:] *|\band )when\b(?!{_SUBORDINATE})|\b(?:what|which) (?:year|month|day|date)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"哪一?个?月|{_SOME}月|\b(?:what|which) month\b", re.IGNORECASE)
_DAY = re.compile(rf"哪一?[天日]|{_SOME}[日号]|\b(?:what|which) (?:day|date)\b", re.IGNORECASE)
_IN_UNITS = {
    "times": re.compile(r"[多几]少?倍|\bhow many times\b|\b(?:what|which) multiple\b", re.IGNORECASE),
    "%": re.compile(
        r"百分之[几多]|百分比|占(?![地用领据线])[^，。？]{0,8}多少|多[少大高][^，。？]{0,2}(?:占比|比例|份额)|(?:占比|比例|份额)[^，。？]{0,4}多"
        r"|\b(?:what|which) (?:[\w-]+ ){0,2}?(?:share(?! prices?)|percentage|proportion)\b|\bpercent\b",
        re.IGNORECASE,
    ),
}
_WHO = re.compile(rf"谁|{_WHO_ASKS}", re.IGNORECASE)
_NO_COUNT = {"%", *MONEY}
_OTHER = re.compile(
    rf"哪|谁|什么|为何|怎么|如何|何时|{_WHO_ASKS}"
    r"|\b(?:which|what (?!share|percentage|proportion|size|amount)|why|where|when)\b",
    re.IGNORECASE,
)
_ONE_THING = re.compile(
    rf"多少|多大|多高|多久|多长|(?<!哪){_SOME}[家个项款台种人次倍年月]|占比|比例|百分之几|是谁|谁是|{_WHO_ASKS}|"
    + _TIME
    + r"|\b(?:how (?:many|much|large|big|far|fast|tall|long|high|heavy)|when"
    r"|what (?:[\w'’&.-]+ ){0,5}?(?:share|percentage|proportion|valuation|value|price|cost|fees?|margin|revenue|size"
    r"|number|rate|date|year|month|consumption|score|budget|capacity|volume))\b",
    re.IGNORECASE,
)
_INTERROGATIVE = re.compile(
    rf"多少|{_SOME}|哪|谁|{_WHAT}|什么|怎|多[大高久长]|{_WHO_ASKS}|\b(?:how|what|which|when|where|why)\b", re.IGNORECASE
)
_JOINS = re.compile(r"以及|[和与及跟、]|\b(?:and|versus|vs|or)\b", re.IGNORECASE)
_EACH = re.compile(
    r"分别|各(?!界(?!面)|方(?![法案式向]))|相比|对比|哪[边个家者].{0,6}更|差别|不同|\b(?:each|both|respectively|versus|vs|compared?|differ|than)\b",
    re.IGNORECASE,
)
_NAMED = r"(?:the )?[A-Z][\w.+-]*(?:(?:['’]s)? [A-Z][\w.+-]*)*(?:['’]s)?"
_NAMES = re.compile(
    rf"\b(?:[Dd](?:o|oes|id)|ha(?:ve|s|d)|are|is|was|were|exceed(?:s|ed)?) {_NAMED} and {_NAMED}"
    r"(?!\w| (?:report|white))"
    r"|\b[A-Z][\w.+-]*\s?[和与]\s?[A-Z][\w.+-]*(?=\s?(?:各|分别|的|有|在))"
)
"""Two names of which something is asked: did TensorFlow and PyTorch have."""
_OF_TWO = re.compile(
    r"差多少|相差|差距(?:有|是)?多|\bthe (?:difference|gap)\b"
    r"|\b(?:what|which) (?:[\w-]+ ){0,2}?(?:shares|percentages|proportions|amounts|scores|prices|sizes)\b[^?,]*\band\b"
    r"|\b[\w-]+ and [\w-]+ (?:layers|quarters|segments|stages|regions|halves|tiers|levels)\b",
    re.IGNORECASE,
)
"""What two figures tell: how far they lie apart, or that of each of two layers."""
_ENUMERATES = re.compile(r"、[^，。？、]+[、和与及]|, [^,?]+, and\b")
_BOUNDARY = re.compile(r"[，。；？！;?!]|(?<!\d),|,(?!\d)")
"""What ends a clause of a question: not the comma inside a number."""
_PARTS = re.compile(
    r"[;?]|,? and (?=(?:(?:on|in|at|by|for|from|of|to) )?(?:what|which|who|whose|when|where|why|how)\b)", re.IGNORECASE
)
_ANY = re.compile(r"无论[^，]*|谁都")
"""What asks for nothing, though it holds a word that may."""
_LIST = re.compile(
    r"哪些|哪[几三四五六七八九十]|有什么|[两二三四五六七八九十几](?:个|大|点|种|类|项|条)?(?:方面|原因|风险|优势|特点|措施|方法|办法|条件|要素|趋势|挑战|问题|能力|目标)"
    r"|[三四五六七八九十几](?:个|大|点|种|类|项|条)[^，。；？的]{1,8}(?:分别|各自)?(?:是|叫|为|指)(?:作|做)?什么"
    r"|\b(?:what (?:are|were)|list|name (?:the|all)|(?:what|which) (?:three|four|five|six|seven|eight|nine|ten)"
    r"|(?:what|which) (?:[\w-]+ ){0,3}?[\w-]+s (?:are|were|do|does|did|have|has|can|will))\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"为什么|为何|原因|怎么|如何|\bwhy\b|\bexplains?\b|\breasons?\b|\bhow (?:do|does|did|is|are|was|were|can|will)\b",
    re.IGNORECASE,
)


_MEASURES = frozenset(
    "数量 数目 比例 比重 占比 份额 规模 金额 总额 价格 费用 收入 利润 增速 增幅 增长率 重量 高度 长度 时间 名称".split()  # noqa: SIM905
)
"""What is asked of one thing, not things that are compared."""


def compared(question: str) -> tuple[tuple[str, str], ...]:
    """The words on either side of the conjunctions of a question that asks something of each of several things
    (全国和深圳的专利申请量各下降多少 gives 全国 and 深圳), of more than two each with each; () for any other. In lower
    case; a name of several words gives the nearest. In English only names count.
    """
    parallel = _in_parallel(question)
    if not _EACH.search(question):
        return tuple(parallel)
    pairs: list[tuple[str, str]] = []
    for place in _JOINS.finditer(question):
        before, after = question[: place.start()].rstrip(" ,，"), question[place.end() :]
        before, after = _BOUNDARY.split(before)[-1], _BOUNDARY.split(after)[0]
        pairs += list(zip(_things(before)[-1:], _things(after)[:1], strict=False))
    chain = list(dict.fromkeys(thing for pair in pairs for thing in pair))
    linked = all(one[1] == other[0] for one, other in pairwise(pairs))
    every = list(combinations(chain, 2)) if linked else pairs
    return tuple(dict.fromkeys(pair for pair in (*parallel, *pairs, *every) if _are_things(pair)))


def _in_parallel(question: str) -> list[tuple[str, str]]:
    """What clauses ask of that end in the same question: 中文占比多少，英文占比多少 gives 中文 and 英文."""
    clauses = [list(cut(clause.strip())) for clause in _BOUNDARY.split(question) if has_han(clause)]
    pairs = []
    for one, other in pairwise(clauses):
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one[::-1], other[::-1], strict=False)))
        if same and _INTERROGATIVE.search("".join(one[-same:])):
            before = ([word.lower() for word in clause[:-same] if len(word) > 1][-1:] for clause in (one, other))
            pairs += list(zip(*before, strict=False))
    return [pair for pair in pairs if _are_things(pair)]


def _are_things(pair: tuple[str, str]) -> bool:
    """Whether two words are two, and not measures of one thing."""
    return pair[0] != pair[1] and not _MEASURES.issuperset(pair)


def _things(text: str) -> list[str]:
    """The words of a piece of a question that can be compared, in lower case."""
    things = cut(text) if has_han(text) else re.findall(r"\b[A-Z][\w.+-]*", text)
    return [thing.lower() for thing in things if len(thing.strip()) > 1]


def parts(question: str) -> list[str]:
    """What a question asks for one after the other, each with what is said before it: `2023年卖了多少辆？增长了多少？`,
    `How fast is it, and in which journal was that?` One part where it asks for one thing only.
    """
    found, before = list[str](), ""
    for clause in (_BOUNDARY if has_han(question) else _PARTS).split(question):
        if _INTERROGATIVE.search(_ANY.sub("", clause)):
            found.append(f"{before}{clause.strip()}")
            before = ""
        elif clause.strip():
            before += clause.strip() + ("，" if has_han(clause) else ", ")
    return found


def wants_more(questions: Sequence[str], answer: str) -> bool:
    """Whether a question, in any of its forms, may ask for more than an answer gives."""
    if not numbers(answer) and asks_how_much(questions):
        return True
    given = max(1, len(find(without_marks(answer))))
    return any(_SEVERAL.search(asked) or len(_INTERROGATIVE.findall(asked)) > given for asked in questions)


def asks_for_figures(questions: Sequence[str]) -> bool:
    """Whether a question, in all of its forms, asks how much and nothing else."""
    return all(map(_NUMBER.search, questions)) and not any(map(_OTHER.search, questions))


def asks_how_much(questions: Sequence[str]) -> bool:
    """Whether a question, in any of its forms, asks how much or how many, among other things."""
    return any(map(_NUMBER.search, questions))


def asks_for_one_thing(question: str) -> bool:
    """Whether a question asks for one figure, date or person alone: what one sentence tells, or none."""
    alone = len(_INTERROGATIVE.findall(question)) == 1
    alone = alone and not compared(question) and not asks_of_several(question)
    return alone and bool(_ONE_THING.search(question)) and not asks_why(question)


def without_interrogatives(question: str) -> str:
    """A question without the words that ask: what is left is what it is about."""
    return _INTERROGATIVE.sub(" ", _WHEN.sub(" ", question))


def asks_for_list(question: str) -> bool:
    """Whether a question asks for the items of a list."""
    return bool(_LIST.search(question))


def asks_of_each(question: str) -> bool:
    """Whether a question asks something of each of several things that it names or compares."""
    return bool(_EACH.search(question)) or asks_of_several(question)


def asks_of_several(question: str) -> bool:
    """Whether a question names two or more things of which it asks."""
    named = _NAMES.search(question) and not asks_when(question)  # what two did, they did together
    return bool(named or _ENUMERATES.search(question) or _OF_TWO.search(question))


def asks_why(question: str) -> bool:
    """Whether a question asks for a reason or a way."""
    return bool(_WHY.search(question))


def asks_how_many(question: str) -> bool:
    """Whether a question asks for a number of things, and for nothing else: money or a share is no answer."""
    return bool(_HOW_MANY.search(question)) and asks_for_one_thing(question)


def gives_a_count(answer: str) -> bool:
    """Whether an answer tells a number of something, in figures or in words."""
    counted = any(quantity.unit not in _NO_COUNT for quantity in find(without_marks(answer)))
    return counted or bool(_IN_WORDS.search(answer))


def asks_when(question: str) -> bool:
    """Whether a question asks for a time."""
    return bool(_WHEN.search(question))


def asks_who(question: str) -> bool:
    """Whether a question asks for a person."""
    return bool(_WHO.search(question))


def gives_a_time(answer: str, units: Collection[str] = DATES) -> bool:
    """Whether an answer names a year, a month or a day, or one of the `units` of time."""
    return any(quantity.unit in units for quantity in find_quantities(without_marks(answer)))


def gives_what_is_asked(questions: Sequence[str], text: str) -> bool:
    """Whether a text names a time or tells how much, where that is what a question, in any of its forms, asks for."""
    if any(map(asks_when, questions)):
        return gives_a_time(text, _times_asked(questions))
    return asks_how_much(questions) and bool(find(without_marks(text)))


def gives_in_the_unit(questions: Sequence[str], text: str) -> bool:
    """Whether a text gives a figure in the unit that a question, in any of its forms, names: a multiple, a share."""
    wanted = {unit for unit, pattern in _IN_UNITS.items() if any(map(pattern.search, questions))}
    return any(found.unit in wanted for found in find(without_marks(text)))


def _times_asked(questions: Sequence[str]) -> Collection[str]:
    """The units of time in which a question, in any of its forms, may be answered: asked for a day, no year will do."""
    if any(map(_DAY.search, questions)):
        return ("date",)
    return ("date", "month") if any(map(_MONTH.search, questions)) else DATES


def gives_of_the_named(questions: Sequence[str], text: str) -> bool:
    """Whether a text gives what is asked for and holds the names in Latin letters that the question holds."""
    return gives_what_is_asked(questions, text) and holds_the_names(questions, text)


def holds_the_names(questions: Sequence[str], text: str) -> bool:
    """Whether a text holds every name in Latin letters that a question, in any of its forms, holds."""
    return not claims.names_absent(frozenset[str]().union(*map(claims.names, questions)), text)


def gives_a_figure(answer: str) -> bool:
    """Whether an answer tells how much at all; a year or a date does not."""
    return bool(find(without_marks(answer)) or _IN_WORDS.search(answer))


def tells_how_much(questions: Sequence[str], answer: str) -> bool:
    """Whether an answer gives a figure, where that is asked for; and a number of things, where that is."""
    if asks_for_figures(questions) and not gives_a_figure(answer):
        return False
    return gives_a_count(answer) or not all(map(asks_how_many, questions))
