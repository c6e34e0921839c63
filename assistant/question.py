"""Understanding a question: its language, a standalone form for searching, its translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Literal

from assistant import claims, names
from assistant.errors import BadQuestion, WenjuError
from assistant.forgotten import forgotten
from assistant.mending import without_asides
from assistant.models.base import ChatModel, Reply, prompted
from assistant.quantities import restate, unsupported_numbers
from assistant.quantities.lexicon import MONTHS
from vectorstore.schema import Lang, Query

LONGEST = 2000
"""Characters of a question that are used; longer ones are refused with a sentence."""

ASKED, TERMS = 0.8, 0.4
"""Weights of the question as asked and of its terms beside a translation of weight 1. Chosen on the development
questions and XQuAD together; neighbouring values give nearly the same (docs/search.md)."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_CHINESE = re.compile(rf"[A-Za-z]*(?:{_HAN.pattern})+")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_LEANS_ZH = re.compile(
    r"^(?:那(?!曲)|还有|另外|而|以及|然后|其中|同样|再(?!保险|生|融资|担保|贷款|就业))|^[^，。；,;？?]{1,20}呢|[它她]|他们|前者|后者|上述|同期|届时"
    r"|该(?:公司|企业|报告|机构|模型|产品|市场|行业|国|市|省)|[这那](?:个|家|些|时|款|一|种|项|几|里|年|次|轮)|(?<![耳尤极与])其(?!他|它|实|余)"
)
_LEANS_EN = re.compile(
    r"^(?:and|but|or|so|then|also|what about|how about|what of|why|since when|by how much)\b(?!.{60})"
    r"|^(?:and|what about|how about)\b"
    r"|\b(?:is|of|than|like|about|by) (?:that|those|these|this)\b(?=[\s,.?]*(?:$|,|and\b))",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:(?-i:[Ii]t)|its|they|them|their|he|she|his|her|the (?:latter|former|same))\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=\s)[A-Z][A-Za-z]*[a-z]")
