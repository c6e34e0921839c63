"""What a request gets that cannot be served: a status and one sentence, `{"error": "..."}`.

A browser that is lost gets a page instead, in its language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from assistant.errors import BadQuestion, BadSetting, WenjuError
from assistant.faces import viewer
from assistant.faces.failures import plain
from assistant.faces.options import NotAllowed
from assistant.faces.reports import NO_ADDRESS, missing_page
from vectorstore.errors import BadFilter, NotInLibrary

NOTHING = "There is nothing at this address."
SHOWN = 60
"""Characters of a bad value that are said again."""


def register(app: FastAPI) -> None:
    """Answer every error of the server's own addresses."""

    @app.exception_handler(WenjuError)
    def ours(request: Request, error: WenjuError) -> Response:
        return _answer(request, _status(error), str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return _error(400, sentence(error.errors()[0]))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return _answer(request, error.status_code, _plainly(request, error), error.headers)

    @app.exception_handler(Exception)
    def bug(request: Request, error: Exception) -> Response:
        return _error(500, "Something went wrong inside Wenju; the server's log has the details.")


def register_beyond(mounted: FastAPI, app: FastAPI) -> None:
    """Answer in the same way what `mounted`, which takes every address that is none of `app`, does not know either.

    Its own addresses below `/gradio_api` keep the errors that its scripts read.
    """

    @mounted.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith("/gradio_api"):
            return await http_exception_handler(request, error)
        if error.status_code == 404 and (methods := _methods(app, request)):
            error = HTTPException(405, headers={"Allow": ", ".join(methods)})
        return _answer(request, error.status_code, _plainly(request, error), error.headers)


def sentence(item: Mapping[str, Any]) -> str:
    """One of pydantic's errors, plainly: which field, what was found, what is wrong with it."""
    where = ".".join(str(part) for part in item["loc"][1:]) or "the request"
    match item["type"]:
        case "json_invalid":
            return f"the request is no JSON ({item['ctx']['error'].lower()} at character {where}); send a JSON object"
        case "model_attributes_type":
            return "the request has to be a JSON object, sent with the header Content-Type: application/json"
        case "missing" if where == "the request":
            return "the request is empty; send a JSON object"
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            return f"there is no field {where!r}; leave it out, or spell it as the documentation does"
        case "value_error":
            return f"{where}: {item['ctx']['error']}"
    return f"{where} is {_short(item['input'])}: {item['msg'].lower()}"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"


def _methods(app: FastAPI, request: Request) -> list[str]:
    """What else can be done at an address."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    found = [route.methods or () for route in routes if route.matches(request.scope)[0] is Match.PARTIAL]
    return sorted({method for methods in found for method in methods})


def _status(error: WenjuError) -> int:
    match error:
        case NotAllowed():
            return 403
        case NotInLibrary():
            return 404
        case BadQuestion() | BadSetting() | BadFilter():
            return 400
    return 503


def _plainly(request: Request, error: HTTPException) -> str:
    """What an error says, in place of the protocol's two words a sentence."""
    if error.detail == "Not Found":
        return NOTHING
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "another method")
        return f"{request.method} is not for this address; it takes {allowed}."
    return str(error.detail)


def _answer(
    request: Request, status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A page for a browser that came to an address where nothing is; the sentence for everybody else.

    Below `/my`, which the page itself asks, the sentence is in the page's language.
    """
    path, lang = request.url.path, viewer.language(request)
    if status == 404 and "text/html" in request.headers.get("accept", "") and not path.startswith("/api/"):
        return HTMLResponse(missing_page(lang, NO_ADDRESS), status_code=404)
    return _error(status, plain(sentence, lang) if path.startswith("/my/") else sentence, headers)


def _error(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """What cannot be written is spelt out: a field's name may be as odd as its value."""
    said = sentence.encode("utf-8", "backslashreplace").decode()
    return JSONResponse({"error": said}, status_code=status, headers=dict(headers or {}))
