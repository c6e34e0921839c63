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
_SILENT = (
    r"(?:(?:以上|上述|所给|所?提供|给出|现有)的?(?:材料|信息|来源|内容|片段)|(?<![度年])(?:报告|资料|证据|文中|文档|原文))"
    r"(?:[中里内都均也还并尚]|片段|内容|本身|(?:关于|对)[^，。；]{1,20}?)*"
    r"(?:没有?|未能?|无法|不能?)(?:直接|明确|具体|专门|详细|找到|足以)?[^，。；\d]{0,3}?"
    r"(?:提到|提及|回答|说明|给出|提供|涉及|披露|显示|包含|记载|列出|写明|关于|相关)"
    r"|\b(?:the|these|this|provided|given) (?:\w+ )?"
    r"(?:reports?|sources?|evidence|documents?|passages?|materials|texts?)(?! of\b)[^.,;]{0,20}? "
    r"(?:do|does|did|can)(?: not|n['’]t|not)(?: \w+ly)? "
    r"(?:say|mention|answer|provide|specify|contain|state|give|disclose|include|cover|address)"
    r"|\b(?:there is )?(?:no|not enough|insufficient) (?:\w+ )?(?:information|evidence|data)\b[^.,;]{0,40}"
    r"\b(?:in|from|by) the (?:reports?|sources?|evidence|documents?)"
)
_REFUSAL = re.compile(f"{_SILENT}|^(?:没有提到|未提及|无法回答)", re.IGNORECASE)
_THING = (
    r"(?:figures?|reasons?|years?|dates?|days?|details?|information|names?|numbers?|shares?|gaps?|amounts?|explanations?"
    r"|definitions?|breakdowns?|comparisons?|data|values?|prices?|totals?)"
)
_UNTOLD = re.compile(
    r"[^，。；\d]{2,24}，(?:所给|以上|上述)?的?(?:资料|报告|原文)中?(?:都|均|也)?(?:没有|未)(?:列出|提到|写明|给出|说明|涉及)[^，。；]{0,16}。?"
    r"|(?:the )?(?:given |provided )?(?:reports?|sources?|evidence|documents?|passages?|materials|texts?)(?! of\b)"
    rf"[^.,;]{{0,20}}? (?:give|provide|state)s? no (?:[\w-]+ ){{0,3}}?{_THING}\b[^.;]{{0,60}}\.?"
    rf"|no (?:exact |specific |further )?{_THING} (?:is|are|was|were) (?:given|stated|named|mentioned|specified)"
    r"(?: (?:in|by) the (?:reports?|sources?|evidence))?\.?",
    re.IGNORECASE,
)
"""What says the same in words with which no reply refuses an answer."""
_SILENCE = re.compile(
    r"(?:(?:很?抱歉|不过|但是?|然而|此外|另外|根据[^，。]{0,16}|unfortunately|however|but|also|based on [^,.]{0,40})"
    r"[，,]?\s*)?"
    rf"(?:{_SILENT})[^，。；,;]*[。.！!]?",
    re.IGNORECASE,
)


def failed(model: str, successor: str, why: str, lang: Lang) -> str:
    """What the asker is told when another backend takes over."""
    return _FAILED[lang].format(model, successor, why)


def is_refusal(text: str) -> bool:
    """Whether a model's reply begins by saying that the reports do not answer the question."""
    first = re.split(r"(?<=[。！？.!?])\s*|\n", text.strip(), maxsplit=1)[0]
    return bool(_REFUSAL.search(first[:160]))


def tells_of_silence(sentence: str) -> bool:
    """Whether a sentence says that the reports do not tell something, and nothing else: it needs no evidence."""
    return bool(_SILENCE.fullmatch(sentence.strip()) or _UNTOLD.fullmatch(sentence.strip()))


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
