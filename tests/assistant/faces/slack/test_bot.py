"""Questions in, answers out: every way in, and each answered once."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.faces.slack.bot import Bot
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.slack.scene import play
from tests.assistant.faces.slack.server import BOT, BOT_ID, FakeSlack, Message

C, D, U = "C00000001", "D00000001", "U00000001"


def words(message: Message) -> str:
    """What stands in a message's blocks."""
    said = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    said += [
        e["text"] for block in message["blocks"] if block["type"] == "context" for e in block["elements"]
    ]
    return "\n".join(said)


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("channel", [C, D])
def test_a_question_is_answered_once_in_its_thread_with_numbered_sources(
    home: Path, streaming: bool, channel: str
) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？", channel)
        (answer,) = await slack.answered(channel, ts)
        await asyncio.sleep(0.1)
        assert len(slack.replies(channel, ts)) == 1
        said = words(answer)
        assert "2137 亿元 [1]" in said
        assert "*[1]* 中国人工智能产业研究报告 · 第 1 页\n>2137 亿元，同比增长 14.6%" in said
        assert "*[2]* A short look at robots\n>weighs 52 kg" in said
        assert "3 句话中有 2 句已与原文核对" in said
        assert bool(slack.called("chat.stopStream")) == streaming
        assert bool(slack.called("chat.postMessage")) != streaming

    play(home, scene, slack=FakeSlack(streaming=streaming))


