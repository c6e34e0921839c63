"""Repetition: small models sometimes say the same sentence until their budget is used up, or the question again."""

from __future__ import annotations

import re
from collections import Counter

from assistant import claims
from assistant.marks import without_marks
from assistant.quantities import numbers
from assistant.sentences import split_sentences

_YES_OR_NO = re.compile(
    r"吗|(?<![什怎那这多])么\W*$|是否|是不是|有没有|能不能|会不会|对不对|^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_SEVERAL_WORDS = 3
TIMES, TIMES_IN_ROWS = 3, 40
"""How often a sentence may come with nothing but its figures changed before it is a loop; for a model that writes
tables, of which every row may be such.
"""


def looping(text: str, times: int = TIMES) -> bool:
    """Whether a reply, as far as it is written, has begun to repeat itself, `times` but for its figures."""
    shapes = [_shape(sentence) for sentence in _sentences(text)][:-1]  # the last one may still grow
    return bool(shapes) and (
        shapes.count(shapes[-1]) >= times or (len(shapes) > 1 and _said(text, -2) == _said(text, -3) != "")
    )


def without_repeats(text: str, times: int = TIMES) -> str:
    """A reply in which no sentence comes twice, nor its beginning once more, nor `times` with other figures."""
    seen: set[str] = set()
    shapes: Counter[str] = Counter()
    kept = ""
    for sentence in _sentences(text):
        said, shape = _plain(sentence), _shape(sentence)
        shapes[shape] += bool(shape)
        begun = bool(shape) and any(one.startswith(said) for one in seen)
        if (said and said in seen) or begun or shapes[shape] >= times:
            continue
        seen.add(said)
        kept += sentence
    return kept.strip()


def without_echoes(text: str, question: str) -> str:
    """A reply without sentences that say nothing but what the question does, and without a false start; '' where none
    is left. What can be answered by yes or no may be said again.
    """
    if _YES_OR_NO.search(question):
        return text
    kept = "".join(sentence for sentence in _sentences(text) if not _echoes(sentence, question))
    return without_a_false_start(kept.strip(), question) if re.search(r"\w", without_marks(kept)) else ""


def without_a_false_start(text: str, question: str) -> str:
    """A reply without a first sentence that shares no word and no name with the question, where a later one shares
    several: a small model may begin with some evidence about something else.
    """
    first, *rest = _sentences(text) or [""]
    strange = len(claims.grams(first)) >= _SEVERAL_WORDS and not claims.shared(first, question)
    answers = any(claims.shared(sentence, question) >= _SEVERAL_WORDS for sentence in rest)
    return "".join(rest).lstrip() if strange and answers else text


def _echoes(sentence: str, question: str) -> bool:
    if sentence.lstrip().startswith("|") or without_marks(sentence).rstrip().endswith((":", "：")):
        return False  # the head of a table, and what leads in to a list, say what the rows and the items are of
    said, asked = claims.grams(without_marks(sentence)), claims.grams(question)
    new = said - asked or numbers(without_marks(sentence)) - numbers(question)
    denied = claims.negative(sentence) and not claims.negative(question)
    return bool(said) and not new and not denied


def _sentences(text: str) -> list[str]:
    starts = [start for start, _ in split_sentences(text)]
    return (
        [text[a:b] for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)] if starts else []
    )


def _said(text: str, place: int) -> str:
    sentences = _sentences(text)
    return _plain(sentences[place]) if len(sentences) >= -place else ""


def _plain(sentence: str) -> str:
    return re.sub(r"\W+", "", without_marks(sentence))


def _shape(sentence: str) -> str:
    """A sentence without its figures; '' when it is too short to be told from a list's item."""
    shape = re.sub(r"\d+", "0", _plain(sentence))
    return shape if len(shape) > 8 else ""
