"""Carrying a checked answer into the asker's language, sentence by sentence.

A small model reads Chinese reports far better in Chinese than in English, so it answers in the language of
the evidence; that answer is checked there, where wording can be compared, and only what stood the check is
translated. Code has put figures and known names into the other language beforehand, and looks afterwards
whether they survived: a sentence that lost or gained a number is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from threading import Event

import prompts
from assistant import claims, names, people
from assistant.citations import Checked
from assistant.coined import coined, with_characters
from assistant.faults import spoken_in
from assistant.marks import normal, without_marks
from assistant.mending import mended
from assistant.models.base import ChatModel, Reply, prompted
from assistant.quantities import find_quantities, numbers, restate, spelt, spread, unsupported_numbers
from assistant.renderings import strange
from assistant.schema import Citation, Sentence
from assistant.sentences import BLANK
from vectorstore.characters import has_han
from vectorstore.schema import Lang

NO_CHINESE = r"root ::= [^\u3000-\u303F\u3400-\u9FFF\uFF00-\uFFEF\n]+"
"""GBNF for an English reply: small models slip into Chinese."""

_TIMES = re.compile(
    r"\b(?:twice|thrice|(?:two|three|four|five|six|seven|eight|nine|ten)(?:[ -]times|fold))\b", re.I
)
"""Small models make "four times" of a quarter."""

_UP_TO = re.compile(
    r"(?:截[至止]|直?到|至|自|从|晚于|早于|不迟于|\b(?:by|since|until|before|after|from|to|of))\s*$", re.IGNORECASE
)
_BOUND = re.compile(r"\s*(?:以?[前后来]|之[前后]|[起底末初]|至今|[到至~—–-])")
"""What makes a day the end of a span, before it and behind it."""
_TIME = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:\.|[a-z]*\b)|\d/\d|\b(?:19|20)\d\d\b", re.IGNORECASE
)
_SHORT = {
    re.compile(r"\bU\.?S\.?A?(?:\.|\b)"): "United States",
    re.compile(r"\bU\.?K(?:\.|\b)"): "United Kingdom",
    re.compile(r"\bE\.?U(?:\.|\b)"): "European Union",
    re.compile(r"\bU\.?N(?:\.|\b)"): "United Nations",
    re.compile(r"\bUAE\b"): "United Arab Emirates",
}
"""What a translation may write of a name instead of the whole of it."""
_ROUND = re.compile(r"(?<=(?<![A-Za-z])[A-H+]) 轮")
"""What names of rounds of funding know without a blank: B轮."""
_BARE_LEAD = re.compile(r"^(?:(?:值得|需要?|应当?)(?:注意|关注|说明|一提)的是|此外|另外|同时|因此|总之|其中)[，,]")
"""What a sentence begins with, and says nothing by itself."""


def readable(text: str, lang: Lang) -> str:
    """Text with its figures, and for English the dates and the names that are known, already in `lang`."""
    restated = restate(spread(text), lang)
    return names.in_english(spelt(_ROUND.sub("轮", restated))) if lang == "en" else restated


def carry(
    checked: Checked,
    lang: Lang,
    model: ChatModel,
    *,
    named: Mapping[str, str] | None = None,
    told: Mapping[str, str] | None = None,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> Iterator[str | Sentence]:
    """A checked answer in `lang`: the translation of each sentence in pieces as it is written, to be shown, and
    then the sentence, marks and state kept, which alone counts. `named` are names in the answer and what English
    calls them.

    A translation that changed a number or dropped a name is asked for again in two halves; what changed a
    number then too is left out. A sentence that is in `lang` already stays; of one that is in `told` already, its
    translation is taken from there and not told again.
    """

    def say(text: str) -> Iterator[str]:
        return model.stream(
            prompted("carry", lang, text=text),
            max_tokens=200, grammar=NO_CHINESE if lang == "en" else None, cancel=cancel, reply=reply,
        )  # fmt: skip

    # What the sentences cite names them; looking for them takes a dictionary, so it is done once.
    quotes = "\n".join([*(citation.quote for citation in checked.citations), checked.text]) if lang == "en" else ""
    known = coined(quotes) | people.people(quotes)
    for sentence in checked.sentences:
        if told and sentence.text in told:
            yield replace(sentence, text=told[sentence.text])
            continue
        if spoken_in(sentence.text, lang):
            yield from (sentence.text, sentence)
            continue
        source = people.in_english(readable(sentence.text, lang), known | dict(named or {}))
        text = yield from _carried(source, sentence.text, lang, say)
        if text:
            yield replace(sentence, text=with_characters(text, known))


def _carried(
    source: str, original: str, lang: Lang, say: Callable[[str], Iterator[str]]
) -> Generator[str, None, str]:
    """`source` as `say` translates it, whole (told as it is written) or in halves; '' when no part of it came
    through.
    """
    pieces = []
    for piece in say(source):
        pieces.append(piece)
        yield piece
    whole = mended(_one_line(pieces), source)
    faithful = _faithful(whole, source, original, lang)
    if faithful and not _lost(source, whole):
        return whole
    halves = [(half, _as_it_is(half, lang) or mended(_one_line(say(half)), half)) for half in _halves(source)]
    kept = [text for half, text in halves if _faithful(text, half, original, lang)]
    joined = " ".join(text[:1].upper() + text[1:] for text in kept)
    best = whole if faithful and _lost(source, whole) <= _lost(source, joined) else joined
    return _dated(best, source) if best and lang == "en" else best


def _dated(text: str, source: str) -> str:
    """An English translation behind the one day or month that its source names, spelt out, and on which it happened,
    where the translation names no time.
    """
    found = [found for found in find_quantities(source) if found.unit in ("date", "month")]
    if len(found) != 1 or not found[0].text[0].isalpha() or _TIME.search(text):
        return text
    (day,) = found
    bounded = _UP_TO.search(source[: day.start]) or _BOUND.match(source[day.end :]) or "《" in source[: day.start]
    return text if bounded else f"{day.text}: {text}"


def _as_it_is(text: str, lang: Lang) -> str:
    """A piece that needs no translation, with the stop of its language; '' for any other."""
    stop = {"en": ".", "zh": "。"}[lang]
    if not spoken_in(text, lang):
        return ""
    return text if text[-1:] in "?!？！" else text.rstrip("。.") + stop


def _one_line(pieces: Iterable[str]) -> str:
    return " ".join(without_marks("".join(pieces)).split())


@cache
def _of_the_examples(lang: Lang) -> frozenset[str]:
    """The names in the prompt's own examples, which a small model may copy into what it does not know."""
    said = " ".join(content for role, content in prompts.load("carry", lang).messages if role == "assistant")
    return frozenset(re.findall(r"[A-Z]\w+(?: [A-Z]\w+)+|\b[A-Z]{3,}\b|《[^》]+》", said))


