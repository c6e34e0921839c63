"""No model: the answer is made of the evidence's own sentences, or of the figures and names in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant import claims, names
from assistant.alignment import clause_at
from assistant.marks import without_marks
from assistant.pieces import caption, is_head, is_sentence, without_notes
from assistant.quantities import find_quantities, phrase, restate, spread
from assistant.quantities.lexicon import DATES
from assistant.schema import Evidence
from assistant.sentences import BLANK, split_sentences
from vectorstore.characters import has_han
from vectorstore.schema import Lang

NAME = "extractive"
_EXPECTED: dict[Lang, str] = {"en": "expected", "zh": "预计"}
_MOST_TERMS = 5
_TELLING = 1000
_TERM = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]*(?:[-. ][A-Z0-9][A-Za-z0-9]*){0,3}(?![A-Za-z0-9])")


def write(evidence: Sequence[Evidence], lang: Lang, *, listed: bool = False) -> str:
    """An answer with marks: sentences as they stand when they are in the asker's language, else their
    figures (restated in the asker's notation) and names; the original stands in the citation. `listed`
    puts each on a line of its own.
    """
    readable = [item for item in evidence if has_han(item.text) == (lang == "zh")]
    # Where the best evidence can be read as it stands, lists of figures from other languages add only noise.
    used = readable if readable and readable[0] is evidence[0] else evidence
    pieces = [piece for item in used for piece in _pieces(item, lang)]
    # Beside figures, a list of what else is written about answers nothing.
    telling = [piece for piece in pieces if re.search(r"\d", without_marks(piece))]
    pieces = telling if telling and not readable else pieces
    if listed:
        return "\n".join(f"- {piece}" for piece in dict.fromkeys(pieces))
    return BLANK[lang].join(dict.fromkeys(pieces))


def _pieces(item: Evidence, lang: Lang) -> list[str]:
    if has_han(item.text) != (lang == "zh"):
        gist = _gist(item, lang)
        return [gist] if gist else []
    sentences = [
        " ".join(without_notes(item.text[start:end]).split()) for start, end in split_sentences(item.text)
    ]
    return [
        _marked(restate(text, lang), item.n)
        for text in sentences
        if is_sentence(text) and not is_head(item.hit, text)
    ]


def _marked(body: str, n: int) -> str:
    ending = re.search(r"[。！？；.!?;]+$", body)
    stem, stop = (
        (body[: ending.start()], ending.group())
        if ending
        else (body.rstrip("，,、：: "), "。" if has_han(body) else ".")
    )
    return f"{stem}[{n}]{stop}" if has_han(body) else f"{stem} [{n}]{stop}"


def _gist(item: Evidence, lang: Lang) -> str:
    """What code can tell of evidence in another language: what it is about, and its figures with their years."""
    figures = list(dict.fromkeys(_figures(spread(without_notes(item.text), caption(item.hit.passage)), lang)))
    who = _who(item, lang)
    # A version has to stand in the very words that are quoted, and these are chosen afterwards.
    terms = [term for term in _terms(item.text, lang) if term != who and not re.search(r"\d", term)][:_MOST_TERMS]
    if lang == "zh":
        about = f"{who}谈到{'、'.join(terms)}" if terms else who
        return (
            f"{about}：{'、'.join(figures)}[{item.n}]。"
            if figures
            else f"{about}[{item.n}]。"
            if terms
            else ""
        )
    about = f"{who} on {_listed(terms)}" if terms else who
    if figures:
        return f"{_listed(figures)}, from {about} [{item.n}]."
    return f"{who} writes about {_listed(terms)} [{item.n}]." if terms else ""


def _figures(text: str, lang: Lang) -> Iterator[str]:
    """The figures of a text in the notation of `lang`, each with the year it stands beside."""
    for start, end in split_sentences(text):
        sentence = text[start:end]
        for quantity in find_quantities(sentence):
            said = phrase(quantity, lang)
            if quantity.unit in DATES or not re.search(r"\d", said) or (lang == "en" and has_han(said)):
                continue
            if _names_a_column(sentence, quantity.start):
                continue
            if not quantity.unit and quantity.value < _TELLING:
                continue  # a lone small number says nothing without what it counts
            clause = clause_at(sentence, quantity.start)
            years = claims.years(clause) or claims.years(sentence[: quantity.start])
            years = years if len(years) == 1 else frozenset()  # of several, which one is not for code to say
            notes = [*map(str, years), *([_EXPECTED[lang]] if years and claims.hedged(clause) else [])]
            yield (
                f"{said} ({', '.join(notes)})"
                if notes and lang == "en"
                else (f"{said}（{'，'.join(notes)}）" if notes else said)
            )


def _names_a_column(row: str, at: int) -> bool:
    """Whether a place in a row is in the name of a cell's column (大模型（千亿级以上）: 甲), which tells no figure."""
    cell = row[at:].split(" | ")[0]
    return " | " in row and ": " in cell


def _terms(text: str, lang: Lang) -> list[str]:
    known = names.english_in(text) if lang == "en" else names.chinese_in(text)
    found = [*known.values(), *_TERM.findall(text)]
    kept = [
        term for term in dict.fromkeys(found) if not any(term != other and term in other for other in found)
    ]
    return kept[:_MOST_TERMS]


def _who(item: Evidence, lang: Lang) -> str:
    report = item.hit.report
    label = report.publisher or report.title
    if lang == "zh":
        return label
    known = names.english_in(label)
    if has_han(label):
        return next(iter(known.values())) if known and report.publisher else "The cited report"
    return label


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
