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
    from assistant.faces.options import Options

_FRAMED = re.compile(
    r"content=\"(default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; "
    r"base-uri 'none'; form-action 'none')\""
)


def register(app: FastAPI, assistant: Assistant, options: Options, conversations: Conversations) -> None:
    """Add the pages to the server."""
    runs = Runs(assistant, options)
    _list(app, runs, options)
    _run(app, runs, options)
    judging(app, runs, conversations, options.now)


def _list(app: FastAPI, runs: Runs, options: Options) -> None:
    def home(say: Say, request: Request, said: str = "") -> str:
        backend = options.now.backend if options.allowed(request.headers) else None
        return pages.home(say, runs.all(), runs.sets(), backend, said, runs.job)

    @app.get(ROOT, include_in_schema=False)
    def listed(request: Request) -> Response:
        return shown(request, lambda say: home(say, request))

    @app.post(SETS, include_in_schema=False)
    async def bring(request: Request, mine: Owner) -> Response:
        name, raw = await filed(request)

        def build(say: Say) -> str:
            n = len(runs.bring(name, raw))
            return home(say, request, note(say(f"{name}: {n} questions, all valid.", f"{name}：{n} 题，全部有效。")))

        return await apart(shown, request, build, ROOT)  # type: ignore[no-any-return]

    @app.post(f"{ROOT}/runs", include_in_schema=False)
    async def start(request: Request, mine: Owner) -> Response:
        async with request.form() as form:
            order, estimate = _order(form), text(form, "do") == "estimate"
        free = options.allowed(request.headers)
        if estimate:
            return await apart(  # type: ignore[no-any-return]
                shown, request,
                lambda say: home(say, request, pages.estimated(say, str(runs.estimate(order, free)))), ROOT,
            )  # fmt: skip
        try:
            return to(f"{ROOT}/runs/{await apart(runs.start, order, free)}")
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


def _run(app: FastAPI, runs: Runs, options: Options) -> None:
    at = f"{ROOT}/runs/{{name}}"

    @app.get(at, include_in_schema=False)
    def run(request: Request, name: str) -> Response:
        def build(say: Say) -> str:
            from eval import labelling

            runs.folder(name)
            labelled = [item for item in labelling.load(runs.place / "labels.jsonl") if item.run == name]
            resumable = runs.resumable(name, options.allowed(request.headers))
            return pages.run(say, name, runs.job_of(name), runs.summary(name), len(labelled), resumable)

        return shown(request, build)

    @app.get(f"{at}/state", include_in_schema=False)
    def state(name: str) -> JSONResponse:
        job = runs.job_of(name)
        return JSONResponse(job.record() if job else {"state": "done"}, headers={"Cache-Control": "no-store"})

    async def done(request: Request, name: str, act: Callable[..., None], *more: bool) -> Response:
        try:
            await apart(act, name, *more)
        except WenjuError as error:
            return shown(request, raising(error), ROOT)
        return to(f"{ROOT}/runs/{name}")

    @app.post(f"{at}/stop", include_in_schema=False)
    async def stop(request: Request, mine: Owner, name: str) -> Response:
        return await done(request, name, runs.stop)

    @app.post(f"{at}/resume", include_in_schema=False)
    async def resume(request: Request, mine: Owner, name: str) -> Response:
        return await done(request, name, runs.resume, options.allowed(request.headers))

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
