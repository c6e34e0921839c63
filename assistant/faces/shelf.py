"""The library beside the chat: its reports, files being added, and the addresses that change it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from assistant.conversations import UNDO
from assistant.errors import WenjuError
from assistant.faces.bodies import Body
from assistant.faces.outline import inside
from assistant.faces.owners import Owner
from assistant.faces.reasons import code, reason
from assistant.faces.texts import both
from assistant.faces.uploads import OVER, Job, TooMany, TooMuch, Uploads
from vectorstore.dates import is_date
from vectorstore.errors import NotInLibrary
from vectorstore.schema import Lang, Report

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

UPLOADS = "/my/uploads"
SAID = (
    "saved", "put_back", "bad_date", "bad_title", "too_many", "not_sent", "sending", "why_busy",
    "why_disk", "evidence_gone",
)  # fmt: skip
"""Labels that the script shows."""
_QUIET = {"Cache-Control": "no-store"}


class Facts(Body):
    """What is known of a report, as somebody corrects it; an empty publisher or date means that it is not known."""

    model_config = ConfigDict(str_strip_whitespace=True)

    title: str = Field(max_length=300)
    publisher: str = Field("", max_length=200)
    date: str = Field("", max_length=10)
    lang: Lang
    tags: str = Field("", max_length=400)


def register(app: FastAPI, assistant: Assistant, settings: Settings) -> None:
    """Add the addresses to the server; without `settings.uploads` only the list."""
    shelf = assistant.library

    @app.get("/my/library", include_in_schema=False)
    def listed() -> HTMLResponse:
        limit = settings.upload_mb if settings.uploads else 0
        return HTMLResponse(library(shelf.reports(), settings.uploads, limit), headers=_QUIET)

    @app.get("/my/reports/{id}/inside", include_in_schema=False)
    def outline(id: str) -> HTMLResponse:
        return HTMLResponse(inside(shelf.report(id).id, shelf.text(id), shelf.pages(id)), headers=_QUIET)

    if settings.uploads:
        uploads = Uploads(shelf, settings.home, settings.upload_mb * 2**20)
        _adding(app, uploads)
        _changing(app, uploads, assistant)


def refused(error: WenjuError) -> JSONResponse:
    """What went wrong as one sentence, and the key of the label that says it in the page's language."""
    status = {TooMuch: 413, TooMany: 429, NotInLibrary: 404}.get(type(error), 503)
    return JSONResponse({"error": str(error), "code": code(str(error))}, status, headers=_QUIET)


def _adding(app: FastAPI, uploads: Uploads) -> None:
    @app.post(UPLOADS, include_in_schema=False, response_model=None)
    async def take(request: Request, mine: Owner, name: str, size: int = 0) -> dict[str, Any] | JSONResponse:
        try:
            job = await uploads.take(mine, name, request.stream(), size)
        except WenjuError as error:
            return refused(error)
        return {"id": job.id, "state": job.state}

    @app.get(UPLOADS, include_in_schema=False)
    def jobs(mine: Owner) -> HTMLResponse:
        found = uploads.jobs(mine)
        active = str(sum(job.state not in OVER for job in found))
        return HTMLResponse(progress(found, uploads.left(mine)), headers=_QUIET | {"Wenju-Active": active})

    @app.delete(UPLOADS, include_in_schema=False)
    def dismiss(mine: Owner) -> dict[str, Any]:
        uploads.dismiss(mine)
        return {"done": True}

    @app.post("/my/reports/{id}/again", include_in_schema=False, response_model=None)
    def again(mine: Owner, id: str) -> dict[str, Any] | JSONResponse:
        try:
            return {"id": uploads.again(mine, id).id}
        except WenjuError as error:
            return refused(error)


def _changing(app: FastAPI, uploads: Uploads, assistant: Assistant) -> None:
    @app.delete("/my/reports/{id}", include_in_schema=False, response_model=None)
    async def remove(mine: Owner, id: str) -> dict[str, Any] | JSONResponse:
        try:
            await run_in_threadpool(uploads.remove, id)
        except WenjuError as error:
            return refused(error)
        asyncio.get_running_loop().call_later(UNDO + 0.1, uploads.purge)
        return {"done": True}

    @app.post("/my/reports/{id}/restore", include_in_schema=False, response_model=None)
    def restore(mine: Owner, id: str) -> dict[str, Any] | JSONResponse:
        try:
            uploads.restore(id)
        except WenjuError as error:
            return refused(error)
        return {"done": True}

    @app.get("/my/reports/{id}/facts", include_in_schema=False)
    def facts(mine: Owner, id: str) -> HTMLResponse:
        return HTMLResponse(form(assistant.library.report(id)), headers=_QUIET)

    @app.patch("/my/reports/{id}", include_in_schema=False, response_model=None)
    def edit(mine: Owner, id: str, said: Facts) -> dict[str, Any] | JSONResponse:
        wrong = "bad_title" if not said.title else "" if not said.date or is_date(said.date) else "bad_date"
        if wrong:
            return JSONResponse({"error": wrong, "code": wrong}, 400)
        given: dict[str, str | None] = said.model_dump()
        try:
            uploads.edit(id, given | {name: given[name] or None for name in ("publisher", "date")})
        except WenjuError as error:
            return refused(error)
        return {"done": True}


def adding() -> str:
    """Where files are dropped or chosen, and the labels that the script needs for it."""
    texts = "".join(f'<template data-text="{key}">{both(key)}</template>' for key in SAID)
    return (
        f'<div class="drop"><button type="button" class="small" data-do="choose">{both("add_reports")}</button>'
        f'<button type="button" class="small" data-do="folder">{both("drop_folder")}</button>'
        f'<span class="quiet">{both("drop_here")}</span>'
        '<input type="file" id="files" multiple hidden><input type="file" id="folder" webkitdirectory hidden></div>'
        f'<p class="quiet sending" role="status" hidden></p><div id="jobs" aria-live="polite"></div>{texts}'
    )


