"""What a translation of a question forgot to ask.

A small model translates "what share of the stocks was rated" as "which stocks were rated", and "how fast did it double"
as "did it double". What is asked for is then put behind its translation again.
"""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"(?:^|[?;]\s+|,?\s+and\s+)|(?P<comma>,\s+)", re.IGNORECASE)
_BEFORE = r"(?:(?:on|in|at|by|for|from|of|to|under|since|until|with|but|then|so|about) )*"
_DID = r"(?:did|do|does|was|were|is|are|will|would|has|have|had|can|could|should)"
_WHO = r"who\b"
_HEADS = (
    (r"(?:what|which) (?:exact )?(?:day|date)\b", r"哪.{0,3}[天日]|几[日号]|日期|何[时日]|时候|时间", "是哪一天？"),
    (
        rf"when {_DID}\b|(?:what|which) (?:year|month|quarter)\b",
        r"何[时年月]|时候|时间|日期|年份|哪.{0,3}[年月天日季]|几[年月日号]|季度", "是什么时候？",
    ),
    (_WHO, r"谁|哪.{0,2}[位个家些]|[什何]么?人|什么|何许", "是谁？"),
    (
        r"(?:what|which) (?:[\w-]+ ){0,2}?(?:share(?! price| class)|percentage|proportion|percent)\b",
        r"多少|多[高大]|比[例重]|占比|百分|份额|几|率", "占比是多少？",
    ),
    (r"how fast\b", r"多快|速度|增[速长幅]|涨幅|[速翻]倍|率|几", "速度是多少？"),
    (
        r"(?:what|which) (?:[\w-]+ ){0,3}?[\w-]+[^siu\W]s (?:are|were|do|did|have|had|can|could|will|would)\b",
        r"哪些|哪.{0,2}[几两三四五六]|几|分别|各|什么|多少|谁|何|列出", "有哪些？",
    ),
    (
        r"how (?:many|much|large|big|far|fast|tall|long|high|heavy)\b",
        r"多[少大高久长快远重]|几|如何|怎|什么|哪|比例|占比|数量|数目|金额|规模|大小", "是多少？",
    ),
    (
        r"(?:what|which|who|whom|whose|where|why|how)\b",
        r"多[少大高久长快远重]|几|哪|谁|何|什么|怎|列出|说明|解释|介绍|简述|是[？?]?$", "是什么？",
    ),
)  # fmt: skip
_FORGOTTEN = tuple((en == _WHO, re.compile(_BEFORE + en, re.IGNORECASE), re.compile(zh), ask) for en, zh, ask in _HEADS)
"""How a clause of an English question begins that asks for something, how a Chinese question asks for the same, and
what to ask where it does not.
"""


def forgotten(question: str, translation: str) -> str:
    """What the Chinese translation of an English question does not ask for, as a question; '' where it asks for all."""
    clauses = [(question[found.end() :], bool(found["comma"])) for found in _CLAUSE.finditer(question)]
    for person, begins, asked, ask in _FORGOTTEN:
        # Behind a comma alone "who" tells of somebody.
        said = any(begins.match(clause) and not (comma and person) for clause, comma in clauses)
        if said and not asked.search(translation):
            return ask
    return ""
