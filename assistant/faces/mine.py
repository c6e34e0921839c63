"""What the page asks for beside the chat, below `/my`: lists as pieces of HTML, and changes to them.

Every request is about the owner that its cookie names; without one there is nothing to find or change.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import Field

from assistant.conversations import UNDO, Conversations, Feedback
from assistant.faces import exports
from assistant.faces.bodies import Body
from assistant.faces.owners import Owner
from assistant.faces.parts import conversations as listed
from assistant.faces.parts import welcome
from assistant.faces.suggestions import examples

if TYPE_CHECKING:
    from assistant.assistant import Assistant


class Name(Body):
    """What a conversation is to be called."""

    title: str = Field(min_length=1, max_length=400)


class Opinion(Body):
    """What somebody thought of an answer."""

    helpful: bool
    reason: Literal["", "wrong", "sources_wrong", "incomplete", "language", "else"] = ""
    comment: str = Field("", max_length=1000)


_QUIET = {"Cache-Control": "no-store"}


def register(app: FastAPI, assistant: Assistant, conversations: Conversations) -> None:
    """Add the addresses to the server."""
    _parts(app, assistant)
    _conversations(app, conversations)
    exports.register(app, conversations)


def _parts(app: FastAPI, assistant: Assistant) -> None:
    @app.get("/my/welcome", include_in_schema=False)
    def greeting() -> HTMLResponse:
        return HTMLResponse(
            welcome(examples(assistant.library), not assistant.library.reports()), headers=_QUIET
        )


def _conversations(app: FastAPI, conversations: Conversations) -> None:
    @app.get("/my/conversations", include_in_schema=False)
    def find(mine: Owner, q: str = "") -> HTMLResponse:
        return HTMLResponse(listed(conversations.of(mine, q), bool(q.strip())), headers=_QUIET)

    @app.patch("/my/conversations/{id}", include_in_schema=False)
    def rename(mine: Owner, id: str, name: Name) -> dict[str, Any]:
        return _found(conversations.rename(mine, id, name.title))

    @app.delete("/my/conversations/{id}", include_in_schema=False)
    async def delete(mine: Owner, id: str) -> JSONResponse:
        done = _found(conversations.delete(mine, id))
        # Nobody may come to list or open one any more, and it has to go all the same.
        asyncio.get_running_loop().call_later(UNDO + 0.1, conversations.purge)
        return JSONResponse(done)

    @app.post("/my/conversations/{id}/restore", include_in_schema=False)
    def restore(mine: Owner, id: str) -> dict[str, Any]:
        return _found(conversations.restore(mine, id))

    @app.put("/my/conversations/{id}/turns/{turn}/feedback", include_in_schema=False)
    def judge(mine: Owner, id: str, turn: str, said: Opinion) -> dict[str, Any]:
        about = conversations.exchange(mine, id, turn)
        if about is not None:
            text, model = str(about.record.get("text", "")), str(about.record.get("model", ""))
            conversations.judge(
                Feedback(turn, mine, "web", about.question, text, model, said.helpful, said.reason, said.comment)
            )
        return _found(about is not None)


def _found(done: bool) -> dict[str, Any]:
    if not done:
        raise HTTPException(404, "There is no such conversation; it may have been deleted.")
    return {"done": True}
