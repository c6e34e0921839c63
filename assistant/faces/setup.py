"""The settings on the page: which model answers and how much it is given, with a test and a download."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from assistant.errors import BadSetting
from assistant.faces.bodies import Body
from assistant.faces.options import Key, NotAllowed, Options
from assistant.faces.owners import Owner
from assistant.faces.pulling import Pulling
from assistant.faces.texts import both
from assistant.models.catalogue import CATALOGUE, find
from assistant.models.download import place
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_QUIET = {"Cache-Control": "no-store"}
NUMBERS: tuple[tuple[Key, int, int], ...] = (
    ("evidence_chars", 100, 5000), ("evidence_tokens", 100, 20000), ("extract_chars", 50, 3000)
)  # fmt: skip
"""Budgets that can be set on the page, with their least and their most."""


class Changes(Body):
    """What is to be set; what is left out stays. An empty address is none; an empty key is the one before."""

    backend: str | None = Field(None, max_length=200)
    local_model: str | None = Field(None, max_length=200)
    base_url: str | None = Field(None, max_length=500)
    api_key: str | None = Field(None, max_length=500)
    evidence_chars: int | None = Field(None, ge=100, le=5000)
    evidence_tokens: int | None = Field(None, ge=100, le=20000)
    extract_chars: int | None = Field(None, ge=50, le=3000)
    unsupported: Literal["remove", "mark"] | None = None

    def against(self, now: Settings) -> dict[str, Any]:
        """Those that differ from what is set."""
        said = {key: value for key, value in self.model_dump().items() if value is not None}
        if not said.get("api_key"):
            said.pop("api_key", None)
        if "base_url" in said:
            said["base_url"] = said["base_url"].strip() or None
            if said["base_url"] and not said["base_url"].startswith(("http://", "https://")):
                raise BadSetting(f"the address {said['base_url']!r} is none of a server; begin with https://")
        return {key: value for key, value in said.items() if key == "api_key" or value != getattr(now, key)}


def register(app: FastAPI, assistant: Assistant, options: Options) -> None:
    """Add the addresses to the server."""
    pulling = Pulling(options.now.cache, options.refresh)

    def may(request: Request) -> bool:
        return options.allowed(request.headers)

    def must(request: Request) -> None:
        if not may(request):
            raise NotAllowed("settings can be changed only at the server itself; WENJU_PAGE_SETTINGS says who may")

    @app.get("/my/settings", include_in_schema=False)
    def shown(mine: Owner, request: Request) -> HTMLResponse:
        return HTMLResponse(form(options, pulling, may(request), assistant.model_name), headers=_QUIET)

    @app.put("/my/settings", include_in_schema=False)
    def change(mine: Owner, request: Request, changes: Changes) -> dict[str, Any]:
        must(request)
        options.change(changes.against(options.now))
        return {"model": assistant.model_name}

    @app.post("/my/settings/test", include_in_schema=False)
    def test(mine: Owner, request: Request, changes: Changes) -> dict[str, Any]:
        must(request)
        name, said, seconds = options.ask(changes.against(options.now))
        return {"model": name, "said": said, "seconds": round(seconds, 1)}

    @app.post("/my/models/{name}", include_in_schema=False)
    def fetch(mine: Owner, request: Request, name: str) -> dict[str, Any]:
        must(request)
        pulling.start(find(name))
        return {"done": True}

    @app.delete("/my/models", include_in_schema=False)
    def stop(mine: Owner, request: Request) -> dict[str, Any]:
        must(request)
        pulling.stop()
        return {"done": True}

    @app.get("/my/models", include_in_schema=False)
    def progress(mine: Owner) -> HTMLResponse:
        return HTMLResponse(fetching(pulling), headers=_QUIET | {"Wenju-Active": str(int(pulling.state == "pulling"))})


def form(options: Options, pulling: Pulling, may: bool, model: str) -> str:
    """The dialog's content. A key is never in it, only whether there is one."""
    now = options.now
    kind = now.backend if now.backend in ("auto", "extractive", "local") else "remote"
    kinds = {value: both(f"backend_{value}") for value in ("auto", "extractive", "local", "remote")}
    remote = now.backend if kind == "remote" else ""
    weak = {one: both(f"unsupported_{one}") for one in ("remove", "mark")}
    key = both("key_there") if now.api_key else both("key_none")
    closed = "" if may else f'<p class="notice">{both("settings_closed")}</p>'
    parts = (
        _choice("backend", kinds, kind, options),
        f'<div class="when" data-when="local auto">{_local(options)}<div id="fetching">{fetching(pulling)}</div></div>',
        '<div class="when" data-when="remote">'
        + _text("model_name", remote, "backend", options, 'placeholder="openai:gpt-4o-mini"')
        + _text("base_url", now.base_url or "", "base_url", options, 'placeholder="https://" inputmode="url"')
        + _text("api_key", "", "api_key", options, 'type="password" autocomplete="off"', key)
        + "</div>",
        f'<p class="acts"><button type="button" class="small" data-do="try">{both("try_model")}</button>'
        f'<output class="quiet" id="tried">{both("in_use")} {escape(model)}</output></p>',
        f'<details><summary>{both("retrieval")}</summary>{_numbers(options)}'
        + _choice("unsupported", weak, now.unsupported, options)
        + "</details>",
        f'<p class="acts"><button type="submit" class="primary">{both("save")}</button>'
        '<output id="saved" class="quiet"></output></p>',
    )
    disabled = "" if may else " disabled"
    return f'{closed}<form class="settings"><fieldset{disabled}>{"".join(parts)}</fieldset></form>'


