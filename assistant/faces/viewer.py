"""The addresses of the evidence view: a report's passage beside the chat, its page, its pictures, its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from assistant.faces import originals
from assistant.faces.guard import policy
from assistant.faces.look import Look
from assistant.faces.reports import missing_page, passage, place_of, report_page
from assistant.faces.texts import preferred
from vectorstore.errors import NotInLibrary, ReadError
from vectorstore.schema import Lang, Report

if TYPE_CHECKING:
    from vectorstore.library import Library

AGAIN = {"Cache-Control": "private, no-cache"}
"""Kept by the browser, but never shown without asking whether it still is so."""
LARGEST = 4.0
Scale = Annotated[float, Query(allow_inf_nan=False)]
"""Pixels a point of a picture."""
_INLINE = {"application/pdf", "image/png", "image/jpeg"}
"""What a browser shows by itself and that can run nothing of its own in it."""


def register(app: FastAPI, library: Library) -> None:
    """Add the addresses to the server."""

    @app.get("/passages/{id}", response_class=HTMLResponse)
    def evidence(request: Request, id: str) -> str:
        return passage(library, _asked(request, library, id))

    @app.get("/reports/{id}", response_class=HTMLResponse)
    def report(request: Request, id: str) -> HTMLResponse:
        lang = language(request)
        try:
            return HTMLResponse(report_page(library, _asked(request, library, id), lang))
        except NotInLibrary:
            return HTMLResponse(missing_page(lang), status_code=404)

    @app.get("/reports/{id}/pages/{page}.png", include_in_schema=False)
    def picture(request: Request, id: str, page: int, scale: Scale = 2.0) -> Response:
        from vectorstore.readers import pictures

        found, scale = _here(library, id), min(max(scale, 0.5), LARGEST)
        headers = AGAIN | {"ETag": f'"{found.sha256[:16]}-{page}-{scale:g}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        try:
            content = pictures.page_image(Path(found.path), page, scale)
        except ReadError as error:
            raise HTTPException(404, str(error)) from None
        return Response(content, media_type="image/png", headers=headers)

    @app.get("/reports/{id}/original", include_in_schema=False)
    def original(id: str) -> FileResponse:
        found = _here(library, id)
        reply = FileResponse(found.path, filename=found.source, headers=AGAIN)
        kind = reply.headers["content-type"].partition(";")[0]
        if kind in _INLINE:
            shown = reply.headers["content-disposition"].replace("attachment", "inline", 1)
            reply.headers["content-disposition"] = shown
        # The browser's own PDF view is a plug-in to the policy; a file may run nothing whatever it is.
        plug_in = "'self'" if kind == "application/pdf" else "'none'"
        reply.headers["content-security-policy"] = policy(script_src="'none'", object_src=plug_in)
        return reply


def language(request: Request) -> Lang:
    """The page's language for this browser."""
    return preferred(request.headers.get("accept-language"), request.cookies.get("wenju_language"))


def _asked(request: Request, library: Library, id: str) -> Look:
    """What an address asks to see; numbers that are none are left out, so that a mangled link still opens.

    Raises `NotInLibrary`.
    """
    said = request.query_params
    page = _number(said.get("page"))
    quote = said.get("quote", "")
    look = Look(
        id, _number(said.get("start")) or 0, _number(said.get("end")) or 0, page, quote,
        said.get("text", "") not in ("", "0"), _number(said.get("zoom")) or 100,
    )  # fmt: skip
    if "start" in said:
        return look
    start, end = place_of(library.text(id), library.pages(id), page, quote)
    # The page of a link is where to look for the quote; the page shown is the one it was found on.
    return replace(look, start=start, end=end, page=None if end > start else page)


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isdecimal() and len(said) < 10 else None


def _here(library: Library, id: str) -> Report:
    """A report whose file is as it was indexed. Raises `NotInLibrary`, and 404 when the file is not."""
    report = library.report(id)
    if originals.state(report) != "here":
        raise HTTPException(404, f"The file of {report.source} is gone or was changed after it was indexed.")
    return report
