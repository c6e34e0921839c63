"""The server's life: refuse what is unsafe, listen, warm up, say the address, end cleanly."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from assistant.errors import BadSetting, WenjuError
from assistant.faces.guard import is_loopback
from assistant.opening import read_ahead
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

log = logging.getLogger(__name__)


def serve(
    settings: Settings, host: str | None = None, port: int | None = None, *, slack: bool = False
) -> None:
    """Serve the page and the HTTP API until Ctrl-C; `host` and `port` override the settings.

    With `slack` the Slack bot runs beside them. Raises `BadSetting` for an address that cannot be listened on,
    or must not be without a password, and for settings with which the bot cannot work.
    """
    settings = settings.model_copy(
        update={"host": host or settings.host, "port": settings.port if port is None else port}
    )
    check(settings)
    if slack:
        from assistant.faces.slack.run import check as check_slack

        check_slack(settings)
    listening = listen(settings.host, settings.port)
    try:
        _run(settings, listening, slack)
    except KeyboardInterrupt:
        pass  # uvicorn has shut down in good order and passes the signal on
    finally:
        listening.close()


def check(settings: Settings) -> None:
    """Refuse to be reachable from elsewhere without a password."""
    if not is_loopback(settings.host) and not (settings.password and settings.password.get_secret_value()):
        raise BadSetting(
            f"listening on {settings.host} opens the library to the network: set WENJU_PASSWORD, which the "
            "page then asks for, or listen on 127.0.0.1"
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; 0 takes any free port."""
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((name, port))
        # Bound is not yet listening: another server may hold the port, which only this shows.
        listening.listen(128)
    except (OSError, UnicodeError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise BadSetting(
            f"cannot listen on {host}:{port}: {reason.lower()}; choose another with --host and --port"
        ) from None
    return listening


def _run(settings: Settings, listening: socket.socket, slack: bool) -> None:
    import uvicorn

    from assistant import open_assistant
    from assistant.faces.api import create_app

    class Server(uvicorn.Server):
        """Says the address as soon as connections are really accepted."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if slack:
                try:
                    await beside.enter_async_context(joined(outer, assistant, settings))
                except WenjuError as error:  # said after an orderly end, so that it stands alone
                    refused.append(error)
                    self.should_exit = True
                    return
            if self.started:
                print(f"Wenju is at {address(settings.host, listening)}", flush=True)
                warm_up_beside(assistant)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """End the open streams of every page, so that no connection has to be cut."""
            app.state.end()
            # What is cut all the same, after two seconds, is not worth a traceback.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await beside.aclose()
            await super().shutdown(sockets)

    assistant = open_assistant(settings)
    app = create_app(assistant, settings)
    beside = AsyncExitStack()
    refused: list[WenjuError] = []
    outer: Any = app
    if slack:
        from assistant.faces.slack.run import Routes, joined

        outer = Routes(app)
    config = uvicorn.Config(
        outer,
        log_level="warning" if settings.log_level in ("info", "warning") else settings.log_level,
        access_log=settings.log_level == "debug",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    Server(config).run(sockets=[listening])
    if refused:
        raise refused[0]


def address(host: str, listening: socket.socket) -> str:
    """Where a browser finds the server."""
    port = listening.getsockname()[1]
    name = host.strip("[]")
    name = "127.0.0.1" if name == "0.0.0.0" else "::1" if name == "::" else name
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def warm_up_beside(assistant: Assistant) -> None:
    """`warm_up` in a thread of its own, which ends with the program."""
    threading.Thread(target=warm_up, args=(assistant,), name="wenju-warm-up", daemon=True).start()


def warm_up(assistant: Assistant) -> None:
    """Load and read what the first question would wait for. Failing here only means that it waits."""
    try:
        assistant.library.warm_up()
        read_ahead(assistant)
    except WenjuError as error:
        log.warning("not warmed up: %s", error)
    except Exception:
        log.exception("not warmed up")
