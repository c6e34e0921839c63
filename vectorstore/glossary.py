"""Terms in both languages as the reports themselves give them: `检索增强生成（Retrieval Augmented Generation，RAG）`.

A report's own wording finds its passages better than a dictionary's, and costs nothing: reports in Chinese
put the foreign term in parentheses where it is new. What stands before the parenthesis is cut where the term
begins: at function words, and, when a term is explained more than once, to what all the places have in common.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, takewhile
from threading import Lock
from typing import NamedTuple

from vectorstore.characters import has_han
from vectorstore.schema import Report
from vectorstore.words import cut

LONGEST = 12
"""Characters of a Chinese term at most; what is longer is a sentence with a name in it."""
_HAN = r"[\u4e00-\u9fff·]"
_FOREIGN = r"[A-Za-z][A-Za-z0-9 .&’'+-]*[A-Za-z0-9+]"
_INSIDE = re.compile(
    rf"[（(]\s?(?:({_FOREIGN}(?:\s?[,，、;；/]\s?{_FOREIGN}){{0,2}})|({_HAN}{{2,{LONGEST}}}))\s?[）)]"
)
_HAN_BEFORE = re.compile(rf"({_HAN}{{2,24}})\s?$")
_FOREIGN_BEFORE = re.compile(rf"(?<![A-Za-z0-9])({_FOREIGN})\s?$")
_NO_TERM = re.compile(r"\.[A-Z]{1,2}$|^(?:Source|Note|e\.g|i\.e)\b")
_NO_NAME = re.compile(r"^[年月日]|成立|上市$|^(?:左|右|上|下)图?$")
_ABBREVIATION = re.compile(r"[A-Z].*[A-Z]|\d| |\.")
_PART = re.compile(r"\s?[,，、;；/]\s?")
_OWN_NAME = re.compile(r"(?:中文简称|中文名称|外文名称|英文名称)(?!的?缩写)")
"""What a filing says its company is called: a line for each."""
_CELL = re.compile(r"[|:：\t]")
_LEGAL_FORM = re.compile(
    r"[\s,.&]+(?:group|holdings?|co(?:mpany)?|corp(?:oration)?|inc(?:orporated)?|limited|ltd|plc)\.?$",
    re.IGNORECASE,
)
_MOST_WORDS = 4
_ALONE = re.compile(
    r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][ .&’'-])[A-Z][A-Za-z0-9]*"
    rf"(?: [A-Z][A-Za-z0-9]*){{0,{_MOST_WORDS - 1}}}(?![A-Za-z0-9])(?![ .&’'-]{{1,2}}[A-Za-z0-9])"
    r"|(?<![\w./@-])[A-Za-z][a-z0-9]*\.(?:ai|io|com)(?![\w./-])"
)
"""A foreign name alone in what is not: `Kimi` in 月之暗面的Kimi, `Moonshot AI`, `together.ai`, not `Index` in the
AI-Index Report."""
_NO_NAMES = frozenset(
    """
    AI API APP AR App BI CAGR CEO CFO COO CPU CTO EU GDP GPU HR IP IPO IT LLM PC PPT ROI UK US USA VR
    Agent Data Model Source Stage Table
    Are At By Do Does Did For From Has Have How In Is Of On The To Was Were What When Where Which Who Why
    """.split()  # noqa: SIM905
)
"""Abbreviations and words that stand alone as well, and are said in Chinese too."""
_BETWEEN_TERMS = frozenset(
    """
    的 和 与 及 或 以及 是 即 为 有 称为 又称 简称 也称 叫做 称作 等 等等 在 于 对 将 把 由 从 向 到 至 以 用 如 例如
    比如 而 但 并 且 并且 或者 了 着 过 通过 使用 采用 利用 基于 根据 按照 依据 参考 包括 包含 分为 主要 常见 一种 一个
    一类 这种 该 其 其中 名为 推出 发布 提出 引入 构建 实现 结合 迭代 展望 发展 成为 作为 指 所谓 不同 各种 相关 来自
    彻底 改变 支持 训练 联手 研发 开发 收购 投资 旗下 已 正 也 还 都 需 可 能 会 被 让 称 方法有
    """.split()  # noqa: SIM905 (a list of words reads as words)
)
"""Words at which what stands before a parenthesis is cut: the term begins after the last of them."""


class Glossary:
    """Foreign terms (lower case) and the Chinese ones that the reports use for them, the commonest first."""

    def __init__(
        self,
        pairs: Iterable[tuple[str, str]],
        companies: Iterable[tuple[str, str]] = (),
        alone: Iterable[str] = (),
    ) -> None:
        """`pairs` are (Chinese, foreign), one for each place; `companies` what filings say theirs are called; `alone`
        the foreign names that stand alone in Chinese.
        """
        self._alone = {
            name
            for name, times in Counter(alone).items()
            if len(name) > 1 and (times > 1 or _ABBREVIATION.search(name)) and not _NO_NAMES.issuperset(name.split())
        }
        self._companies = {foreign.casefold(): chinese for chinese, foreign in companies}
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        special: set[str] = set()
        for chinese, foreign in pairs:
            counted[foreign.casefold()][chinese] += 1
            if _ABBREVIATION.search(foreign):
                special.add(foreign.casefold())
        # An ordinary word said once in parentheses is more often an aside than a term.
        self._terms = {
            foreign: _usual(found)
            for foreign, found in counted.items()
            if foreign in special or max(found.values()) > 1
        }
        self._terms |= self._companies
        self._longest = max((len(foreign.split()) for foreign in self._terms), default=0)

    def __len__(self) -> int:
        return len(self._terms)

    def chinese_in(self, text: str) -> dict[str, str]:
        """Foreign terms that stand in `text`, the longest at each place, and their Chinese, in order."""
        tokens = [(m.start(), m.end()) for m in re.finditer(r"[A-Za-z0-9][\w.+&/-]*\w|[A-Za-z]", text)]
        found: dict[str, str] = {}
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                said = text[tokens[at][0] : tokens[at + length - 1][1]]
                chinese = self._terms.get(said.casefold()) or self._terms.get(
                    said.casefold().removesuffix("s")
                )
                if chinese:
                    found[said] = chinese
                    at += length - 1
                    break
            at += 1
        return found

    def companies_in(self, text: str) -> dict[str, str]:
        """Those of them that are the name of a company whose filing is here."""
        return {said: chinese for said, chinese in self.chinese_in(text).items() if self._is_company(said)}

    def kept_in(self, text: str) -> list[str]:
        """The names in `text` that Chinese reports leave as they are and do not explain, in order."""
        words = list(re.finditer(r"[A-Za-z0-9]+", text))
        kept, at = [], 0
        while at < len(words):
            runs = (text[words[at].start() : last.end()] for last in reversed(words[at : at + _MOST_WORDS]))
            name = next((run for run in runs if run in self._alone and run.casefold() not in self._terms), "")
            kept.append(name)
            at += max(1, len(name.split()))
        return [name for name in dict.fromkeys(kept) if name]

    def _is_company(self, said: str) -> bool:
        return said.casefold() in self._companies or said.casefold().removesuffix("s") in self._companies


class Glossaries:
    """The glossary of a library as its reports come and go: each is read once, whatever thread asks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: dict[tuple[str, str], _Named] = {}
        self._made: tuple[frozenset[tuple[str, str]], Glossary] = (frozenset(), Glossary(()))

    def of(self, reports: Iterable[Report], texts: Callable[[str], Iterable[str]]) -> Glossary:
        """The glossary of these reports; `texts` gives the clean texts of one by its id."""
        wanted = frozenset((report.id, report.sha256) for report in reports)
        with self._lock:
            if self._made[0] != wanted:
                self._read = {
                    key: self._read.get(key) or _read(list(texts(key[0]))) for key in sorted(wanted)
                }
                said = self._read.values()
                self._made = wanted, Glossary(
                    chain.from_iterable(one.terms for one in said),
                    chain.from_iterable(one.companies for one in said),
                    chain.from_iterable(one.alone for one in said),
                )
            return self._made[1]


