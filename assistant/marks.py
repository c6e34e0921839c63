"""Citation marks in a stream of text: every spelling a model uses comes out as `[1][3]`, or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

MARK = re.compile(r"\[(\d+)\]")
MARKS = re.compile(r"(?<![ \t])[ \t]*+\[\d+\](?:[ \t]*+\[\d+\])*+")

_OPEN = "[【［"
_CLOSE = "]】］"
_LABELS = (
    "来源", "证据", "资料", "文献", "引用", "出处", "source", "sources", "evidence", "ref", "reference",
)  # fmt: skip
_LONGEST = 24
_SPACES = 4

_ITEM = r"\d+(?:\s*[-–—~～至]\s*\d+)?"
_SPELLED = re.compile(
    rf"[\[【［]\s*\^?\s*(?:{'|'.join(_LABELS)})?\s*[:：#]?\s*"
    rf"({_ITEM}(?:\s*[,，、;；\s]\s*{_ITEM})*)\s*(?:†[\w\s:-]*)?[\]】］]",
    re.IGNORECASE,
)
_BEGINNING = re.compile(r"[\[【［]\s*\^?\s*([^\W\d_]*)\s*([:：#]?[\d\s,，、;；\-–—~～至]*)(†[\w\s:-]*)?")
_INNER = re.compile(r"[\d\s,，、;；\-–—~～至]")
_YEAR = re.compile(r"(?:19|20)\d\d")


class MarkParser:
    """Turns the marks in a stream into their normal form, however the stream is cut into pieces.

    `given` holds the numbers of the evidence as the model read them, and what each is called outside;
    marks that point elsewhere are dropped, together with the blanks before them. At most `_LONGEST`
    characters that may yet become a mark are held back, so text flows on as it is written.
    """

    def __init__(self, given: Mapping[int, int]) -> None:
        self._given = dict(given)
        self._held = ""
        self._adjacent: set[int] = set()
        self._ajar = False
        self._owed = ""

    def feed(self, piece: str) -> str:
        """Take the next piece of the stream; return what is decided."""
        return "".join(self._take(character) for character in piece)

    def close(self) -> str:
        """The stream has ended: return what was held back."""
        return self._release()

    def _take(self, character: str) -> str:
        bracket = self._held.lstrip(" ")
        if bracket and character in _CLOSE:
            return self._resolve(self._held + character)
        if bracket and _may_become_mark(bracket + character):
            self._held += character
            return ""
        if character in _OPEN and not bracket:
            self._held += character
            return ""
        released = self._release() if bracket or character != " " or len(self._held) >= _SPACES else ""
        if character == " " or character in _OPEN:
            self._held += character
            return released
        return released + self._pass(character)

    def _release(self) -> str:
        held, self._held = self._held, ""
        return "".join(self._pass(character) for character in held)

    def _pass(self, character: str) -> str:
        """Let plain text through, unless what is left of a dropped mark would make a mark of it."""
        if character in _CLOSE and self._ajar:
            self._ajar = False
            return ""
        self._ajar = character in _OPEN or (self._ajar and bool(_INNER.match(character)))
        self._adjacent = self._adjacent if character.isspace() else set()
        owed, self._owed = self._owed, ""
        return owed + character if character.isascii() and character.isalnum() else character

    def _resolve(self, held: str) -> str:
        self._held = ""
        bracket = held.lstrip(" ")
        blanks = held[: len(held) - len(bracket)]
        found = _SPELLED.fullmatch(bracket)
        if found is None:
            self._adjacent, self._ajar, self._owed = set(), False, ""
            return held
        listed = found[1]
        if _is_period(listed) and not self._points(listed):
            self._adjacent = set()
            return f"{blanks}({listed})"
        numbers = [n for n in self._points(listed) if n not in self._adjacent]
        if numbers:
            self._adjacent.update(numbers)
            self._ajar = False
            owed, self._owed = self._owed, ""
            return (blanks or owed) + normal(numbers)
        self._owed = self._owed or blanks
        return ""

    def _points(self, listed: str) -> list[int]:
        """What the given numbers in a list such as `1, 3-5` are called outside, in order, each once."""
        found: list[int] = []
        for item in re.findall(_ITEM, listed):
            ends = [int(digits) for digits in re.findall(r"\d+", item)]
            if len(ends) == 1:
                found += [self._given[n] for n in ends if n in self._given]
            else:
                found += [self._given[n] for n in sorted(self._given) if min(ends) <= n <= max(ends)]
        return list(dict.fromkeys(found))


def normal(numbers: Iterable[int]) -> str:
    """The normal form of several marks: `[1][3]`."""
    return "".join(f"[{n}]" for n in numbers)


def normalise(text: str, valid: Collection[int]) -> str:
    """A whole text with its marks in normal form; what `MarkParser` does to a stream."""
    parser = MarkParser({n: n for n in valid})
    return parser.feed(text) + parser.close()


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers of the normal marks in a text, in order, each once."""
    return tuple(dict.fromkeys(int(n) for n in MARK.findall(text)))


def without_marks(text: str) -> str:
    """A text without its normal marks and without the blanks before them."""
    return MARKS.sub("", text)


def _may_become_mark(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    found = _BEGINNING.fullmatch(text)
    if found is None:
        return False
    label = found[1].lower()
    complete = not label or label in _LABELS
    return complete or (not found[2] and not found[3] and any(name.startswith(label) for name in _LABELS))


def _is_period(listed: str) -> bool:
    """True for years in brackets (`[2023]`, `[2020-2023]`), as in the number of an official document."""
    return re.sub(r"\d+", "", listed).strip(" -–—~～至") == "" and all(
        _YEAR.fullmatch(digits) for digits in re.findall(r"\d+", listed)
    )
