"""No model: the answer is made of the evidence's own sentences, or of the figures and names in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import names
from assistant.evidence import gives_orders, is_sentence, without_notes
from assistant.quantities import find_quantities, restate
from assistant.schema import Evidence
from assistant.sentences import split_sentences
from vectorstore.characters import has_han
from vectorstore.schema import Lang

NAME = "extractive"
_TERM = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]*(?:[-. ][A-Z0-9][A-Za-z0-9]*){0,3}(?![A-Za-z0-9])")


def write(evidence: Sequence[Evidence], lang: Lang) -> str:
    """An answer with marks: sentences as they stand when they are in the asker's language, else their
    figures (restated in the asker's notation) and names; the original stands in the citation.
    """
    readable = [item for item in evidence if has_han(item.text) == (lang == "zh")]
    # Where the best evidence can be read as it stands, lists of figures from other languages add only noise.
    used = readable if readable and readable[0] is evidence[0] else evidence
    pieces = [piece for item in used for piece in _pieces(item, lang)]
    return ("" if lang == "zh" else " ").join(dict.fromkeys(pieces))


def _pieces(item: Evidence, lang: Lang) -> list[str]:
    if has_han(item.text) != (lang == "zh"):
        gist = _gist(item, lang)
        return [gist] if gist else []
    sentences = [
        " ".join(without_notes(item.text[start:end]).split()) for start, end in split_sentences(item.text)
    ]
    return [_marked(restate(text, lang), item.n) for text in sentences if is_sentence(text) and not gives_orders(text)]


def _marked(body: str, n: int) -> str:
    ending = re.search(r"[。！？；.!?;]+$", body)
    stem, stop = (
        (body[: ending.start()], ending.group()) if ending else (body, "。" if has_han(body) else ".")
    )
    return f"{stem}[{n}]{stop}" if has_han(body) else f"{stem} [{n}]{stop}"


def _gist(item: Evidence, lang: Lang) -> str:
    figures = [
        restate(q.text, lang) for q in find_quantities(without_notes(item.text)) if re.search(r"\d", q.text)
    ]
    plain = [figure for figure in dict.fromkeys(figures) if lang == "zh" or not has_han(figure)]
    known = names.english_in(item.text).values() if lang == "en" else names.chinese_in(item.text).values()
    proper = [name for name in known if lang == "zh" or names.is_name(name)]
    terms = list(dict.fromkeys([*_TERM.findall(item.text), *proper]))[:8]
    if not plain and not terms:
        return ""
    who = _who(item, lang)
    if lang == "zh":
        said = [f"数据：{'、'.join(plain)}"] if plain else []
        said += [f"提到：{'、'.join(terms)}"] if terms else []
        return f"{who}{'；'.join(said)}[{item.n}]。"
    said = [f"gives {_listed(plain)}"] if plain else []
    said += [f"names {_listed(terms)}"] if terms else []
    return f"{who} {' and '.join(said)} [{item.n}]."


def _who(item: Evidence, lang: Lang) -> str:
    report = item.hit.report
    label = report.publisher or report.title
    if lang == "zh":
        return f"{label}的"
    known = names.english_in(label)
    if has_han(label):
        return (
            f"The report by {next(iter(known.values()))}"
            if known and report.publisher
            else "The cited report"
        )
    return f"“{label}”"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
