"""Evidence made by hand, and a chat model that says what a test tells it to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Event

import prompts
from assistant.errors import Cancelled
from assistant.models.base import Message, Reply
from assistant.schema import Evidence, Usage
from vectorstore.schema import Hit, Lang, OffsetMap, Passage, Report

Script = str | Callable[[Sequence[Message]], str]
_TRANSLATING, _REVIEWING = (
    {prompts.load(task, lang).messages[0][1] for lang in ("zh", "en")} for task in ("translate", "second")
)
Odds = float | None | Callable[[Sequence[Message]], float | None]


class Scripted:
    """A chat model: three characters at a time of what `answer` makes of the messages."""

    name = "scripted"

    def __init__(
        self, answer: Script, translation: Script = "", *, small: bool = True, odds: Odds = None
    ) -> None:
        self.answer = answer
        self.leaning = odds
        self.translation = translation
        self.small = small
        self.asked: list[list[Message]] = []

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        self.asked.append(list(messages))
        script = self.translation if messages[0].content in _TRANSLATING else self.answer
        text = script(messages) if callable(script) else script
        for start in range(0, len(text), 3):
            if cancel is not None and cancel.is_set():
                raise Cancelled("stopped")
            yield text[start : start + 3]
        if reply is not None:
            reply.text += text
            reply.usage = reply.usage + Usage(100, len(text))

    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        self.judged = list(messages)
        return self.leaning(messages) if callable(self.leaning) else self.leaning

    @property
    def written_from(self) -> list[Message]:
        """The messages that the answer was written from."""
        return next(messages for messages in reversed(self.asked) if messages[0].content not in _REVIEWING)


def sources(messages: Sequence[Message]) -> dict[int, str]:
    """The numbered evidence in the last message."""
    lines = re.findall(r"^\[(\d+)\] ?(.+)$", messages[-1].content, re.MULTILINE)
    return {int(number): text for number, text in lines}


def citing(sentence: str, figure: str, stop: str = "。") -> Callable[[Sequence[Message]], str]:
    """A model that says `sentence` and cites the evidence in which `figure` stands."""

    def answer(messages: Sequence[Message]) -> str:
        found = [number for number, text in sources(messages).items() if figure in text]
        assert found, f"no evidence holds {figure}"
        return f"{sentence}[{found[0]}]{stop}"

    return answer


def hit(
    text: str, lang: Lang = "zh", *, rank: int = 1, title: str = "产业报告", publisher: str | None = None
) -> Hit:
    """A passage that is a whole report, found."""
    report = Report(
        f"r{rank}", f"r{rank}.txt", f"r{rank}.txt", "text", "", title, publisher, None, lang, 0, len(text), 1, ""
    )  # fmt: skip
    offsets = OffsetMap(((0, 0, len(text)),) if text else ())
    return Hit(
        rank,
        1 / rank,
        Passage(report.id, 0, 0, len(text), None, None, "text", (), text, offsets),
        report,
        text,
    )


def piece(text: str, n: int = 1, lang: Lang = "zh", **about: str | None) -> Evidence:
    """Evidence that is a whole report."""
    return Evidence(n, hit(text, lang, rank=n, **about), text, 0, len(text), None, text)  # type: ignore[arg-type]


def row_of_bare_cells() -> Evidence:
    """A row of a table whose cells but for the day do not say of which column they are."""
    names, row = "厂商 发布时间 模型名称 参数规模", "发布时间: 2023.6 | 北斗星2 70"
    table = hit(f"{names}\n{row}")
    table = replace(table, passage=replace(table.passage, kind="table"))
    start = len(names) + 1
    return Evidence(1, table, row, start, start + len(row), None, row)
