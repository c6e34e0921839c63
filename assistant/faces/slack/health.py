"""What `wenju doctor` says about Slack: which setting, scope or token is missing."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterator

from assistant.settings import Settings

LABEL = "slack     "


def lines(settings: Settings) -> list[str]:
    """A line for each finding; never raises, and says nothing where nothing of Slack is set."""
    if not any((settings.slack_bot_token, settings.slack_app_token, settings.slack_client_id)):
        return []
    missing = [
        name for name in ("slack_bolt", "slack_sdk", "aiohttp") if importlib.util.find_spec(name) is None
    ]
    if missing:
        return [f"{LABEL}{', '.join(missing)} not installed; `pip install 'wenju[slack]'`"]
    said = [*_settings(settings), *asyncio.run(_asked(settings))]
    return [LABEL + line for line in said]


def _settings(settings: Settings) -> Iterator[str]:
    from assistant.errors import BadSetting
    from assistant.faces.slack.access import Access

    if not settings.slack_app_token and not settings.slack_signing_secret:
        yield ("no way in: set WENJU_SLACK_APP_TOKEN (Socket Mode) or WENJU_SLACK_SIGNING_SECRET (HTTP mode)")
    if settings.slack_client_id and not settings.slack_client_secret:
        yield "WENJU_SLACK_CLIENT_ID is set without WENJU_SLACK_CLIENT_SECRET"
    if not settings.public_url:
        yield "answers carry no links to the evidence; set WENJU_PUBLIC_URL to the page's address for them"
    try:
        Access(settings.slack_channels, settings.slack_users, settings.slack_reports)
    except BadSetting as error:
        yield str(error)


async def _asked(settings: Settings) -> list[str]:
    """What Slack itself says of the tokens."""
    from assistant.faces.slack.calls import SCOPES, UNREACHABLE
    from assistant.faces.slack.teams import Teams

    said: list[str] = []
    client = Teams(settings.slack_api_url).new_client()
    client.timeout = 10
    try:
        if settings.slack_bot_token:
            said += await _bot_token(client, settings.slack_bot_token.get_secret_value(), SCOPES)
        if settings.slack_app_token:
            said += await _app_token(client, settings.slack_app_token.get_secret_value())
    except UNREACHABLE as error:
        said.append(f"cannot be reached at {settings.slack_api_url} ({type(error).__name__})")
    return said


async def _bot_token(client: object, token: str, wanted: tuple[str, ...]) -> list[str]:
    from slack_sdk.errors import SlackApiError

    from assistant.faces.slack.calls import advice

    try:
        reply = await client.auth_test(token=token)  # type: ignore[attr-defined]
    except SlackApiError as error:
        return [f"WENJU_SLACK_BOT_TOKEN: {advice(error)}"]
    said = [f"workspace {reply.get('team')}, the bot is {reply.get('user')}"]
    headers = {name.lower(): value for name, value in dict(reply.headers).items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",")} - {""}
    lacking = [scope for scope in wanted if scope not in granted]
    if granted and lacking:
        said.append(
            f"missing scopes {', '.join(lacking)}: add them under OAuth & Permissions and install the app again"
        )
    return said


async def _app_token(client: object, token: str) -> list[str]:
    from slack_sdk.errors import SlackApiError

    from assistant.faces.slack.calls import advice

    try:
        await client.apps_connections_open(app_token=token)  # type: ignore[attr-defined]
    except SlackApiError as error:
        return [
            f"WENJU_SLACK_APP_TOKEN: {advice(error)} (it begins with xapp- and needs the scope connections:write)"
        ]
    return ["Socket Mode is ready"]
