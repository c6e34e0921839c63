"""Who may talk to the server, and what a browser may do with its pages.

On loopback the `Host` header has to name this machine, so that a web site cannot reach the server by
pointing its own name at 127.0.0.1 (DNS rebinding). A request that another site's page makes is refused
by its `Origin`. With a password, everything asks for it by HTTP Basic authentication; who guesses has to wait.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.faces.guessing import LONGEST, Guesses
from assistant.faces.sizes import LIMIT, TooLarge, bounded

POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


Refusal = tuple[int, str, int]
"""The status, the sentence, and after how many seconds to come again (0: that does not help)."""


def policy(**changes: str) -> str:
    """The Content-Security-Policy: this server only; `script_src="..."` replaces one directive."""
    directives = dict(POLICY) | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def is_loopback(host: str) -> bool:
    """Whether an address is reachable from this machine only."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def at_this_machine(host: str, headers: Mapping[str, str]) -> bool:
    """Whether a request to a server that listens on `host` was made at its machine: no proxy passed it on."""
    return is_loopback(host) and not {"forwarded", "x-forwarded-for"} & set(headers)


class Guard:
    """ASGI middleware: refuses strangers, adds `HEADERS` to every response that does not set its own."""

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        password: str | None,
        closed: Iterable[str] = (),
        large: Mapping[str, int] | None = None,
    ) -> None:
        """`closed` are beginnings of addresses that are not served; `large`: address -> bytes it takes."""
        self._app = app
        self._large = dict(large or {})
        here = {"localhost", "127.0.0.1", "::1", host.strip("[]").lower()}
        self._names = here if is_loopback(host) else None
        self._password = _digest(password) if password else None
        self._guesses = Guesses()
        self._closed = tuple(closed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say in one sentence why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._stranger(headers) or self._unknown(scope, headers) or self._shut(scope["path"])
        if refusal is not None:
            await _refuse(dressed, *refusal)
            return
        try:
            await self._app(scope, bounded(scope, receive, *self._most(scope["path"])), dressed)
        except TooLarge as error:
            await _refuse(dressed, error.status_code, error.detail)

    def _most(self, path: str) -> tuple[int, str]:
        """Bytes that an address takes, and what is said of more."""
        if path in self._large:
            return self._large[path], f"The file is larger than {self._large[path] // 2**20} MB, the limit for uploads."
        return LIMIT, f"The request is larger than {LIMIT:,} bytes; ask a shorter question."

    def _stranger(self, headers: Headers) -> Refusal | None:
        host = headers.get("host", "")
        if self._names is not None and _name(host) not in self._names:
            return 403, f"The host name {host!r} is not one this server answers to; open it as localhost.", 0
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, f"Requests from {origin!r} are not accepted; use the page of this server itself.", 0
        return None

    def _unknown(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Why somebody is not let in by the password; a browser that sends none has not guessed."""
        if self._password is None:
            return None
        # Behind a proxy that uvicorn trusts, the address is the visitor's.
        address, said = (scope.get("client") or ("",))[0][:LONGEST], headers.get("authorization")
        if seconds := self._guesses.wait(address):
            return 429, f"Too many wrong passwords came from here; wait {seconds} seconds.", seconds
        if said is not None and self._knows(said):
            return None
        if said is not None:
            self._guesses.note(address)
        return 401, "This server asks for its password: HTTP Basic, any user name.", 0

    def _shut(self, path: str) -> Refusal | None:
        return (404, "There is nothing at this address.", 0) if path.startswith(self._closed) else None

    def _knows(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            said = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            said = ""
        given = _digest(said.partition(":")[2])
        assert self._password is not None
        return hmac.compare_digest(given, self._password) and scheme.lower() == "basic"


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _name(host: str) -> str:
    """The name in a `Host` header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


async def _refuse(send: Send, status: int, sentence: str, wait: int = 0) -> None:
    body = json.dumps({"error": sentence}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="Wenju", charset="UTF-8"'))
    if wait:
        headers.append((b"retry-after", b"%d" % wait))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
