"""A second opinion on an answer: a chat model reads its sentences beside what they cite, all in one request.

Code compares numbers, names and words, and cannot tell a rightly from a wrongly translated sentence when both hold
the same figures. A large model can. The small local one tells hardly better than chance, so it is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Event

from assistant.marks import normal
from assistant.models.base import ChatModel, Reply, prompted
from vectorstore.schema import Lang

Claim = tuple[str, tuple[int, ...]]
"""A sentence without marks, and the numbers of the evidence that it cites."""

_TOKENS = 8
"""Tokens of a line of the reply."""
_LINE = re.compile(r"^\W*(\d{1,3})\W*(yes|no|是|否)(?!\w)", re.IGNORECASE | re.MULTILINE)


def borne_out(
    said: Sequence[Claim],
    evidence: str,
    lang: Lang,
    model: ChatModel,
    *,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> list[bool | None]:
    """Whether `evidence` (numbered lines) bears out each sentence, as `model` reads both; None where it gives no
    verdict or two. Errors as in `ChatModel.stream`.
    """
    if not said:
        return []
    sentences = "\n".join(
        f"{number}. {' '.join(text.split())} {normal(marks)}" for number, (text, marks) in enumerate(said, 1)
    )
    messages = prompted("second", lang, evidence=evidence, sentences=sentences)
    pieces = model.stream(messages, max_tokens=_TOKENS * len(said) + _TOKENS, cancel=cancel, reply=reply)
    return _verdicts("".join(pieces), len(said))


def _verdicts(reply: str, count: int) -> list[bool | None]:
    """The verdicts of a reply on sentences 1 to `count`."""
    given: dict[int, set[bool]] = {}
    for number, word in _LINE.findall(reply):
        given.setdefault(int(number), set()).add(word.lower() in ("yes", "是"))
    alone = {number: verdicts.pop() for number, verdicts in given.items() if len(verdicts) == 1}
    return [alone.get(number) for number in range(1, count + 1)]
