"""A Slack thread as a conversation: what people said in it before the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from assistant.faces.slack.calls import UNREACHABLE, advice, log, patiently
from assistant.faces.slack.ledger import Ask
from assistant.faces.slack.markup import plain

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

TURNS = 6
"""Earlier messages that count."""
SPOKEN = {"", "file_share", "thread_broadcast", "me_message"}
"""Subtypes of messages in which a person says something."""


def is_spoken(message: dict[str, Any]) -> bool:
    """Whether a person said it: not a bot, not a notice of Slack's own."""
    return not message.get("bot_id") and message.get("subtype", "") in SPOKEN and bool(message.get("user"))


async def thread_of(client: AsyncWebClient, ask: Ask, **how: Any) -> list[dict[str, Any]]:
    """The messages of the question's thread, oldest first, at most 1,000.

    `how` goes to `patiently`. Raises `SlackApiError` where the thread cannot be read.
    """
    if not ask.thread:
        return []
    found: list[dict[str, Any]] = []
    cursor = ""
    while len(found) < 1000:
        reply = await patiently(
            client.conversations_replies, channel=ask.channel, ts=ask.thread, limit=200, cursor=cursor or None,
            **how,
        )  # fmt: skip
        found += reply.get("messages") or []
        cursor = (reply.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return found


async def history_of(client: AsyncWebClient, ask: Ask, known: Sequence[str] = ()) -> list[str]:
    """What people said in the thread before the question, oldest first, as they would say it now (edits count).

    Where the thread cannot be read at once (Slack lets some apps read one a minute), the questions that are
    `known` from it have to do.
    """
    if not ask.thread or ask.thread == ask.ts:
        return []
    try:
        messages = await thread_of(client, ask, tries=3, longest=5.0)
    except SlackApiError as error:
        log.warning("the thread cannot be read, so only questions to the bot count in it; %s", advice(error))
        return list(known)[-TURNS:]
    except UNREACHABLE as error:
        log.warning("the thread cannot be read (%s), so only questions count", type(error).__name__)
        return list(known)[-TURNS:]
    spoken = [m for m in messages if is_spoken(m) and m.get("ts") != ask.ts]
    before = [m for m in spoken if not ask.ts or float(m["ts"]) < float(ask.ts)]
    said = [plain(str(m.get("text") or "")) for m in before]
    return [text for text in said if text][-TURNS:]
