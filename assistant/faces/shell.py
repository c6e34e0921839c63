"""The page as Gradio writes it, finished: our language, style and scripts, a strict policy, an owner's cookie."""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.faces import owners
from assistant.faces.guard import policy
from assistant.faces.texts import preferred
from vectorstore.schema import Lang


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
                await self._finish(asked, start, bytes(body), send, scope.get("scheme") == "https")

        await self._app({**scope, "headers": plain}, receive, collect)

    async def _finish(self, asked: Headers, start: Message, body: bytes, send: Send, secure: bool) -> None:
        headers = MutableHeaders(scope=start)
        cookies = _cookies(asked)
        if headers.get("content-type", "").startswith("text/html"):
            nonce = secrets.token_urlsafe(16)
            lang = preferred(asked.get("accept-language"), cookies.get("wenju_language"))
            body = finished(body.decode(), lang, nonce).encode()
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
            known = owners.owner_of(cookies) is not None
            headers.append(
                "set-cookie",
                owners.cookie(cookies[owners.COOKIE], secure) if known else owners.new_cookie(secure),
            )
            headers["content-security-policy"] = policy(
                script_src=f"'self' 'nonce-{nonce}' 'unsafe-eval'", style_src="'self' 'unsafe-inline'"
            )
        await send(start)
        await send({"type": "http.response.body", "body": body})


STYLES = ("page", "chat", "side", "library", "viewer", "settings")
SCRIPTS = ("page", "conversation", "composer", "evidence", "keys", "lists", "library", "answers", "viewer", "settings")
"""In this order; each adds to `wenju`, which the first makes."""
HEAD = "".join(
    (
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/page/icon.svg">',
        *(f'<link rel="stylesheet" href="/page/{name}.css">' for name in STYLES),
        *(f'<script defer src="/page/{name}.js"></script>' for name in SCRIPTS),
    )
)


def finished(html: str, lang: Lang, nonce: str) -> str:
    """Gradio's page as ours."""
    tag = "zh-CN" if lang == "zh" else "en"
    html = re.sub(r'<html\s+lang="en"', f'<html lang="{tag}" data-lang="{lang}"', html, count=1)
    html = re.sub(r"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>", "", html)
    html = re.sub(r"<link rel=\"manifest\"[^>]*>", "", html)
    html = html.replace("<style>", f"<title>Wenju 问据</title>{HEAD}<style>", 1)
    return re.sub(r"<script(?=[\s>])", f'<script nonce="{nonce}"', html)


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}
