"""What the addresses share: a page or what went wrong, forms and files that are sent, work done apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from assistant.errors import WenjuError
from assistant.faces import owners
from assistant.faces.failures import plain
from assistant.faces.lab.frame import Say, note, page
from assistant.faces.lab.reasons import in_chinese
from assistant.faces.lab.runs import NoRun, is_name
from assistant.faces.options import NotAllowed
from assistant.faces.texts import preferred

if TYPE_CHECKING:
    from eval.errors import BadLines

ROOT = "/evaluation"
SETS = f"{ROOT}/sets"
LARGEST = 20 * 2**20
"""Bytes of a question set that is brought; 10,000 questions are about 5 MB."""


class Again(WenjuError):
    """What was entered cannot be kept as it is; `html` is the page that says why and still holds it."""

    def __init__(self, html: str) -> None:
        super().__init__("what was entered cannot be kept as it is")
        self.html = html


def shown(request: Request, build: Callable[[Say], str], instead: str = "") -> Response:
    """A page in the browser's language, or why there is none; a browser without a cookie is given one.

    `instead` is the page that stands for the answer to a form where nothing can be read at the form's address.
    """
    chosen = request.query_params.get("lang")
    cookie = chosen or request.cookies.get("wenju_language")
    say = Say(preferred(request.headers.get("accept-language"), cookie), instead or _here(request))
    status = 200
    try:
        html = build(say)
    except WenjuError as error:
        status = 404 if isinstance(error, NoRun) else 403 if isinstance(error, NotAllowed) else 400
        html = error.html if isinstance(error, Again) else trouble(say, error)
    answer = HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
    secure = request.url.scheme == "https"
    if owners.owner_of(request.cookies) is None:
        answer.headers.append("set-cookie", owners.new_cookie(secure))
    if chosen in ("zh", "en"):
        answer.set_cookie("wenju_language", chosen, max_age=365 * 24 * 3600, samesite="strict")
    return answer


def _here(request: Request) -> str:
    """The address of a request, without the language it asks for."""
    query = request.url.remove_query_params("lang").query if request.method == "GET" else ""
    return quote(request.scope["path"]) + (f"?{query}" if query else "")


def trouble(say: Say, error: WenjuError) -> str:
    """What went wrong, line by line, with a way back."""
    from eval.errors import BadLines

    lines = [escape(plain(line, say.lang)) for line in str(error).splitlines()]
    said = "<br>".join(_bad_lines(say, error) if isinstance(error, BadLines) else lines)
    back = f'<p><a href="{ROOT}">{say("Back", "返回")}</a></p>'
    return page(say, ("That did not work", "未能完成"), note(said, "trouble") + back, ROOT)


def _bad_lines(say: Say, error: BadLines) -> Iterator[str]:
    """Every line of a set that is no question; the page cannot leave them out."""
    n = len(error.invalid)
    yield say(
        f"{error.name}: {n} {'line' if n == 1 else 'lines'} cannot be used; mend them and bring the file again.",
        f"{error.name}：有 {n} 行无法使用，请按下列原因改正后重新上传。",
    )
    for item in error.invalid:
        yield say(f"line {item.line}: {item.reason}", f"第 {item.line} 行：{in_chinese(item.reason)}")


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
    if not is_name(name):
        raise NoRun(f"there is nothing called {name!r}")
    return name


def raising(error: WenjuError) -> Callable[[Say], str]:
    """A page that is nothing but what went wrong."""

    def build(say: Say) -> str:
        raise error

    return build
