"""What leaves the machine with a remote model: personal data masked where that is asked for, every request noted.

Masked words are replaced by placeholders of their kind (`[email 1]`), the same word by the same placeholder, and
put back in the reply, so that an answer reads as if nothing had been hidden.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock

from assistant.models.base import ChatModel, Message, Reply, Wrapped

MOST_BYTES = 50 * 2**20
"""The record is begun anew beyond this size; one older record is kept."""
_LONGEST_HOLDER = 24
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTITY = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
_CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d.,]*\d)")
_PHONE = re.compile(
    r"(?<![\d.,-])(?:(?:\+|00)\d{1,3}[ -]?)?"
    r"(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8}|400[ -]\d{3}[ -]\d{4})(?!\d)"
    r"|(?<!\w)\+\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d{2,4}(?:[ -]\d{2,4}){1,3}(?!\d)"
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_identity(text: str) -> bool:
    """Whether the check character of a Chinese identity number is right (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _is_card(text: str) -> bool:
    """Whether digits are a payment card's by their last one (Luhn, ISO/IEC 7812)."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[-2::-2])
    return len(digits) >= 13 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _always(text: str) -> bool:
    return True


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", _EMAIL, _always),
    ("id", _IDENTITY, _is_identity),
    ("phone", _PHONE, _always),
    ("card", _CARD, _is_card),
)


@dataclass(slots=True)
class Mask:
    """Hides words of one request and shows them again. `terms` are hidden whatever their case."""

    terms: Sequence[str] = ()
    _holders: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """`text` with placeholders."""
        for kind, pattern, valid in _KINDS:
            text = self._hidden(text, kind, pattern, valid)
        for term in sorted(filter(None, self.terms), key=len, reverse=True):
            text = self._hidden(text, "term", re.compile(re.escape(term), re.IGNORECASE), _always)
        return text

    def _hidden(self, text: str, kind: str, pattern: re.Pattern[str], valid: Callable[[str], bool]) -> str:
        return pattern.sub(lambda found: self._holder(kind, found[0]) if valid(found[0]) else found[0], text)

    def show(self, text: str) -> str:
        """`text` with what its placeholders stand for."""
        words = {holder: word for word, holder in self._holders.items()}
        return re.sub(r"\[(?:email|id|phone|card|term) \d+\]", lambda m: words.get(m[0], m[0]), text)

    def _holder(self, kind: str, word: str) -> str:
        if word not in self._holders:
            count = sum(holder.startswith(f"[{kind} ") for holder in self._holders.values())
            self._holders[word] = f"[{kind} {count + 1}]"
        return self._holders[word]


class Outgoing(Wrapped):
    """A remote model whose requests are masked and noted. Otherwise it is the model itself."""

    def __init__(
        self, model: ChatModel, record: Path | None = None, *, redact: bool = False, terms: Sequence[str] = ()
    ) -> None:
        """`record` is the file that notes every request, a JSON line each; None notes nothing."""
        super().__init__(model)
        self._record = record
        self._redact, self._terms = redact, tuple(terms)
        self._lock = Lock()

    @property
    def fingerprint(self) -> str:
        """The model's, and whether it sees everything: masked, it may answer otherwise."""
        return f"{getattr(self.model, 'fingerprint', '')}{'+redacted' if self._redact else ''}"

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        """Yield the reply with what was hidden in its place; see `ChatModel.stream`."""
        mask = Mask(self._terms)
        if self._redact:
            messages = [replace(message, content=mask.hide(message.content)) for message in messages]
        self._note(messages)
        pieces = self.model.stream(
            messages, max_tokens=max_tokens, grammar=grammar, cancel=cancel, reply=reply
        )
        yield from _shown(pieces, mask) if self._redact else pieces

    def _note(self, messages: Sequence[Message]) -> None:
        if self._record is None:
            return
        sent = [{"role": message.role, "content": message.content} for message in messages]
        line = json.dumps({"at": round(time.time(), 3), "model": self.name, "messages": sent}, ensure_ascii=False)
        with self._lock:
            self._record.parent.mkdir(parents=True, exist_ok=True)
            if self._record.exists() and self._record.stat().st_size > MOST_BYTES:
                self._record.replace(self._record.with_suffix(".1.jsonl"))
            handle = os.open(self._record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with open(handle, "a", encoding="utf-8") as file:
                file.write(line + "\n")


def _shown(pieces: Iterator[str], mask: Mask) -> Iterator[str]:
    """The pieces of a reply with placeholders resolved, however they are cut."""
    held = ""
    for piece in pieces:
        held += piece
        opened = held.rfind("[")
        complete = opened < 0 or "]" in held[opened:] or len(held) - opened > _LONGEST_HOLDER
        ready, held = (held, "") if complete else (held[:opened], held[opened:])
        if ready:
            yield mask.show(ready)
    if held:
        yield mask.show(held)
