"""What the addresses share: a page or what went wrong, forms and files that are sent, work done apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from html import escape
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from assistant.errors import WenjuError
from assistant.faces import owners
from assistant.faces.lab.frame import Say, note, page
from assistant.faces.lab.runs import NAME, NoRun
from assistant.faces.texts import preferred

ROOT = "/evaluation"
SETS = f"{ROOT}/sets"
LARGEST = 20 * 2**20
"""Bytes of a question set that is brought; 10,000 questions are about 5 MB."""


def shown(request: Request, build: Callable[[Say], str]) -> Response:
    """A page in the browser's language, or why there is none; a browser without a cookie is given one."""
    chosen = request.query_params.get("lang")
    cookie = chosen or request.cookies.get("wenju_language")
    say = Say(preferred(request.headers.get("accept-language"), cookie))
    status = 200
    try:
        html = build(say)
    except WenjuError as error:
        status = 404 if isinstance(error, NoRun) else 400
        html = trouble(say, error)
    answer = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
    secure = request.url.scheme == "https"
    if owners.owner_of(request.cookies) is None:
        answer.headers.append("set-cookie", owners.new_cookie(secure))
    if chosen in ("zh", "en"):
        answer.set_cookie("wenju_language", chosen, max_age=365 * 24 * 3600, samesite="strict")
    return answer


def trouble(say: Say, error: WenjuError) -> str:
    """What went wrong, line by line, with a way back."""
    said = "<br>".join(escape(line) for line in str(error).splitlines())
    back = f'<p><a href="{ROOT}">{say("Back", "返回")}</a></p>'
    return page(say, ("That did not work", "未能完成"), note(said, "trouble") + back, ROOT)


def to(place: str) -> RedirectResponse:
    """On to another page, after something was changed."""
    return RedirectResponse(place, 303)


async def filed(request: Request) -> tuple[str, bytes]:
    """The name and bytes of the file in a form; raises 400 or 413."""
    async with request.form(max_files=1) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise HTTPException(400, "There is no file in the form; choose one.")
        raw = await file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise HTTPException(413, f"The file is larger than {LARGEST // 2**20} MB.")
        return file.filename, raw


def text(form: FormData, name: str) -> str:
    """A field of a form, "" when it is not there."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


async def apart(work: Callable[..., Any], *values: Any) -> Any:
    """Work that takes a while, away from the server's loop."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *values)


def named(name: str) -> str:
    """A file name from an address; raises `NoRun` for what is none."""
    if not NAME.fullmatch(name):
        raise NoRun(f"there is nothing called {name!r}")
    return name


def raising(error: WenjuError) -> Callable[[Say], str]:
    """A page that is nothing but what went wrong."""

    def build(say: Say) -> str:
        raise error

    return build
