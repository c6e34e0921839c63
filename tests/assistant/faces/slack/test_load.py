"""A busy minute: 200 questions of 20 people, a tenth delivered twice, three disconnects and a restart."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.faces.slack.server import APP_TOKEN, BOT, BOT_TOKEN, FakeSlack
from tests.conftest import ROOT

QUESTIONS = (
    "按艾瑞咨询的口径，中国的AI产业在2023年有多大？",
    "How large was China's AI industry in 2023 according to iResearch?",
    "2028年中国AI产业预计多大？",
    "What does the briefing say about computing power?",
)
SECONDS = 60.0
CHILD = """
    from assistant.faces.slack.run import serve_bot
    from assistant.settings import load
    serve_bot(load())
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("streaming", "killed"), [(True, False), (False, True)])
def test_a_busy_minute_is_answered_once_each_and_acknowledged_at_once(
    home: Path, samples_library: Any, cache: Path, streaming: bool, killed: bool
) -> None:
    settings = os.environ | {
        "WENJU_HOME": str(home), "WENJU_CACHE": str(cache), "WENJU_BACKEND": "extractive",
        "WENJU_SLACK_BOT_TOKEN": BOT_TOKEN, "WENJU_SLACK_APP_TOKEN": APP_TOKEN, "WENJU_THREADS": "1",
        "WENJU_SLACK_USER_LIMIT": "1000", "WENJU_SLACK_TEAM_LIMIT": "1000", "WENJU_SLACK_QUEUE": "1000",
    }  # fmt: skip
    index = [sys.executable, "-m", "assistant.faces.cli", "index", "--samples"]
    subprocess.run(index, env=settings, cwd=ROOT, check=True, capture_output=True)
    children: list[subprocess.Popen[bytes]] = []
    try:
        asyncio.run(_minute(settings, streaming, killed, children))
    finally:
        for child in children:
            child.kill()


async def _minute(
    settings: dict[str, str], streaming: bool, killed: bool, children: list[subprocess.Popen[bytes]]
) -> None:
    dice = random.Random(8)
    async with FakeSlack(streaming=streaming, retry=3.0) as slack:
        settings["WENJU_SLACK_API_URL"] = slack.api_url
        slack.pace |= {"chat.startStream": 20, "chat.stopStream": 20}  # Slack's tier 2
        child = await _started(slack, settings, children)
        asked: list[tuple[str, str]] = []
        deliveries: list[asyncio.Task[None]] = []
        began = time.monotonic()
        for n in range(200):
            channel = f"C0000000{n % 4}"
            message = slack.write(f"U000000{n % 20:02}", channel, f"<@{BOT}> {dice.choice(QUESTIONS)}")
            event = {**message, "type": "app_mention", "channel": channel}
            asked.append((channel, message["ts"]))
            times = 2 if n % 10 == 0 else 1
            deliveries += [asyncio.create_task(slack.event(event, f"Ev-load-{n}")) for _ in range(times)]
            if n in (40, 90, 150):
                deliveries.append(asyncio.create_task(slack.disconnect()))
            if n == 100:
                slack.connections = 0
                child.send_signal(signal.SIGKILL if killed else signal.SIGTERM)
                await asyncio.to_thread(child.wait, 30)
                child = await _started(slack, settings, children)
            await asyncio.sleep(max(0.0, began + (n + 1) * SECONDS / 200 - time.monotonic()))
        await asyncio.gather(*deliveries)
        took = time.monotonic() - began
        await slack.until(lambda: all(slack.answers(*place) for place in asked), 200)
        await asyncio.sleep(1.0)
        for place in asked:
            assert len(slack.replies(*place)) == 1, "answered once, in its own thread"
        slow = sorted(slack.delays)[int(len(slack.delays) * 0.99)]
        print(
            f"\n200 questions in {took:.0f} s, all answered after {time.monotonic() - began:.0f} s; "
            f"{len(slack.delays)} acknowledgements, p50 {sorted(slack.delays)[len(slack.delays) // 2] * 1000:.0f} ms, "
            f"p99 {slow * 1000:.0f} ms"
        )
        assert slow < 0.5
        assert slack.faults == []
        assert slack.unacknowledged == 0
        child.terminate()
        await asyncio.to_thread(child.wait, 30)


async def _started(
    slack: FakeSlack, settings: dict[str, str], children: list[subprocess.Popen[bytes]]
) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(CHILD)], env=settings, cwd=ROOT)
    children.append(child)
    await slack.until(lambda: slack.connections, 60)
    return child
