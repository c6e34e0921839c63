"""A bot of ours and a Slack of the tests' own, talking over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from assistant.faces.slack.bot import Bot
from assistant.faces.slack.run import running
from assistant.settings import Settings, load
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.slack.server import APP_TOKEN, BOT_TOKEN, FakeSlack

Play = Callable[[FakeSlack, Bot], Awaitable[None]]


def settings_for(slack: FakeSlack, home: Path, **said: Any) -> Settings:
    return load(
        home,
        **{
            "slack_api_url": slack.api_url, "slack_bot_token": BOT_TOKEN, "slack_app_token": APP_TOKEN,
            "slack_user_limit": 1000, "slack_team_limit": 1000, **said,
        },
    )  # fmt: skip


@asynccontextmanager
async def talking(slack: FakeSlack, home: Path, assistant: Any = None, **said: Any) -> AsyncIterator[Bot]:
    speaker: Any = assistant or FakeAssistant()
    async with running(speaker, settings_for(slack, home, **said)) as bot:
        yield bot


def play(home: Path, scene: Play, assistant: Any = None, *, slack: FakeSlack | None = None,
         strict: bool = True, **said: Any) -> FakeSlack:  # fmt: skip
    """Run a scene; every payload has to be within Slack's limits."""

    async def run() -> FakeSlack:
        async with slack or FakeSlack() as server:
            async with talking(server, home, assistant, **said) as bot:
                await scene(server, bot)
            if strict:
                assert server.faults == []
                assert server.unacknowledged == 0
            return server

    return asyncio.run(run())
