"""What can be set on the page: where each value comes from, who may change it, and writing it down.

Values are written to `settings.toml` in the home and taken up at once; what the environment or the command
says stays as it is. A key for a remote model goes in and never out, and never to another address than the one
it was given for.
"""

from __future__ import annotations

import json
import os
import threading
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import SecretStr

from assistant.errors import BadSetting, ModelUnavailable
from assistant.faces.guard import at_this_machine
from assistant.models.base import ChatModel, Message
from assistant.models.catalogue import CATALOGUE
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant

Key = Literal[
    "backend", "local_model", "base_url", "api_key", "evidence_chars", "evidence_tokens", "extract_chars", "unsupported"
]
MODEL_KEYS = frozenset({"backend", "local_model", "base_url", "api_key"})
SECRET = "api_key"
Origin = Literal["environment", "command", "file", "default"]
PATIENCE = 90.0
"""Seconds for a test; loading a local model takes some of them."""


class NotAllowed(BadSetting):
    """Who asked may not change settings."""


class Options:
    """The settings that the page may change, of one server."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant, self._settings = assistant, settings
        self._lock = threading.Lock()
        self._asking = threading.Lock()

    @property
    def now(self) -> Settings:
        """The settings as they are."""
        return self._settings

    def allowed(self, headers: Mapping[str, str]) -> bool:
        """Whether whoever sent a request with these headers may change anything.

        `local` means people at this machine; `password` also those who know the server's password.
        """
        if self._settings.page_settings == "password" and self._settings.password:
            return True
        return self._settings.page_settings != "none" and at_this_machine(self._settings.host, headers)

    def origin(self, key: str) -> Origin:
        """Where a value comes from."""
        if f"WENJU_{key.upper()}" in os.environ:
            return "environment"
        filed = _filed(self._path)
        value = getattr(self._settings, key)
        if key in filed:
            return "file" if key == SECRET or filed[key] == value else "command"
        return "default" if value == Settings.model_fields[key].default else "command"

    @property
    def _path(self) -> Path:
        return self._settings.home / "settings.toml"

    def with_changes(self, changes: Mapping[str, Any]) -> Settings:
        """The settings with some changed, not yet kept. Raises `BadSetting`."""
        for key in changes:
            if self.origin(key) in ("environment", "command"):
                raise BadSetting(f"{key} is set by the environment or the command of the server; change it there")
        if changes.get("local_model", self._settings.local_model) not in _models(self._settings):
            raise BadSetting(f"there is no local model named {changes['local_model']!r}; choose one of the list")
        changes = dict(changes)
        if changes.get("base_url", self._settings.base_url) != self._settings.base_url and not changes.get(SECRET):
            if self.origin(SECRET) == "environment" or changes["base_url"]:
                raise BadSetting("another address needs its own key: enter it again, or any word where none is needed")
            changes[SECRET] = None
        if changes.get(SECRET):
            changes[SECRET] = SecretStr(changes[SECRET])
        return self._settings.model_copy(update=changes)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Keep changes and use them from the next question on. Raises `BadSetting`."""
        from assistant.models.choose import choose, successors

        with self._lock:
            settings = self.with_changes(changes)
            model, after = self._assistant.model, self._assistant.successors
            if MODEL_KEYS & changes.keys():
                model, after = choose(settings).model, successors(settings)
            values = {key: getattr(settings, key) for key in changes}
            if SECRET in changes or "base_url" in changes:
                values[SECRET] = settings.api_key.get_secret_value() if settings.api_key else None
            write(self._path, values)
            self._settings = settings
            self._assistant.model, self._assistant.successors = model, after
            self._assistant.settings = settings

    def refresh(self) -> None:
        """Choose the model anew: one may have arrived."""
        from assistant.models.choose import choose, successors

        with self._lock:
            self._assistant.model = choose(self._settings).model
            self._assistant.successors = successors(self._settings)

    def ask(self, changes: Mapping[str, Any]) -> tuple[str, str, float]:
        """Really ask the model that the changes would choose: its name, its words, the seconds it took.

        Raises `BadSetting`, `ModelUnavailable`, `ModelFailed`.
        """
        model = self._model(self.with_changes(changes), bool(MODEL_KEYS & changes.keys()))
        if model is None:
            return "extractive", "", 0.0
        if not self._asking.acquire(timeout=1):
            raise ModelUnavailable("another test is under way; try again when it is through")
        cancel = threading.Event()
        watch = threading.Timer(PATIENCE, cancel.set)
        watch.start()
        try:
            begun = time.perf_counter()
            question = [Message("user", "1 + 1 = ? Answer with the number alone.")]
            said = "".join(model.stream(question, max_tokens=16, cancel=cancel))
            return model.name, " ".join(said.split())[:80], time.perf_counter() - begun
        finally:
            watch.cancel()
            self._asking.release()

    def _model(self, settings: Settings, changed: bool) -> ChatModel | None:
        from assistant.models.choose import choose

        same = not changed or all(getattr(settings, key) == getattr(self._settings, key) for key in MODEL_KEYS)
        return self._assistant.model if same else choose(settings).model


def _models(settings: Settings) -> set[str]:
    """What may be chosen on the page: no path, or anybody could have any file of the server opened."""
    return {settings.local_model, *(model.name for model in CATALOGUE)}


def _filed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def write(path: Path, changes: Mapping[str, Any]) -> None:
    """Put values into a settings file; None takes one out. Comments and other settings stay where they can."""
    text = path.read_text("utf-8") if path.exists() else ""
    wanted = {key: value for key, value in (tomllib.loads(text) | dict(changes)).items() if value is not None}
    lines = [line for line in text.splitlines() if line.partition("=")[0].strip() not in changes]
    lines += [f"{key} = {_toml(value)}" for key, value in changes.items() if value is not None]
    text = "\n".join(lines) + "\n"
    if not _means(text, wanted):
        text = "".join(f"{key} = {_toml(value)}\n" for key, value in wanted.items())
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _means(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _toml(value: Any) -> str:
    """A string, a number or a truth value as TOML writes it; JSON's escapes are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
