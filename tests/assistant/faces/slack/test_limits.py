"""Who may ask, where, how much, and about what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadSetting
from assistant.faces.slack.access import Access, tags_of
from assistant.faces.slack.bot import Bot
from assistant.faces.slack.limits import Limits
from assistant.schema import Event
from tests.assistant.faces.fakes import FakeAssistant, FakeLibrary
from tests.assistant.faces.slack.scene import play
from tests.assistant.faces.slack.server import FakeSlack

C, D, U = "C00000001", "D00000001", "U00000001"


def test_a_person_and_a_workspace_have_a_sliding_minute() -> None:
    now = 0.0
    limits = Limits(2, 3, clock=lambda: now)
    assert limits.take("T", "a") is None
    now = 10.0
    assert limits.take("T", "a") is None
    assert limits.take("T", "a") == ("user", 50.0)
    assert limits.take("T", "b") is None
    assert limits.take("T", "c") == ("team", 50.0)
    assert limits.take("T2", "c") is None
    now = 60.0
    assert limits.take("T", "a") is None


def test_who_asks_too_much_is_told_privately_and_the_question_is_not_answered_later(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        first, second = await slack.ask("多大？"), await slack.ask("多重？")
        (notice,) = await slack.until(lambda: slack.ephemerals)
        assert notice["user"] == U
        assert "秒再问" in notice["text"]
        await slack.answered(C, first)
        assert not slack.replies(C, second)
        assert (await slack.command("还有？"))["text"].startswith("你问得有点快")
        assert not bot.ledger.unfinished()

    play(home, scene, assistant, slack_user_limit=1)
    assert len(assistant.asked) == 1


def test_the_queue_is_bounded(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        asked = [await slack.ask(f"第{n}问") for n in range(5)]
        await slack.until(lambda: len(slack.ephemerals) >= 2)
        assert "排队" in slack.ephemerals[0]["text"]
        await slack.until(lambda: not bot.ledger.unfinished(), 20)
        assert sum(len(slack.answers(C, ts)) for ts in asked) == 3

    play(home, scene, FakeAssistant(pause=0.05), slack_workers=1, slack_queue=2)


def test_channels_and_people_that_are_not_named_are_told_so_privately(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.ask("多大？", "C00000002")
        await slack.ask("多大？", C, "U00000002")
        await slack.until(lambda: len(slack.ephemerals) == 2)
        await slack.answered(D, await slack.ask("多大？", D))
        await asyncio.sleep(0.1)

    play(home, scene, assistant, slack_channels=C, slack_users=f"{U}, U00000003")
    assert len(assistant.asked) == 1


def test_a_channel_sees_the_reports_its_rule_names() -> None:
    reports = FakeLibrary().reports()
    access = Access(reports="C1=某研究院 C2=somewhere C3=* *=en1.txt")

    def seen(channel: str, team: str = "T", **owners: set[str]) -> frozenset[str] | None:
        return access.visible(reports, channel, team, owners)

    assert seen("C1") == {"zh1"}
    assert seen("C2") == {"zh1", "en1", "bad"}
    assert seen("C3") is None
    assert seen("C4") == {"en1"}
    assert seen("C3", "T2", zh1={"T"}) == {"en1", "bad"}
    assert seen("C3", "T", zh1={"T"}) == {"zh1", "en1", "bad"}
    assert Access().visible(reports, "C1", "T", {}) is None
    assert "某研究院" in tags_of(reports[0])


def test_a_rule_names_a_report_by_its_tags() -> None:
    filed, other = replace(FakeLibrary().reports()[0], tags=("q1-2024",)), FakeLibrary().reports()[1]
    seen = Access(reports="C1=Q1-2024").visible([filed, other], "C1", "T", {})
    assert seen == {filed.id}


def test_the_rule_reaches_the_search(home: Path) -> None:
    assistant = FakeAssistant()
    limited: list[object] = []
    ask = assistant.ask

    def noting(question: str, **said: Any) -> Iterator[Event]:
        limited.append(said["reports"])
        return ask(question, **said)

    assistant.ask = noting  # type: ignore[method-assign, assignment]

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.answered(C, await slack.ask("多大？"))
        await slack.answered(D, await slack.ask("多大？", D))

    play(home, scene, assistant, slack_reports=f"{C}=zh1")
    assert limited == [frozenset({"zh1"}), None]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("channels", "general"),
        ("users", "@mei"),
        ("reports", "C1"),
        ("reports", "general=a"),
        ("reports", "C1="),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"WENJU_SLACK_{name.upper()}"):
        Access(**{name: value})


def test_who_has_to_wait_sees_that_at_once_and_may_stop_it(home: Path) -> None:
    assistant = FakeAssistant(pause=0.1)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        first = await slack.ask("第一问")
        second, third = await slack.ask("第二问"), await slack.ask("第三问")
        for ts in (second, third):
            (place,) = await slack.until(lambda ts=ts: slack.replies(C, ts), 1)  # type: ignore[misc]
            assert "已排队" in place["text"]
        await slack.press("wenju_stop", place)
        await slack.until(lambda: slack.replies(C, third)[0]["text"] == "已停止。", 1)
        for ts in (first, second):
            await slack.answered(C, ts)
            assert len(slack.replies(C, ts)) == 1
        await asyncio.sleep(0.2)
        assert not slack.answers(C, third)

    play(home, scene, assistant, slack_workers=1)
    assert [question for question, _, _ in assistant.asked] == ["第一问", "第二问"]
