"""The page: a Gradio Blocks application whose parts are our own HTML.

Gradio carries questions to the server and the growing answer back, and keeps each browser's conversation
apart (`gr.State`). What is shown is written by `turns.render`, escaped, in both languages; the style sheet
shows one of them, so switching the language loses nothing. Marks open `/passages/ID`, see `page.js`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import Cancelled, WenjuError
from assistant.faces.guard import policy
from assistant.faces.parts import composer, header, library, panes, welcome
from assistant.faces.stream import events
from assistant.faces.texts import preferred
from assistant.faces.turns import Turn, render
from assistant.schema import Event
from assistant.settings import Settings
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from assistant.assistant import Assistant

log = logging.getLogger(__name__)

AT_ONCE = 16
EVERY = 0.05
CLOSED = (
    "/gradio_api/api", "/gradio_api/call", "/gradio_api/component_server", "/gradio_api/custom_component",
    "/gradio_api/deep_link", "/gradio_api/dev", "/gradio_api/file", "/gradio_api/info", "/gradio_api/openapi",
    "/gradio_api/proxy", "/gradio_api/stream", "/gradio_api/upload", "/gradio_api/vibe",
    "/file", "/proxy", "/upload", "/monitoring", "/login", "/logout", "/svelte",
)  # fmt: skip
"""Addresses of Gradio that the page does not need: nobody gets to upload, fetch or run through them."""
FONTS = ("system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "sans-serif")
COMPOSER = "wenju.composer(element, trigger, 'ask', 'stop', 'clear')"
Conversation = tuple[Turn, ...]
AskedLanguage = Literal["auto", "zh", "en"]


def mount(app: FastAPI, assistant: Assistant, settings: Settings) -> Callable[[], None]:
    """Put the page at `/` of the server; returns what ends its open connections when the server stops."""
    desk = Desk(assistant)
    gr.mount_gradio_app(
        app,
        blocks(desk),
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",
        theme=gr.themes.Base(font=FONTS, font_mono=("ui-monospace", "Menlo", "monospace")),
    )
    mounted = [getattr(route, "app", None) for route in app.routes]
    gradio = next(one for one in mounted if isinstance(one, gr.routes.App))

    def end() -> None:
        desk.stop_all()
        gradio.stop_event.set()

    return end


def blocks(desk: Desk) -> gr.Blocks:
    """The page's parts, and what happens when a question is sent, stopped, or a new chat begun."""
    shelf = desk.library

    async def ask(turns: Conversation, event: gr.EventData, request: gr.Request) -> AsyncIterator[Any]:
        said = event._data if isinstance(event._data, dict) else {}
        async for update in desk.ask(turns, said, str(request.session_hash)):
            yield tuple(gr.skip() if part is None else part for part in update)

    def stop(request: gr.Request) -> None:
        desk.stop(str(request.session_hash))

    def clear(request: gr.Request) -> tuple[str, str, Conversation]:
        desk.stop(str(request.session_hash))
        return "", "", ()

    def look() -> tuple[str, str]:
        reports = shelf.reports()
        return welcome(reports), library(reports)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page = gr.Blocks(title="Wenju 问据", analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State((), time_to_live=24 * 3600)
        _html("bar", header())
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="scroll"):
                    greeting = _html("welcome", welcome(shelf.reports()))
                    earlier = _html("earlier", "")
                    current = _html("current", "", "wenju.current(element, watch)")
                box = _html("composer", composer(), COMPOSER)
            with gr.Column(elem_id="side"):
                _html("panes", panes())
                listing = _html("library", library(shelf.reports()))
        box.ask(ask, [turns], [earlier, current, turns], concurrency_limit=AT_ONCE, **quiet)
        box.stop(stop, [], [], queue=False, **quiet)
        box.clear(clear, [], [earlier, current, turns], queue=False, **quiet)
        page.load(look, [], [greeting, listing], queue=False, **quiet)
        page.unload(stop)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=4 * AT_ONCE, api_open=False)
    return page


