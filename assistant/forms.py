"""What the values of some settings look like: names of backends, prices, addresses. Only their form is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import BadSetting

if TYPE_CHECKING:
    from assistant.settings import Settings

KINDS = ("auto", "extractive", "local")
_REMOTE = re.compile(r"[A-Za-z][\w-]*:\S+")


def backend(said: str) -> str:
    """The backend that is meant. Raises `BadSetting` when there is no such thing."""
    name = said.strip()
    if name in KINDS or _REMOTE.fullmatch(name):
        return name
    raise BadSetting(
        f"the backend {said!r} does not exist; choose auto, extractive, local or provider:model "
        "(for example openai:gpt-4o-mini)"
    )


def backends(said: str) -> list[str]:
    """Backends with commas between; `none` is none. Raises as `backend`."""
    return [backend(name) for name in said.split(",") if name.strip() not in ("", "none")]


def faults(settings: Settings) -> Iterator[str]:
    """What is wrong with the form of settings that are text, a sentence each with the setting and its value."""
    for key, read in (("backend", backend), ("fallback", backends)):
        try:
            read(getattr(settings, key))
        except BadSetting as error:
            yield f"{_value(settings, key)}: {error}"
    yield from _of_prices(settings.prices)
    for key in type(settings).model_fields:
        if key.endswith("_url") and (said := getattr(settings, key)) and not _is_address(said):
            yield f"{_value(settings, key)}: write an address that begins with https:// or http://"


def _of_prices(said: str) -> Iterator[str]:
    if not said:
        return
    from assistant.prices import table

    try:
        table(said)
    except BadSetting as error:
        yield str(error)


def _is_address(said: str) -> bool:
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _value(settings: Settings, key: str) -> str:
    return f"setting {key} (WENJU_{key.upper()}) has the value {getattr(settings, key)!r}"
