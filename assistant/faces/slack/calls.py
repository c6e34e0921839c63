"""Calls of Slack's Web API: patient where Slack asks for patience, and what its errors mean for who runs it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

Method = Callable[..., Awaitable[Any]]

PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "chat:write", "commands", "files:read",
    "groups:history", "im:history", "im:write", "mpim:history",
)  # fmt: skip
"""Bot scopes that the manifest asks for."""

_REMEDIES = {
    "missing_scope": "add it under OAuth & Permissions and install the app again",
    "invalid_auth": "the token is wrong or of another workspace; copy it again from the app's settings",
    "not_authed": "no token was sent; set WENJU_SLACK_BOT_TOKEN",
    "account_inactive": "the app was removed from the workspace; install it again and set the new "
    "WENJU_SLACK_BOT_TOKEN",
    "token_revoked": "the token was revoked; install the app again and set the new WENJU_SLACK_BOT_TOKEN",
    "token_expired": "the token expired; install the app again and set the new WENJU_SLACK_BOT_TOKEN",
    "not_allowed_token_type": "the wrong kind of token: WENJU_SLACK_BOT_TOKEN begins with xoxb-, "
    "WENJU_SLACK_APP_TOKEN with xapp-",
    "channel_not_found": "the channel is private and the bot is not in it, or it is gone; use /invite there",
    "not_in_channel": "the bot is not in the channel; use /invite there",
    "is_archived": "the channel is archived",
    "restricted_action": "the workspace's settings forbid the bot to post here; an administrator can allow it",
    "no_permission": "the app lacks a permission; compare its scopes with the manifest and install it again",
    "ekm_access_denied": "the workspace's encryption keys are withheld; an administrator can tell more",
}  # fmt: skip


def code_of(error: SlackApiError) -> str:
    """Slack's short name of an error; `http_500` where the answer had none."""
    try:
        said = error.response.get("error")
    except (AttributeError, TypeError, ValueError):
        said = None
    return str(said) if said else f"http_{getattr(error.response, 'status_code', 'error')}"


def advice(error: SlackApiError) -> str:
    """One sentence: what Slack refused, and which scope or setting to change."""
    code = code_of(error)
    needed = error.response.get("needed") if code == "missing_scope" else None
    what = f"Slack says {code}" + (f" (scope {needed})" if needed else "")
    return f"{what}: {_REMEDIES[code]}" if code in _REMEDIES else what


def retry_after(error: SlackApiError) -> float | None:
    """Seconds Slack asks to wait; None when the error is another one."""
    status = getattr(error.response, "status_code", 200)
    if status != 429 and code_of(error) not in ("ratelimited", "rate_limited"):
        return None
    headers = {name.lower(): value for name, value in dict(error.response.headers or {}).items()}
    try:
        return max(0.0, float(headers.get("retry-after", 1)))
    except ValueError:
        return 1.0


def is_passing(error: SlackApiError) -> bool:
    """Whether the same call may well succeed a moment later."""
    return code_of(error) in PASSING or getattr(error.response, "status_code", 200) >= 500


async def patiently(
    method: Method, *, tries: int = 6, again: bool = True, longest: float = 120.0, **arguments: Any
) -> Any:
    """Call a method; wait as long as Slack asks, up to `longest` seconds, and a little after passing faults.

    With `again=False` a call is not repeated when it may have had its effect unseen (a lost connection):
    then the error of the connection is raised. Raises `SlackApiError` for everything that waiting will not mend.
    """
    for attempt in range(1, tries + 1):
        try:
            return await method(**arguments)
        except SlackApiError as error:
            wait = retry_after(error)
            if wait is None and is_passing(error) and again:
                wait = 0.5 * 2**attempt
            if wait is None or wait > longest or attempt == tries:
                raise
            log.info("Slack asks for patience (%s): %.1f s", code_of(error), wait)
        except UNREACHABLE:
            if not again or attempt == tries:
                raise
            wait = 0.5 * 2**attempt
        await asyncio.sleep(wait)
    raise AssertionError("every attempt returns or raises")


async def at_best(method: Method, **arguments: Any) -> Any:
    """Call a method for something nice to have; None when it fails, which is logged quietly."""
    try:
        return await method(**arguments)
    except SlackApiError as error:
        log.info("left out: %s", advice(error))
    except UNREACHABLE as error:
        log.info("left out: Slack cannot be reached (%s)", type(error).__name__)
    return None
