"""The slash command and the message shortcut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from assistant.faces.slack import modals
from assistant.faces.slack.calls import at_best
from assistant.faces.slack.desk import language_of
from assistant.faces.slack.intake import problem
from assistant.faces.slack.ledger import Ask
from assistant.faces.slack.markup import plain
from assistant.faces.texts import label
from assistant.question import detect

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from assistant.faces.slack.bot import Bot

COMMAND = "/wenju"


def register(app: AsyncApp, bot: Bot) -> None:
    """Listen to the command, the shortcut and its window."""
    ways = _Ways(bot)
    app.command(COMMAND)(ways.command)
    app.shortcut(modals.SHORTCUT)(ways.shortcut)
    app.view(modals.ABOUT)(ways.asked)


class _Ways:
    """Questions that do not come as messages."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def command(self, ack: Any, body: dict[str, Any]) -> None:
        """`/wenju QUESTION`: a private answer."""
        ask = Ask(
            f"{body.get('team_id')}:command:{body.get('trigger_id')}", "command", str(body.get("team_id") or ""),
            str(body.get("channel_id") or ""), str(body.get("user_id") or ""), plain(str(body.get("text") or "")),
            enterprise=str(body.get("enterprise_id") or ""), response_url=str(body.get("response_url") or ""),
        )  # fmt: skip
        lang = language_of(ask)
        wrong = problem("" if ask.text.lower() in ("help", "帮助") else ask.text, lang)
        if wrong:
            await ack(text=wrong, response_type="ephemeral")
            return
        if not self._bot.ledger.add(ask):
            await ack()
            return
        if refusal := self._bot.refusal(ask):
            self._bot.ledger.close_ask(ask.id, "refused")
            await ack(text=refusal, response_type="ephemeral")
            return
        await ack(text=f"⏳ {label('phase_searching', lang)}", response_type="ephemeral")
        self._bot.desk.submit(ask.id)

    async def shortcut(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        """The shortcut below a message opens a window for the question."""
        await ack()
        message = body.get("message") or {}
        words = plain(str(message.get("text") or ""))
        where = {
            "team": str((body.get("team") or {}).get("id") or ""),
            "enterprise": str((body.get("enterprise") or {}).get("id") or ""),
            "channel": str((body.get("channel") or {}).get("id") or ""),
            "thread": str(message.get("thread_ts") or message.get("ts") or body.get("message_ts") or ""),
        }
        view = modals.about(words, where, detect(words))
        await at_best(client.views_open, trigger_id=body["trigger_id"], view=view)

    async def asked(self, ack: Any, view: dict[str, Any], body: dict[str, Any]) -> None:
        """The window was sent: the answer comes in the message's thread."""
        where = json.loads(view["private_metadata"])
        text = plain(modals.said(view, "question"))
        ask = Ask(
            f"{where['team']}:view:{view['id']}", "shortcut", where["team"], where["channel"], body["user"]["id"],
            text, thread=where["thread"], enterprise=where["enterprise"],
        )  # fmt: skip
        wrong = problem(text, language_of(ask))
        if not wrong and self._bot.ledger.add(ask):
            wrong = self._bot.refusal(ask)
            if wrong:
                self._bot.ledger.close_ask(ask.id, "refused")
            else:
                self._bot.desk.submit(ask.id)
        if wrong:
            await ack(response_action="errors", errors={"question": wrong})
        else:
            await ack()
