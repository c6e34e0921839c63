"""Files to take along: one answer, or a whole conversation, below `/my/conversations/ID`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.faces import kept
from assistant.faces.owners import Owner
from assistant.faces.references import flat, maker, markdown
from assistant.faces.sheets import comma, tables, workbook
from assistant.faces.texts import label, preferred
from assistant.faces.word import document
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from assistant.conversations import Conversations
    from assistant.faces.turns import Turn

Format = Literal["md", "docx", "xlsx", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Mapping[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def register(app: FastAPI, conversations: Conversations) -> None:
    """Add the addresses to the server."""

    @app.get("/my/conversations/{id}/export.{kind}", include_in_schema=False)
    def conversation(mine: Owner, request: Request, id: str, kind: Format) -> Response:
        turns = [kept.turn(one) for one in conversations.exchanges(mine, id)]
        name = next((one.title for one in conversations.of(mine) if one.id == id), "")
        return _file(turns, name, kind, request)

    @app.get("/my/conversations/{id}/turns/{turn}/export.{kind}", include_in_schema=False)
    def answer(mine: Owner, request: Request, id: str, turn: str, kind: Format) -> Response:
        found = conversations.exchange(mine, id, turn)
        return _file([kept.turn(found)] if found else [], "", kind, request)


def _file(turns: Sequence[Turn], title: str, kind: Format, request: Request) -> Response:
    if not turns:
        raise HTTPException(404, "There is no such conversation; it may have been deleted.")
    lang = preferred(request.headers.get("accept-language"), request.cookies.get("wenju_language"))
    if kind == "csv" and not tables(turns):
        raise HTTPException(404, "There is no table in these answers; other formats have all of the words.")
    named = quote(f"{_name(title or turns[0].question)}.{kind}")
    headers = {"Cache-Control": "no-store", "Content-Disposition": f"attachment; filename*=UTF-8''{named}"}
    return Response(written(turns, title, kind, lang), media_type=KINDS[kind], headers=headers)


def written(turns: Sequence[Turn], title: str, kind: Format, lang: Lang) -> bytes:
    """The file's content; `lang` is that of the labels in it."""
    ways: Mapping[Format, Callable[[], bytes]] = {
        "md": lambda: ((f"# {title}\n\n" if title else "") + "\n\n".join(map(markdown, turns)) + "\n").encode(),
        "docx": lambda: document(turns, lang, title),
        "xlsx": lambda: workbook(turns, lang),
        "csv": lambda: comma(tables(turns)),
        "json": lambda: json.dumps(_record(turns, title, lang), ensure_ascii=False, indent=1).encode(),
    }
    return ways[kind]()


def _record(turns: Sequence[Turn], title: str, lang: Lang) -> dict[str, Any]:
    return {
        "title": title,
        "ai_generated": True,
        "notice": label("by_ai", lang),
        "turns": [_turn(turn) for turn in turns],
    }


def _turn(turn: Turn) -> dict[str, Any]:
    """The contract's record of the answer, with what is known of its sources; words alone when it was stopped."""
    answer = turn.answer
    record = answer.record(turn.key) if answer else {"id": turn.key, "question": turn.question, "answer": turn.written}
    record.pop("retrieved", None)  # the ranking is not kept with a conversation
    return record | {
        "state": turn.state,
        "sources": [asdict(place) for place in turn.cited],
        "made_by": maker(answer.model if answer else turn.model, answer.lang if answer else turn.lang),
    }


def _name(title: str) -> str:
    """A title as the name of a file."""
    return flat("".join(char if char not in '\\/:*?"<>|' else " " for char in title))[:60].strip(". ") or "wenju"
