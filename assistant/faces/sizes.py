"""How many bytes a request may have, counted as they come: one that is sent in chunks does not say it before."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

LIMIT = 2_000_000
"""Bytes in a request that is no upload; the longest question that can be asked is far below."""


class TooLarge(HTTPException):
    """A request has more bytes than its address takes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(413, sentence)


def bounded(scope: Scope, receive: Receive, limit: int, sentence: str) -> Receive:
    """`receive` of a request whose body may have `limit` bytes; `sentence` says so to who sent more.

    Raises `TooLarge` at once where the request's header says more, and from the `receive` that brings a byte too many.
    """
    if int(Headers(scope=scope).get("content-length") or 0) > limit:
        raise TooLarge(sentence)
    size = 0

    async def counting() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise TooLarge(sentence)
        return message

    return counting