def test_links_lead_to_the_evidence_where_the_public_address_is_known(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        (answer,) = await slack.answered(C, await slack.ask("多大？"))
        assert "<https://reports.example/reports/zh1?start=" in words(answer)
        assert "#quote|[1]>" in words(answer)

    play(home, scene, public_url="https://reports.example/")


@pytest.mark.parametrize("streaming", [True, False])
def test_the_answer_grows_while_it_is_written_at_most_once_a_second(home: Path, streaming: bool) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        grew = "chat.appendStream" if streaming else "chat.update"
        times = [at for at, name, _ in slack.calls if name == grew]
        assert len(times) >= 2
        shown = times if streaming else times[:-1]  # the last update is the answer itself
        assert all(later - earlier > 0.9 for earlier, later in pairwise(shown))

    play(home, scene, FakeAssistant(pause=0.25), slack=FakeSlack(streaming=streaming))


def test_the_thread_is_the_conversation(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        first = await slack.ask("多大？")
        await slack.answered(C, first)
        await slack.ask("And the year before?", thread=first)
        await slack.answered(C, first, times=2)

    play(home, scene, assistant)
    assert [(question, history) for question, history, _ in assistant.asked] == [
        ("多大？", ()), ("And the year before?", ("多大？",)),
    ]  # fmt: skip


def test_what_people_said_before_the_mention_counts_and_what_bots_said_does_not(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        root = slack.write("U2", C, "What does &lt;iResearch&gt; say about AI?")["ts"]
        slack.write("UOTHER", C, "I am a bot", root, bot_id="BOTHER")
        await slack.ask("how large is it", thread=root)
        await slack.answered(C, root)

    play(home, scene, assistant)
    assert assistant.asked[0][:2] == ("how large is it", ("What does <iResearch> say about AI?",))


def test_other_bots_itself_and_talk_that_is_not_for_it_are_ignored(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.say("U2", C, "just talking")
        await slack.say("UOTHER", C, f"<@{BOT}> hello", bot_id="BOTHER")
        await slack.say("UOTHER", D, "hello", bot_id="BOTHER", subtype="bot_message")
        await slack.say(BOT, D, "hello me", bot_id=BOT_ID)
        await slack.say("U2", C, f"<@{BOT}> joined", subtype="channel_join")
        await asyncio.sleep(0.3)
        assert not slack.called("chat.postMessage")
        assert not slack.called("chat.startStream")

    play(home, scene, assistant)
    assert assistant.asked == []


@pytest.mark.parametrize(("threads", "answers"), [("mention", 1), ("all", 2)])
def test_a_thread_it_takes_part_in_needs_a_mention_unless_set_otherwise(
    home: Path, threads: str, answers: int
) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        await asyncio.sleep(0.1)
        await slack.say(U, C, "and then?", ts)
        await asyncio.sleep(0.5)
        assert len(slack.answers(C, ts)) == answers

    play(home, scene, slack_threads=threads)


def test_an_edited_question_is_answered_anew_in_the_same_place(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        (answer,) = await slack.answered(C, ts)
        await asyncio.sleep(0.1)
        await slack.edit(C, ts, f"<@{BOT}> 多重？")
        await slack.until(lambda: len(assistant.asked) == 2)
        await asyncio.sleep(0.3)
        assert [m["ts"] for m in slack.answers(C, ts)] == [answer["ts"]]
        assert len(slack.replies(C, ts)) == 1

    play(home, scene, assistant)
    assert [question for question, _, _ in assistant.asked] == ["多大？", "多重？"]


def test_an_edit_while_the_answer_is_written_starts_it_over(home: Path) -> None:
    assistant = FakeAssistant(pause=0.2)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        await slack.until(lambda: assistant.asked)
        await slack.edit(C, ts, f"<@{BOT}> 多重？")
        await slack.answered(C, ts)
        assert len(slack.replies(C, ts)) == 1

    play(home, scene, assistant)
    assert [question for question, _, _ in assistant.asked] == ["多大？", "多重？"]
    assert assistant.cancelled == 1


def test_a_preview_that_slack_adds_is_no_edit(home: Path) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        await slack.answered(C, ts)
        await slack.edit(C, ts, slack.messages[C, ts]["text"])
        await asyncio.sleep(0.3)

    play(home, scene, assistant)
    assert len(assistant.asked) == 1


@pytest.mark.parametrize("pause", [0.0, 0.2])
def test_a_deleted_question_takes_its_answer_along(home: Path, pause: float) -> None:
    assistant = FakeAssistant(pause=pause)

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.ask("多大？")
        await slack.until(lambda: slack.replies(C, ts) if pause else slack.answers(C, ts))
        await asyncio.sleep(0.1)
        await slack.delete(C, ts)
        await slack.until(lambda: not slack.replies(C, ts))

    play(home, scene, assistant)
    assert assistant.cancelled == bool(pause)


def test_the_assistant_container_gets_prompts_a_status_and_a_title(home: Path) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        root = slack.write(BOT, D, "New thread")["ts"]
        thread = {"user_id": U, "channel_id": D, "thread_ts": root, "context": {}}
        await slack.event({"type": "assistant_thread_started", "assistant_thread": thread})
        (prompts,) = await slack.until(lambda: slack.called("assistant.threads.setSuggestedPrompts"))
        assert len(prompts["prompts"]) == 3
        await slack.event({"type": "assistant_thread_context_changed", "assistant_thread": thread})
        await slack.ask("多大？", D, thread=root)
        await slack.answered(D, root)
        assert slack.called("assistant.threads.setStatus")[0]["status"] == "正在检索报告"
        assert slack.called("assistant.threads.setTitle")[0]["title"] == "多大？"

    play(home, scene)


def test_a_model_that_fails_is_one_sentence_in_the_thread(home: Path) -> None:
    from assistant.errors import ModelFailed

    def fail(question: str) -> Exception:
        return ModelFailed("the key <sk> was refused") if question == "a" else RuntimeError("secret details")

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        for question, said in (("a", "the key &lt;sk&gt; was refused"), ("b", "its log has the details")):
            ts = await slack.ask(question)
            reply = await slack.until(partial(_last_word, slack, ts))
            assert said in words(reply)

    play(home, scene, FakeAssistant(fail=fail))


def _last_word(slack: FakeSlack, ts: str) -> Message | None:
    """The bot's reply, when it is not a placeholder any more."""
    for message in slack.replies(C, ts):
        if (message.get("metadata") or {}).get("event_type") not in (None, "wenju_pending"):
            return message
    return None


BAD = {
    "": "Ask me a question",
    "x" * 40_000: "40,000 characters",
    ":smile: :tada:": "Ask me a question",
    "😀🎉": "no words",
    "<@U2>": "Ask me a question",
    "```\n```": "Ask me a question",
    "?!": "no words",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:12])
def test_what_cannot_be_answered_gets_a_short_helpful_reply(home: Path, text: str) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.say(U, C, f"<@{BOT}> {text}")
        (reply,) = await slack.until(lambda: slack.replies(C, ts))
        assert BAD[text] in words(reply)
        assert len(words(reply)) < 300

    play(home, scene, assistant)
    assert assistant.asked == []


@pytest.mark.parametrize("channel", [C, D])
def test_only_a_picture_is_told_to_come_in_words(home: Path, channel: str) -> None:
    async def scene(slack: FakeSlack, bot: Bot) -> None:
        mention = "" if channel == D else f"<@{BOT}>"
        files = [{"id": "F1", "name": "cat.png", "mimetype": "image/png"}]
        ts = await slack.say(U, channel, mention, subtype="file_share", files=files)
        (reply,) = await slack.until(lambda: slack.replies(channel, ts))
        assert "cannot read pictures" in words(reply)

    play(home, scene)


@pytest.mark.parametrize(
    "text", ["ما حجم السوق؟", "```code``` size?", "size? 😀", "שלום &lt;b&gt;", "a" * 1999]
)
def test_unusual_text_is_asked_as_it_stands(home: Path, text: str) -> None:
    assistant = FakeAssistant()

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.answered(C, await slack.ask(text))

    play(home, scene, assistant)
    assert len(assistant.asked) == 1


def test_nothing_that_was_said_and_no_token_comes_into_the_log(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.answered(C, await slack.ask("a very private question"))
        await slack.say("U2", C, "a very private remark")
        await slack.event({"type": "reaction_added", "user": U, "item": {"text": "a very private reaction"}})
        await slack.disconnect()
        slack.tokens.clear()
        await slack.ask("a very private end")
        await asyncio.sleep(0.5)

    play(home, scene)
    assert caplog.text
    assert "very private" not in caplog.text
    assert "very-secret" not in caplog.text


def test_the_poison_of_a_report_comes_out_as_words(home: Path) -> None:
    from tests.assistant.faces.fakes import HOSTILE

    poison = "<!channel> <!here> <@U2> <https://evil.test|click> @channel *bold* _x_ `y` &lt;!everyone&gt;"
    assistant = FakeAssistant(f"All said: {poison} [1].", quotes=[("bad", HOSTILE)], pause=0.1)
    assistant.library.texts["bad"] = f"Before. {HOSTILE} {poison} After.\n"

    async def scene(slack: FakeSlack, bot: Bot) -> None:
        await slack.answered(C, await slack.ask("What is said?"))
        sent = [payload for _, _, payload in slack.calls]
        everything = json.dumps(sent, ensure_ascii=False)
        for command in ("<!", "<@U2", "<http"):
            assert command not in everything, command
        streamed = "".join(m.get("streamed", "") for m in slack.messages.values())
        for command in ("](", "://", "www."):  # a stream reads Markdown, the rest of Slack does not
            assert command not in streamed, command

    for streaming in (True, False):
        play(home / str(streaming), scene, assistant, slack=FakeSlack(streaming=streaming))
