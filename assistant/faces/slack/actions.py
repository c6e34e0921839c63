"""The buttons below an answer and the windows they open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from assistant.conversations import Feedback
from assistant.faces.slack import blocks, modals
from assistant.faces.slack.blocks import answer_posts, shared
from assistant.faces.slack.calls import advice, at_best, log, patiently
from assistant.faces.slack.delivery import ANSWER, PART
from assistant.faces.slack.desk import again
from assistant.faces.slack.ledger import Ask
from assistant.faces.slack.wording import say
from assistant.schema import Answer

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from assistant.faces.slack.bot import Bot


def register(app: AsyncApp, bot: Bot) -> None:
    """Listen to the buttons and windows."""
    buttons = _Buttons(bot)
    app.action(blocks.HELPFUL)(buttons.helpful)
    app.action(blocks.UNHELPFUL)(buttons.unhelpful)
    app.action(blocks.EVIDENCE)(buttons.evidence)
    app.action(blocks.OTHER)(buttons.other)
    app.action(blocks.STOP)(buttons.stop)
    app.action(blocks.SHARE)(buttons.share)
    app.view(modals.WHY)(buttons.why)


class _Buttons:
    """Each method is one button; its value is the id of the question."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _found(self, action: dict[str, Any], respond: Any) -> tuple[Ask, Answer] | None:
        """The question a button is about and its answer; when they are gone, who pressed it is told."""
        id = str(action.get("value") or "")
        ask, answer = self._bot.ledger.ask(id), self._bot.ledger.answer(id)
        if ask is not None and answer is not None:
            return ask, answer
        await _whisper(respond, say("gone", "en"))
        return None

    def _judge(self, id: str, user: str, helpful: bool, reason: str = "", comment: str = "") -> None:
        answer = self._bot.ledger.answer(id)
        if answer is None:
            return
        self._bot.conversations.judge(
            Feedback(id, user, "slack", answer.question, answer.text, answer.model, helpful, reason, comment)
        )

    async def helpful(self, ack: Any, action: dict[str, Any], body: dict[str, Any], respond: Any) -> None:
        await ack()
        if found := await self._found(action, respond):
            ask, answer = found
            self._judge(ask.id, body["user"]["id"], True)
            await _whisper(respond, say("thanks", answer.lang))

    async def unhelpful(
        self, ack: Any, action: dict[str, Any], body: dict[str, Any], client: Any, respond: Any
    ) -> None:
        await ack()
        if found := await self._found(action, respond):
            ask, answer = found
            self._judge(ask.id, body["user"]["id"], False)
            view = modals.why(ask.id, answer.lang)
            await at_best(client.views_open, trigger_id=body["trigger_id"], view=view)

    async def why(self, ack: Any, view: dict[str, Any], body: dict[str, Any]) -> None:
        await ack()
        id = json.loads(view["private_metadata"])["ask"]
        reason, comment = modals.said(view, "reason"), modals.said(view, "comment")
        self._judge(id, body["user"]["id"], False, reason, comment)

    async def evidence(
        self, ack: Any, action: dict[str, Any], body: dict[str, Any], client: Any, respond: Any
    ) -> None:
        await ack()
        if found := await self._found(action, respond):
            view = modals.evidence(found[1], self._bot.settings.public_url)
            await at_best(client.views_open, trigger_id=body["trigger_id"], view=view)

    async def other(self, ack: Any, action: dict[str, Any], body: dict[str, Any], respond: Any) -> None:
        await ack()
        found = await self._found(action, respond)
        if found is None:
            return
        ask, answer = found
        new = again(ask, answer, body["user"]["id"], body.get("response_url") or "")
        if not self._bot.ledger.add(new):
            return
        if refusal := self._bot.refusal(new):
            self._bot.ledger.close_ask(new.id, "refused")
            await _whisper(respond, refusal)
            return
        self._bot.desk.submit(new.id)

    async def stop(self, ack: Any, action: dict[str, Any], body: dict[str, Any], respond: Any) -> None:
        await ack()
        ask = self._bot.ledger.ask(str(action.get("value") or ""))
        if ask is not None and ask.user == body["user"]["id"]:
            self._bot.desk.interrupt(ask.id, "stopped")
            if (body.get("container") or {}).get("is_ephemeral"):
                await respond(delete_original=True)

    async def share(
        self, ack: Any, action: dict[str, Any], body: dict[str, Any], client: Any, respond: Any
    ) -> None:
        await ack()
        found = await self._found(action, respond)
        if found is None:
            return
        ask, answer = found
        once = f"share:{ask.id}"
        if not self._bot.ledger.first(once):
            return
        posts = answer_posts(answer, ask.id, self._bot.settings.public_url, private=True)
        try:
            thread = ""
            for part, post in enumerate(shared(posts, ask.user, answer.question, answer.lang)):
                metadata = {"event_type": PART if part else ANSWER,
                            "event_payload": {"ask": ask.id, "part": str(part)}}  # fmt: skip
                reply = await patiently(
                    client.chat_postMessage, again=False, channel=ask.channel, text=post.text,
                    blocks=list(post.blocks), metadata=metadata, unfurl_links=False, unfurl_media=False,
                    thread_ts=thread or None,
                )  # fmt: skip
                thread = thread or str(reply["ts"])
        except SlackApiError as error:
            log.warning("an answer could not be shared in channel %s: %s", ask.channel, advice(error))
            self._bot.ledger.unsee(once)
            await _whisper(respond, say("not_shared", answer.lang))
            return
        await _whisper(respond, say("shared", answer.lang))


async def _whisper(respond: Any, sentence: str) -> None:
    """Say something to who pressed the button, leaving the message alone."""
    if respond is not None:
        await respond(text=sentence, response_type="ephemeral", replace_original=False)
