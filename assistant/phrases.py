"""The few sentences that code itself says in an answer, in both languages."""

from __future__ import annotations

import re

from assistant.marks import without_marks
from assistant.sentences import split_sentences
from vectorstore.schema import Lang

_QUESTION = re.compile(r"[^“「『\"]*[?？]")

REFUSED: dict[Lang, str] = {
    "zh": "报告没有提到这个问题的答案。",
    "en": "The reports do not say.",
}
NEAREST: dict[Lang, str] = {
    "zh": "最接近的内容是：{}",
    "en": "The nearest they come to it: {}",
}
NEAREST_AT: dict[Lang, str] = {
    "zh": "最接近的内容在这里。",
    "en": "This is the nearest passage.",
}
UNSAID: dict[Lang, str] = {
    "zh": "关于“{}”，报告没有这样说，相关内容是：",
    "en": "The reports say nothing of “{}” here. What they do say:",
}
EMPTY: dict[Lang, str] = {
    "zh": "报告库是空的，请先添加报告。",
    "en": "The library is empty; add reports first.",
}
UNUSABLE: dict[Lang, str] = {
    "zh": "模型的回答无法使用，以下内容直接摘自报告。",
    "en": "The model's answer could not be used; what follows is quoted from the reports.",
}
UNREVIEWED: dict[Lang, str] = {
    "zh": "模型没有再次核对各句（{}），核对只由程序完成。",
    "en": "The model did not look at the sentences once more ({}); they were checked by code alone.",
}
_FAILED: dict[Lang, str] = {
    "zh": "{} 没有答完，改由 {} 回答（{}）。",
    "en": "{} did not answer, so {} does ({}).",
}
_REFUSAL = re.compile(
    r"(?:报告|资料|文中|材料|以上)[^，。]{0,8}(?:没有|未|并未)(?:[^，。]{0,6})"
    r"(?:提到|提及|回答|说明|涉及|给出|提供|包含)|^(?:没有提到|未提及|无法回答)"
    r"|\bthe (?:reports?|sources?)[^.,;]{0,20} (?:do|does|did) not "
    r"(?:say|mention|answer|provide|specify|contain|state|give)",
    re.IGNORECASE,
)


def failed(model: str, successor: str, why: str, lang: Lang) -> str:
    """What the asker is told when another backend takes over."""
    return _FAILED[lang].format(model, successor, why)


def is_refusal(text: str) -> bool:
    """Whether a model's reply begins by saying that the reports do not answer the question."""
    first = re.split(r"(?<=[。！？.!?])\s*|\n", text.strip(), maxsplit=1)[0]
    return bool(_REFUSAL.search(first[:160]))


def without_questions(text: str) -> str:
    """A reply without sentences that ask, unless it does nothing else: a small model repeats its question."""
    return without_sentences(text, _QUESTION)


def without_sentences(text: str, unwanted: re.Pattern[str]) -> str:
    """A reply without the sentences that are, but for their marks, wholly `unwanted`; unchanged when all are."""
    kept = text
    for start, end in reversed(split_sentences(text)):
        if unwanted.fullmatch(without_marks(text[start:end]).strip()):
            kept = kept[:start] + kept[end:].lstrip(" 。.")
    return kept.strip() if re.search(r"\w", without_marks(kept)) else text


def without_refusals(text: str) -> str:
    """A reply without stray sentences of refusal after an answer."""
    pieces = re.split(r"(?<=[。！？!?])|(?<=[.])(?=\s)|(?<=\n)", text)
    return "".join(piece for piece in pieces if not _REFUSAL.search(piece)).strip()
