"""What made a run, so that it can be repeated, and so that a resumed run is not a mixture of two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from pydantic import BaseModel, SecretStr

import prompts

# Settings that change where or how fast, never what is answered.
_INDIFFERENT = {"home", "cache", "host", "port", "log_level", "threads", "timeout", "retries"}
_LOGIN = re.compile(r"//[^/@\s]*@")


def manifest(settings: BaseModel | None = None, model: str = "", index: str = "") -> dict[str, Any]:
    """Package version, settings that bear on answers (no secrets), prompts' hashes, model, index."""
    return {
        "version": _version(),
        "settings": _public(settings) if settings else {},
        "prompts": prompts.fingerprint(),
        "model": model,
        "index": index,
    }


def _version() -> str:
    try:
        return metadata.version("wenju")
    except metadata.PackageNotFoundError:
        return "uninstalled"


def _public(settings: BaseModel) -> dict[str, Any]:
    """Settings without secrets; a login inside an address goes too."""
    secret = {name for name in type(settings).model_fields if isinstance(getattr(settings, name), SecretStr)}
    secret |= {name for name in type(settings).model_fields if re.search(r"key|token|secret|password", name)}
    # `evidence_tokens` is a number, not a secret.
    secret -= {name for name in secret if isinstance(getattr(settings, name), int | float)}
    said = settings.model_dump(mode="json", exclude=_INDIFFERENT | secret)
    return {
        name: _LOGIN.sub("//", value) if isinstance(value, str) else value for name, value in said.items()
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any], path: str = "") -> list[str]:
    """What is not the same in two manifests, as `name (was X, is Y)`; the package version may differ."""
    found = []
    for key in sorted(before.keys() | now.keys()):
        name = f"{path}{key}"
        one, two = before.get(key), now.get(key)
        if one == two or name == "version":
            continue
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            found += differences(one, two, f"{name}.")
        else:
            found.append(f"{name} (was {one}, is {two})")
    return found
