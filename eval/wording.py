"""What an answer says beside its reference: word overlap, figures by value, both sides of a conflict."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from eval.dataset import Question, normalise
from eval.retrieval import Record, Sources
from eval.scores import Score

MARK = re.compile(r"\[\d+\]")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNIT = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")


def said(answer: str) -> str:
    """An answer as key facts are looked for in it; a mark is no part of what it says."""
    return normalise(MARK.sub("\0", answer))


def missing_facts(answer: str, question: Question) -> list[str]:
    """The first variant of every key-fact group that the answer holds no variant of."""
    words = said(answer)
    return [group[0] for group in question.key_facts if not any(normalise(fact) in words for fact in group)]


def words(text: str, lang: str) -> list[str]:
    """A text's units for overlap: English words by SQuAD's rules, Chinese characters by CMRC 2018's.

    SQuAD: lower case, without punctuation and articles (Rajpurkar 2016). CMRC: the same without the
    articles, every Chinese character a unit, other characters in runs (Cui 2019).
    """
    plain = "".join(
        character for character in text.lower() if not unicodedata.category(character).startswith("P")
        and character not in "$+<=>^`|~"
    )
    if lang == "en":
        plain = _ARTICLES.sub(" ", plain)
    return _UNIT.findall(plain)


def overlap_f1(answer: str, reference: str, lang: str) -> float:
    """F1 of the units that two texts share, counted with repetition; 0 when either has none."""
    one, two = words(answer, lang), words(reference, lang)
    common = sum((Counter(one) & Counter(two)).values())
    return 2 * common / (len(one) + len(two)) if common else 0.0


def references(question: Question) -> list[str]:
    """What an answer may be held against: the reference, and the variants of a sole key fact."""
    variants = question.key_facts[0] if len(question.key_facts) == 1 else ()
    return [text for text in (question.answer, *variants) if text.strip()]


def token_f1(record: Record, question: Question, sources: Sources) -> Score:
    """The best overlap with a reference: by words in English, by characters in Chinese."""
    if not question.answerable:
        return Score(None, "the question has no answer")
    known = references(question)
    if not known:
        return Score(None, "there is no reference answer")
    if record["refused"]:
        return Score(0.0, "refused")
    answer = MARK.sub("", record["answer"])
    best = max(overlap_f1(answer, reference, question.lang) for reference in known)
    return Score(round(best, 6), f"overlap with the nearest of {len(known)} references")


def numeric(record: Record, question: Question, sources: Sources) -> Score:
    """The share of the key facts with a figure whose value the answer states, in whatever unit it does.

    Whole numbers up to 31 without a unit that makes them an amount are not looked at.
    """
    if not question.answerable:
        return Score(None, "the question has no answer")
    groups = [figures for group in question.key_facts if (figures := _figures(group))]
    if not groups:
        return Score(None, "no key fact is a figure")
    if record["refused"]:
        return Score(0.0, "refused")
    answer = MARK.sub(" ", record["answer"])
    missing = [group[0] for group in groups if not any(_states(answer, figure) for figure in group)]
    value = 1 - len(missing) / len(groups)
    return Score(value, f"not stated: {', '.join(missing)}" if missing else "every figure is stated")


def _figures(group: Sequence[str]) -> list[str]:
    from assistant.quantities import find_quantities, unsupported_numbers

    # What is "unsupported" by nothing at all is what the check of numbers looks at.
    return [fact for fact in group if find_quantities(fact) and unsupported_numbers(fact, [])]


def _states(answer: str, figure: str) -> bool:
    from assistant.quantities import unsupported_numbers

    return not unsupported_numbers(figure, [answer])


def conflict_coverage(record: Record, question: Question, sources: Sources) -> Score:
    """Where reports disagree: the share of their figures that the answer mentions."""
    if question.type != "conflict" or len(question.key_facts) < 2:
        return Score(None, "the question is about no conflict")
    if record["refused"]:
        return Score(0.0, "refused")
    missing = missing_facts(record["answer"], question)
    value = 1 - len(missing) / len(question.key_facts)
    return Score(value, f"missing: {', '.join(missing)}" if missing else "every side is mentioned")
