"""The bot: Slack's events in, questions on the desk. Everything is written down before Slack hears "received"."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp

from assistant.conversations import Conversations
from assistant.faces.slack import actions, commands, files
from assistant.faces.slack.access import Access
from assistant.faces.slack.calls import SCOPES, at_best
from assistant.faces.slack.delivery import Streams
from assistant.faces.slack.desk import Desk, language_of
from assistant.faces.slack.intake import FILES_ONLY, STOP_WORDS, Deleted, Edited, problem, read
from assistant.faces.slack.ledger import Ask, Ledger
from assistant.faces.slack.limits import Limits
from assistant.faces.slack.teams import Store, Teams, log
from assistant.faces.slack.wording import say

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

Next = Callable[[], Awaitable[BoltResponse]]


class Bot:
    """One bot over one assistant. `start` before the first event, `close` after the last."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        """Raises `BadSetting` for a rule of access that cannot be read."""
        self.assistant, self.settings = assistant, settings
        self.access = Access(settings.slack_channels, settings.slack_users, settings.slack_reports)
        self.limits = Limits(settings.slack_user_limit, settings.slack_team_limit)
        self.ledger = Ledger(settings.home / "slack.db")
        self.conversations = Conversations(settings.home)
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
        store = Store(settings.home, settings.slack_client_id) if settings.slack_client_id else None
        self.teams = Teams(settings.slack_api_url, token, store)
        if store is not None:
            store.teams = self.teams
        self.desk = Desk(
            assistant, self.ledger, self.teams, self.visible, public_url=settings.public_url,
            workers=settings.slack_workers, bound=settings.slack_queue,
            streams=Streams(settings.slack_streaming == "auto"),
        )  # fmt: skip
        self._chores: set[asyncio.Task[Any]] = set()
        self.app = self._make_app(store)

    async def start(self) -> None:
        """Check the token and begin to work, first on what an earlier run left. Raises `BadSetting`."""
        import aiohttp

        self.teams.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        await self.teams.check()
        self.desk.start()

    async def close(self, grace: float = 10.0) -> None:
        """Finish what is being answered, hand back the rest."""
        await self.desk.close(grace)
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        if self.teams.session is not None:
            await self.teams.session.close()
        self.ledger.close()
        self.conversations.close()

    def visible(self, ask: Ask) -> frozenset[str] | None:
        """The reports that may be used for an answer in the question's channel; None for all."""
        reports = self.assistant.library.reports()
        return self.access.visible(reports, ask.channel, ask.team, self.ledger.owners())

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Have something done that nobody waits for; what goes wrong in it is logged."""
        task = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._chores.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a chore failed", exc_info=error)

    # ---- the app

    def _make_app(self, store: Store | None) -> AsyncApp:
        secret = self.settings.slack_signing_secret
        app = AsyncApp(
            name="wenju", logger=log, client=self.teams.new_client(), authorize=self.teams,  # type: ignore[arg-type]
            signing_secret=secret.get_secret_value() if secret else "",
            attaching_conversation_kwargs_enabled=False, **_oauth(self.settings, store),
        )  # fmt: skip
        app.use(self._write_down)
        for event in ("app_mention", "message"):
            app.event(event)(self._on_message)
        app.event("assistant_thread_started")(self._on_assistant)
        for event in ("app_uninstalled", "tokens_revoked"):
            app.event(event)(self._on_removed)
        actions.register(app, self)
        commands.register(app, self)
        files.register(app, self)
        # What nobody listens to would be logged with its words; what is known to be idle is not.
        app.event(re.compile(".*"))(_nothing)
        for listen in (app.action, app.shortcut, app.view, app.command):
            listen(re.compile(".*"))(_received)
        return app

    async def _write_down(self, body: dict[str, Any], context: Any, next: Next) -> BoltResponse | None:
        """Put a question into the ledger before it is acknowledged; one that is there already ends here."""
        if body.get("type") == "event_callback":
            event = body.get("event") or {}
            found = read(body, context.bot_user_id or "", engaged=self._is_engaged(event))
            if isinstance(found, Ask) and not self.ledger.add(found):
                return BoltResponse(status=200, body="")
            if isinstance(found, Edited | Deleted) and not self.ledger.first(str(body.get("event_id"))):
                return BoltResponse(status=200, body="")
            context["found"] = found
        return await next()

    def _is_engaged(self, event: dict[str, Any]) -> bool:
        """Whether a thread counts as a talk with the bot, where the settings say so."""
        if self.settings.slack_threads == "mention" or not event.get("thread_ts"):
            return False
        return bool(self.ledger.in_thread(str(event.get("channel")), str(event["thread_ts"]), "done"))

    # ---- events

    async def _on_message(self, event: dict[str, Any], context: Any) -> None:
        found = context.get("found")
        if isinstance(found, Ask):
            self.receive(found, event)
        elif isinstance(found, Edited):
            self._revise(found)
        elif isinstance(found, Deleted):
            self._withdraw(found)

    def receive(self, ask: Ask, event: dict[str, Any] | None = None) -> None:
        """A new question of the ledger: answer it, or say why not."""
        if ask.text.lower().strip(" .!。！") in STOP_WORDS and ask.thread != ask.ts:
            self._stop(ask)
            return
        if refusal := self.refusal(ask):
            self.ledger.close_ask(ask.id, "refused")
            self.later(self._tell(ask, refusal))
            return
        offered = self._offer_files(ask, event or {})
        if offered and ask.text == FILES_ONLY:
            self.ledger.close_ask(ask.id, "refused")
            return
        if ask.direct and ask.thread != ask.ts and not problem(ask.text, "en"):
            self.later(self._title(ask))
        self.desk.submit(ask.id)

    def _stop(self, ask: Ask) -> None:
        """The word for it was written: what this person asked in the thread is not answered any further."""
        self.ledger.close_ask(ask.id, "refused")
        for other in self.ledger.in_thread(ask.channel, ask.thread, "open"):
            if other.user == ask.user:
                self.desk.interrupt(other.id, "stopped")

    def refusal(self, ask: Ask) -> str:
        """Why a question is turned away, for who asked; "" when it is not. Counts it against the limits."""
        lang = language_of(ask)
        if not self.access.may_ask(ask.channel, ask.user):
            return say("not_allowed", lang)
        if reached := self.limits.take(ask.team, ask.user):
            return say(f"{reached[0]}_limit", lang, seconds=max(1, round(reached[1])))
        return "" if self.desk.has_room() else say("busy", lang)

    def _revise(self, edited: Edited) -> None:
        """The question was edited: the answer follows, in the same place."""
        ask = self.ledger.ask(edited.id)
        if ask is None or ask.state not in ("open", "done", "refused", "failed"):
            return
        if not ask.posts and ask.state != "open":
            return  # it was turned away
        if not self.access.may_ask(ask.channel, ask.user) or self.limits.take(ask.team, ask.user):
            return
        self.ledger.change(edited.id, text=edited.text, state="open")
        if not self.desk.interrupt(edited.id, "revised"):
            self.desk.submit(edited.id)

    def _withdraw(self, deleted: Deleted) -> None:
        """The question was deleted: so is its answer."""
        ask = self.ledger.ask(deleted.id)
        if ask is None or self.desk.interrupt(deleted.id, "withdrawn"):
            return
        self.ledger.close_ask(deleted.id, "withdrawn")
        self.later(self._take_back(ask))

    async def _take_back(self, ask: Ask) -> None:
        client = await self.teams.client(ask.team, ask.enterprise)
        for ts in ask.posts:
            await at_best(client.chat_delete, channel=ask.channel, ts=ts)

    async def _tell(self, ask: Ask, sentence: str) -> None:
        """Say something that only the asker sees."""
        client = await self.teams.client(ask.team, ask.enterprise)
        where = {"thread_ts": ask.thread} if ask.thread and ask.thread != ask.ts else {}
        await at_best(client.chat_postEphemeral, channel=ask.channel, user=ask.user, text=sentence, **where)

    async def _title(self, ask: Ask) -> None:
        client = await self.teams.client(ask.team, ask.enterprise)
        title = ask.text if len(ask.text) <= 60 else f"{ask.text[:60]}…"
        await at_best(
            client.assistant_threads_setTitle, channel_id=ask.channel, thread_ts=ask.thread, title=title
        )

    def _offer_files(self, ask: Ask, event: dict[str, Any]) -> bool:
        """Offer to index files dropped into a direct message; whether any could be."""
        if not ask.direct or not event.get("files"):
            return False
        readable = [file for file in event["files"] if files.is_readable(file)]
        for file in readable:
            self.later(files.offer(self, ask, file))
        return bool(readable)

    async def _on_assistant(self, event: dict[str, Any], client: Any, context: Any) -> None:
        """The assistant container was opened: say what could be asked."""
        thread = event.get("assistant_thread") or {}
        channel, team = str(thread.get("channel_id") or ""), str(context.team_id or "")
        reports = self.assistant.library.reports()
        seen = self.access.visible(reports, channel, team, self.ledger.owners())
        shown = [report for report in reports if seen is None or report.id in seen][:4]
        prompts = []
        for report in shown:
            asked = say("prompt_figures", report.lang, title=report.title[:60])
            prompts.append({"title": asked[:75], "message": asked})
        if prompts:
            await at_best(
                client.assistant_threads_setSuggestedPrompts, channel_id=channel,
                thread_ts=str(thread.get("thread_ts") or ""), title=say("prompts_title", shown[0].lang),
                prompts=prompts,
            )  # fmt: skip

    async def _on_removed(self, event: dict[str, Any], context: Any) -> None:
        await self.teams.removed(context.enterprise_id, context.team_id)
        log.error(
            "the app was removed from workspace %s or its token revoked (%s); install it again and set the new "
            "WENJU_SLACK_BOT_TOKEN", context.team_id, event.get("type"),
        )  # fmt: skip


def _oauth(settings: Settings, store: Store | None) -> dict[str, Any]:
    if store is None:
        return {}
    from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
    from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore

    secret = settings.slack_client_secret
    states = SQLite3OAuthStateStore(database=store.database, expiration_seconds=600, logger=log)
    states.init()  # type: ignore[no-untyped-call]
    oauth = AsyncOAuthSettings(
        client_id=settings.slack_client_id, client_secret=secret.get_secret_value() if secret else "",
        scopes=list(SCOPES), user_scopes=[], installation_store=store, state_store=states,
        redirect_uri=f"{settings.public_url.rstrip('/')}/slack/oauth_redirect" if settings.public_url else None,
        logger=log,
    )  # fmt: skip
    return {"oauth_settings": oauth, "installation_store": store}


async def _nothing() -> None:
    """An event that needs nothing done."""


async def _received(ack: Any) -> None:
    """What nobody else takes is acknowledged all the same."""
    await ack()