def fetching(pulling: Pulling) -> str:
    """How far the download is."""
    if pulling.state == "idle":
        return ""
    name = escape(pulling.name)
    if pulling.state != "pulling":
        why = escape(pulling.why) or both("failed_inside") if pulling.state == "failed" else ""
        return f'<p class="quiet" role="status">{name}: {both(f"pull_{pulling.state}")}{why}</p>'
    known = f' max="{pulling.total}" value="{pulling.done}"' if pulling.total else ""
    size = f"{pulling.done / 1e6:,.0f}" + (f" / {pulling.total / 1e6:,.0f}" if pulling.total else "") + " MB"
    return (
        f'<p class="quiet">{both("pull_pulling")} {name} · {size} · {escape(pulling.source)} '
        f'<button type="button" class="tool" data-do="unpull">{both("stop")}</button></p>'
        f'<progress{known} aria-label="{name}"></progress>'
    )


def _local(options: Options) -> str:
    now = options.now
    cache = now.cache
    known = {model.name: model for model in CATALOGUE}
    if now.local_model not in known:
        names: Mapping[str, str] = {now.local_model: escape(now.local_model)}
    else:
        names = {
            name: f"{escape(model.title)} · {model.memory:g} GB · {escape(model.licence)}"
            + ("" if place(model, cache).is_file() else " ↓")
            for name, model in known.items()
        }
    items = "".join(
        f'<option value="{escape(name)}"{" selected" if name == now.local_model else ""}>{text}</option>'
        for name, text in names.items()
    )
    return (
        f'<label for="set-local_model">{both("local_model")}{_origin(options, "local_model")}</label>'
        f'<select id="set-local_model" name="local_model"{_fixed(options, "local_model")}>{items}</select>'
        f'<button type="button" class="small" data-do="pull">{both("pull")}</button>'
    )


def _choice(key: Key, texts: Mapping[str, str], chosen: str, options: Options) -> str:
    items = "".join(
        f'<label><input type="radio" name="{key}" value="{value}"{" checked" if value == chosen else ""}'
        f"{_fixed(options, key)}><span>{text}</span></label>"
        for value, text in texts.items()
    )
    return f'<fieldset class="pick"><legend>{both(key)}{_origin(options, key)}</legend>{items}</fieldset>'


def _text(name: str, value: str, key: Key, options: Options, more: str, hint: str = "") -> str:
    said = f'<span class="quiet"> {hint}</span>' if hint else ""
    kind = "" if "type=" in more else 'type="text" '
    return (
        f'<label for="set-{name}">{both(name)}{_origin(options, key)}{said}</label>'
        f'<input {kind}id="set-{name}" name="{name}" value="{escape(value)}" {more}{_fixed(options, key)} '
        f'spellcheck="false">'
    )


def _numbers(options: Options) -> str:
    return "".join(
        f'<label for="set-{key}">{both(key)}{_origin(options, key)}</label><input type="number" id="set-{key}" '
        f'name="{key}" value="{getattr(options.now, key)}" min="{least}" max="{most}"{_fixed(options, key)}>'
        for key, least, most in NUMBERS
    )


def _fixed(options: Options, key: Key) -> str:
    return " disabled" if options.origin(key) in ("environment", "command") else ""


def _origin(options: Options, key: Key) -> str:
    found = options.origin(key)
    return f' <span class="origin">{both(f"from_{found}")}</span>' if found in ("environment", "command") else ""

