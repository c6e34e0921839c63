"""A Slack on loopback: its Web API, Socket Mode and signed HTTP requests, as documented, in memory.

It keeps messages, checks every payload against Slack's limits, and can be told to fail, limit, disconnect,
lose its replies and deliver twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, WSMsgType, web

from tests.assistant.faces.slack.payloads import violations

BOT, BOT_ID, TEAM = "UBOT00001", "BBOT00001", "T00000001"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-111-very-secret", "xapp-1-very-secret", "signing-very-secret"
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,chat:write,commands,files:read,groups:history,"
    "im:history,im:write,mpim:history"
)
Message = dict[str, Any]


class FakeSlack:
    """`async with FakeSlack() as slack`: listening on loopback, `slack.api_url` is where."""

    def __init__(self, *, streaming: bool = True, scopes: str = SCOPES, retry: float = 1.0) -> None:
        self.streaming, self.scopes, self.retry = streaming, scopes, retry
        self.messages: dict[tuple[str, str], Message] = {}
        self.ephemerals: list[Message] = []
        self.responses: list[Message] = []
        self.views: list[Message] = []
        self.calls: list[tuple[float, str, dict[str, Any]]] = []
        self.history: dict[str, list[str]] = defaultdict(list)
        self.faults: list[str] = []
        self.delays: list[float] = []
        self.unacknowledged = 0
        self.files: dict[str, tuple[dict[str, Any], bytes]] = {}
        self.absent: set[str] = set()
        self.tokens = {BOT_TOKEN}
        self.connections = 0
        self.pace: dict[str, int] = {}
        self._used: dict[str, deque[float]] = defaultdict(deque)
        self._failures: dict[str, deque[Callable[[], web.Response]]] = defaultdict(deque)
        self._lost: dict[str, int] = defaultdict(int)
        self._sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._number = count(1)
        self._clock = time.time()
        self._connected = asyncio.Event()

    async def __aenter__(self) -> FakeSlack:
        app = web.Application(client_max_size=10**8)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        app.router.add_post("/commands/{id}", self._respond)
        app.router.add_get("/files/{id}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *error: object) -> None:
        for socket in self._sockets:
            await socket.close()
        await self._runner.cleanup()

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.host}/api/"

    # ---- what a test says beforehand

    def fail(self, method: str, error: str, times: int = 1, **more: Any) -> None:
        """The next calls of a method fail with a documented error."""
        for _ in range(times):
            self._failures[method].append(lambda: web.json_response({"ok": False, "error": error, **more}))

    def limit(self, method: str, seconds: float, times: int = 1) -> None:
        """The next calls of a method come too fast."""
        for _ in range(times):
            self._failures[method].append(
                lambda: web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
                )
            )

    def broken(self, method: str, times: int = 1) -> None:
        """The next calls of a method meet a fault of Slack's own."""
        for _ in range(times):
            self._failures[method].append(lambda: web.Response(status=503, text="upstream"))

    def lose(self, method: str, times: int = 1) -> None:
        """The next calls of a method have their effect, but the connection breaks before the reply."""
        self._lost[method] += times

    # ---- what a test looks at

    def called(self, method: str) -> list[dict[str, Any]]:
        return [payload for _, name, payload in self.calls if name == method]

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The messages of a thread, the first one included."""
        found = [
            m for (c, _), m in self.messages.items() if c == channel and ts in (m["ts"], m.get("thread_ts"))
        ]
        return sorted(found, key=lambda m: float(m["ts"]))

    def replies(self, channel: str, ts: str) -> list[Message]:
        """What the bot wrote in a thread."""
        return [m for m in self.thread(channel, ts) if m.get("user") == BOT]

    def answers(self, channel: str, ts: str) -> list[Message]:
        """The bot's answers in a thread."""
        return [
            m
            for m in self.replies(channel, ts)
            if (m.get("metadata") or {}).get("event_type") == "wenju_answer"
        ]

    async def until(self, what: Callable[[], Any], seconds: float = 10.0) -> Any:
        """What a condition gives once it is true; fails when it does not come true in time."""
        end = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(0.02)
        return found

    async def answered(self, channel: str, ts: str, times: int = 1, seconds: float = 10.0) -> list[Message]:
        """The answers of a thread once there are so many."""
        await self.until(lambda: len(self.answers(channel, ts)) >= times, seconds)
        return self.answers(channel, ts)

    # ---- what people do

    def new_ts(self) -> str:
        self._clock = max(self._clock + 0.0001, time.time())
        return f"{self._clock:.6f}"

    def write(self, user: str, channel: str, text: str, thread: str | None = None, **more: Any) -> Message:
        """A message appears; nobody is told yet."""
        ts = self.new_ts()
        message: Message = {"type": "message", "user": user, "text": text, "ts": ts, "team": TEAM, **more}
        if thread:
            message["thread_ts"] = thread
        self.messages[channel, ts] = message
        return message

    async def say(self, user: str, channel: str, text: str, thread: str | None = None, **more: Any) -> str:
        """Somebody writes a message; the bot hears of it as Slack tells it. Returns its timestamp."""
        message = self.write(user, channel, text, thread, **more)
        kind = "im" if channel.startswith("D") else "channel"
        event = {**message, "channel": channel, "channel_type": kind}
        events = [event]
        if f"<@{BOT}>" in text and kind == "channel":
            mention = {k: v for k, v in event.items() if k != "channel_type"} | {"type": "app_mention"}
            events = [mention, event]
        await asyncio.gather(*(self.event(each) for each in events))
        return str(message["ts"])

    async def ask(
        self, text: str, channel: str = "C00000001", user: str = "U00000001", thread: str | None = None
    ) -> str:
        """A question to the bot, with its mention where one is needed."""
        return await self.say(user, channel, text if channel.startswith("D") else f"<@{BOT}> {text}", thread)

    async def edit(self, channel: str, ts: str, text: str) -> None:
        before = dict(self.messages[channel, ts])
        self.messages[channel, ts]["text"] = text
        await self.event({
            "type": "message", "subtype": "message_changed", "channel": channel, "ts": self.new_ts(),
            "message": dict(self.messages[channel, ts]), "previous_message": before,
        })  # fmt: skip

    async def delete(self, channel: str, ts: str) -> None:
        before = self.messages.pop((channel, ts))
        await self.event({
            "type": "message", "subtype": "message_deleted", "channel": channel, "deleted_ts": ts,
            "previous_message": before, "ts": self.new_ts(),
        })  # fmt: skip

    async def press(self, action: str, message: Message, channel: str = "C00000001", user: str = "U00000001",
                    ephemeral: bool = False) -> None:  # fmt: skip
        """Somebody presses a button of a message."""
        buttons = [e for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
        button = next(e for e in buttons if e["action_id"] == action)
        id = next(self._number)
        await self.deliver("interactive", {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "api_app_id": "A1",
            "channel": {"id": channel}, "message": message, "trigger_id": f"trigger.{id}",
            "container": {"type": "message", "is_ephemeral": ephemeral},
            "response_url": f"{self.host}/commands/action{id}",
            "actions": [{**button, "action_ts": self.new_ts(), "block_id": "b"}],
        })  # fmt: skip

    async def submit(self, view: Message, values: dict[str, Any], user: str = "U00000001") -> dict[str, Any]:
        """Somebody sends a window. Returns what the bot answered."""
        state = {name: {name: value} for name, value in values.items()}
        return await self.deliver("interactive", {
            "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user}, "api_app_id": "A1",
            "view": {**view, "id": f"V{next(self._number)}", "state": {"values": state}},
        })  # fmt: skip

    async def command(self, text: str, channel: str = "C00000001", user: str = "U00000001",
                      trigger: str | None = None) -> dict[str, Any]:  # fmt: skip
        """Somebody types the slash command. Returns the immediate reply."""
        return await self.deliver("slash_commands", {
            "command": "/wenju", "text": text, "team_id": TEAM, "channel_id": channel, "user_id": user,
            "trigger_id": trigger or f"trigger.{next(self._number)}", "api_app_id": "A1", "token": "x",
            "response_url": f"{self.host}/commands/{next(self._number)}",
        })  # fmt: skip

    async def shortcut(self, message: Message, channel: str = "C00000001", user: str = "U00000001") -> None:
        """Somebody chooses "ask about this" below a message."""
        await self.deliver("interactive", {
            "type": "message_action", "callback_id": "wenju_ask_about", "team": {"id": TEAM}, "user": {"id": user},
            "channel": {"id": channel}, "message": message, "message_ts": message["ts"], "api_app_id": "A1",
            "trigger_id": f"trigger.{next(self._number)}", "response_url": f"{self.host}/commands/shortcut",
        })  # fmt: skip

    # ---- delivery

    def callback(self, event: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
        return {
            "type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event": event,
            "event_id": event_id or f"Ev{next(self._number)}", "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }  # fmt: skip

    async def event(self, event: dict[str, Any], event_id: str | None = None) -> None:
        """Deliver an event, again and again until it is acknowledged, as Slack does (three retries)."""
        await self.deliver("events_api", self.callback(event, event_id))

    async def deliver(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        for attempt in range(5):
            ack = await self._send(kind, payload, attempt)
            if ack is not None:
                return ack
        self.unacknowledged += 1
        return {}

    async def _send(self, kind: str, payload: dict[str, Any], attempt: int) -> dict[str, Any] | None:
        await asyncio.wait_for(self._connected.wait(), 30)
        live = [socket for socket in self._sockets if not socket.closed]
        if not live:
            self._connected.clear()
            return None
        envelope = f"env-{next(self._number)}"
        ack = self._acks[envelope] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        message = {
            "envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt, "retry_reason": "timeout" if attempt else "",
        }  # fmt: skip
        try:
            await live[-1].send_str(json.dumps(message, ensure_ascii=False))
            reply = await asyncio.wait_for(ack, self.retry)
        except (TimeoutError, ConnectionError):
            return None
        self.delays.append(time.monotonic() - begun)
        return reply.get("payload") or {}

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        for socket in [s for s in self._sockets if not s.closed]:
            await socket.send_str(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {}}))

    async def cut(self) -> None:
        """The connection breaks without a word."""
        for socket in [s for s in self._sockets if not s.closed]:
            await socket.close(code=1001)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        await socket.send_str(
            json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
        )
        self._sockets.append(socket)
        self._connected.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                said = json.loads(message.data)
                waiting = self._acks.get(said.get("envelope_id"))
                if waiting is not None and not waiting.done():
                    waiting.set_result(said)
        if not [s for s in self._sockets if not s.closed]:
            self._connected.clear()
        return socket

    async def post(self, url: str, body: str, *, kind: str = "application/json", secret: str = SECRET,
                   at: float | None = None, **headers: str) -> tuple[int, str]:  # fmt: skip
        """A request of HTTP mode, signed as Slack signs it."""
        stamp = str(int(at or time.time()))
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        signed = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": kind,
        }
        async with (
            ClientSession() as session,
            session.post(url, data=body, headers=signed | headers) as reply,
        ):
            return reply.status, await reply.text()

    @staticmethod
    def form(payload: dict[str, Any]) -> str:
        return urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in payload.items()})

    # ---- the Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        payload = await self._payload(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(
            payload.pop("token", "")
        )
        self.calls.append((time.monotonic(), method, payload))
        if self._failures[method]:
            return self._failures[method].popleft()()
        good = {APP_TOKEN} if method == "apps.connections.open" else self.tokens
        if method != "oauth.v2.access" and token not in good:
            return self._error("invalid_auth")
        if method in self.absent or (method.endswith("Stream") and not self.streaming):
            return self._error("unknown_method")
        if (wait := self._wait(method)) > 0:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(int(wait) + 1)}
            )
        faults = violations(method, payload)
        self.faults += faults
        if faults:
            text_too_long = any("text has" in fault for fault in faults)
            return self._error("msg_too_long" if text_too_long else "invalid_blocks")
        handle = getattr(self, "_" + method.replace(".", "_"), None)
        if handle is None:
            self.faults.append(f"{method} is not known here")
            return self._error("unknown_method")
        said = handle(payload)
        if self._lost[method] > 0:
            self._lost[method] -= 1
            assert request.transport is not None
            request.transport.close()
        if isinstance(said, str):
            return self._error(said)
        return web.json_response({"ok": True, **said}, headers={"x-oauth-scopes": self.scopes})

    def _wait(self, method: str) -> float:
        """Seconds until a method may be called again, where a pace a minute is set."""
        if method not in self.pace:
            return 0.0
        used, now = self._used[method], time.monotonic()
        while used and used[0] < now - 60:
            used.popleft()
        if len(used) >= self.pace[method]:
            return used[0] + 60 - now
        used.append(now)
        return 0.0

    @staticmethod
    async def _payload(request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(await request.json())
        form: dict[str, Any] = {**request.query, **await request.post()}
        return {
            k: json.loads(v) if k in ("blocks", "metadata", "view", "prompts") else v for k, v in form.items()
        }

    @staticmethod
    def _error(code: str) -> web.Response:
        more = {"needed": "chat:write", "provided": "commands"} if code == "missing_scope" else {}
        return web.json_response({"ok": False, "error": code, **more})

    def _auth_test(self, payload: dict[str, Any]) -> dict[str, Any]:
        who = {"team": "Reports Inc", "user": "wenju", "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID}
        return {"url": self.host, **who}

    def _apps_connections_open(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket=very-secret-ticket"}

    def _oauth_v2_access(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {
            "app_id": "A1", "access_token": BOT_TOKEN, "token_type": "bot", "scope": self.scopes, "bot_user_id": BOT,
            "team": {"id": TEAM, "name": "Reports Inc"}, "enterprise": None, "is_enterprise_install": False,
            "authed_user": {"id": "U00000001"},
        }  # fmt: skip

    def _mine(self, payload: dict[str, Any]) -> Message | str:
        message = self.messages.get((payload["channel"], payload["ts"]))
        if message is None:
            return "message_not_found"
        return message if message.get("user") == BOT else "cant_update_message"

    def _keep(self, message: Message) -> dict[str, Any]:
        self.history[message["ts"]].append(message.get("text") or message.get("streamed", ""))
        return {"channel": message["channel"], "ts": message["ts"], "message": message}

    def _chat_postMessage(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        message = self.write(BOT, payload["channel"], payload.get("text", ""), payload.get("thread_ts"))
        message |= {"bot_id": BOT_ID, "blocks": payload.get("blocks") or [], "channel": payload["channel"]}
        if "metadata" in payload:
            message["metadata"] = payload["metadata"]
        return self._keep(message)

    def _chat_update(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        message = self._mine(payload)
        if isinstance(message, str):
            return message
        if message.get("streaming"):
            return "streaming_state_conflict"
        for name in ("text", "blocks", "metadata"):
            if name in payload:
                message[name] = payload[name]
        return self._keep(message)

    def _chat_delete(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        message = self._mine(payload)
        if isinstance(message, str):
            return message
        del self.messages[payload["channel"], payload["ts"]]
        return {"ts": payload["ts"], "channel": payload["channel"]}

    def _chat_postEphemeral(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.ephemerals.append(payload)
        return {"message_ts": self.new_ts()}

    def _chat_startStream(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        message = self.write(BOT, payload["channel"], "", payload.get("thread_ts"))
        message |= {
            "bot_id": BOT_ID,
            "streaming": True,
            "streamed": "",
            "channel": payload["channel"],
            "blocks": [],
        }
        self._stream(message, payload)
        return self._keep(message)

    def _chat_appendStream(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        message = self._mine(payload)
        if isinstance(message, str):
            return message
        if not message.get("streaming"):
            return "message_not_in_streaming_state"
        self._stream(message, payload)
        return self._keep(message)

    def _chat_stopStream(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        said = self._chat_appendStream(payload)
        if not isinstance(said, str):
            said["message"]["streaming"] = False
        return said

    @staticmethod
    def _stream(message: Message, payload: dict[str, Any]) -> None:
        pieces = [payload.get("markdown_text") or ""]
        pieces += [chunk["text"] for chunk in payload.get("chunks") or [] if chunk["type"] == "markdown_text"]
        message["streamed"] += "".join(pieces)

    def _conversations_replies(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        found = self.thread(payload["channel"], payload["ts"])
        if not found:
            return "thread_not_found"
        full = str(payload.get("include_all_metadata")).lower() in ("true", "1")
        start = int(payload.get("cursor") or 0)
        page = found[start : start + 15]  # what Slack gives apps outside its marketplace
        more = str(start + 15) if start + 15 < len(found) else ""
        shown = [m if full else {k: v for k, v in m.items() if k != "metadata"} for m in page]
        return {"messages": shown, "has_more": bool(more), "response_metadata": {"next_cursor": more}}

    def _views_open(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.views.append(payload["view"])
        return {"view": payload["view"]}

    def _assistant_threads_setStatus(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {}

    _assistant_threads_setTitle = _assistant_threads_setStatus
    _assistant_threads_setSuggestedPrompts = _assistant_threads_setStatus

    def _files_info(self, payload: dict[str, Any]) -> dict[str, Any] | str:
        found = self.files.get(payload["file"])
        return {"file": found[0]} if found else "file_not_found"

    def drop(self, name: str, content: bytes) -> dict[str, Any]:
        """A file is uploaded; returns what an event says of it."""
        id = f"F{next(self._number)}"
        about = {
            "id": id,
            "name": name,
            "size": len(content),
            "url_private_download": f"{self.host}/files/{id}",
        }
        self.files[id] = (about, content)
        return about

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        return web.Response(
            body=self.files[request.match_info["id"]][1], content_type="application/octet-stream"
        )

    async def _respond(self, request: web.Request) -> web.Response:
        payload = await request.json()
        if not payload.get("delete_original"):
            self.faults += violations("response_url", payload)
        self.responses.append(payload)
        return web.Response(text="ok")
