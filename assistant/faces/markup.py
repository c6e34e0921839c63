"""What the assistant says, as HTML: everything escaped, a small Markdown subset rendered, marks as buttons.

Nothing from a report or a model reaches the page as markup: paragraphs, lists, tables, headings and bold
are the only things recognised, and each is written by this module around escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.marks import MARK
from assistant.schema import Sentence

Span = tuple[int, int]

_WEAK, _SOUND = "\ue000", "\ue001"
_ITEM = re.compile(r"\s*(?:([-*•·])\s+|(\d{1,2})(?:[.)]\s+|、\s*))(?=\S)")
_HEADING = re.compile(r"\s*#{1,6}\s+(.+)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_TOKEN = re.compile(rf"(\*\*|{_WEAK}|{_SOUND}|{MARK.pattern})")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a report that a mark or a card opens."""

    n: int
    report: str
    title: str
    publisher: str | None
    page: int | None
    start: int
    end: int
    quote: str
    date: str | None = None
    source: str = ""

    @property
    def attributes(self) -> str:
        """The attributes by which the page knows what to open."""
        return f'data-report="{escape(self.report)}" data-start="{self.start}" data-end="{self.end}"'


def prose(text: str, places: Mapping[int, Place], weak: Iterable[Span] = (), why: str = "") -> str:
    """A text with marks as HTML; stretches in `weak` get a quiet underline and `why` as their tooltip."""
    signed = _signed(text.replace(_WEAK, "").replace(_SOUND, ""), weak)
    return _Writer(places, why).blocks(signed.splitlines())


def unverified(text: str, sentences: Sequence[Sentence]) -> list[Span]:
    """Where the sentences that nothing confirmed stand in an answer's text.

    Sentences come without marks and may differ in white space, so both sides are compared by their
    other characters; a sentence that cannot be found is left out.
    """
    silent = {i for mark in MARK.finditer(text) for i in range(*mark.span())}
    kept = [i for i, char in enumerate(text) if i not in silent and not char.isspace()]
    bare = "".join(text[i] for i in kept)
    spans, cursor = [], 0
    for sentence in sentences:
        words = "".join(MARK.sub("", sentence.text).split())
        found = bare.find(words, cursor) if words else -1
        if found < 0:
            continue
        cursor = found + len(words)
        if sentence.state == "unverified":
            spans.append((kept[found], kept[cursor - 1] + 1))
    return spans


def _signed(text: str, weak: Iterable[Span]) -> str:
    """The text with a sign before and after each weak stretch of each line."""
    pieces, cursor = [], 0
    for start, end in sorted(weak):
        pieces.append(text[cursor:start])
        lines = text[start:end].split("\n")
        pieces.append("\n".join(f"{_WEAK}{line}{_SOUND}" if line.strip() else line for line in lines))
        cursor = end
    return "".join(pieces) + text[cursor:]


class _Writer:
    """Writes lines as blocks. Bold ends with its block, a weak stretch where its sign says."""

    def __init__(self, places: Mapping[int, Place], why: str) -> None:
        self._places = places
        self._why = escape(why)
        self._weak = False

    def blocks(self, lines: Sequence[str]) -> str:
        return "".join(self._blocks(lines))

    def _blocks(self, lines: Sequence[str]) -> Iterator[str]:
        index = 0
        while index < len(lines):
            plain = _plain(lines[index])
            if not plain.strip():
                index += 1
            elif heading := _HEADING.fullmatch(plain):
                inner = self._inline(_without(lines[index], heading.start(1)))
                yield f'<p class="heading"><strong>{inner}</strong></p>'
                index += 1
            elif _is_table(lines, index):
                taken = _run(lines, index, lambda line: line.lstrip().startswith("|"))
                yield self._table(taken)
                index += len(taken)
            elif _ITEM.match(plain):
                taken = _run(lines, index, lambda line: bool(_ITEM.match(line)))
                yield self._list(taken)
                index += len(taken)
            else:
                taken = _run(lines, index, lambda line: bool(line.strip()) and not _begins_block(line))
                taken = taken or [lines[index]]
                yield "<p>" + "<br>".join(self._inline(line) for line in taken) + "</p>"
                index += len(taken)

    def _list(self, lines: Sequence[str]) -> str:
        first = _ITEM.match(_plain(lines[0]))
        number = first[2] if first else None
        items = []
        for line in lines:
            bullet = _ITEM.match(_plain(line))
            items.append(f"<li>{self._inline(_without(line, bullet.end() if bullet else 0))}</li>")
        tag, start = ("ol", f' start="{int(number)}"') if number else ("ul", "")
        return f"<{tag}{start}>{''.join(items)}</{tag}>"

    def _table(self, lines: Sequence[str]) -> str:
        rows = [line.strip().strip("|").split("|") for line in lines if not _RULE.fullmatch(_plain(line))]
        head = self._row(rows[0], 'th scope="col"', "th")
        body = "".join(self._row(row, "td", "td") for row in rows[1:])
        return (
            f'<div class="table" tabindex="0"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'
        )

    def _row(self, cells: Sequence[str], opening: str, closing: str) -> str:
        written = "".join(f"<{opening}>{self._inline(cell.strip())}</{closing}>" for cell in cells)
        return f"<tr>{written}</tr>"

    def _inline(self, line: str) -> str:
        parts, bold = [], False
        stars = line.count("**") // 2 * 2
        for token in _tokens(line):
            if token == "**" and stars:
                bold, stars = not bold, stars - 1
            elif token in (_WEAK, _SOUND):
                self._weak = token == _WEAK
            else:
                parts.append(self._dress(token, bold))
        return "".join(parts)

    def _dress(self, token: str, bold: bool) -> str:
        mark = MARK.fullmatch(token)
        place = self._places.get(int(mark[1])) if mark else None
        if place:
            return f'<button type="button" class="mark" {place.attributes}>[{place.n}]</button>'
        inner = escape(token)
        inner = f"<strong>{inner}</strong>" if bold else inner
        return f'<span class="unverified" title="{self._why}">{inner}</span>' if self._weak else inner


def _tokens(line: str) -> Iterator[str]:
    cursor = 0
    for token in _TOKEN.finditer(line):
        if token.start() > cursor:
            yield line[cursor : token.start()]
        yield token[0]
        cursor = token.end()
    if cursor < len(line):
        yield line[cursor:]


def _plain(line: str) -> str:
    return line.replace(_WEAK, "").replace(_SOUND, "")


def _without(line: str, count: int) -> str:
    """The line without its first `count` characters; signs among them stay."""
    signs = []
    while count and line:
        if line[0] in (_WEAK, _SOUND):
            signs.append(line[0])
        else:
            count -= 1
        line = line[1:]
    return "".join(signs) + line


def _run(lines: Sequence[str], index: int, belongs: Callable[[str], bool]) -> list[str]:
    """The lines from `index` on that belong together."""
    end = index
    while end < len(lines) and belongs(_plain(lines[end])):
        end += 1
    return list(lines[index:end])


def _begins_block(line: str) -> bool:
    return bool(_ITEM.match(line) or _HEADING.fullmatch(line) or line.lstrip().startswith("|"))


def _is_table(lines: Sequence[str], index: int) -> bool:
    if index + 1 >= len(lines) or not _plain(lines[index]).lstrip().startswith("|"):
        return False
    return bool(_RULE.fullmatch(_plain(lines[index + 1])))
