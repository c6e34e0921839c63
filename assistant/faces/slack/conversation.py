"""A Slack thread as a conversation: what people said in it before the question."""

from __future__ import annotations

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


async def thread_of(client: AsyncWebClient, ask: Ask, **more: Any) -> list[dict[str, Any]]:
    """The messages of the question's thread, oldest first, at most 1,000; [] where the thread cannot be read."""
    if not ask.thread:
        return []
    found: list[dict[str, Any]] = []
    cursor = ""
    try:
        while len(found) < 1000:
            reply = await patiently(
                client.conversations_replies, tries=3, channel=ask.channel, ts=ask.thread, limit=200,
                cursor=cursor or None, **more,
            )  # fmt: skip
            found += reply.get("messages") or []
            cursor = (reply.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
    except SlackApiError as error:
        log.warning("the thread cannot be read, so the question stands alone; %s", advice(error))
    except UNREACHABLE as error:
        log.warning("the thread cannot be read, so the question stands alone (%s)", type(error).__name__)
    return found


async def history_of(client: AsyncWebClient, ask: Ask) -> list[str]:
    """What people said in the thread before the question, oldest first, as they would say it now (edits count)."""
    if not ask.thread or ask.thread == ask.ts:
        return []
    spoken = [m for m in await thread_of(client, ask) if is_spoken(m) and m.get("ts") != ask.ts]
    before = [m for m in spoken if not ask.ts or float(m["ts"]) < float(ask.ts)]
    said = [plain(str(m.get("text") or "")) for m in before]
    return [text for text in said if text][-TURNS:]
