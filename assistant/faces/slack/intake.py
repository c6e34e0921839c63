"""What an event of Slack's asks of the bot: a pure reading of its JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.faces.slack.conversation import is_spoken
from assistant.faces.slack.ledger import Ask
from assistant.faces.slack.markup import mentions, plain
from assistant.faces.slack.wording import say
from assistant.question import LONGEST
from vectorstore.schema import Lang

FILES_ONLY = "\x00"
"""The text of a question that is only files: no message as Slack sends it holds this character."""
STOP_WORDS = {"stop", "cancel", "停", "停止", "停下", "取消"}


@dataclass(frozen=True, slots=True)
class Edited:
    """A message has other words now."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone."""

    id: str


def message_id(team: str, channel: str, ts: str) -> str:
    """The name of a message, the same in every event about it."""
    return f"{team}:{channel}:{ts}"


def read(body: Mapping[str, Any], bot: str, *, engaged: bool = False) -> Ask | Edited | Deleted | None:
    """What an `event_callback` asks; None for what is not for the bot (other bots, its own, talk of others).

    `engaged`: a message without a mention counts too, since the bot already takes part in the thread.
    """
    event = body.get("event") or {}
    kind, channel = event.get("type"), str(event.get("channel") or "")
    team = str(body.get("team_id") or event.get("team") or "")
    if kind == "message" and event.get("subtype") == "message_changed":
        return _edited(event, team, channel)
    if kind == "message" and event.get("subtype") == "message_deleted":
        return Deleted(message_id(team, channel, str(event.get("deleted_ts") or "")))
    if kind not in ("app_mention", "message") or not is_spoken(event) or event.get("user") == bot:
        return None
    text = str(event.get("text") or "")
    direct = event.get("channel_type") == "im" or channel.startswith("D")
    if kind == "message" and not direct and not engaged and not mentions(text, bot):
        return None
    ts = str(event.get("ts") or "")
    words = plain(text) or (FILES_ONLY if event.get("files") else "")
    return Ask(
        message_id(team, channel, ts), "message", team, channel, str(event["user"]), words,
        thread=str(event.get("thread_ts") or ts), ts=ts, enterprise=str(body.get("enterprise_id") or ""),
    )  # fmt: skip


def _edited(event: Mapping[str, Any], team: str, channel: str) -> Edited | None:
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if not is_spoken(now) or plain(str(now.get("text") or "")) == plain(str(before.get("text") or "")):
        return None  # Slack says "changed" also when it adds a preview
    return Edited(message_id(team, channel, str(now.get("ts") or "")), plain(str(now.get("text") or "")))


def problem(text: str, lang: Lang) -> str:
    """Why a message cannot be answered, as a short helpful reply; "" when it can."""
    if text == FILES_ONLY:
        return say("only_files", lang)
    if not text.strip():
        return say("help", lang)
    if len(text) > LONGEST:
        return say("too_long", lang, length=len(text), limit=LONGEST)
    if not re.search(r"\w", text):
        return say("no_words", lang)
    return ""
