"""The shape of an answer: lines, list items, headings, tables and sentences, taken apart and put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from assistant.alignment import find
from assistant.marks import MARK, MARKS, normal, numbers_in, without_marks
from assistant.phrases import tells_of_silence
from assistant.quantities import SMALL
from assistant.schema import State
from assistant.sentences import BLANK, split_sentences
from vectorstore.characters import has_han
from vectorstore.schema import Lang

Kind = Literal["claim", "lead-in", "connective", "silence", "structure"]

_PREFIX = re.compile(
    r"\s*(?:(?:>|[-*+•·●○▪]|#{1,6})\s+|\(?\d{1,3}(?:[)、]|\.(?!\d))\s*|[（(]\d{1,3}[)）]\s*|[①-⑳]\s*)*"
)
_ORDERED = re.compile(r"^(\s*[(（]?)(\d{1,3})([.)、）].*)$", re.DOTALL)
_RULE = re.compile(r"\s*(?:\|?[\s:|-]*-{2,}[\s:|-]*\|?|[-*_]{3,})\s*")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*[:：]?\s*")
_MARK_LINE = re.compile(r"(?<!\s)\s*\n[ \t]*((?:\[\d+\][ \t]*)+)(?=\n|$)")
_TWO_STOPS = re.compile(r"([。！？；])((?:[ \t]*\[\d+\])+)[。；]")
_WITHOUT = re.compile(r"没有|不[含包具需用]|无需|缺|\b(?:without|lacks?|no|not|none)\b", re.IGNORECASE)
"""In what leads in to a list: the items are what something is without."""
_HALF = re.compile(r"([；;])(?:\s*\[\d+\])*\s*$")
_TAIL = re.compile(r"[。！？；.!?;]*\s*(?:\|\s*)?$")
_HANGS = re.compile(r"(?:\d+\s?[年月日]中|[内来后前间里]|截至[^，。]*|以[来内]|其中|(?:预[计测]|认为|指出|表示|显示))$")
"""How a clause ends that says nothing without the next: 未来5年中."""
_CONNECTIVE = re.compile(
    r"(?:综上(?:所述)?|总(?:的来说|而言之|之|体来看|体而言)|因此|此外|另外|同时|具体(?:来说|如下|而言)|如下"
    r"|是的|不是|对|其中"
    r"|(?:根据|基于)(?:以上|上述|所给|提供的|给出的)?(?:资料|证据|材料|信息|报告)"
    r"|in (?:summary|short|conclusion|detail|addition)|overall|to sum up|specifically|yes|no|namely"
    r"|based on the (?:provided |given )?(?:evidence|information|reports?|sources?)"
    r"|(?:here|these|the following|below) (?:are|is) .{0,40})",
    re.IGNORECASE,
)

@dataclass(slots=True, eq=False)
class Piece:
    """One sentence of an answer: as written, as a claim (without marks), and what the check decides. A row of a table
    has the `head` of its table.
    """

    text: str
    gap: str
    kind: Kind
    claim: str
    marks: tuple[int, ...]
    state: State = "supported"
    head: str = ""

    def write(self, lang: Lang) -> str:
        """The sentence with its marks: those kept stay in their places, new ones come before its end."""
        kept = MARKS.sub(self._keep, self.text)
        missing = [n for n in self.marks if n not in numbers_in(kept)]
        if not missing:
            return kept
        tail = _TAIL.search(kept)
        end = tail.start() if tail else len(kept)
        return kept[:end].rstrip() + BLANK[lang] + normal(missing) + kept[end:]

    def _keep(self, found: re.Match[str]) -> str:
        kept = [int(n) for n in MARK.findall(found[0]) if int(n) in self.marks]
        return found[0][: len(found[0]) - len(found[0].lstrip())] + normal(kept) if kept else ""

    def beginnings(self) -> Iterator[Piece]:
        """The sentence without its last clause, without its last two, and so on; of a Chinese sentence alone,
        whose clauses stand by themselves.
        """
        if self.kind != "claim" or not has_han(self.claim):
            return
        for cut in [found.start() for found in re.finditer(r"[，；]", self.text)][::-1]:
            if _HANGS.search(self.text[:cut]):
                continue
            text = self.text[:cut].rstrip() + "。"
            yield Piece(text, self.gap, "claim", without_marks(text).strip(), numbers_in(text) or self.marks)


@dataclass(slots=True)
class Line:
    """One line of an answer: what stands before its sentences (a bullet, a number), and the sentences."""

    prefix: str
    pieces: list[Piece]
    blank: bool = False
    announces: bool = False  # a list or a table followed it as written

    @property
    def itemised(self) -> bool:
        """Whether the line is an item of a list or a row of a table."""
        return bool(self.prefix.strip()) or self.pieces[0].text.lstrip().startswith("|")

    @property
    def heading(self) -> bool:
        """Whether the line is a heading."""
        return self.pieces[0].kind == "structure" and not self.itemised


@dataclass(slots=True)
class Draft:
    """An answer taken apart."""

    lines: list[Line] = field(default_factory=list)

    @property
    def pieces(self) -> list[Piece]:
        """Every sentence, in order."""
        return [piece for line in self.lines for piece in line.pieces]

    def prune(self) -> tuple[Piece, ...]:
        """Take out unverified sentences, and lists, tables, headings and lead-ins that are left empty, and the items of
        what says that something lacks them, where that goes.
        """
        denied = False
        for line in (line for line in self.lines if not line.blank):
            if denied and line.itemised:
                for piece in line.pieces:
                    piece.state = "unverified"
            else:
                last = line.pieces[-1]
                denied = last.state == "unverified" and bool(_WITHOUT.search(last.claim)) and line.announces
        removed = tuple(piece for piece in self.pieces if piece.state == "unverified")
        for line in self.lines:
            kept = [piece for piece in line.pieces if piece.state != "unverified"]
            if kept and kept[-1] is not line.pieces[-1]:
                _stop(kept[-1])
            line.pieces = kept
        self.lines = [line for line in self.lines if line.blank or line.pieces]
        self.lines = list(_introducing(reversed(self.lines)))[::-1]
        if removed:
            _renumber(self.lines)
        return removed

    def write(self, lang: Lang) -> str:
        """The text of the answer."""
        rows = []
        for line in self.lines:
            body = "".join(piece.gap + piece.write(lang) for piece in line.pieces)
            rows.append(line.prefix + body.lstrip())
        return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def read(answer: str) -> Draft:
    """Take an answer with normal marks apart."""
    rows = _TWO_STOPS.sub(r"\2\1", _MARK_LINE.sub(r"\1", answer)).splitlines()
    lines = [_line(row, following) for row, following in zip(rows, [*rows[1:], ""], strict=False)]
    filled = [line for line in lines if not line.blank]
    for line, following in pairwise(filled):
        line.announces = following.itemised
    _head(lines)
    return Draft(lines)


def _head(lines: list[Line]) -> None:
    """Give the rows of each table its head."""
    head = ""
    for line in lines:
        row = "" if line.blank else line.pieces[0].text.strip()
        if not row.startswith("|"):
            head = ""
        elif line.pieces[0].kind != "structure":
            for piece in line.pieces:
                piece.head = head
        elif not _RULE.fullmatch(row):
            head = row.strip("| ")


def _line(row: str, following: str) -> Line:
    if not row.strip():
        return Line("", [], blank=True)
    heading = row.lstrip().startswith("#") or (_BOLD_LINE.fullmatch(row) and following.strip())
    if _RULE.fullmatch(row) or heading or (row.lstrip().startswith("|") and _is_rule(following)):
        return Line("", [Piece(row, "", "structure", "", ())])
    found = _PREFIX.match(row)
    prefix = found[0] if found else ""
    body, pieces, at = row[len(prefix) :].rstrip(), [], 0
    for start, end in split_sentences(body):
        text = body[start:end]
        claim = without_marks(text).strip()
        if re.search(r"\w", claim):  # a stop that is left over says nothing
            marks = numbers_in(text)
            pieces.append(Piece(text, body[at:start], _kind(claim, bool(marks)), claim, marks))
        at = end
    for half, rest in reversed([*pairwise(pieces)]):
        if not half.marks and half.kind == "claim" and _HALF.search(half.text):
            half.marks = rest.marks  # the marks at the end of a sentence are those of both its halves
    return Line(prefix, pieces) if pieces else Line("", [], blank=True)


def _is_rule(row: str) -> bool:
    return "-" in row and _RULE.fullmatch(row) is not None


def _kind(claim: str, marked: bool) -> Kind:
    bare = claim.strip(" \t*_，,。.:：！!")
    if not any(q.value > SMALL or q.unit for q in find(claim)):
        if claim.rstrip("*_ ").endswith((":", "：")) and not marked:
            return "lead-in"
        if not bare or _CONNECTIVE.fullmatch(bare):
            return "connective"
        if tells_of_silence(bare):
            return "silence"
    return "claim"


def _introducing(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines from the last to the first, without headings, table heads and lead-ins that lead nowhere."""
    below: Line | None = None
    for line in lines:
        if line.blank:
            yield line
            continue
        opening = [p for p in line.pieces if p.kind in ("structure", "lead-in")]
        line.pieces = [p for p in line.pieces if p not in opening or _leads(p, line, below)]
        if line.pieces:
            below = line
            yield line


def _leads(piece: Piece, line: Line, below: Line | None) -> bool:
    """Whether what a heading, a table's head or a lead-in announces still follows."""
    if piece is not line.pieces[-1]:
        return True
    if below is None:
        return False
    if piece.text.lstrip().startswith("|"):
        return below.pieces[0].text.lstrip().startswith("|")
    return not below.heading and (bool(below.itemised) or not line.announces)


def _stop(piece: Piece) -> None:
    """Let what is the last of its line now end in a stop rather than in a semicolon."""
    if found := _HALF.search(piece.text):
        stop = "。" if found[1] == "；" else "."
        piece.text = piece.text[: found.start(1)] + stop + piece.text[found.end(1) :]


def _renumber(lines: list[Line]) -> None:
    """Close the gaps that removed items left in numbered lists."""
    counts: dict[str, int] = {}
    for line in lines:
        found = _ORDERED.match(line.prefix)
        if found:
            number = counts[found[1]] = counts.get(found[1], int(found[2]) - 1) + 1
            line.prefix = f"{found[1]}{number}{found[3]}"
        elif not line.blank and not line.prefix:
            counts.clear()