def library(reports: Sequence[Report], changes: bool = True, limit: int = 0) -> str:
    """The reports, newest first; with `changes`, each with what can be done to it, and files up to `limit` MB."""
    from vectorstore.readers import SUFFIXES

    kinds = ""
    if changes and limit:
        kinds = (
            f'<p class="quiet kinds" data-limit="{limit}" data-kinds="{" ".join(sorted(SUFFIXES))}">'
            f"{both('add_kinds', limit=limit)}</p>"
        )
    if not reports:
        return f'<p class="quiet">{both("library_empty" if changes else "library_closed")}</p>{kinds}'
    ordered = sorted(reports, key=lambda report: (report.date or "", report.title), reverse=True)
    count = both("reports_one") if len(reports) == 1 else both("reports_count", count=len(reports))
    items = "".join(_report(report, changes) for report in ordered)
    return (
        f'{kinds}<p class="label">{count}<span class="aside">{both("limit_hint")}</span></p>'
        f'<ul class="reports">{items}</ul>'
    )


def _report(report: Report, changes: bool) -> str:
    facts = [escape(fact) for fact in (report.publisher, report.date) if fact]
    if report.pages:
        facts.append(both("pages_one") if report.pages == 1 else both("pages_count", count=report.pages))
    else:
        facts.append(both("characters_count", count=f"{report.characters:,}"))
    facts.append(both("in_chinese" if report.lang == "zh" else "in_english"))
    one = report.passages == 1
    facts.append(both("passages_one") if one else both("passages_count", count=report.passages))
    said = "".join(f"<span>{fact}</span>" for fact in facts)
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in report.tags)
    filed = f'<span class="tags"><span class="hidden">{both("tags")}</span>{tags}</span>' if tags else ""
    title, id = escape(report.title), escape(report.id)
    known = ("report_inside", "report_edit", "report_again", "report_remove") if changes else ("report_inside",)
    return (
        f'<li data-shelved="{id}"><label class="limit"><input type="checkbox" name="limit" value="{id}">'
        f'<span class="hidden">{both("limit_to")} {title}</span></label>'
        f'<div><a href="/reports/{id}" target="_blank"><span class="title">{title}</span></a>'
        f'<span class="facts">{said}</span>{filed}'
        f'<span class="tools">{"".join(tool(key, title) for key in known)}</span>'
        f'<div class="unfolded" hidden></div></div></li>'
    )


def tool(key: str, about: str) -> str:
    """A small button that does `key`, and says to those who cannot see the page what it is about (HTML)."""
    opens = ' aria-expanded="false"' if key in ("report_inside", "report_edit") else ""
    return (
        f'<button type="button" class="tool" data-do="{key}"{opens}>{both(key)}'
        f'<span class="hidden"> {about}</span></button>'
    )


def form(report: Report) -> str:
    """What is known of a report, to be corrected."""
    known = (
        ("title", "fact_title", report.title),
        ("publisher", "fact_publisher", report.publisher or ""),
        ("date", "fact_date", report.date or ""),
        ("tags", "fact_tags", ", ".join(report.tags)),
    )
    fields = "".join(
        f'<label>{both(key)}<input type="text" name="{name}" value="{escape(value)}" maxlength="300" '
        'autocomplete="off"></label>'
        for name, key, value in known
    )
    languages = "".join(
        f'<label><input type="radio" name="lang" value="{lang}"{" checked" if report.lang == lang else ""}>'
        f"{both(key)}</label>"
        for lang, key in (("zh", "in_chinese"), ("en", "in_english"))
    )
    return (
        f'<form class="correct"><p class="problem" role="alert" hidden></p>{fields}'
        f'<fieldset><legend>{both("fact_lang")}</legend>{languages}</fieldset>'
        f'<button type="submit" class="small">{both("save")}</button> '
        f'<button type="button" class="tool" data-do="fold">{both("cancel")}</button></form>'
    )


def progress(jobs: Sequence[Job], left: float | None = None) -> str:
    """The files on their way, with what became of those that are through; `left` seconds for all of them."""
    if not jobs:
        return ""
    done = sum(job.state in OVER for job in jobs)
    tidy = (
        f'<button type="button" class="tool" data-do="dismiss">{both("dismiss")}</button>'
        if done == len(jobs)
        else ""
    )
    head = ""
    if done < len(jobs) > 1:
        head = f'<p class="label">{both("jobs_done", done=done, count=len(jobs))}{_left(left)}</p>'
    return f'{head}<ul class="jobs">{"".join(map(_job, jobs))}</ul>{tidy}'


def _job(job: Job) -> str:
    said = both(f"job_{job.state}")
    if job.state == "failed":
        said += reason(job.why) if job.why else both("failed_inside")
    elif job.why:
        said += f'<span class="aside">{both("job_known_as", title=job.why)}</span>'
    if job.state not in OVER:
        said += _left(job.left)
    bar = ""
    if job.state not in OVER:
        known = f' max="1" value="{job.overall:.3f}"' if job.overall and job.state != "waiting" else ""
        bar = f'<progress{known} aria-label="{escape(job.name)}"></progress>'
    return (
        f'<li data-state="{job.state}"><span class="title">{escape(job.name)}</span>{bar}'
        f'<span class="facts"><span>{said}</span></span></li>'
    )


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        said = both("time_left", seconds=max(1, round(seconds)))
    else:
        said = both("minutes_left", minutes=round(seconds / 60))
    return f'<span class="aside">{said}</span>'