_CLAUSE = re.compile(r"[,;:?.]\s|[,;?]$|\s(?:and|but)\s")
_KEPT = re.compile(r"[A-Za-z]+-?\d[\w.-]*\w|\d[\w.,%]*[\w%]|[A-Z][A-Za-z-]*[A-Z]\w*")
"""Figures, versions and abbreviations of an English question: they need no translation."""
_ASKS_ZH = re.compile(r"多少|多[大高久长快重远]|几|哪|谁|[为如]何|何[时人种处]|什么|怎|吗|呢|是否|有没有")
_PLAIN = frozenset({"AI", "人工智能", "中国", "亿", "万", "万亿"})
"""What is not missed in a translation: a report on it says it everywhere, and figures are compared on their own."""
_ASKING_MARK = re.compile("[?？]")
_ASKS_EN = re.compile(
    r"\W*(?:(?:in|on|at|by|for|from|of|to|under) )?(?:what|which|who|whose|when|where|why|how"
    r"|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)
_TURNS = 4
"""How many questions are put before a follow-up at most."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be searched. `standalone` makes sense without the history."""

    text: str
    lang: Lang
    standalone: str
    history: tuple[str, ...] = ()


def understand(
    text: str, history: Sequence[str] = (), language: Literal["auto", "zh", "en"] = "auto"
) -> Question:
    """Check a question and find its language; raises `BadQuestion` with one sentence.

    The language of the answer is `language`, or that of the question when `auto`.
    """
    text = " ".join(text.split())
    if not text:
        raise BadQuestion("the question is empty; ask something about the reports")
    if len(text) > LONGEST:
        raise BadQuestion(f"the question has {len(text):,} characters; the limit is {LONGEST:,}: shorten it")
    if not re.search(r"\w", text):
        raise BadQuestion(f"the question {text[:20]!r} holds no word; ask something about the reports")
    earlier = tuple(" ".join(turn.split())[:LONGEST] for turn in history if turn.strip())
    lang = detect(text) if language == "auto" else language
    return Question(text, lang, _standalone(text, earlier), earlier)


def leans(text: str) -> bool:
    """Whether a question needs the one before it: it begins like a follow-up, points back, or says little.

    A pronoun after a name of the same question points at that name (`What does OpenAI charge for its API?`).
    """
    if detect(text) == "zh":
        return bool(_LEANS_ZH.search(text)) or len(_HAN.findall(text)) + len(_LATIN_WORD.findall(text)) < 8
    first = _CLAUSE.split(text, maxsplit=1)[0]
    pronoun = _PRONOUN.search(first)
    named = _NAME.search(first[: pronoun.start()]) if pronoun else None
    return bool(_LEANS_EN.search(text) or (pronoun and not named)) or len(text.split()) < 4


def _standalone(text: str, earlier: Sequence[str]) -> str:
    """A question after those it needs: back to the first that stands alone. Any other is left as it is."""
    turns = [text]
    for turn in reversed(earlier[-_TURNS:]):
        if not leans(turns[0]):
            break
        turns.insert(0, turn)
    return " ".join(turns)


def detect(text: str) -> Lang:
    """Chinese when Chinese characters carry the question, else English (`GPT-4的参数` is Chinese).

    English that asks for a Chinese name (`When was 月之暗面 founded?`) or gives one in brackets (`And Moonshot AI
    (月之暗面)?`) stays English.
    """
    outside = _BRACKETED.sub(" ", text)
    if len(_LATIN_WORD.findall(outside)) > 1 and not _HAN.search(outside):
        return "en"
    if _ASKS_EN.match(text) and not _ASKS_ZH.search(text):
        return "en"
    han = len(_HAN.findall(text))
    return "zh" if han and han * 2 >= len(_LATIN_WORD.findall(text)) else "en"


def queries(
    question: Question, translation: str | None, terms: Callable[[str], Mapping[str, str]] | None = None
) -> list[Query]:
    """The ways a question is searched: as asked, with the question before it, translated, and by its terms.

    The names and terms known in both languages, those among them that the library's reports explain themselves
    (`terms` finds these, foreign -> Chinese), are searched on their own: beside a translation, which may have
    missed them, and in its place without a chat model.
    """
    asked = detect(question.text)
    other: Lang = "en" if asked == "zh" else "zh"
    ways = [Query(question.standalone, asked, ASKED if translation else 1.0)]
    if translation:
        ways.append(Query(translation, other))
    if asked == "en":
        known = {**(terms(question.standalone) if terms else {}), **names.chinese_in(question.standalone)}
        if known:
            figures = _KEPT.findall(restate(question.standalone, "zh"))
            said = dict.fromkeys([*known.values(), *figures])
            ways.append(Query(" ".join(said), "zh", TERMS if translation else 1.0))
    return ways


def translate(
    question: Question,
    model: ChatModel,
    known: Mapping[str, str] | None = None,
    kept: Callable[[str], Collection[str]] = lambda text: (),
    publishers: str = "",
    *,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> str | None:
    """The question in the other language, standalone, by the chat model; None when the model fails. `known` are the
    names in it that the library knows, foreign -> Chinese, `kept` finds those that its reports leave as they are;
    which of their `publishers` are named is known without a translation.

    Names and terms known in both languages are put in Chinese beforehand. A small model may answer instead (a day in
    place of "which day"), or give another number: it is held to the question's numbers and to asking, then, and without
    success its numbers are not used. Where it loses names it is asked again with these in quotation marks; where it
    makes "what share" a "which", the share is asked for behind it.
    """
    target: Lang = "zh" if detect(question.text) == "en" else "en"
    across = target == "zh" and model.small
    own = _renamed(question.standalone, known or {}) if target == "zh" else question.standalone
    asked = restate(own, target)
    asked = names.in_chinese(asked, terms=model.small) if target == "zh" else names.in_english(asked)
    wanted = _names(asked, kept(asked), publishers) if across else []

    def said(asked: str, grammar: str | None) -> str:
        messages = prompted("translate", target, question=asked)
        pieces = model.stream(messages, max_tokens=120, grammar=grammar, cancel=cancel, reply=reply)
        text = "".join(pieces).strip().split("\n")[0].strip()
        short = without_asides(text, asked) if across else text
        return text if len(_lost(wanted, short)) > len(_lost(wanted, text)) else short

    def fails(text: str) -> bool:
        return bool(_invented(text, asked, question.standalone)) or not _still_asks(text, question.standalone)

    grammars = [_chinese_but(asked), _chinese_question(asked)] if across else [None]
    try:
        for grammar in grammars:
            text = said(asked, grammar)
            if not fails(text):
                break
        if lost := _lost(wanted, text):
            again = _unquoted(said(_quoted(asked, lost), grammars[0]), lost)
            if not fails(again) and len(_lost(wanted, again)) < len(lost):
                text = again
    except WenjuError:
        if cancel is not None and cancel.is_set():
            raise
        return None
    if not text or detect(text) != target or _invented(text, asked, question.standalone):
        return None
    more = forgotten(question.standalone, text) if across else ""
    return f"{text.rstrip('吗？?。')}，{more}" if more else text


def with_names(translation: str, kept: Iterable[str]) -> str:
    """A translation as it is searched: behind those names of its question, of the ones that the reports have `kept` in
    foreign letters, that it lost.
    """
    own = [name for name in kept if not names.chinese_in(name)]
    return " ".join([*_lost(own, translation), translation])


def _names(asked: str, kept: Collection[str], publishers: str) -> list[str]:
    """What stands in Chinese in an English question, and its `kept` names; no publisher's (a place is short)."""
    foreign = [name for name in kept if not names.chinese_in(name)]
    wanted = [word for word in dict.fromkeys([*_CHINESE.findall(asked), *foreign]) if word not in _PLAIN]
    return [word for word in wanted if len(word) == 2 or word not in publishers]


def _lost(words: Sequence[str], text: str) -> list[str]:
    said = _even(text)
    return [word for word in words if _even(word) not in said]


def _even(text: str) -> str:
    return "".join(text.replace("人工智能", "AI").casefold().split())


def _quoted(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", f"“{word}”", text, count=1)
    return text


def _unquoted(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = text.replace(f"“{word}”", word)
    return text


def _renamed(text: str, known: Mapping[str, str]) -> str:
    for foreign, chinese in known.items():
        text = re.sub(rf"(?<!\w){re.escape(foreign)}(?:['’]s)?(?!\w)", chinese, text)
    return text


def _still_asks(text: str, original: str) -> bool:
    """Whether a translation asks, where its original does."""
    if detect(text) == "en" or not _ASKING_MARK.search(original):
        return True
    return bool(_ASKING_MARK.search(text) or _ASKS_ZH.search(text))


def _invented(text: str, asked: str, original: str) -> list[str]:
    """The numbers in digits that a translation has and the question, in either notation, has not; January is 1月."""
    months = [f"{MONTHS[name]}月" for name in re.findall(r"[A-Z][a-z]+", original) if name in MONTHS]
    strange = unsupported_numbers(text, [asked, original, " ".join(months)])
    return [number for number in strange if re.search(r"\d", number)]


def _chinese_but(text: str) -> str:
    """GBNF for Chinese in which only the names of `text` stay in Latin letters: a small model leaves
    English words that it finds hard where they are, and no Chinese report holds them.
    """
    words = " | ".join(f'"{word}"' for word in ["AI", *_latin_names(text)])
    return f"root ::= ([^A-Za-z\\n] | name)+\nname ::= {words}"


def _chinese_question(text: str) -> str:
    """The same for a question with no digits but those of `text`."""
    figures = re.findall(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*[万亿%]*(?![A-Za-z\d])", text)
    versions = re.findall(r"(?<![A-Za-z\d])\d+(?:\.\d+)?[A-Za-z]+", text)
    words = " | ".join(f'"{word}"' for word in dict.fromkeys(["AI", *_latin_names(text), *versions, *figures]))
    return f'root ::= ([^A-Za-z0-9。；？\\n] | name)+ "？"\nname ::= {words}'


def _latin_names(text: str) -> list[str]:
    known = claims.names(text)
    return list(dict.fromkeys(word for word in claims.NAME.findall(text) if claims.squeezed(word) in known))


def in_context(asked: Question, translation: str | None) -> str:
    """The question as the model reads it: after the one before it or made to stand alone, and with its translation,
    which helps a small model to find the place in evidence of the other language.
    """
    text = asked.text
    if not asked.standalone.endswith(asked.text):
        text = f"{text} ({asked.standalone})"
    elif asked.history:
        before = {"zh": "（接着上一问：{}）", "en": "(Following the question: {}) "}[asked.lang]
        text = before.format(asked.history[-1]) + text
    return f"{text} ({translation})" if translation else text
