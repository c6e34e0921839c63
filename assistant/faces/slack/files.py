"""A file dropped into a direct message: offered, fetched, indexed for that workspace, progress in the thread."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError

from assistant.errors import WenjuError
from assistant.faces.slack.blocks import Block, button, section
from assistant.faces.slack.calls import UNREACHABLE, advice, at_best, log, patiently
from assistant.faces.slack.desk import language_of
from assistant.faces.slack.ledger import Ask
from assistant.faces.slack.markup import clean, escape
from assistant.faces.slack.wording import say
from assistant.faces.uploads import safe
from vectorstore.readers import SUFFIXES

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from assistant.faces.slack.bot import Bot
    from vectorstore.schema import Lang

ADD, LEAVE = "wenju_file_add", "wenju_file_leave"
LARGEST = 100 * 2**20
"""Bytes of a file that is taken from Slack."""
EVERY = 1.0


def register(app: AsyncApp, bot: Bot) -> None:
    """Listen to the two buttons below an offer."""
    files = _Files(bot)
    app.action(ADD)(files.add)
    app.action(LEAVE)(files.leave)


def is_readable(file: dict[str, Any]) -> bool:
    """Whether a file, as Slack describes it, is a report of a kind the library reads; a picture is none."""
    if str(file.get("mimetype") or "").startswith("image/"):
        return False
    return PurePath(str(file.get("name") or "")).suffix.lower() in SUFFIXES


async def offer(bot: Bot, ask: Ask, file: dict[str, Any]) -> None:
    """Ask whether a file is to be indexed."""
    lang = language_of(ask)
    name = escape(clean(str(file.get("name") or ""))[:200])
    size = int(file.get("size") or 0)
    client = await bot.teams.client(ask.team, ask.enterprise)
    blocks: list[Block] = []
    if size > LARGEST:
        text = say("file_size", lang, name=name, size=size // 2**20, limit=LARGEST // 2**20)
    else:
        text = say("offer", lang, name=name)
        value = json.dumps({"file": str(file.get("id")), "lang": lang, "thread": ask.thread})
        row = [button(ADD, say("add", lang), value, "primary"), button(LEAVE, say("leave", lang), value)]
        blocks = [section(text), {"type": "actions", "elements": row}]
    await at_best(
        client.chat_postMessage, channel=ask.channel, thread_ts=ask.thread, text=text,
        blocks=blocks or [section(text)], unfurl_links=False, unfurl_media=False,
    )  # fmt: skip


class _Files:
    """What happens when an offer is taken or declined."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def leave(
        self, ack: Any, action: dict[str, Any], body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        said = json.loads(action["value"])
        line = _Line(client, body["channel"]["id"], body["message"]["ts"])
        await line.say(say("left", said["lang"], name=await _name(client, said["file"])))

    async def add(
        self, ack: Any, action: dict[str, Any], body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        said = json.loads(action["value"])
        team = str((body.get("team") or {}).get("id") or "")
        once = f"file:{team}:{said['file']}"
        if not self._bot.ledger.first(once):
            return
        line = _Line(client, body["channel"]["id"], body["message"]["ts"])
        self._bot.later(self._index(client, line, team, said["file"], said["lang"], once))

    async def _index(
        self, client: AsyncWebClient, line: _Line, team: str, id: str, lang: Lang, once: str
    ) -> None:
        name = ""
        try:
            file = (await patiently(client.files_info, file=id))["file"]
            name = escape(clean(str(file.get("name") or id))[:200])
            await line.say(say("fetching", lang, name=name))
            path = await self._fetch(client, file, team)
            await line.say(say("reading", lang, name=name))
            await line.say(await self._add(path, line, team, lang, name))
        except SlackApiError as error:
            log.warning("a file could not be fetched: %s", advice(error))
            await self._failed(line, once, say("not_added", lang, name=name, why=escape(advice(error))))
        except WenjuError as error:
            await self._failed(line, once, say("not_added", lang, name=name, why=escape(str(error))))
        except UNREACHABLE as error:
            await self._failed(line, once, say("not_added", lang, name=name, why=type(error).__name__))

    async def _failed(self, line: _Line, once: str, sentence: str) -> None:
        self._bot.ledger.unsee(once)
        await line.say(sentence)

    async def _add(self, path: Path, line: _Line, team: str, lang: Lang, name: str) -> str:
        library = self._bot.assistant.library
        loop = asyncio.get_running_loop()
        before = {report.id for report in library.reports()}

        def tell(step: Any) -> None:
            if step.action == "embedding":
                said = say("embedding", lang, name=name, done=step.done, total=step.total)
                loop.call_soon_threadsafe(line.soon, said)

        summary = await asyncio.to_thread(library.add, [path], tell)
        if summary.failed:
            path.unlink(missing_ok=True)
            return say("not_added", lang, name=name, why=escape(summary.failed[0].reason))
        new = [report for report in library.reports() if report.id not in before]
        self._bot.ledger.own([report.id for report in new], team)
        if not new:
            return say("known", lang, name=name)
        return say("added", lang, name=name, passages=sum(report.passages for report in new))

    async def _fetch(self, client: AsyncWebClient, file: dict[str, Any], team: str) -> Path:
        """Fetch a file into the home. The token goes to Slack's own hosts only."""
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        if not _is_slacks(address, self._bot.settings.slack_api_url):
            raise WenjuError(
                f"the file lies elsewhere ({urlsplit(address).hostname}); upload it to Slack itself"
            )
        folder = self._bot.settings.home / "slack-files" / safe(team) / safe(str(file.get("id")))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / safe(str(file.get("name") or "report"))
        session = self._bot.teams.session
        assert session is not None
        headers = {"Authorization": f"Bearer {client.token}"}
        async with session.get(address, headers=headers, allow_redirects=False) as reply:
            kind = reply.headers.get("content-type", "")
            if reply.status != 200 or (kind.startswith("text/html") and path.suffix not in (".html", ".htm")):
                raise WenjuError("Slack does not hand the file over; the bot needs the scope files:read")
            size = 0
            with path.open("wb") as out:
                async for piece in reply.content.iter_chunked(1 << 16):
                    size += len(piece)
                    if size > LARGEST:
                        raise WenjuError(f"the file is larger than {LARGEST // 2**20} MB")
                    out.write(piece)
        return path


class _Line:
    """One message that tells how far things are, changed at most once a second."""

    def __init__(self, client: AsyncWebClient, channel: str, ts: str) -> None:
        self._client, self._channel, self._ts = client, channel, ts
        self._last = 0.0
        self._task: asyncio.Task[Any] | None = None

    async def say(self, text: str) -> None:
        if self._task is not None:
            await self._task
            self._task = None
        await self._write(text)

    def soon(self, text: str) -> None:
        now = time.monotonic()
        if now - self._last >= EVERY and (self._task is None or self._task.done()):
            self._last = now
            self._task = asyncio.create_task(self._write(text))

    async def _write(self, text: str) -> None:
        await at_best(
            partial(patiently, self._client.chat_update), channel=self._channel, ts=self._ts, text=text,
            blocks=[section(text)],
        )  # fmt: skip


async def _name(client: AsyncWebClient, id: str) -> str:
    found = await at_best(client.files_info, file=id)
    return escape(clean(str(found["file"].get("name") or id))[:200]) if found else id


def _is_slacks(address: str, api_url: str) -> bool:
    parts, api = urlsplit(address), urlsplit(api_url)
    if parts.netloc == api.netloc and parts.scheme == api.scheme:
        return True
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
