"""A turn as JSON and back, so that a conversation looks after a restart as it did before."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from assistant.conversations import Exchange
from assistant.faces.markup import Place
from assistant.faces.turns import Turn
from assistant.schema import Answer


def exchange(turn: Turn) -> Exchange:
    """What is kept of a turn: all that is shown of it, not the ranking behind it."""
    answer = turn.answer
    record = asdict(replace(turn, answer=None)) | {
        "answer": answer.kept() if answer else None,
        "text": answer.text if answer else turn.written,
    }
    return Exchange(turn.key, turn.question, record)


def turn(kept: Exchange) -> Turn:
    """The turn that was kept; one that was under way when its server died counts as stopped."""
    record: dict[str, Any] = {key: value for key, value in kept.record.items() if key in _FIELDS}
    record |= {
        "glimpsed": tuple(Place(**place) for place in record.get("glimpsed", ())),
        "found": tuple(Place(**place) for place in record["found"]),
        "cited": tuple(Place(**place) for place in record["cited"]),
        "notices": tuple(record["notices"]),
        "follow": tuple(record.get("follow", ())),
        "answer": Answer.restored(record["answer"]) if record["answer"] else None,
        "state": "stopped" if record["state"] == "working" else record["state"],
    }
    return Turn(**record)


_FIELDS = frozenset(Turn.__dataclass_fields__)
