"""The page: a Gradio Blocks application whose parts are our own HTML.

Gradio carries questions to the server and the growing answer back; `desk` keeps the conversations, each its
owner's, and `mine` serves the lists beside them. What is shown is written by `turns.render`, escaped, in both
languages; the style sheet shows one of them, so switching the language loses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI

from assistant.conversations import Conversations
from assistant.faces.desk import Desk
from assistant.faces.owners import owner_of
from assistant.faces.parts import composer, header, panes
from assistant.faces.refusals import register_beyond
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

AT_ONCE = 16
CLOSED = (
    "/gradio_api/api", "/gradio_api/call", "/gradio_api/component_server", "/gradio_api/custom_component",
    "/gradio_api/deep_link", "/gradio_api/dev", "/gradio_api/file", "/gradio_api/info", "/gradio_api/openapi",
    "/gradio_api/proxy", "/gradio_api/stream", "/gradio_api/upload", "/gradio_api/vibe",
    "/file", "/proxy", "/upload", "/monitoring", "/login", "/logout", "/svelte",
)  # fmt: skip
"""Addresses of Gradio that the page does not need: nobody gets to upload, fetch or run through them."""
FONTS = ("system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "sans-serif")
COMPOSER = "wenju.composer(element, trigger, 'ask', 'stop', 'clear', 'open')"


def mount(
    app: FastAPI, assistant: Assistant, settings: Settings, conversations: Conversations
) -> Callable[[], None]:
    """Put the page at `/` of the server; returns what ends its open connections when the server stops."""
    desk = Desk(assistant, conversations)
    gr.mount_gradio_app(
        app,
        blocks(desk, settings.uploads),
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
    register_beyond(gradio, app)

    def end() -> None:
        desk.stop_all()
        gradio.stop_event.set()

    return end


def blocks(desk: Desk, uploads: bool) -> gr.Blocks:
    """The page's parts, and what happens when a question is sent, stopped, or a new chat begun."""

    async def ask(event: gr.EventData, request: gr.Request) -> AsyncIterator[Any]:
        async for earlier, current in desk.ask(_said(event), _owner(request), str(request.session_hash)):
            yield gr.skip() if earlier is None else earlier, current

    def open(event: gr.EventData, request: gr.Request) -> Any:
        return desk.open(_said(event), _owner(request), str(request.session_hash))

    def stop(request: gr.Request) -> None:
        desk.stop(str(request.session_hash))

    def clear(request: gr.Request) -> tuple[str, str]:
        desk.stop(str(request.session_hash))
        return "", ""

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    page = gr.Blocks(title="Wenju 问据", analytics_enabled=False, fill_width=True)
    with page:
        _html("bar", header())
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="scroll"):
                    _html("welcome", '<div id="greeting"></div>', "wenju.fill(element)")
                    earlier = _html("earlier", "", "wenju.earlier(element, watch)")
                    current = _html("current", "", "wenju.current(element, watch)")
                box = _html("composer", composer(), COMPOSER)
            with gr.Column(elem_id="side"):
                _html("panes", panes(uploads), "wenju.fill(element)")
        # "multiple": by default Gradio drops a question that comes before it has closed the answer to the last one.
        box.ask(ask, [], [earlier, current], concurrency_limit=AT_ONCE, trigger_mode="multiple", **quiet)
        box.stop(stop, [], [], queue=False, **quiet)
        box.clear(clear, [], [earlier, current], queue=False, **quiet)
        box.open(open, [], [earlier, current], queue=False, **quiet)
        page.unload(stop)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=4 * AT_ONCE, api_open=False)
    return page


def _html(name: str, value: str, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def _said(event: gr.EventData) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _owner(request: gr.Request) -> str:
    """Whose page this is; a browser without cookies owns what its tab asks, for as long as it is open."""
    found = owner_of(request.cookies)
    return found or hashlib.sha256(f"tab {request.session_hash}".encode()).hexdigest()[:32]
