"""Socket Mode and HTTP, tokens that are refused, several workspaces, what the doctor says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession

from assistant.errors import BadSetting
from assistant.faces.cli import main
from assistant.faces.sizes import LIMIT
from assistant.faces.slack import health
from assistant.faces.slack.calls import SCOPES
from assistant.faces.slack.run import Routes, check, hidden, running
from assistant.settings import load
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.slack.scene import settings_for, talking
from tests.assistant.faces.slack.server import APP_TOKEN, BOT, BOT_TOKEN, SECRET, TEAM, FakeSlack
from tests.conftest import ROOT

C, U = "C00000001", "U00000001"


@asynccontextmanager
async def over_http(slack: FakeSlack, home: Path, **said: Any) -> AsyncIterator[str]:
    """A bot in HTTP mode; the address is where Slack sends its requests."""
    import uvicorn

    said = {"slack_app_token": None, "slack_signing_secret": SECRET} | said
    settings = settings_for(slack, home, **said)
    assistant: Any = FakeAssistant()
    async with running(assistant, settings) as bot:
        routes = Routes()
        routes.bot = bot
        with socket.create_server(("127.0.0.1", 0)) as listening:
            server = uvicorn.Server(uvicorn.Config(routes, log_level="error", lifespan="off"))
            server.config.load()
            server.lifespan = server.config.lifespan_class(server.config)
            await server.startup(sockets=[listening])
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
            finally:
                await server.shutdown(sockets=[listening])


def test_http_mode_answers_signed_requests_once_and_refuses_others(home: Path) -> None:
    async def scene() -> None:
        async with FakeSlack() as slack, over_http(slack, home) as url:
            challenge = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
            assert await slack.post(url, challenge) == (200, '{"challenge": "abc"}')
            message = slack.write(U, C, f"<@{BOT}> 多大？")
            body = json.dumps(slack.callback({**message, "type": "app_mention", "channel": C}, "Ev1"))
            assert (await slack.post(url, body, secret="wrong"))[0] == 401
            assert (await slack.post(url, body, at=time.time() - 600))[0] == 401
            assert not slack.called("chat.startStream")
            begun = time.monotonic()
            assert (await slack.post(url, body))[0] == 200
            assert time.monotonic() - begun < 0.5
            again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
            assert (await slack.post(url, body, **again))[0] == 200
            await slack.answered(C, message["ts"])
            assert len(slack.replies(C, message["ts"])) == 1
            command = slack.form({
                "command": "/wenju", "text": "多大？", "team_id": TEAM, "channel_id": C, "user_id": U,
                "trigger_id": "t1", "response_url": f"{slack.host}/commands/1",
            })  # fmt: skip
            status, said = await slack.post(url, command, kind="application/x-www-form-urlencoded")
            assert (status, json.loads(said)["response_type"]) == (200, "ephemeral")
            await slack.until(lambda: slack.responses)
            assert slack.faults == []

    asyncio.run(scene())


@pytest.mark.parametrize("chunked", [False, True])
def test_http_mode_takes_no_more_than_its_limit_however_it_is_sent(home: Path, chunked: bool) -> None:
    body = b"x" * (LIMIT + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    async def scene() -> None:
        async with FakeSlack() as slack, over_http(slack, home) as url, ClientSession() as session:
            reply = await session.post(url, data=pieces() if chunked else body)
            assert (reply.status, await reply.text()) == (413, "Too large.")

    asyncio.run(scene())


def test_the_page_is_not_reached_through_slacks_door() -> None:
    async def scene() -> None:
        seen: list[str] = []

        async def page(scope: Any, receive: Any, send: Any) -> None:
            seen.append(scope["path"])

        async def send(message: Any) -> None:
            seen.append(str(message.get("status", "")))

        routes = Routes(page)
        for path in ("/", "/slack", "/slackers/events", "/slack/events"):
            await routes({"type": "http", "path": path, "method": "POST", "headers": []}, None, send)  # type: ignore[arg-type]
        assert seen == ["/", "/slack", "/slackers/events", "404", ""]

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"slack_bot_token": None}, "WENJU_SLACK_BOT_TOKEN is not set"),
        ({"slack_app_token": None}, "WENJU_SLACK_APP_TOKEN"),
        ({"slack_client_id": "1.2"}, "WENJU_SLACK_CLIENT_SECRET"),
    ],
)
def test_settings_that_cannot_work_are_named(home: Path, said: dict[str, Any], names: str) -> None:
    tokens = {"slack_bot_token": BOT_TOKEN, "slack_app_token": APP_TOKEN} | said
    with pytest.raises(BadSetting, match=names):
        check(load(home, **tokens))


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"slack_bot_token": "xoxb-mistaken"}, "WENJU_SLACK_BOT_TOKEN is refused: Slack says invalid_auth"),
        ({"slack_app_token": "xapp-mistaken"}, "WENJU_SLACK_APP_TOKEN is refused.*connections:write"),
        ({"slack_channels": "general"}, "WENJU_SLACK_CHANNELS"),
    ],
)
def test_a_bot_slack_refuses_does_not_start(home: Path, said: dict[str, Any], names: str) -> None:
    async def scene() -> None:
        async with FakeSlack() as slack:
            with pytest.raises(BadSetting, match=names) as error:
                async with talking(slack, home, **said):
                    pass
            assert "mistaken" not in str(error.value)

    asyncio.run(scene())


def findings(home: Path, slack: FakeSlack, **said: Any) -> str:
    """What the doctor says."""

    async def scene() -> str:
        async with slack:
            return "\n".join(await asyncio.to_thread(health.lines, settings_for(slack, home, **said)))

    return asyncio.run(scene())


def test_the_doctor_says_that_all_is_well(home: Path) -> None:
    said = findings(home, FakeSlack(), public_url="https://r.example")
    assert "workspace Reports Inc, the bot is wenju" in said
    assert "Socket Mode is ready" in said
    assert len(said.splitlines()) == 2


def test_the_doctor_names_scopes_tokens_and_settings(home: Path) -> None:
    assert "missing scopes chat:write, im:history" in findings(
        home, FakeSlack(scopes=",".join(s for s in SCOPES if s not in ("chat:write", "im:history")))
    )
    said = findings(home, FakeSlack(), slack_bot_token="xoxb-bad", slack_app_token="xapp-bad")
    assert "WENJU_SLACK_BOT_TOKEN: Slack says invalid_auth" in said
    assert "WENJU_SLACK_APP_TOKEN: Slack says invalid_auth" in said
    assert "bad" not in said
    assert "no way in" in findings(home, FakeSlack(), slack_app_token=None)
    assert "WENJU_SLACK_REPORTS" in findings(home, FakeSlack(), slack_reports="x")


def test_the_doctor_is_silent_without_slack_and_calm_without_a_network(home: Path) -> None:
    assert health.lines(load(home)) == []
    said = health.lines(load(home, slack_bot_token=BOT_TOKEN, slack_api_url="http://127.0.0.1:9/api/"))
    assert any("cannot be reached at http://127.0.0.1:9/api/" in line for line in said)


def test_secrets_do_not_reach_the_log() -> None:
    said = f"{BOT_TOKEN} {APP_TOKEN} wss://x/link?ticket=abc-1 https://hooks.slack.com/commands/T1/2/abc xoxe.xoxp-1-a"
    assert not re.search("secret|abc|xoxp-1", hidden(said))


def test_several_workspaces_install_by_oauth_and_each_has_its_token(home: Path) -> None:
    async def scene() -> None:
        oauth = {"slack_client_id": "1.2", "slack_client_secret": "s", "slack_bot_token": None}
        async with FakeSlack() as slack, over_http(slack, home, **oauth) as url:
            message = slack.write(U, C, f"<@{BOT}> 多大？")
            body = json.dumps(slack.callback({**message, "type": "app_mention", "channel": C}, "Ev1"))
            await slack.post(url, body)
            await asyncio.sleep(0.2)
            assert not slack.replies(C, message["ts"])  # not installed yet
            async with ClientSession() as person:
                async with person.get(url.replace("/events", "/install")) as page:
                    address = re.search(r'href="(https://slack.com/oauth[^"]+)"', await page.text())
                    cookie = page.headers["set-cookie"].split(";")[0]
                assert address is not None
                state = parse_qs(urlsplit(address[1].replace("&amp;", "&")).query)["state"][0]
                back = url.replace("/events", f"/oauth_redirect?code=abc&state={state}")
                async with person.get(back, headers={"Cookie": cookie}) as page:
                    assert page.status == 200, await page.text()
            await slack.post(url, body)
            await slack.answered(C, message["ts"])
            store = home / "slack-installations.db"
            assert oct(store.stat().st_mode)[-3:] == "600"
            removed = json.dumps(slack.callback({"type": "app_uninstalled"}, "Ev-removed"))
            assert (await slack.post(url, removed))[0] == 200
            await asyncio.sleep(0.2)
            message = slack.write(U, C, f"<@{BOT}> 多大？")
            event = {**message, "type": "app_mention", "channel": C}
            await slack.post(url, json.dumps(slack.callback(event, "Ev2")))
            await asyncio.sleep(0.2)
            assert not slack.replies(C, message["ts"])

    asyncio.run(scene())


def test_the_manifest_asks_for_what_the_bot_uses() -> None:
    manifest = json.loads((ROOT / "assistant/faces/slack/manifest.json").read_text("utf-8"))
    assert manifest["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    (shortcut,) = manifest["features"]["shortcuts"]
    assert shortcut["callback_id"] == "wenju_ask_about"
    assert manifest["features"]["slash_commands"][0]["command"] == "/wenju"


@pytest.mark.slow
@pytest.mark.parametrize("command", [["slack"], ["serve", "--slack", "--port", "0"]])
def test_the_command_runs_the_bot_and_ends_cleanly(home: Path, cache: Path, command: list[str]) -> None:
    async def scene() -> None:
        async with FakeSlack() as slack:
            settings = os.environ | {
                "WENJU_HOME": str(home), "WENJU_CACHE": str(cache), "WENJU_BACKEND": "extractive",
                "WENJU_SLACK_API_URL": slack.api_url, "WENJU_SLACK_BOT_TOKEN": BOT_TOKEN,
                "WENJU_SLACK_APP_TOKEN": APP_TOKEN,
            }  # fmt: skip
            child = subprocess.Popen(
                [sys.executable, "-m", "assistant.faces.cli", *command], env=settings, cwd=ROOT,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            try:
                await slack.until(lambda: slack.connections, 60)
                (answer,) = await slack.answered(C, await slack.ask("多大？"), seconds=60)
                assert "报告库是空的" in answer["text"]
            finally:
                child.send_signal(signal.SIGTERM)
                out, err = await asyncio.to_thread(child.communicate, timeout=30)
            assert child.returncode in (0, -signal.SIGTERM, 143), err
            assert "Traceback" not in err
            assert "Wenju is" in out

    asyncio.run(scene())


def test_a_second_bot_over_the_same_home_does_not_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with FakeSlack() as slack, talking(slack, home):
            with pytest.raises(BadSetting, match="another process runs the Slack bot"):
                async with talking(slack, home):
                    pass

    monkeypatch.setattr("assistant.faces.slack.run.HANDOVER", 0.1)
    asyncio.run(scene())


@pytest.fixture
def elsewhere() -> Iterator[FakeSlack]:
    """A Slack that lives in another thread: commands listen for signals, which takes the main one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begun() -> FakeSlack:
        return await FakeSlack().__aenter__()

    slack = asyncio.run_coroutine_threadsafe(begun(), loop).result(30)
    yield slack
    asyncio.run_coroutine_threadsafe(slack.__aexit__(None, None, None), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.parametrize("command", [["slack"], ["serve", "--slack", "--port", "0"]])
def test_the_command_ends_with_one_line_when_slack_refuses_the_bot(
    elsewhere: FakeSlack,
    home: Path,
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WENJU_BACKEND", "extractive")
    monkeypatch.setenv("WENJU_SLACK_API_URL", elsewhere.api_url)
    monkeypatch.setenv("WENJU_SLACK_BOT_TOKEN", "xoxb-mistaken")
    monkeypatch.setenv("WENJU_SLACK_APP_TOKEN", APP_TOKEN)
    monkeypatch.setattr(sys, "argv", ["wenju", *command])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("wenju: WENJU_SLACK_BOT_TOKEN is refused: Slack says invalid_auth")
