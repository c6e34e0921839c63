"""The addresses below `/evaluation`. Pages may be read by whoever may use the server; changes need its cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.datastructures import FormData

from assistant.conversations import Conversations
from assistant.errors import WenjuError
from assistant.faces.guard import policy
from assistant.faces.lab import pages
from assistant.faces.lab.answering import ROOT, SETS, apart, filed, raising, shown, text, to
from assistant.faces.lab.frame import Say, note
from assistant.faces.lab.judging import judging
from assistant.faces.lab.runs import NoRun, Order, Runs
from assistant.faces.owners import Owner

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

_FRAMED = re.compile(
    r"content=\"(default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; "
    r"base-uri 'none'; form-action 'none')\""
)


def register(app: FastAPI, assistant: Assistant, settings: Settings, conversations: Conversations) -> None:
    """Add the pages to the server."""
    runs = Runs(assistant, settings)
    _list(app, runs, settings)
    _run(app, runs)
    judging(app, runs, conversations, settings)


def _list(app: FastAPI, runs: Runs, settings: Settings) -> None:
    def home(say: Say, said: str = "") -> str:
        return pages.home(say, runs.all(), runs.sets(), settings.backend, said, runs.job)

    @app.get(ROOT, include_in_schema=False)
    def listed(request: Request) -> Response:
        return shown(request, home)

    @app.post(SETS, include_in_schema=False)
    async def bring(request: Request, mine: Owner) -> Response:
        name, raw = await filed(request)

        def build(say: Say) -> str:
            n = len(runs.bring(name, raw))
            return home(say, note(say(f"{name}: {n} questions, all valid.", f"{name}：{n} 题，全部有效。")))

        return await apart(shown, request, build, ROOT)  # type: ignore[no-any-return]

    @app.post(f"{ROOT}/runs", include_in_schema=False)
    async def start(request: Request, mine: Owner) -> Response:
        async with request.form() as form:
            order, estimate = _order(form), text(form, "do") == "estimate"
        if estimate:
            return await apart(  # type: ignore[no-any-return]
                shown, request, lambda say: home(say, pages.estimated(say, str(runs.estimate(order)))), ROOT
            )
        try:
            return to(f"{ROOT}/runs/{await apart(runs.start, order)}")
        except WenjuError as error:
            return shown(request, raising(error), ROOT)

    @app.get(f"{ROOT}/compare", include_in_schema=False)
    def compare(request: Request, a: str, b: str) -> Response:
        def build(say: Say) -> str:
            from eval.compare import compare

            folders = runs.folder(a), runs.folder(b)
            return pages.comparison(say, (a, b), compare(*folders), folders)

        return shown(request, build)


def _order(form: FormData) -> Order:
    limit, how = text(form, "limit"), text(form, "how")
    if limit and not (limit.isascii() and limit.isdigit() and 0 < int(limit) <= 100_000):
        raise HTTPException(400, "limit must be a whole number from 1 to 100000")
    return Order(
        text(form, "set"), text(form, "backend"), int(limit) if limit else None, how == "quick", how == "retrieval"
    )


def _run(app: FastAPI, runs: Runs) -> None:
    at = f"{ROOT}/runs/{{name}}"

    @app.get(at, include_in_schema=False)
    def run(request: Request, name: str) -> Response:
        def build(say: Say) -> str:
            from eval import labelling

            runs.folder(name)
            labelled = [item for item in labelling.load(runs.place / "labels.jsonl") if item.run == name]
            return pages.run(say, name, runs.job_of(name), runs.summary(name), len(labelled))

        return shown(request, build)

    @app.get(f"{at}/state", include_in_schema=False)
    def state(name: str) -> JSONResponse:
        job = runs.job_of(name)
        return JSONResponse(job.record() if job else {"state": "done"}, headers={"Cache-Control": "no-store"})

    async def done(request: Request, act: Callable[[str], None], name: str) -> Response:
        try:
            await apart(act, name)
        except WenjuError as error:
            return shown(request, raising(error), ROOT)
        return to(f"{ROOT}/runs/{name}")

    @app.post(f"{at}/stop", include_in_schema=False)
    async def stop(request: Request, mine: Owner, name: str) -> Response:
        return await done(request, runs.stop, name)

    @app.post(f"{at}/resume", include_in_schema=False)
    async def resume(request: Request, mine: Owner, name: str) -> Response:
        return await done(request, runs.resume, name)

    @app.get(f"{at}/report.html", include_in_schema=False)
    def report(request: Request, name: str) -> Response:
        try:
            file = _there(runs.folder(name) / "report.html")
        except NoRun as error:
            return shown(request, raising(error))
        html = file.read_text("utf-8")
        # The page brings its own policy, which allows its own style and script by their hashes alone.
        found = _FRAMED.search(html[:1000])
        headers = {"Content-Security-Policy": found[1] if found else policy(), "Cache-Control": "no-store"}
        return HTMLResponse(html, headers=headers)


def _there(file: Path) -> Path:
    if not file.is_file():
        raise NoRun("this run is not finished, so it has no report yet")
    return file
