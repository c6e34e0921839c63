"""An answer on its way into a thread: a place for it, what there is so far, the checked answer; each once.

The place is written into the ledger before any work. Where Slack's answer to "post this" was lost (a crash,
a broken connection), the thread is searched for it before anything is posted again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from assistant.faces.slack.blocks import STOP, Post, button, section, working
from assistant.faces.slack.calls import (
    UNREACHABLE,
    advice,
    at_best,
    code_of,
    is_passing,
    log,
    patiently,
    retry_after,
)  # fmt: skip
from assistant.faces.slack.conversation import thread_of
from assistant.faces.slack.ledger import Ask, Ledger
from assistant.faces.slack.markup import cut, markdown
from assistant.faces.slack.wording import say
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

ANSWER, PART, PENDING = "wenju_answer", "wenju_answer_part", "wenju_pending"
EVERY = 1.0
"""Seconds between two updates of a message."""
PATIENCE = 4.0
"""Seconds after which a streamed answer, which has no buttons yet, gets its stop button."""
_TOO_MUCH = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_too_long",
    "msg_blocks_too_long",
    "markdown_text_conflict",
}
_GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}


@dataclass(slots=True)
class Streams:
    """Which workspaces turned out not to have native streaming."""

    allowed: bool = True
    without: set[str] = field(default_factory=set)

    def fit(self, ask: Ask) -> bool:
        """Whether to try a native stream; it needs a thread and somebody it is for."""
        return self.allowed and bool(ask.thread and ask.user) and ask.team not in self.without


class Delivery:
    """One answer's way. `bot` is the bot's user id in the workspace."""

    def __init__(
        self, client: AsyncWebClient, ask: Ask, ledger: Ledger, streams: Streams, bot: str, lang: Lang
    ) -> None:
        self._client, self._ask, self._ledger, self._streams = client, ask, ledger, streams
        self._bot, self._lang = bot, lang
        self._posts = list(ask.posts)
        self._streaming = ask.streaming
        self._sent = ""
        self._status = ""
        self._last = 0.0
        self._update: asyncio.Task[None] | None = None
        self._offer: asyncio.Task[None] | None = None

    @property
    def _ts(self) -> str:
        return self._posts[0]

    async def place(self, status: str, *, wait: bool = False) -> None:
        """Make the place of the answer; `wait` says that work begins later, for which a stream is not made.

        Raises `SlackApiError` when the bot may not write there.
        """
        if self._ask.response_url:
            return
        if self._posts:
            if self._streaming:
                await self._end_stream()
            return
        if self._ask.begun and await self._adopt():
            return
        self._ledger.change(self._ask.id, begun=1)
        if not wait and self._streams.fit(self._ask) and await self._start_stream(status):
            return
        first = working(self._ask.id, status, "", self._lang)
        self._record(0, await self._post(first, PENDING, 0))

    async def show(self, written: str, status: str) -> None:
        """Show what there is so far, at most once in `EVERY` seconds; never waits for Slack."""
        now = time.monotonic()
        running = self._update is not None and not self._update.done()
        if not self._posts or running or now - self._last < EVERY:
            return
        if len(written) == len(self._sent) and status == self._status:
            return
        self._last = now
        self._update = asyncio.create_task(self._show(written, status))

    async def finish(self, posts: Sequence[Post], event: str = ANSWER) -> None:
        """Put the final messages in place of everything shown before."""
        await self._settle()
        if self._ask.response_url:
            await self._respond(posts, event)
            return
        if self._streaming:
            await self._end_stream()
        for attempt in (posts, _plainer(posts, 3500), _plainer(posts, 1500)):
            try:
                await self._put(attempt, event)
                return
            except SlackApiError as error:
                if code_of(error) not in _TOO_MUCH:
                    raise
                log.warning("Slack refuses the message as made (%s); sent more plainly", code_of(error))
        raise RuntimeError("Slack refused an answer in every form")

    async def withdraw(self) -> None:
        """Take back everything that was posted."""
        await self._settle()
        if self._streaming:
            await self._end_stream()
        for ts in self._posts:
            await at_best(self._client.chat_delete, channel=self._ask.channel, ts=ts)

    async def _settle(self) -> None:
        """Let the update that is under way end, so that it does not come after the last one."""
        if self._offer is not None:
            self._offer.cancel()
        if self._update is not None:
            with suppress(asyncio.CancelledError):
                await self._update
            self._update = None

    # ---- messages

    async def _post(self, post: Post, event: str, part: int) -> str:
        """Post a message; returns its timestamp. Where the reply was lost, the message is looked for first."""
        ask = self._ask
        for attempt in range(4):
            try:
                reply = await patiently(
                    self._client.chat_postMessage, again=False, channel=ask.channel, text=post.text,
                    blocks=list(post.blocks), metadata=self._metadata(event, part), unfurl_links=False,
                    unfurl_media=False, thread_ts=ask.thread or None,
                )  # fmt: skip
                return str(reply["ts"])
            except UNREACHABLE:
                if attempt == 3:
                    raise
                await asyncio.sleep(0.5 * 2**attempt)
                if found := (await self._find()).get(part):
                    return found
        raise AssertionError("every attempt returns or raises")

    async def _edit(self, ts: str, post: Post, event: str, part: int) -> None:
        await patiently(
            self._client.chat_update, channel=self._ask.channel, ts=ts, text=post.text, blocks=list(post.blocks),
            metadata=self._metadata(event, part),
        )  # fmt: skip

    async def _put(self, posts: Sequence[Post], event: str) -> None:
        """Update what is there, post what is not, delete what is too many."""
        if len(self._posts) < len(posts) and self._ask.begun:
            await self._adopt()
        for part, post in enumerate(posts):
            kind = event if part == 0 else PART
            if part < len(self._posts):
                try:
                    await self._edit(self._posts[part], post, kind, part)
                    continue
                except SlackApiError as error:
                    if code_of(error) not in _GONE:
                        raise
                    await at_best(self._client.chat_delete, channel=self._ask.channel, ts=self._posts[part])
            self._ledger.change(self._ask.id, begun=1)
            self._record(part, await self._post(post, kind, part))
        for ts in self._posts[len(posts) :]:
            await at_best(self._client.chat_delete, channel=self._ask.channel, ts=ts)
        self._posts = self._posts[: len(posts)]
        self._ledger.change(self._ask.id, posts=self._posts)

    async def _respond(self, posts: Sequence[Post], event: str) -> None:
        """Answer a slash command, visibly only to who gave it. Slack takes five such replies in 30 minutes."""
        from slack_sdk.webhook.async_client import AsyncWebhookClient

        webhook = AsyncWebhookClient(self._ask.response_url, logger=self._client._logger)
        for part, post in enumerate(posts[:5]):
            body = {
                "response_type": "ephemeral", "replace_original": False, "text": post.text,
                "blocks": list(post.blocks), "unfurl_links": False, "unfurl_media": False,
                "metadata": self._metadata(event if part == 0 else PART, part),
            }  # fmt: skip
            reply = await webhook.send_dict(body)
            if reply.status_code >= 400:
                log.warning("the reply to a command was refused (HTTP %s)", reply.status_code)
                return

    def _metadata(self, event: str, part: int) -> dict[str, Any]:
        return {"event_type": event, "event_payload": {"ask": self._ask.id, "part": str(part)}}

    def _record(self, part: int, ts: str, streaming: bool = False) -> None:
        self._posts[part : part + 1] = [ts]
        self._streaming = streaming
        self._ledger.change(self._ask.id, posts=self._posts, begun=0, streaming=int(streaming))

    # ---- what an earlier attempt may have left

    async def _adopt(self) -> bool:
        """Take over messages of this answer that were posted but not written down."""
        found = await self._find()
        while (part := len(self._posts)) in found:
            self._record(part, found[part])
        if not self._posts and (orphan := await self._orphan()):
            self._record(0, orphan, streaming=True)
            await self._end_stream()
        return bool(self._posts)

    async def _find(self) -> dict[int, str]:
        """Which parts of this answer stand in the thread."""
        found = {}
        for message in await self._thread():
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") in (ANSWER, PART, PENDING) and payload.get("ask") == self._ask.id:
                found[int(payload.get("part") or 0)] = str(message["ts"])
        return found

    async def _orphan(self) -> str | None:
        """A stream of ours in the thread that nobody wrote down: a message of the bot's without metadata."""
        known = self._ledger.posted(self._ask.channel)
        for message in await self._thread():
            ours = message.get("user") == self._bot and not message.get("metadata")
            after = not self._ask.ts or float(message["ts"]) > float(self._ask.ts)
            if ours and after and message["ts"] not in known:
                return str(message["ts"])
        return None

    async def _thread(self) -> list[dict[str, Any]]:
        """The thread with its metadata; [] where the bot may not read it: then it may not have written either."""
        try:
            return await thread_of(self._client, self._ask, include_all_metadata=True)
        except SlackApiError as error:
            if retry_after(error) is not None or is_passing(error):
                raise
            log.warning("the thread cannot be read; %s", advice(error))
            return []

    # ---- native streams and updates

    async def _start_stream(self, status: str) -> bool:
        ask = self._ask
        try:
            reply = await self._client.chat_startStream(
                channel=ask.channel, thread_ts=ask.thread, recipient_team_id=ask.team,
                recipient_user_id=ask.user, chunks=[self._task(status, "in_progress")],
            )  # fmt: skip
        except SlackApiError as error:
            if retry_after(error) is None:
                log.info("no native streaming (%s); messages are updated instead", code_of(error))
                self._streams.without.add(ask.team)
            return False
        except UNREACHABLE:
            return await self._adopt()
        self._status = status
        self._record(0, str(reply["ts"]), streaming=True)
        self._offer = asyncio.create_task(self._offer_stop())
        return True

    async def _offer_stop(self) -> None:
        """Messages that stream have no buttons, so a slow answer's stop button is a message of its own."""
        await asyncio.sleep(PATIENCE)
        blocks = [section(say("stop_hint", self._lang)),
                  {"type": "actions", "elements": [button(STOP, say("stop", self._lang), self._ask.id)]}]  # fmt: skip
        await at_best(
            self._client.chat_postEphemeral, channel=self._ask.channel, user=self._ask.user,
            thread_ts=self._ask.thread, text=say("stop_hint", self._lang), blocks=blocks,
        )  # fmt: skip

    async def _show(self, written: str, status: str) -> None:
        try:
            if self._streaming:
                await self._append(written, status)
            else:
                post = working(self._ask.id, status, written, self._lang)
                await self._client.chat_update(
                    channel=self._ask.channel, ts=self._ts, text=post.text, blocks=list(post.blocks),
                    metadata=self._metadata(PENDING, 0),
                )  # fmt: skip
            self._sent, self._status = written, status
        except SlackApiError as error:
            self._last = time.monotonic() + (retry_after(error) or 0.0)
            if self._streaming and retry_after(error) is None:
                log.info("the stream ended early (%s); the message is updated instead", code_of(error))
                self._streaming = False
                self._ledger.change(self._ask.id, streaming=0)
        except UNREACHABLE:
            pass  # the next update says it all again

    async def _append(self, written: str, status: str) -> None:
        chunks: list[dict[str, str]] = []
        if status != self._status:
            chunks.append(self._task(status, "in_progress"))
        if len(written) > len(self._sent):
            chunks.append({"type": "markdown_text", "text": markdown(written[len(self._sent) :])[:11_900]})
        await self._client.chat_appendStream(channel=self._ask.channel, ts=self._ts, chunks=chunks)

    async def _end_stream(self) -> None:
        chunks = [self._task(self._status or say("queued", self._lang), "complete")]
        try:
            await patiently(
                self._client.chat_stopStream, channel=self._ask.channel, ts=self._ts, chunks=chunks
            )
        except SlackApiError as error:
            if retry_after(error) is not None or is_passing(error):
                raise
            log.info("the stream had ended already (%s)", code_of(error))
        self._streaming = False
        self._ledger.change(self._ask.id, streaming=0)

    def _task(self, status: str, state: str) -> dict[str, str]:
        return {"type": "task_update", "id": "wenju", "title": status[:250], "status": state}


def _plainer(posts: Sequence[Post], longest: int) -> list[Post]:
    """The same words without blocks, in more messages: nothing said is lost, only the buttons."""
    made = []
    for post in posts:
        texts = [block["text"]["text"] for block in post.blocks if "text" in block]
        made += [Post(piece, ()) for piece in cut("\n".join(texts) or post.text, longest)]
    return made
