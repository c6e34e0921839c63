"""The library beside the chat: its reports, files being added, and the addresses that change it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse

from assistant.faces.owners import Owner
from assistant.faces.texts import both
from assistant.faces.uploads import OVER, Job, TooMuch, Uploads
from vectorstore.schema import Report

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

UPLOADS = "/my/uploads"
_QUIET = {"Cache-Control": "no-store"}


def register(app: FastAPI, assistant: Assistant, settings: Settings) -> None:
    """Add the addresses to the server; without `settings.uploads` only the list."""
    shelf = assistant.library

    @app.get("/my/library", include_in_schema=False)
    def listed() -> HTMLResponse:
        return HTMLResponse(library(shelf.reports(), settings.uploads), headers=_QUIET)

    if settings.uploads:
        _changes(app, Uploads(shelf, settings.home, settings.upload_mb * 2**20))


def _changes(app: FastAPI, uploads: Uploads) -> None:
    @app.post(UPLOADS, include_in_schema=False)
    async def take(request: Request, mine: Owner, name: str) -> dict[str, Any]:
        try:
            job = await uploads.take(mine, name, request.stream())
        except TooMuch as error:
            raise HTTPException(413, str(error)) from None
        return {"id": job.id, "state": job.state}

    @app.get(UPLOADS, include_in_schema=False)
    def jobs(mine: Owner) -> HTMLResponse:
        found = uploads.jobs(mine)
        active = str(sum(job.state not in OVER for job in found))
        return HTMLResponse(progress(found), headers=_QUIET | {"Wenju-Active": active})

    @app.delete(UPLOADS, include_in_schema=False)
    def dismiss(mine: Owner) -> dict[str, Any]:
        uploads.dismiss(mine)
        return {"done": True}

    @app.delete("/my/reports/{id}", include_in_schema=False)
    def remove(mine: Owner, id: str) -> dict[str, Any]:
        uploads.remove(id)
        return {"done": True}

    @app.post("/my/reports/{id}/again", include_in_schema=False)
    def again(mine: Owner, id: str) -> dict[str, Any]:
        return {"id": uploads.again(mine, id).id}


def adding() -> str:
    """Where files are dropped or chosen."""
    return (
        f'<div class="drop"><button type="button" class="small" data-do="choose">{both("add_reports")}</button>'
        f'<span class="quiet">{both("drop_here")}</span>'
        f'<input type="file" id="files" multiple hidden></div><div id="jobs" aria-live="polite"></div>'
    )


def library(reports: Sequence[Report], changes: bool = True) -> str:
    """The reports, newest first; with `changes`, each with what can be done to it."""
    if not reports:
        return f'<p class="quiet">{both("library_empty" if changes else "library_closed")}</p>'
    ordered = sorted(reports, key=lambda report: (report.date or "", report.title), reverse=True)
    count = both("reports_one") if len(reports) == 1 else both("reports_count", count=len(reports))
    items = "".join(_report(report, changes) for report in ordered)
    return (
        f'<p class="label">{count}<span class="aside">{both("limit_hint")}</span></p>'
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
    title, id = escape(report.title), escape(report.id)
    tools = "".join(_tool(key, title) for key in ("again", "remove")) if changes else ""
    return (
        f'<li data-shelved="{id}"><label class="limit"><input type="checkbox" name="limit" value="{id}">'
        f'<span class="hidden">{both("limit_to")} {title}</span></label>'
        f'<div><a href="/reports/{id}" target="_blank"><span class="title">{title}</span></a>'
        f'<span class="facts">{said}</span><span class="tools">{tools}</span></div></li>'
    )


def _tool(key: str, about: str) -> str:
    return (
        f'<button type="button" class="tool" data-do="{key}">{both(f"report_{key}")}'
        f'<span class="hidden"> {about}</span></button>'
    )


def progress(jobs: Sequence[Job]) -> str:
    """The files on their way, with what became of those that are through."""
    if not jobs:
        return ""
    through = all(job.state in OVER for job in jobs)
    tidy = f'<button type="button" class="tool" data-do="dismiss">{both("dismiss")}</button>' if through else ""
    return f'<ul class="jobs">{"".join(map(_job, jobs))}</ul>{tidy}'


def _job(job: Job) -> str:
    said = both(f"job_{job.state}")
    if job.state == "failed":
        said += escape(job.why) or both("failed_inside")
    elif job.why:
        said += f" {escape(job.why)}"
    if job.left is not None and job.state not in OVER:
        said += f'<span class="aside">{both("time_left", seconds=max(1, round(job.left)))}</span>'
    bar = ""
    if job.state not in OVER:
        known = f' max="{job.total}" value="{job.done}"' if job.total and job.state != "reading" else ""
        bar = f'<progress{known} aria-label="{escape(job.name)}"></progress>'
    return (
        f'<li data-state="{job.state}"><span class="title">{escape(job.name)}</span>{bar}'
        f'<span class="facts"><span>{said}</span></span></li>'
    )
