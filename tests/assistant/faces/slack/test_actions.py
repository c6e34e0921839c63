"""What is below an answer: feedback, evidence, the other language, stop; the command, the shortcut, files."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.faces.slack.bot import Bot
from tests.assistant.faces.fakes import CHINESE, FakeAssistant, report
from tests.assistant.faces.slack.scene import play
from tests.assistant.faces.slack.server import TEAM, FakeSlack, Message
from tests.assistant.faces.slack.test_bot import words
from vectorstore.schema import IndexSummary

C, D, U = "C00000001", "D00000001", "U00000001"


async def first_answer(slack: FakeSlack, channel: str = C) -> Message:
    ts = await slack.ask("多大？", channel)
    (answer,) = await slack.answered(channel, ts)
    await asyncio.sleep(0.1)
    return answer


def test_an_opinion_is_kept_once_a_person(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        answer = await first_answer(slack)
        await slack.press("wenju_unhelpful", answer)
        view = await slack.until(lambda: slack.views and slack.views[0])
        reason = {"selected_option": {"value": "incomplete"}}
        await slack.submit(view, {"reason": reason, "comment": {"value": "no 2022 figure"}})
        await slack.press("wenju_helpful", answer, user="U2")
        await slack.until(lambda: len(bot.conversations.feedback()) == 2)
        kept = {f.person: f for f in bot.conversations.feedback()}
        assert (kept[U].helpful, kept[U].reason, kept[U].comment) == (False, "incomplete", "no 2022 figure")
        assert kept["U2"].helpful
        assert kept["U2"].question == "多大？"
        assert "2137" in kept["U2"].text
        await slack.until(lambda: slack.responses)
        assert slack.responses[-1]["response_type"] == "ephemeral"
        assert slack.responses[-1]["replace_original"] is False

    play(home, scene)


def test_the_evidence_opens_as_the_passages_whole(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        answer = await first_answer(slack)
        await slack.press("wenju_evidence", answer)
        view = await slack.until(lambda: slack.views and slack.views[0])
        said = words(view)
        assert "*[1] 中国人工智能产业研究报告* · 第 1 页\n<https://r.example/reports/zh1?start=" in said
        assert "“2137 亿\n元，同比增长 14.6%”" in said

    play(home, scene, public_url="https://r.example")


def test_the_other_language_is_a_new_answer_in_the_thread_asked_once(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        answer = await first_answer(slack)
        for _ in range(2):
            await slack.press("wenju_other_language", answer)
        await slack.answered(C, answer["thread_ts"], times=2)
        await asyncio.sleep(0.2)
        assert len(slack.replies(C, answer["thread_ts"])) == 2

    play(home, scene, assistant)
    assert [language for _, _, language in assistant.asked] == ["auto", "en"]


@pytest.mark.parametrize("streaming", [True, False])
def test_stop_stops(home: Path, streaming: bool) -> None:
    assistant = FakeAssistant(pause=0.5)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        if streaming:
            offer = await slack.until(lambda: slack.ephemerals and slack.ephemerals[0])
            await slack.press("wenju_stop", offer, ephemeral=True)
        else:
            (place,) = await slack.until(lambda: slack.replies(C, ts))
            await slack.press("wenju_stop", place, user="U-somebody-else")
            await asyncio.sleep(0.2)
            assert assistant.cancelled == 0
            await slack.press("wenju_stop", place)
        await slack.until(lambda: "已停止" in words(slack.replies(C, ts)[0]))

    play(home, scene, assistant, slack=FakeSlack(streaming=streaming))
    assert assistant.cancelled == 1


def test_the_word_stop_in_the_thread_stops_too(home: Path) -> None:
    assistant = FakeAssistant(pause=0.5)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？", D)
        await slack.until(lambda: slack.replies(D, ts))
        await slack.ask("停", D, thread=ts)
        await slack.until(lambda: "已停止" in words(slack.replies(D, ts)[0]))
        assert len(slack.replies(D, ts)) == 1

    play(home, scene, assistant)
    assert assistant.cancelled == 1


def test_the_command_answers_privately_and_can_be_shared_once(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        at_once = await slack.command("多大？", trigger="T1")
        assert at_once == {"text": "⏳ 正在检索报告", "response_type": "ephemeral"}
        answer = await slack.until(lambda: slack.responses and slack.responses[0])
        assert answer["response_type"] == "ephemeral"
        assert answer["metadata"]["event_type"] == "wenju_answer"
        assert "2137 亿元 [1]" in words(answer)
        assert await slack.command("多大？", trigger="T1") == {}  # delivered twice
        assert not slack.called("chat.postMessage")
        for _ in range(2):
            await slack.press("wenju_share", answer)
        (shared,) = await slack.until(lambda: slack.called("chat.postMessage"))
        await asyncio.sleep(0.2)
        assert len(slack.called("chat.postMessage")) == 1
        assert f"由 <@{U}> 分享，问题：多大？" in words(shared)
        assert shared["metadata"]["event_type"] == "wenju_answer"
        assert "wenju_share" not in str(shared["blocks"])
        assert len([r for r in slack.responses if "metadata" in r]) == 1

    play(home, scene)


def test_an_answer_that_cannot_be_shared_says_why_and_can_be_tried_again(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.command("多大？")
        answer = await slack.until(lambda: slack.responses and slack.responses[0])
        slack.fail("chat.postMessage", "not_in_channel")
        await slack.press("wenju_share", answer)
        await slack.until(lambda: "/invite" in slack.responses[-1]["text"])
        await slack.press("wenju_share", answer)
        await slack.until(lambda: slack.responses[-1]["text"] == "已分享到频道。")

    play(home, scene)


@pytest.mark.parametrize("text", ["", "help", "  "])
def test_the_command_alone_says_how_to_ask(home: Path, text: str) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        assert "Ask me a question" in (await slack.command(text))["text"]

    play(home, scene)


def test_a_message_can_be_asked_about(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        message = slack.write("U2", C, "the market grew a lot &amp; fast")
        await slack.shortcut(message)
        view = await slack.until(lambda: slack.views and slack.views[0])
        assert view["blocks"][0]["element"]["initial_value"] == "the market grew a lot & fast"
        refused = await slack.submit(view, {"question": {"value": "?!"}})
        assert "question" in refused["errors"]
        await slack.submit(view, {"question": {"value": "how much?"}})
        (answer,) = await slack.answered(C, message["ts"])
        assert f"<@{U}> 问：how much?" in words(answer)

    play(home, scene, assistant)
    assert assistant.asked[0][:2] == ("how much?", ("the market grew a lot & fast",))


def test_asking_about_a_message_of_a_channel_it_is_not_in_says_so_privately(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        message = slack.write("U2", C, "grew a lot")
        await slack.shortcut(message)
        view = await slack.until(lambda: slack.views and slack.views[0])
        slack.fail("chat.postMessage", "not_in_channel")
        await slack.submit(view, {"question": {"value": "how much?"}})
        told = await slack.until(lambda: [p for p in slack.called("chat.postMessage") if p["channel"] == U])
        assert "/invite" in told[0]["text"]

    play(home, scene, slack=FakeSlack(streaming=False), strict=False)


def test_buttons_of_answers_no_longer_on_record_say_so(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        answer = await first_answer(slack)
        bot.ledger.change(f"{TEAM}:{C}:{answer['thread_ts']}", answer="")
        for action in ("wenju_helpful", "wenju_unhelpful", "wenju_evidence", "wenju_other_language"):
            await slack.press(action, answer)
        await slack.until(lambda: len(slack.responses) == 4)
        assert {r["text"] for r in slack.responses} == {"This answer is no longer on record."}

    play(home, scene)


class Shelves:
    """A library that takes files."""

    def __init__(self, inner: Any, fail: str = "") -> None:
        self.inner, self.fail = inner, fail
        self.threads: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def add(self, paths: Iterable[Path], tell: Callable[[Any], None]) -> IndexSummary:
        self.threads.append(threading.current_thread().name)
        from vectorstore.schema import Failure

        (path,) = paths
        if self.fail:
            return IndexSummary(failed=[Failure(str(path), self.fail)])
        for done in (1, 2):
            tell(SimpleNamespace(action="embedding", done=done, total=2, file=path.name))
        self.inner._reports["new"] = report("new", path.stem, "zh", path.read_text("utf-8"))
        return IndexSummary(added=[path.name], passages=3)


def test_a_dropped_report_is_indexed_for_its_workspace_after_a_yes(home: Path) -> None:
    assistant = FakeAssistant()
    assistant.library = Shelves(assistant.library)  # type: ignore[assignment]

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        file = slack.drop("年度 报告.txt", CHINESE.encode())
        ts = await slack.say(U, D, "", subtype="file_share", files=[file])
        (offer,) = await slack.until(lambda: slack.replies(D, ts))
        offer = dict(offer)  # as the person sees it while pressing twice
        assert "Add 年度 报告.txt" in words(offer)
        for _ in range(2):
            await slack.press("wenju_file_add", offer, D)
        await slack.until(lambda: "Added 年度 报告.txt (3 passages)" in words(slack.replies(D, ts)[0]))
        said = slack.history[offer["ts"]]
        assert any("Fetching" in text for text in said)
        assert len([text for text in said if "Added" in text]) == 1
        assert bot.ledger.owners() == {"new": {TEAM}}
        elsewhere = bot.access.visible(bot.assistant.library.reports(), C, "TOTHER", bot.ledger.owners())
        assert elsewhere is not None
        assert "new" not in elsewhere
        (stored,) = (home / "slack-files").rglob("*.txt")
        assert stored.read_text("utf-8") == CHINESE

    play(home, scene, assistant)
    assert "MainThread" not in assistant.library.threads  # type: ignore[attr-defined]


def test_a_report_that_cannot_be_read_says_why_and_a_no_is_a_no(home: Path) -> None:
    assistant = FakeAssistant()
    assistant.library = Shelves(assistant.library, "a.txt holds <no> text")  # type: ignore[assignment]

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.say(U, D, "", subtype="file_share", files=[slack.drop("a.txt", b"\0")])
        (offer,) = await slack.until(lambda: slack.replies(D, ts))
        await slack.press("wenju_file_add", offer, D)
        await slack.until(lambda: "a.txt holds &lt;no&gt; text" in words(slack.replies(D, ts)[0]))
        ts = await slack.say(U, D, "", subtype="file_share", files=[slack.drop("b.txt", b"b")])
        (offer,) = await slack.until(lambda: slack.replies(D, ts))
        await slack.press("wenju_file_leave", offer, D)
        await slack.until(lambda: "b.txt was not added" in words(slack.replies(D, ts)[0]))

    play(home, scene, assistant)


def test_the_token_goes_to_slack_alone(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        file = slack.drop("a.txt", b"a")
        file["url_private_download"] = "https://evil.test/a.txt"
        ts = await slack.say(U, D, "", subtype="file_share", files=[file])
        (offer,) = await slack.until(lambda: slack.replies(D, ts))
        await slack.press("wenju_file_add", offer, D)
        await slack.until(lambda: "the file lies elsewhere (evil.test)" in words(slack.replies(D, ts)[0]))

    play(home, scene)


def test_a_question_with_a_report_is_answered_and_the_report_offered(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.say(U, D, "多大？", subtype="file_share", files=[slack.drop("a.txt", b"a")])
        await slack.answered(D, ts)
        await slack.until(lambda: len(slack.replies(D, ts)) == 2)

    play(home, scene)
