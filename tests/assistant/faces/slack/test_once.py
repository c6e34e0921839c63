"""Answered once, whatever happens: redeliveries, lost replies, broken connections, limits, crashes, restarts."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from assistant.faces.slack.bot import Bot
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.slack.scene import play, settings_for, talking
from tests.assistant.faces.slack.server import BOT, TEAM, FakeSlack
from tests.conftest import ROOT

C, D, U = "C00000001", "D00000001", "U00000001"
PLAIN, STREAM = False, True


def test_the_same_event_delivered_again_is_not_answered_again(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        message = slack.write(U, C, f"<@{BOT}> 多大？")
        event = {**message, "type": "app_mention", "channel": C}
        for _ in range(3):
            await slack.event(event, "Ev-same")
        await slack.answered(C, message["ts"])
        await slack.event(event, "Ev-same")
        await slack.event({**event, "type": "message", "channel_type": "channel"}, "Ev-other")
        await asyncio.sleep(0.3)
        assert len(slack.replies(C, message["ts"])) == 1

    play(home, scene, assistant)
    assert len(assistant.asked) == 1


def test_an_event_is_acknowledged_before_any_work(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        assert max(slack.delays) < 0.5
        assert not slack.answers(C, ts)
        asked = bot.ledger.ask(f"{TEAM}:{C}:{ts}")
        assert asked is not None
        assert asked.state == "open"

    play(home, scene, FakeAssistant(pause=0.1))


@pytest.mark.parametrize("streaming", [PLAIN, STREAM])
def test_the_place_of_the_answer_is_on_disk_before_the_work(home: Path, streaming: bool) -> None:
    seen: list[tuple[str, ...]] = []

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        def look(question: str) -> None:
            (ask,) = bot.ledger.unfinished()
            seen.append(ask.posts)

        bot.assistant.fail = look  # type: ignore[attr-defined]
        ts = await slack.ask("多大？")
        (answer,) = await slack.answered(C, ts)
        assert seen == [(answer["ts"],)]

    play(home, scene, slack=FakeSlack(streaming=streaming))


@pytest.mark.parametrize("streaming", [PLAIN, STREAM])
def test_after_a_restart_the_answer_is_finished_in_its_place(home: Path, streaming: bool) -> None:
    async def scenes() -> None:
        async with FakeSlack(streaming=streaming) as slack:
            async with talking(slack, home, FakeAssistant(pause=5)) as bot:
                ts = await slack.ask("多大？")
                (place,) = await slack.until(lambda: slack.replies(C, ts))
                bot.desk.close = lambda grace: type(bot.desk).close(bot.desk, 0.2)  # type: ignore[method-assign]
            assert not slack.answers(C, ts)
            async with talking(slack, home):
                (answer,) = await slack.answered(C, ts)
                assert answer["ts"] == place["ts"]
                assert len(slack.replies(C, ts)) == 1
            assert slack.faults == []

    asyncio.run(scenes())


def test_shutting_down_finishes_what_is_being_written(home: Path) -> None:
    async def scenes() -> None:
        async with FakeSlack() as slack:
            async with talking(slack, home, FakeAssistant(pause=0.05)):
                ts = await slack.ask("多大？")
                await slack.until(lambda: slack.replies(C, ts))
            assert len(slack.answers(C, ts)) == 1

    asyncio.run(scenes())


@pytest.mark.parametrize("streaming", [PLAIN, STREAM])
def test_a_place_whose_timestamp_was_lost_is_found_again(home: Path, streaming: bool) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.lose("chat.postMessage" if not streaming else "chat.startStream")
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        assert len(slack.replies(C, ts)) == 1

    play(home, scene, slack=FakeSlack(streaming=streaming))


@pytest.mark.parametrize("streaming", [PLAIN, STREAM])
def test_a_place_that_a_crash_left_unwritten_is_found_again(home: Path, streaming: bool) -> None:
    """Killed between Slack's taking the placeholder and its timestamp reaching the disk."""

    async def scenes() -> None:
        async with FakeSlack(streaming=streaming) as slack:
            async with talking(slack, home, FakeAssistant(pause=5)) as bot:
                ts = await slack.ask("多大？")
                (place,) = await slack.until(lambda: slack.replies(C, ts))
                await asyncio.sleep(0.1)
                bot.desk.close = lambda grace: type(bot.desk).close(bot.desk, 0.0)  # type: ignore[method-assign]
                bot.ledger.change(f"{TEAM}:{C}:{ts}", posts=[], begun=1, streaming=0)
                bot.ledger.change = lambda *a, **k: None  # type: ignore[method-assign]
            async with talking(slack, home):
                (answer,) = await slack.answered(C, ts)
                assert answer["ts"] == place["ts"]
                assert len(slack.replies(C, ts)) == 1

    asyncio.run(scenes())


