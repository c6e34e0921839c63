"""Sentences of Chinese, English and mixed text, as spans; marks belong to the sentence before them."""

from __future__ import annotations

import re

from assistant.marks import MARK, MARKS
from vectorstore.schema import Lang

Span = tuple[int, int]

BLANK: dict[Lang, str] = {"zh": "", "en": " "}
"""What stands between two sentences of a language, and before a sentence's marks."""

# After one of these words a full stop ends nothing; after `_BEFORE_DIGITS`, nothing when a digit follows.
_ABBREVIATIONS = re.compile(
    r"e\.g|i\.e|etc|vs|cf|al|approx|ca|inc|corp|ltd|co|llc|plc|mr|mrs|ms|dr|prof|st|jr|sr|dept|est|fig|eq|sec"
    r"|vol|ch|pp|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|a\.m|p\.m|ph\.d",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
_BEFORE_DIGITS = frozenset(["no", "nos", "p", "pp", "fig", "tab", "v", "ver"])

_END = re.compile(r"[。！？；]+|[!?;]+|\.+")
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.]*$")
_LIST_NUMBER = re.compile(r"\s*(?:[-*•·]\s*)?\(?\d{1,3}$")
_ENTRY = re.compile(
    r"(?<![于在自从至到和与为])(?<=[\u4e00-\u9fff》”」）)])\s?(?=(?:19|20)\d\d([/.-])\d{1,2}\1\d{1,2}\s?[\u4e00-\u9fff《“A-Z])"
)
"""Between two entries of a chronicle that stand on one line, each behind its day."""
_CHRONICLE = 2
"""Such places that make a line a chronicle."""
_CLOSERS = "”’」』》〉）)】]*_"
_ROW = re.compile(r"^[^|:：]{1,60}[:：] [^|]+ \| [^|:：]{1,60}[:：] ")
"""A row whose cells bear the names of their columns: what ends in a cell (9.9元50张；15.9元100张) ends no sentence."""
_LONG = 240
"""Characters of a row of which one cell tells a story of its own."""
_MARKED = re.compile(r"\[\d+\]$")
"""A citation mark before a stop: a sentence ends, however the next begins (realme shipped …)."""
_CLAUSE = re.compile(r"[^，、；：,;:\t\n]+[，、；：,;:\t\n]?")
_MOST_RUNS = 60
_PAIRS = {"(": ")", "（": "）"}


def split_sentences(text: str) -> list[Span]:
    """The sentences of a text as spans `(start, end)` in code points.

    Spans are in order, do not overlap, and leave out white space only. Every line ends a sentence, so
    list items and table rows (lines with a tab, starting with `|`, or short with named cells) stand alone. Closing
    quotes, brackets and citation marks stay with the sentence they follow.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n\r]+", text):
        for start, end in _split_line(line[0]):
            span = (line.start() + start, line.start() + end)
            if spans and _only_marks(text[span[0] : span[1]]):
                spans[-1] = (spans[-1][0], span[1])
            else:
                spans.append(span)
    return spans


def _split_line(line: str) -> list[Span]:
    stripped = line.strip()
    if not stripped:
        return []
    if "\t" in stripped or stripped.startswith("|") or (_ROW.search(stripped) and len(stripped) <= _LONG):
        return [_trim(line, 0, len(line))]
    cuts, start = [], 0
    inside = _bracketed(line)
    entries = {found.start() for found in _ENTRY.finditer(line)}
    entries = entries if len(entries) >= _CHRONICLE else set()
    ends = [(found.start(), found) for found in _END.finditer(line)]
    for place, found in sorted([*ends, *((place, None) for place in entries)], key=lambda cut: cut[0]):
        if place < start or place in inside or not (found is None or _ends_sentence(line, start, found)):
            continue
        end = place if found is None else _with_followers(line, start, found.end())
        cuts.append((start, end))
        start = end
    cuts.append((start, len(line)))
    return [_trim(line, *cut) for cut in cuts if line[cut[0] : cut[1]].strip()]


def _ends_sentence(line: str, start: int, found: re.Match[str]) -> bool:
    if found[0][0] in "。！？；" or _MARKED.search(line, start, found.start()):
        return True
    rest = line[_with_followers(line, start, found.end()) :]
    if rest and not rest[0].isspace() and rest[0].isascii():
        return False
    following = rest.lstrip()
    upcoming = following[:1]
    if not upcoming or found[0][0] == ";":
        return True
    if upcoming.islower() and not following[1:2].isupper():  # a sentence may begin with iPhone
        return False
    if found[0][0] in "!?":
        return True
    before = line[start : found.start()]
    return not _LIST_NUMBER.fullmatch(before) and not _is_abbreviation(before, upcoming)


def _is_abbreviation(before: str, upcoming: str) -> bool:
    found = _WORD_BEFORE.search(before)
    if found is None:
        return False
    if upcoming.isdigit() and found[0].lower() in _BEFORE_DIGITS:
        return True
    return bool(_ABBREVIATIONS.fullmatch(found[0]) or _INITIALS.fullmatch(found[0]))


def _with_followers(line: str, start: int, end: int) -> int:
    """The end of a sentence with its closing quotes, brackets and marks."""
    while True:
        marks = MARKS.match(line, end)
        if marks:
            end = marks.end()
        elif end < len(line) and (line[end] in _CLOSERS or _closes_quote(line, start, end)):
            end += 1
        else:
            return end


def _closes_quote(line: str, start: int, at: int) -> bool:
    return line[at] in "\"'" and line.count(line[at], start, at) % 2 == 1


def _bracketed(line: str) -> set[int]:
    """The places inside round brackets where no sentence ends, unless the brackets hold all of it."""
    inside: set[int] = set()
    opened: list[int] = []
    for place, character in enumerate(line):
        if character in _PAIRS:
            opened.append(place)
        elif character in _PAIRS.values() and opened:
            first = opened.pop()
            whole = not line[:first].strip() or line[:first].rstrip()[-1] in "。！？；.!?;"
            inside.update(range(first, place - whole))
    return inside


def _only_marks(text: str) -> bool:
    return MARK.search(text) is not None and not MARK.sub("", text).strip(" \t.。")


def _trim(line: str, start: int, end: int) -> Span:
    piece = line[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def clause_runs(sentence: str) -> list[str]:
    """The items and clauses of a sentence, and runs of two or three of them; of a very long one the first sixty."""
    cut = _CLAUSE.findall(sentence)
    runs = ("".join(cut[first : first + count]) for count in (1, 2, 3) for first in range(len(cut) - count + 1))
    return [run for run in runs if len(run.strip()) > 1][:_MOST_RUNS]