class _Named(NamedTuple):
    """What a report calls things: terms and companies, (Chinese, foreign), and names left in foreign letters."""

    terms: list[tuple[str, str]]
    companies: list[tuple[str, str]]
    alone: list[str]


def _read(texts: Sequence[str]) -> _Named:
    return _Named(
        [pair for text in texts for pair in pairs(text)],
        [pair for text in texts for pair in companies(text)],
        [name for text in texts if has_han(text) for name in _ALONE.findall(text)],
    )


def pairs(text: str) -> list[tuple[str, str]]:
    """(Chinese, foreign) terms that a text explains by parentheses, one for each place and abbreviation."""
    found = []
    for match in _INSIDE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        foreign, chinese = match.groups()
        if foreign and (said := _HAN_BEFORE.search(before)) and (term := _term(said[1])):
            found += [(term, part) for part in _PART.split(foreign) if _plausible(part)]
        elif chinese and (said := _FOREIGN_BEFORE.search(before)) and _plausible(said[1]):
            found += [(chinese, said[1])] if _term(chinese) == chinese else []
    return found


def companies(text: str) -> list[tuple[str, str]]:
    """(Chinese, foreign) of the company that a filing is of; its name without its legal form is one, too."""
    said: dict[str, str] = {}
    for line in text.split("\n"):
        if labels := list(_OWN_NAME.finditer(line)):
            last = labels[-1]
            said.setdefault(last[0], _CELL.split(line[last.end() :])[-1].strip())
    chinese = said.get("中文简称") or said.get("中文名称") or ""
    foreign = said.get("外文名称") or said.get("英文名称") or ""
    if not re.fullmatch(rf"{_HAN}{{2,30}}", chinese) or not re.match(r"[A-Za-z]", foreign):
        return []
    called = [foreign]
    while (shorter := _LEGAL_FORM.sub("", called[-1])) != called[-1]:
        called.append(shorter)
    return [(chinese, name) for name in called]


def _term(before: str) -> str | None:
    """The end of what stands before a parenthesis, from where its last term begins."""
    term: list[str] = []
    for word in reversed(cut(before)):
        if word in _BETWEEN_TERMS or sum(map(len, term)) + len(word) > LONGEST:
            break
        term.insert(0, word)
    said = "".join(term).strip("·")
    return said if len(said) >= 2 and not _NO_NAME.search(said) else None


def _plausible(foreign: str) -> bool:
    return len(foreign) >= 2 and len(foreign.split()) <= 6 and not _NO_TERM.search(foreign)


def _usual(found: Counter[str]) -> str:
    """The commonest Chinese of a term; of longer and shorter ones the end they share."""
    names: Sequence[str] = sorted(found, key=lambda name: (-found[name], len(name), name))
    ends = zip(*(reversed(name) for name in names[:3]), strict=False)
    shared = "".join(same[0] for same in takewhile(lambda chars: len(set(chars)) == 1, ends))[::-1]
    return shared if len(shared) >= 3 else names[0]
