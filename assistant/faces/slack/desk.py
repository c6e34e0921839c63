"""The desk where questions wait and are answered: a bounded queue, a few workers, one answer each."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from slack_sdk.errors import SlackApiError

from assistant.errors import Cancelled, WenjuError
from assistant.faces.slack.blocks import answer_posts, headed, note
from assistant.faces.slack.calls import UNREACHABLE, advice, at_best, code_of, is_passing, retry_after
from assistant.faces.slack.conversation import history_of
from assistant.faces.slack.delivery import Delivery, Streams
from assistant.faces.slack.intake import problem
from assistant.faces.slack.ledger import Ask, Ledger
from assistant.faces.slack.markup import escape
from assistant.faces.slack.wording import say
from assistant.faces.stream import events
from assistant.faces.texts import label
from assistant.question import detect
from assistant.schema import Answer, Done, Event, Progress, Token
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from assistant.assistant import Assistant
    from assistant.faces.slack.teams import Teams

log = logging.getLogger(__name__)

Reason = Literal["stopped", "revised", "withdrawn", "closing"]
Visible = Callable[[Ask], Collection[str] | None]
NOTICE = "wenju_notice"
AGAIN = 60.0
"""Seconds until a question is tried again for which Slack could not be reached."""


@dataclass(slots=True)
class _Running:
    """A question being answered: how to stop it, and why it was stopped."""

    cancel: threading.Event
    reason: Reason | None = None


class Desk:
    """Takes questions that are in the ledger and sees that each gets its answer."""

    def __init__(
        self,
        assistant: Assistant,
        ledger: Ledger,
        teams: Teams,
        visible: Visible,
        *,
        public_url: str | None = None,
        workers: int = 2,
        bound: int = 50,
        streams: Streams | None = None,
    ) -> None:
        self._assistant, self._ledger, self._teams, self._visible = assistant, ledger, teams, visible
        self._public_url = public_url
        self._workers, self._bound = workers, bound
        self._streams = streams or Streams()
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._queued: set[str] = set()
        self._running: dict[str, _Running] = {}
        self._placing: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    def start(self) -> None:
        """Start the workers, and finish first what an earlier process left."""
        for ask in self._ledger.unfinished():
            self._put(ask.id)
        if not self._waiting.empty():
            log.info("finishing %d questions of an earlier run", self._waiting.qsize())
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]

    async def close(self, grace: float = 10.0) -> None:
        """Finish what is being written within `grace` seconds; the rest stays in the ledger for the next start."""
        self._closing = True
        idle = [asyncio.create_task(self._until_idle())]
        await asyncio.wait(idle, timeout=grace)
        for running in self._running.values():
            running.reason = running.reason or "closing"
            running.cancel.set()
        ending = [*self._tasks, *idle, *self._placing.values()]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)

    async def _until_idle(self) -> None:
        while self._running:
            await asyncio.sleep(0.05)

    def has_room(self) -> bool:
        """Whether another question may wait."""
        return self._waiting.qsize() < self._bound

    def submit(self, id: str) -> None:
        """Have a question of the ledger answered; one that waits or is being answered already is not put twice."""
        if id not in self._queued and id not in self._running:
            self._put(id)

    def interrupt(self, id: str, reason: Reason) -> bool:
        """End work on a question; False when nobody works on it (one that waits can only be stopped)."""
        running = self._running.get(id)
        if running is None:
            if reason != "stopped" or id not in self._queued:
                return False
            self._placing[id] = asyncio.create_task(self._stop_waiting(id, self._placing.get(id)))
            return True
        running.reason = running.reason or reason
        running.cancel.set()
        return True

    def _put(self, id: str) -> None:
        self._queued.add(id)
        self._waiting.put_nowait(id)
        if self._tasks and self._waiting.qsize() + len(self._running) > self._workers:
            self._placing[id] = asyncio.create_task(self._place_early(id))

    async def _place_early(self, id: str) -> None:
        """Show who has to wait that the question has arrived; what fails here is tried again when it is its turn."""
        ask = self._ledger.ask(id)
        if ask is None or problem(ask.text, "en"):
            return
        try:
            delivery = await self._delivery(ask)
            await delivery.place(say("queued", language_of(ask)), wait=True)
        except (SlackApiError, *UNREACHABLE, RuntimeError):
            log.info("a waiting question has no placeholder yet")

    async def _stop_waiting(self, id: str, placing: asyncio.Task[None] | None) -> None:
        self._ledger.change(id, state="failed")  # so that no worker takes it
        if placing is not None:
            await placing
        ask = self._ledger.ask(id)
        if ask is not None:
            delivery = await self._delivery(ask)
            await delivery.finish([note(say("stopped", language_of(ask)))], NOTICE)
            self._ledger.close_ask(id, "failed")

    async def _delivery(self, ask: Ask) -> Delivery:
        client = await self._teams.client(ask.team, ask.enterprise)
        bot = await self._teams.bot_user(ask.team, ask.enterprise)
        return Delivery(client, ask, self._ledger, self._streams, bot, language_of(ask))

    async def _work(self) -> None:
        while True:
            id = await self._waiting.get()
            self._queued.discard(id)
            if placing := self._placing.pop(id, None):
                await asyncio.gather(placing, return_exceptions=True)
            ask = self._ledger.ask(id)
            if self._closing or ask is None or ask.state != "open" or id in self._running:
                continue
            running = self._running[id] = _Running(threading.Event())
            try:
                await self._handle(ask, running)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("a question could not be answered")
                self._ledger.close_ask(id, "failed")
            finally:
                del self._running[id]
            if running.reason == "revised":
                self._put(id)

    async def _handle(self, ask: Ask, running: _Running) -> None:
        """Answer one question, whatever happens on the way; Slack's refusals are logged with their remedy."""
        client: AsyncWebClient | None = None
        try:
            client = await self._teams.client(ask.team, ask.enterprise)
            bot = await self._teams.bot_user(ask.team, ask.enterprise)
            await self._serve(ask, running, client, bot)
        except SlackApiError as error:
            if retry_after(error) is not None or is_passing(error):
                self._try_later(ask, code_of(error))
                return
            log.error("no answer could be posted in channel %s: %s", ask.channel, advice(error))
            self._ledger.close_ask(ask.id, "failed")
            if ask.kind == "shortcut" and client is not None:  # it may be about a channel the bot is not in
                sentence = say("not_in_channel", language_of(ask))
                await at_best(client.chat_postMessage, channel=ask.user, text=sentence)
        except UNREACHABLE as error:
            self._try_later(ask, type(error).__name__)

    def _try_later(self, ask: Ask, why: str) -> None:
        log.error("Slack does not take the answer now (%s); tried again in a minute", why)
        asyncio.get_running_loop().call_later(AGAIN, self.submit, ask.id)

    async def _serve(self, ask: Ask, running: _Running, client: AsyncWebClient, bot: str) -> None:
        lang = language_of(ask)
        delivery = Delivery(client, ask, self._ledger, self._streams, bot, lang)
        if wrong := problem(ask.text, lang):
            await delivery.finish([note(escape(wrong))], NOTICE)
            self._ledger.close_ask(ask.id, "failed")
            return
        if ask.direct and ask.thread:
            await at_best(
                client.assistant_threads_setStatus, channel_id=ask.channel, thread_ts=ask.thread,
                status=label("phase_searching", lang),
            )  # fmt: skip
        await delivery.place(label("phase_searching", lang), wait=not self._waiting.empty())
        try:
            answer = await self._written(ask, running, client, delivery, lang)
        except Cancelled:
            await self._interrupted(ask, running, delivery, lang)
            return
        except WenjuError as error:
            await delivery.finish([note(say("failed", lang, why=escape(str(error))))], NOTICE)
            self._ledger.close_ask(ask.id, "failed")
            return
        except (SlackApiError, *UNREACHABLE):
            raise
        except Exception:
            log.exception("the assistant failed")
            await delivery.finish([note(say("failed", lang, why=say("failed_inside", lang)))], NOTICE)
            self._ledger.close_ask(ask.id, "failed")
            return
        self._ledger.answered(ask.id, answer)
        if running.reason in ("revised", "withdrawn"):
            await self._interrupted(ask, running, delivery, lang)
            return
        posts = answer_posts(answer, ask.id, self._public_url, private=ask.kind == "command")
        if ask.kind == "shortcut":
            posts = headed(posts, "asked", ask.user, answer.question, answer.lang)
        await delivery.finish(posts)
        if running.reason != "revised":
            self._ledger.close_ask(ask.id, "refused" if answer.refused else "done")

    async def _written(
        self, ask: Ask, running: _Running, client: AsyncWebClient, delivery: Delivery, lang: Lang
    ) -> Answer:
        history = await history_of(client, ask, self._ledger.asked(ask))

        def asking(cancel: threading.Event) -> Iterator[Event]:
            return self._assistant.ask(
                ask.text, history=history, language=ask.lang, cancel=cancel, reports=self._visible(ask)
            )

        written, status = "", label("phase_searching", lang)
        async with aclosing(events(asking, running.cancel)) as happening:  # type: ignore[type-var]
            async for batch in happening:
                for event in batch:
                    if isinstance(event, Done):
                        return event.answer
                    if isinstance(event, Token):
                        written += event.text
                        status = label("phase_writing", lang)
                    elif isinstance(event, Progress):
                        status = label(f"phase_{event.phase}", lang)
                await delivery.show(written, status)
        raise RuntimeError("the assistant ended without an answer")

    async def _interrupted(self, ask: Ask, running: _Running, delivery: Delivery, lang: Lang) -> None:
        if running.reason == "stopped":
            await delivery.finish([note(say("stopped", lang))], NOTICE)
            self._ledger.close_ask(ask.id, "failed")
        elif running.reason == "withdrawn":
            await delivery.withdraw()
            self._ledger.close_ask(ask.id, "withdrawn")
        # "revised" goes back into the queue, "closing" stays open for the next start


def language_of(ask: Ask) -> Lang:
    """The language to speak while there is no answer yet."""
    return detect(ask.text) if ask.lang == "auto" else ask.lang


def again(ask: Ask, answer: Answer, user: str, response_url: str) -> Ask:
    """The same question, to be answered in the other language; a private one stays private."""
    other: Lang = "en" if answer.lang == "zh" else "zh"
    private = ask.kind == "command"
    return replace(
        ask, id=f"{ask.id}:{other}", kind="command" if private else "again", text=answer.question, lang=other,
        user=user, response_url=response_url if private else "", state="open", begun=False, posts=(),
        streaming=False, at=0.0,
    )  # fmt: skip