def _lost(source: str, text: str) -> int:
    """How many of the numbers and names of `source` a translation does not hold."""
    spelt_out = text
    for short, whole in _SHORT.items():
        spelt_out = short.sub(whole, spelt_out)
    absent = claims.names_absent(claims.names_absent(claims.names(source), text), spelt_out)
    return len(numbers(source) - numbers(text)) + len(absent)


def _faithful(text: str, source: str, original: str, lang: Lang) -> bool:
    """Whether a translation is in its language and holds no number, and no name of the prompt's examples, that its
    source does not.
    """
    said = bool(text) and has_han(text) == (lang == "zh")
    if any(name in text and name not in original + source for name in _of_the_examples(lang)):
        return False
    if claims.misspelt(text, original + source) or (lang == "en" and strange(text, original + source)):
        return False
    multiplied = _TIMES.search(text) and not re.search(r"[倍番]|times|fold|twice", original)
    return said and not multiplied and not unsupported_numbers(text, [original, source])


def _halves(text: str) -> tuple[str, ...]:
    """A sentence cut at the stop between clauses (no date: November 2, 2023), a row between cells, nearest to its
    middle; () without one. What leads in and says nothing is left out.
    """
    whole, text = text, _BARE_LEAD.sub("", text)
    cuts = [found.end() for found in re.finditer(r" \| |[，；;]|,\s(?!(?:19|20)\d\d\b)", text) if text[found.end() :]]
    if not cuts:
        return (text,) if text != whole else ()
    cut = min(cuts, key=lambda place: abs(place - len(text) / 2))
    halves = text[:cut].rstrip("，；;,| ") + "。", text[cut:].strip()
    return tuple(half for half in halves if re.search(r"\w", half))


def marked(sentence: Sentence) -> str:
    """A sentence with its marks before its stop."""
    ending = re.search(r"[。！？；.!?;]+$", sentence.text)
    stem, stop = (sentence.text[: ending.start()], ending.group()) if ending else (sentence.text, "")
    space = " " if sentence.marks and not has_han(stem[-1:]) else ""
    return f"{stem}{space}{normal(sentence.marks)}{stop}"


def gathered(
    sentences: Sequence[Sentence], citations: Sequence[Citation], lang: Lang, *, listed: bool = False
) -> Checked:
    """A checked answer of translated sentences: marks run 1..k again where a sentence was left out. `listed`
    puts each on a line of its own.
    """
    used = list(dict.fromkeys(n for sentence in sentences for n in sentence.marks))
    order = {n: place for place, n in enumerate(used, 1)}
    renumbered = tuple(replace(s, marks=tuple(order[n] for n in s.marks)) for s in sentences)
    cited = sorted((replace(c, n=order[c.n]) for c in citations if c.n in order), key=lambda c: c.n)
    between = "\n- " if listed else BLANK[lang]
    text = ("- " if listed else "") + between.join(marked(sentence) for sentence in renumbered)
    return Checked(text, renumbered, tuple(cited))