def test_lost_replies_to_the_last_message_do_not_double_it(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.lose("chat.update", 2)
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        await slack.until(lambda: not bot.ledger.unfinished())
        assert len(slack.replies(C, ts)) == 1

    play(home, scene, slack=FakeSlack(streaming=False))


@pytest.mark.parametrize(
    "method", ["chat.startStream", "chat.stopStream", "chat.update", "conversations.replies"]
)
def test_a_limit_is_waited_out(home: Path, method: str) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.limit(method, 1)
        root = slack.write("U2", C, "before")["ts"]
        ts = await slack.ask("多大？", thread=root)
        assert ts
        await slack.answered(C, root)
        assert len(slack.replies(C, root)) == 1

    play(home, scene)


def test_a_post_that_is_limited_is_made_after_the_wait(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.limit("chat.postMessage", 1, times=2)
        slack.broken("chat.update")
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        times = [at for at, name, _ in slack.calls if name == "chat.postMessage"]
        assert len(times) == 3
        assert times[1] - times[0] >= 1
        assert len(slack.replies(C, ts)) == 1

    play(home, scene, slack=FakeSlack(streaming=False))


def test_a_stream_that_slack_ends_early_goes_on_as_updates(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        (place,) = await slack.until(lambda: slack.replies(C, ts))
        place["streaming"] = False  # Slack's own time-out
        (answer,) = await slack.answered(C, ts)
        assert answer["ts"] == place["ts"]
        assert len(slack.called("chat.update")) >= 2

    play(home, scene, FakeAssistant(pause=0.3))


@pytest.mark.parametrize("how", ["disconnect", "cut"])
def test_a_broken_or_refreshed_connection_loses_nothing(home: Path, how: str) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        first = await slack.ask("多大？")
        await getattr(slack, how)()
        second = await slack.ask("多重？")
        for ts in (first, second):
            await slack.answered(C, ts)
            assert len(slack.replies(C, ts)) == 1
        assert slack.connections >= 2

    play(home, scene)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
def test_a_message_slack_refuses_is_sent_more_plainly_with_every_source(home: Path, error: str) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.fail("chat.update", error)
        ts = await slack.ask("多大？")
        (answer,) = await slack.answered(C, ts)
        assert "2137 亿元 [1]" in answer["text"]
        assert "*[2]* A short look at robots" in answer["text"]
        assert answer["blocks"] == []

    play(home, scene)


def test_a_place_that_is_gone_is_replaced_by_a_new_message(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        (place,) = await slack.until(lambda: slack.replies(C, ts))
        del slack.messages[C, place["ts"]]
        await slack.answered(C, ts)

    play(home, scene, FakeAssistant(pause=0.1), slack=FakeSlack(streaming=False))


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("not_in_channel", "use /invite there"),
        ("channel_not_found", "use /invite there"),
        ("missing_scope", "(scope chat:write): add it under OAuth & Permissions"),
        ("account_inactive", "set the new WENJU_SLACK_BOT_TOKEN"),
        ("token_revoked", "set the new WENJU_SLACK_BOT_TOKEN"),
        ("is_archived", "the channel is archived"),
    ],
)
def test_the_log_names_what_to_change(
    home: Path, error: str, remedy: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        more = {"needed": "chat:write"} if error == "missing_scope" else {}
        slack.fail("chat.postMessage", error, **more)
        ts = await slack.ask("多大？")
        await slack.until(lambda: error in caplog.text)
        assert not slack.replies(C, ts)
        await slack.answered(C, await slack.ask("又一问"))  # and the next one is answered

    play(home, scene, slack=FakeSlack(streaming=False))
    assert remedy in caplog.text


CHILD = """
    import asyncio, sys
    from pathlib import Path
    from assistant.faces.slack.run import running
    from assistant.settings import load
    from tests.assistant.faces.fakes import FakeAssistant

    async def main():
        async with running(FakeAssistant(pause=float(sys.argv[1])), load()):
            await asyncio.sleep(60)

    asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("streaming", [PLAIN, STREAM])
def test_killed_at_any_moment_every_question_is_answered_once(home: Path, streaming: bool) -> None:
    children: list[subprocess.Popen[bytes]] = []

    async def scenes() -> None:
        async with FakeSlack(streaming=streaming) as slack:
            said = settings_for(slack, home)
            settings = os.environ | {
                "WENJU_HOME": str(home), "WENJU_SLACK_API_URL": said.slack_api_url,
                "WENJU_SLACK_BOT_TOKEN": said.slack_bot_token.get_secret_value(),  # type: ignore[union-attr]
                "WENJU_SLACK_APP_TOKEN": said.slack_app_token.get_secret_value(),  # type: ignore[union-attr]
            }  # fmt: skip
            asked: list[str] = []
            for moment in (0.05, 0.3, 0.6):
                slack.connections = 0
                children.append(child := _child(settings, "0.05"))
                await slack.until(lambda: slack.connections, 20)
                asked += [await slack.ask("多大？"), await slack.ask("多重？", D)]
                await asyncio.sleep(moment)
                child.send_signal(signal.SIGKILL)
                child.wait()
            children.append(child := _child(settings, "0.0"))
            for n, ts in enumerate(asked):
                channel = D if n % 2 else C
                await slack.answered(channel, ts, seconds=30)
                assert len(slack.replies(channel, ts)) == 1
            child.terminate()
            child.wait(20)
            assert slack.faults == []

    try:
        asyncio.run(scenes())
    finally:
        for child in children:
            child.kill()


def _child(settings: dict[str, str], pause: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(CHILD), pause], env=settings, cwd=ROOT)


def test_where_the_thread_cannot_be_read_at_once_the_questions_before_count(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        slack.limit("conversations.replies", 60)
        await slack.ask("And then?", thread=ts)
        await slack.answered(C, ts, times=2, seconds=5)

    play(home, scene, assistant)
    assert assistant.asked[1][:2] == ("And then?", ("多大？",))


def test_an_answer_slack_does_not_take_is_tried_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.faces.slack.desk.AGAIN", 0.2)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.limit("chat.update", 1000)
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        assert len(slack.replies(C, ts)) == 1

    play(home, scene)


def test_a_message_that_cannot_be_changed_any_more_gives_way_to_a_new_one(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.fail("chat.update", "edit_window_closed")
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        await slack.until(lambda: len(slack.replies(C, ts)) == 1)

    play(home, scene)


def test_a_stream_that_cannot_be_ended_yet_is_ended_later(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.faces.slack.desk.AGAIN", 0.2)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        slack.limit("chat.stopStream", 1000)
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        assert len(slack.replies(C, ts)) == 1

    play(home, scene)


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
def test_an_app_that_was_removed_is_named_in_the_log(
    home: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.event({"type": kind, "tokens": {"bot": [BOT]}})
        await slack.until(lambda: "install it again" in caplog.text)
        assert "WENJU_SLACK_BOT_TOKEN" in caplog.text
        assert TEAM in caplog.text

    play(home, scene)
