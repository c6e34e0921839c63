"""What a question wants measured: an answer that speaks of nothing of the kind is no answer to it.

The judge sees that the evidence is about the right company or place, and hardly that it counts its firms where its
patents were asked for. The measures here are those with a name of their own; what can be asked for in any words (a
size, a number) is not among them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.quantities import find_quantities
from assistant.quantities.lexicon import MONEY

_MEASURES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in (
        (r"专利|\bpatents?\b", r"专利|\bpatent"),
        (r"员工|雇员|\b(?:employees|headcount)\b", r"员工|雇员|职工|人员|团队|\d\s?[人名]|\b(?:employ|staff|team)"),
        (r"利润|\bprofits?\b|\bnet income\b", r"利润|盈利|净利|亏|\b(?:profit|loss|lost|earn|net income)"),
        (r"估值|\bvaluation\b|\bvalued at\b", r"值|\b(?:valu|worth)"),
        (r"毛利率|\bgross margin\b", r"毛利|\bgross\b"),
        (r"月薪|年薪|薪资|薪酬|工资|\b(?:salar(?:y|ies)|wages?)\b", r"薪|工资|收入|\b(?:salar|wage|pay|earn)"),
        (r"股价|发行价|\b(?:share|stock|offer) price\b", r"股价|发行价|每股|\b(?:share|stock|offer)"),
        (r"面积|\bfloor space\b|\bsquare (?:met|feet)", r"面积|平方|公顷|亩|㎡|m²|\b(?:area|square|hectare)"),
        (r"营业收入|营收|\brevenues?\b", r"收入|营收|营业|业绩|销售|\b(?:revenue|sales|turnover)"),
    )
)
_MONEY = re.compile(
    r"(?:营业收入|营收|净?利润|估值|市值)(?:[各分]?别?(?:是|为|有|达到?))?多少|(?:营业收入|营收)和净?利润各?是多少"
    r"|\bwhat (?:was|were|is|are) [^?]{0,60}\b(?:revenues?|profits?|valuation|net income)\b",
    re.IGNORECASE,
)
_COUNTER = "[个家名位台款项种座所起件条次份]"
_THING = re.compile(rf"(?:多少|几){_COUNTER}[A-Za-z]*(?P<thing>[\u3400-\u9fff]{{2}})")
_RELATIVE = re.compile(r"增|降|占|比|率|份额|\b(?:share|gr[eo]w|margin|percent|rate|fast)", re.IGNORECASE)


def of_another_measure(asked: str, told: Sequence[str], around: Sequence[str]) -> bool:
    """Whether a question asks for one of the measures above by name, and nothing `around` the evidence speaks of it, or
    of money asked for an answer and what it cites (`told`) give none. The answer may call by that name what is none.
    """
    evidence = "\n".join(around)
    if any(wanted.search(asked) and not held.search(evidence) for wanted, held in _MEASURES):
        return True
    if not _MONEY.search(asked) or _RELATIVE.search(asked):
        return False
    return not any(found.unit in MONEY for found in find_quantities("\n".join(told)))


def counts_the_asked(questions: Sequence[str], text: str) -> bool:
    """Whether a text counts the very things that a question, in any of its forms, asks how many there are of: 20个国家
    where 多少个国家 is asked.
    """
    things = {found["thing"] for asked in questions for found in _THING.finditer(asked)}
    counted = (rf"\d[\d,.]*\s*[万亿]?[余多]?{_COUNTER}[^\d，。；、]{{0,6}}{thing}" for thing in things)
    return any(re.search(pattern, text) for pattern in counted)