def _html(name: str, value: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


class Desk:
    """Answers the questions of all browsers; each session has at most one answer under way."""

    def __init__(self, assistant: Assistant) -> None:
        self.library = assistant.library
        self._assistant = assistant
        self._under_way: dict[str, threading.Event] = {}

    def stop(self, session: str) -> None:
        """Cancel the session's answer, if one is under way."""
        if cancel := self._under_way.pop(session, None):
            cancel.set()

    def stop_all(self) -> None:
        """Cancel every answer under way."""
        for session in list(self._under_way):
            self.stop(session)

    async def ask(
        self, turns: Conversation, said: dict[str, Any], session: str
    ) -> AsyncIterator[tuple[str | None, str, Conversation | None]]:
        """Answer what the browser said; yields earlier turns, current turn, conversation.

        None stands for unchanged. A question that fails is shown but does not join the conversation.
        """
        self.stop(session)
        cancel = self._under_way[session] = threading.Event()
        question = str(said.get("question", ""))
        shown: Lang = "zh" if said.get("page") == "zh" else "en"
        turn = Turn(question, str(said.get("key", ""))[:40], shown, self._assistant.model_name)
        yield "".join(map(render, turns)), render(turn), None
        try:
            history = [earlier.question for earlier in turns]
            asking = partial(self._events, question, history, _language(said.get("language")))
            async for batch in events(asking, cancel):
                for event in batch:
                    turn = turn.after(event)
                yield None, render(turn), None
                await asyncio.sleep(EVERY)
            turn = turn.stopped() if turn.state == "working" else turn
        except Cancelled:
            turn = turn.stopped()
        except WenjuError as error:
            turn = turn.failed(str(error))
        except Exception:
            log.exception("a question could not be answered")
            turn = turn.failed("")
        finally:
            if self._under_way.get(session) is cancel:
                del self._under_way[session]
        yield None, render(turn), (turns if turn.state == "failed" else (*turns, turn))

    def _events(
        self, question: str, history: Sequence[str], language: AskedLanguage, cancel: threading.Event
    ) -> Iterator[Event]:
        return self._assistant.ask(question, history=history, language=language, cancel=cancel)


def _language(said: object) -> AskedLanguage:
    return "zh" if said == "zh" else "en" if said == "en" else "auto"


class Shell:
    """ASGI middleware: finishes the page that Gradio writes.

    Sets the page's language before anything is drawn, loads our style sheet and script, takes out what
    points to other hosts, and gives the inline scripts of Gradio's template a nonce, so that the
    Content-Security-Policy can forbid all others. Gradio compiles templates in the browser, hence
    `unsafe-eval`; its components set style attributes, hence `unsafe-inline` for styles.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, the page itself rewritten."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        body = bytearray()
        start: Message = {}

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                await self._finish(asked, start, bytes(body), send)

        await self._app({**scope, "headers": plain}, receive, collect)

    async def _finish(self, asked: Headers, start: Message, body: bytes, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        if headers.get("content-type", "").startswith("text/html"):
            nonce = secrets.token_urlsafe(16)
            lang = preferred(asked.get("accept-language"), _cookie(asked, "wenju_language"))
            body = finished(body.decode(), lang, nonce).encode()
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
            headers["content-security-policy"] = policy(
                script_src=f"'self' 'nonce-{nonce}' 'unsafe-eval'", style_src="'self' 'unsafe-inline'"
            )
        await send(start)
        await send({"type": "http.response.body", "body": body})


HEAD = (
    '<meta name="color-scheme" content="light dark"><link rel="icon" href="/page/icon.svg">'
    '<link rel="stylesheet" href="/page/page.css"><script src="/page/page.js"></script>'
)


def finished(html: str, lang: Lang, nonce: str) -> str:
    """Gradio's page as ours."""
    tag = "zh-CN" if lang == "zh" else "en"
    html = re.sub(r'<html\s+lang="en"', f'<html lang="{tag}" data-lang="{lang}"', html, count=1)
    html = re.sub(r"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>", "", html)
    html = re.sub(r"<link rel=\"manifest\"[^>]*>", "", html)
    html = html.replace("<style>", f"<title>Wenju 问据</title>{HEAD}<style>", 1)
    return re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)


def _cookie(headers: Headers, name: str) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None
