"""The workspaces the bot is installed in: one by its token, or several by an OAuth installation store."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore

from assistant import database
from assistant.errors import BadSetting
from assistant.faces.slack.calls import UNREACHABLE, advice, patiently

if TYPE_CHECKING:
    import aiohttp
    from slack_sdk.oauth.installation_store import Installation
    from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger("wenju.slack")


class Teams(AsyncAuthorize):
    """Knows each workspace's token and bot user; asked once for each, not with every event."""

    def __init__(self, api_url: str, token: str | None = None, store: Store | None = None) -> None:
        self.session: aiohttp.ClientSession | None = None
        self._api_url = api_url.rstrip("/") + "/"
        self._token, self._store = token, store
        self._known: dict[str, AuthorizeResult] = {}

    def new_client(self, token: str | None = None) -> AsyncWebClient:
        """A client of the Web API. It repeats nothing by itself: a repeated post would be a second answer."""
        from slack_sdk.web.async_client import AsyncWebClient

        return AsyncWebClient(
            token=token, base_url=self._api_url, session=self.session, logger=log, retry_handlers=[]
        )

    async def __call__(
        self, *, enterprise_id: str | None = None, team_id: str | None = None, **ignored: Any
    ) -> AuthorizeResult | None:
        """Who the bot is in a workspace; None where it is not installed."""
        key = "" if self._store is None else team_id or enterprise_id or ""
        if key not in self._known:
            token = self._token if self._store is None else await self._stored(enterprise_id, team_id)
            if token is None:
                return None
            said = await patiently(self.new_client(token).auth_test)
            self._known[key] = AuthorizeResult(
                enterprise_id=said.get("enterprise_id"), team_id=said.get("team_id"), team=said.get("team"),
                bot_user_id=said.get("user_id"), bot_id=said.get("bot_id"), bot_token=token,
                bot_scopes=said.headers.get("x-oauth-scopes"),
            )  # fmt: skip
        return self._known[key]

    async def _stored(self, enterprise: str | None, team: str | None) -> str | None:
        assert self._store is not None
        bot = await self._store.async_find_bot(enterprise_id=enterprise, team_id=team)
        if bot is None and enterprise:
            bot = await self._store.async_find_bot(
                enterprise_id=enterprise, team_id=None, is_enterprise_install=True
            )
        return bot.bot_token if bot else None

    async def client(self, team: str, enterprise: str = "") -> AsyncWebClient:
        """A client that speaks for the bot in a workspace."""
        return self.new_client((await self._installed(team, enterprise)).bot_token)

    async def bot_user(self, team: str, enterprise: str = "") -> str:
        """The bot's user id in a workspace."""
        return (await self._installed(team, enterprise)).bot_user_id or ""

    async def _installed(self, team: str, enterprise: str) -> AuthorizeResult:
        found = await self(enterprise_id=enterprise or None, team_id=team)
        if found is None:
            raise RuntimeError(f"the app is not installed in workspace {team}")
        return found

    def forget(self, team: str) -> None:
        """The workspace was installed anew, or is no longer installed."""
        self._known.pop(team, None)

    async def removed(self, enterprise: str | None, team: str | None) -> None:
        """The app was uninstalled or its token revoked there: the token goes."""
        self.forget(team or enterprise or "")
        if self._store is not None:
            self._store.delete_all(enterprise_id=enterprise, team_id=team)

    async def check(self) -> AuthorizeResult | None:
        """Whether the token is good; raises `BadSetting` that names what to change. None for several workspaces."""
        if self._store is not None:
            return None
        try:
            return await self()
        except SlackApiError as error:
            raise BadSetting(f"WENJU_SLACK_BOT_TOKEN is refused: {advice(error)}") from None
        except UNREACHABLE as error:
            raise BadSetting(
                f"Slack cannot be reached at {self._api_url} ({type(error).__name__}); check the network and "
                "WENJU_SLACK_API_URL"
            ) from None


class Store(SQLite3InstallationStore):
    """The installations, in the home; a new one takes effect at once."""

    teams: Teams | None = None

    def __init__(self, home: Path, client_id: str) -> None:
        path = database.private(home / "slack-installations.db")
        super().__init__(database=str(path), client_id=client_id, logger=log)
        with database.named(path):
            self.init()  # type: ignore[no-untyped-call]

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation."""
        await super().async_save(installation)
        if self.teams is not None:
            self.teams.forget(installation.team_id or installation.enterprise_id or "")
