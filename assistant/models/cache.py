"""Replies kept on disk: a batch run after a change asks only what the change touched."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from assistant.models.base import ChatModel, Message, Reply, Wrapped
from assistant.schema import Usage

_SCHEMA = """
create table if not exists replies (
    key text primary key, model text not null, text text not null,
    prompt_tokens integer not null, completion_tokens integer not null,
    written text not null default current_timestamp
) without rowid
"""


class CachedModel(Wrapped):
    """A chat model that never asks the same thing twice. Safe for many threads and processes.

    Only complete replies are kept. A kept reply comes in one piece, with the usage it had.
    """

    def __init__(self, model: ChatModel, path: Path) -> None:
        """`path` is the SQLite file, made when missing."""
        super().__init__(model)
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as store:
            store.execute("pragma journal_mode = wal")
            store.execute(_SCHEMA)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        """Yield the kept reply, or the model's own while keeping it; see `ChatModel.stream`."""
        reply = Reply() if reply is None else reply
        key = self._key(messages, max_tokens, grammar)
        kept = self._find(key)
        if kept is not None:
            reply.text, reply.usage = reply.text + kept[0], reply.usage + kept[1]
            yield kept[0]
            return
        own, text = Reply(), ""
        for piece in self.model.stream(
            messages, max_tokens=max_tokens, grammar=grammar, cancel=cancel, reply=own
        ):
            text += piece
            reply.text += piece
            yield piece
        reply.usage += own.usage
        if text:
            # A full disk must not cost the answer that was just given.
            with contextlib.suppress(sqlite3.OperationalError):
                self._keep(key, text, own.usage)

    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        """The kept odds, or the model's own while keeping them; see `ChatModel.odds`."""
        reply = Reply() if reply is None else reply
        key = self._key(messages, 1, " | ".join(words))
        kept = self._find(key)
        if kept is not None:
            reply.usage += kept[1]
            return float(kept[0])
        own = Reply()
        odds = self.model.odds(messages, words, cancel=cancel, reply=own)
        reply.usage += own.usage
        if odds is not None:
            with contextlib.suppress(sqlite3.OperationalError):
                self._keep(key, repr(odds), own.usage)
        return odds

    def _key(self, messages: Sequence[Message], max_tokens: int, grammar: str | None) -> str:
        asked = [
            self.model.name,
            getattr(self.model, "fingerprint", None),
            [[message.role, message.content] for message in messages],
            max_tokens,
            grammar,
        ]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=True).encode()).hexdigest()

    def _find(self, key: str) -> tuple[str, Usage] | None:
        with self._open() as store:
            row = store.execute(
                "select text, prompt_tokens, completion_tokens from replies where key = ?", (key,)
            ).fetchone()
        return None if row is None else (row[0], Usage(row[1], row[2]))

    def _keep(self, key: str, text: str, usage: Usage) -> None:
        with self._open() as store:
            store.execute(
                "insert or replace into replies (key, model, text, prompt_tokens, completion_tokens)"
                " values (?, ?, ?, ?, ?)",
                (key, self.model.name, text, usage.prompt_tokens, usage.completion_tokens),
            )

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # A connection per call: nothing is shared between threads, and a killed process leaves a
        # write-ahead log that the next one replays.
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as store, store:
            yield store
