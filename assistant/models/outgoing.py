"""What leaves the machine with a remote model: personal data masked where that is asked for, every request noted.

Masked words are replaced by placeholders of their kind (`[email 1]`), the same word by the same placeholder, and
put back in the reply, so that an answer reads as if nothing had been hidden.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

from assistant.models.base import ChatModel, Message, Reply, Wrapped
from assistant.models.masks import LONGEST_HOLDER, Mask

MOST_BYTES = 50 * 2**20
"""The record is begun anew beyond this size; one older record is kept."""

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
        mask = Mask(self._terms, "\n".join(message.content for message in messages))
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
        complete = opened < 0 or "]" in held[opened:] or len(held) - opened > LONGEST_HOLDER
        ready, held = (held, "") if complete else (held[:opened], held[opened:])
        if ready:
            yield mask.show(ready)
    if held:
        yield mask.show(held)
