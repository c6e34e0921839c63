"""The HTTP API and the report view, on one port with the page."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import asdict
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from assistant.conversations import Conversations
from assistant.errors import BadQuestion, Cancelled, WenjuError
from assistant.faces import explained, lab, mine, refusals, setup, shelf, viewer
from assistant.faces.bodies import Body
from assistant.faces.guard import Guard
from assistant.faces.options import Options
from assistant.faces.scope import known
from assistant.faces.stream import events
from assistant.schema import Done, Event, Evidence, Found, Glimpsed, Notice, Progress, Token
from assistant.settings import Settings
from vectorstore.schema import Hit, Report

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from vectorstore.library import Library

STATIC = Path(__file__).with_name("static")
HEARTBEAT = 10.0


class Question(Body):
    """What `POST /api/ask` takes. `history` holds the earlier questions of the conversation, oldest first; `reports`
    are the ids of those it is kept to, all where it is left out.
    """

    question: str
    language: Literal["auto", "zh", "en"] = "auto"
    history: list[str] = Field([])
    reports: list[str] | None = None


def create_app(assistant: Assistant, settings: Settings, page: bool = True) -> FastAPI:
    """The whole server: the page at `/`, reports at `/reports/ID`, the API below `/api`.

    `page=False` leaves the page out, which saves loading Gradio.
    """
    # FastAPI's own documentation pages load their scripts from another host.
    app = FastAPI(
        title="Wenju", version=_version(), docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    _api(app, assistant)
    _icon(app)
    viewer.register(app, assistant.library)
    explained.register(app, assistant)
    refusals.register(app)
    app.mount("/page", StaticFiles(directory=STATIC), name="page-assets")
    closed: tuple[str, ...] = ()
    conversations = Conversations(settings.home, settings.keep_days)
    mine.register(app, assistant, conversations)
    options = Options(assistant, settings)
    setup.register(app, assistant, options)
    shelf.register(app, assistant, settings)
    lab.register(app, assistant, options, conversations)
    if page:
        from assistant.faces.shell import Shell
        from assistant.faces.web import CLOSED, mount

        app.state.end = mount(app, assistant, settings, conversations)
        app.add_middleware(Shell)
        closed = CLOSED
    password = settings.password.get_secret_value() if settings.password else None
    large = {shelf.UPLOADS: settings.upload_mb * 2**20, lab.SETS: lab.LARGEST}
    app.add_middleware(Guard, host=settings.host, password=password, closed=closed, large=large)
    return app


def _version() -> str:
    try:
        return version("wenju")
    except PackageNotFoundError:
        return "0"


def _api(app: FastAPI, assistant: Assistant) -> None:
    library = assistant.library

    @app.get("/api/health")
    def health() -> dict[str, Any]:
        """Whether the server answers, with which model, over how many reports."""
        return {"status": "ok", "version": app.version, "model": assistant.model_name,
                "reports": len(library.reports())}  # fmt: skip

    @app.get("/api/reports")
    def reports() -> dict[str, Any]:
        """What is in the library."""
        return {"reports": [report_record(report) for report in library.reports()]}

    @app.get("/api/search")
    def search(q: str, k: Annotated[int, Query(ge=1, le=100)] = 10) -> dict[str, Any]:
        """The passages nearest to a question, best first."""
        if not q.strip():
            raise BadQuestion("the query is empty; say what to search for")
        return {"hits": [hit_record(hit) for hit in library.search(q, k)]}

    @app.post("/api/ask")
    async def ask(question: Question, request: Request) -> Response:
        """Answer one question: the record as JSON, or the events as they happen (Server-Sent Events)."""
        reports = await run_in_threadpool(_kept_to, library, question.reports)
        happening = events(partial(_ask, assistant, question, reports))
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_sse(happening), media_type="text/event-stream",
                                     headers={"Cache-Control": "no-store"})  # fmt: skip
        record = await _unless_gone(request, _record(happening))
        return JSONResponse(record)


def _kept_to(library: Library, ids: list[str] | None) -> frozenset[str] | None:
    """The reports that a question names, None for all; no list is not an empty one, which admits nothing."""
    if ids is None:
        return None
    if not ids:
        raise BadQuestion("reports is an empty list; name at least one report, or leave reports out")
    return known(library, ids)


def _ask(
    assistant: Assistant, said: Question, reports: frozenset[str] | None, cancel: threading.Event
) -> Iterator[Event]:
    return assistant.ask(
        said.question, history=said.history, language=said.language, cancel=cancel, reports=reports
    )


async def _record(happening: AsyncIterator[list[Event]]) -> dict[str, Any]:
    """The contract's record. Raises what the assistant raises."""
    async for batch in happening:
        if isinstance(batch[-1], Done):
            return batch[-1].answer.record()
    raise RuntimeError("the assistant ended without an answer")


async def _unless_gone(request: Request, work: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """Await `work`, but cancel it when the client hangs up."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=0.5)
        if not task.done() and await request.is_disconnected():
            task.cancel()
            raise Cancelled("the client hung up before the answer was there")
    return task.result()


async def _sse(happening: AsyncIterator[list[Event]]) -> AsyncIterator[str]:
    try:
        async for batch in happening:
            for event in batch:
                yield _message(*event_record(event))
    except WenjuError as error:
        yield _message("error", {"error": str(error)})


def _message(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def event_record(event: Event) -> tuple[str, dict[str, Any]]:
    """An event's name and JSON, as Server-Sent Events carry it; `done` is the contract's record."""
    match event:
        case Progress(phase):
            return "progress", {"phase": phase}
        case Glimpsed(evidence):
            return "glimpsed", {"evidence": [_evidence_record(item) for item in evidence]}
        case Found(evidence):
            return "found", {"evidence": [_evidence_record(item) for item in evidence]}
        case Token(text):
            return "token", {"text": text}
        case Notice(text):
            return "notice", {"text": text}
        case Done(answer):
            return "done", answer.record()


def _evidence_record(item: Evidence) -> dict[str, Any]:
    return {
        "n": item.n, "report": item.hit.report.id, "source": item.source, "title": item.hit.report.title,
        "page": item.page, "start": item.start, "end": item.end, "quote": item.quote,
    }  # fmt: skip


def report_record(report: Report) -> dict[str, Any]:
    """A report as JSON; where its file lies on the server stays there."""
    record = asdict(report)
    del record["path"]
    return record


def hit_record(hit: Hit) -> dict[str, Any]:
    """A hit as the contract's `wenju search --json` prints it."""
    at = hit.passage
    return {
        "rank": hit.rank, "report": hit.report.id, "source": hit.report.source,
        "page": at.page, "page_end": at.page_end, "start": at.start, "end": at.end,
        "score": round(hit.score, 6), "text": hit.text,
    }  # fmt: skip


def _icon(app: FastAPI) -> None:
    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> FileResponse:
        return FileResponse(STATIC / "icon.svg")
