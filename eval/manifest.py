"""What made a run, so that it can be repeated, and so that a resumed run is not a mixture of two."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

import prompts

# Settings that change where or how fast, never what is answered.
_INDIFFERENT = {"home", "cache", "host", "port", "log_level", "threads", "timeout", "retries"}
# What may differ when a run is gone on with; it is recorded all the same.
_MAY_DIFFER = {"version", "code", "python", "platform", "packages", "prices", "stopped"}
_PACKAGES = ("chromadb", "langchain", "numpy", "onnxruntime", "openai", "tantivy", "tiktoken", "xllamacpp")
_LOGIN = re.compile(r"//[^/@\s]*@")


def manifest(settings: BaseModel | None = None, model: str = "", index: str = "") -> dict[str, Any]:
    """All that made a run: code and libraries, settings that bear on answers (no secrets), prompts, model, index.

    `prompts` are hashes by name, `code` a hash of the packages' sources, `index` the library's fingerprint.
    """
    return {
        "version": _version(),
        "code": _code(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: found for name in _PACKAGES if (found := _version(name)) != "uninstalled"},
        "settings": _public(settings) if settings else {},
        "prompts": prompts.fingerprint(),
        "model": model,
        "index": index,
    }


@cache
def _code() -> str:
    """A hash of every module of the packages that answer and score."""
    digest = hashlib.sha256()
    for package in ("assistant", "vectorstore", "eval"):
        root = Path(str(files(package)))
        for file in sorted(root.rglob("*.py")):
            digest.update(f"{package}/{file.relative_to(root).as_posix()}".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _version(package: str = "wenju") -> str:
    try:
        return metadata.version(package)
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
    """What is not the same in two manifests, as `name (was X, is Y)`; code and libraries may differ."""
    found = []
    for key in sorted(before.keys() | now.keys()):
        name = f"{path}{key}"
        one, two = before.get(key), now.get(key)
        if one == two or name in _MAY_DIFFER:
            continue
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            found += differences(one, two, f"{name}.")
        else:
            found.append(f"{name} (was {one}, is {two})")
    return found
