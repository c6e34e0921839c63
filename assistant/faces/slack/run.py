"""The bot's life: Socket Mode or HTTP, alone (`wenju slack`) or beside the page (`wenju serve --slack`)."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from assistant.errors import BadSetting
from assistant.faces.slack.calls import UNREACHABLE, advice, patiently
from assistant.faces.slack.teams import log

if TYPE_CHECKING:
    from filelock import FileLock
    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.assistant import Assistant
    from assistant.faces.slack.bot import Bot
    from assistant.settings import Settings

_TOKEN = re.compile(
    r"\b(xox[a-z]-|xapp-|xoxe\.)[\w-]+|(ticket=)[\w-]+|(/(?:commands|actions|services)/)[\w/-]+"
)


HANDOVER = 15.0
"""Seconds that a bot waits for the one before it to end."""


class NoSecrets(logging.Filter):
    """Takes tokens, tickets and reply addresses out of what is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, cleaned."""
        record.msg, record.args = hidden(record.getMessage()), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = hidden(logging.Formatter().formatException(record.exc_info))
        return True


def hidden(text: str) -> str:
    """A text without secrets."""
    return _TOKEN.sub(lambda found: f"{found[1] or found[2] or found[3]}(hidden)", text)


def check(settings: Settings) -> None:
    """Refuse settings with which the bot cannot work. Raises `BadSetting`."""
    if not settings.slack_bot_token and not settings.slack_client_id:
        raise BadSetting(
            "WENJU_SLACK_BOT_TOKEN is not set; copy it (xoxb-...) from the app's OAuth & Permissions page"
        )
    if settings.slack_client_id and not settings.slack_client_secret:
        raise BadSetting("WENJU_SLACK_CLIENT_ID is set without WENJU_SLACK_CLIENT_SECRET")
    if not settings.slack_app_token and not settings.slack_signing_secret:
        raise BadSetting(
            "set WENJU_SLACK_APP_TOKEN (xapp-..., Socket Mode) or WENJU_SLACK_SIGNING_SECRET (HTTP mode)"
        )


@asynccontextmanager
async def running(assistant: Assistant, settings: Settings) -> AsyncIterator[Bot]:
    """A bot at work: connected where Socket Mode is set. Raises `BadSetting` when Slack refuses it."""
    from assistant.faces.slack.bot import Bot

    _quiet()
    check(settings)
    # Threads that compute let go of the interpreter more often, so that acknowledging does not wait for them.
    sys.setswitchinterval(min(sys.getswitchinterval(), 0.001))
    lock = await _alone_in(settings)
    try:
        bot = Bot(assistant, settings)
        handler: Any = None
        try:
            await bot.start()
            if settings.slack_app_token:
                handler = await _connected(bot, settings.slack_app_token.get_secret_value())
            yield bot
        finally:
            if handler is not None:
                await handler.close_async()
            await bot.close()
    finally:
        lock.release()


async def _alone_in(settings: Settings) -> FileLock:
    """One bot over one home: a second would finish what the first is at. Waits for one that is just ending."""
    from filelock import FileLock, Timeout

    from vectorstore.home import make_home

    make_home(settings.home)
    lock = FileLock(settings.home / "slack.lock", thread_local=False)
    try:
        await asyncio.to_thread(lock.acquire, timeout=HANDOVER)
    except Timeout:
        raise BadSetting(
            f"another process runs the Slack bot over {settings.home}; stop it, or give this one a home of its own"
        ) from None
    return lock


async def _connected(bot: Bot, token: str) -> Any:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    client = bot.teams.new_client()
    try:
        opened = await patiently(client.apps_connections_open, app_token=token)
    except SlackApiError as error:
        raise BadSetting(
            f"WENJU_SLACK_APP_TOKEN is refused: {advice(error)} (it needs the scope connections:write, and "
            "Socket Mode switched on)"
        ) from None
    except UNREACHABLE as error:
        raise BadSetting(
            f"Slack cannot be reached ({type(error).__name__}); check WENJU_SLACK_API_URL"
        ) from None
    handler = AsyncSocketModeHandler(bot.app, token, logger=log, web_client=client, ping_interval=5)
    handler.client.wss_uri = opened["url"]
    await handler.connect_async()  # type: ignore[no-untyped-call]
    return handler


def _quiet() -> None:
    """Keep words and secrets out of the log: Slack's libraries write whole messages at their debug level."""
    if not any(isinstance(known, NoSecrets) for known in log.filters):
        log.addFilter(NoSecrets())
    log.setLevel(max(logging.INFO, logging.getLogger().getEffectiveLevel()))
    for name in ("slack_sdk", "slack_bolt", "aiohttp"):
        logging.getLogger(name).setLevel(logging.INFO)


class Routes:
    """ASGI: Slack's requests (`/slack/...`) go to the bot, which checks their signature; all others go on.

    They come from outside with a signature instead of a password, so they pass by the page's guard.
    """

    def __init__(self, app: ASGIApp | None = None) -> None:
        self.bot: Bot | None = None
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"].startswith("/slack/"):
            await self._slack(scope, receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            from starlette.responses import PlainTextResponse

            await PlainTextResponse("Wenju's Slack bot; there is no page here.", 404)(scope, receive, send)

    async def _slack(self, scope: Scope, receive: Receive, send: Send) -> None:
        from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
        from starlette.requests import Request
        from starlette.responses import PlainTextResponse, Response

        from assistant.faces.sizes import LIMIT, TooLarge, bounded

        response: Response
        if self.bot is None or not self.bot.settings.slack_signing_secret:
            response = PlainTextResponse("The bot is not in HTTP mode.", 404)
        else:
            try:
                request = Request(scope, bounded(scope, receive, LIMIT, "Too large."))
                response = await AsyncSlackRequestHandler(self.bot.app).handle(request)
            except TooLarge as error:
                response = PlainTextResponse(error.detail, error.status_code)
        await response(scope, receive, send)


@asynccontextmanager
async def joined(routes: Routes, assistant: Assistant, settings: Settings) -> AsyncIterator[None]:
    """A bot at work behind the routes of another server."""
    async with running(assistant, settings) as bot:
        routes.bot = bot
        yield


def serve_bot(settings: Settings) -> None:
    """Run the bot alone until Ctrl-C or SIGTERM."""
    from assistant import open_assistant

    check(settings)
    listening = None
    if settings.slack_signing_secret and not settings.slack_app_token:
        from assistant.faces.serve import listen

        listening = listen(settings.host, settings.port)
    asyncio.run(_alone(open_assistant(settings), settings, listening))


async def _alone(assistant: Assistant, settings: Settings, listening: socket.socket | None) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, ended.set)
    async with running(assistant, settings) as bot:
        server: asyncio.Task[None] | None = None
        if listening is not None:
            server = asyncio.create_task(_http(bot, listening, ended))
        print("Wenju is in Slack" + (" (HTTP mode)" if server else ""), flush=True)
        from assistant.faces.serve import warm_up_beside

        warm_up_beside(assistant)
        await ended.wait()
        if server is not None:
            await server


async def _http(bot: Bot, listening: socket.socket, ended: asyncio.Event) -> None:
    import uvicorn

    routes = Routes()
    routes.bot = bot
    config = uvicorn.Config(
        routes, log_level="warning", access_log=False, lifespan="off", server_header=False
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server._serve([listening]))
    await ended.wait()
    server.should_exit = True
    await serving
