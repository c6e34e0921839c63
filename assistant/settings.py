"""Every setting in one place: environment `WENJU_*` > `HOME/settings.toml` > default; frozen once read."""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from assistant import forms
from assistant.errors import BadSetting

_PREFIX = "WENJU_"
_BROWSER = "WENJU_CHROMIUM"
"""The browser of the tests and of `python -m eval.pagespeed`: no setting of the program."""


def _default_home() -> Path:
    return Path(platformdirs.user_data_dir("wenju", appauthor=False))


def _default_cache() -> Path:
    return Path(platformdirs.user_cache_dir("wenju", appauthor=False))


class Settings(BaseSettings):
    """Wenju's settings. Each field is the environment variable `WENJU_<NAME>` in upper case."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=_default_home, description="Holds the index, conversations and settings.toml."
    )
    cache: Path = Field(
        default_factory=_default_cache,
        description="Holds models and the built embedder; never inside the home.",
    )
    backend: str = Field(
        "auto", description="`auto`, `extractive`, `local`, or `provider:model` (LangChain names)."
    )
    base_url: str | None = Field(
        None, description="Base address of an OpenAI-compatible API for `provider:model`."
    )
    api_key: SecretStr | None = Field(
        None, description="Key for the remote backend; the provider's own variable works too."
    )
    local_model: str = Field(
        "qwen2.5-coder-1.5b", description="A name from `wenju model list`, or the path of a GGUF file."
    )
    threads: int = Field(
        default_factory=lambda: os.cpu_count() or 2,
        ge=1,
        description="Threads for local inference and embedding.",
    )
    context: int = Field(4096, ge=1024, description="Context window of the local model, in tokens.")
    timeout: float = Field(
        60.0, gt=0, description="Seconds without a word from a remote model before it counts as hung."
    )
    retries: int = Field(2, ge=0, description="How often a failed remote call is tried again.")
    fallback: str = Field(
        "extractive",
        description="Backends that answer, in this order, when the chosen one fails; with commas between, or `none`.",
    )
    prices: str = Field(
        "", description="What a million tokens cost, read and written: `openai:gpt-4.1-mini=0.40/1.60`, commas between."
    )
    note_outgoing: bool = Field(
        True, description="Whether what is sent to a remote model is noted in `outgoing.jsonl` in the home."
    )
    redact: bool = Field(
        False,
        description="Whether e-mail addresses, phone, identity and card numbers are hidden from all that is remote.",
    )
    redact_terms: str = Field(
        "", description="Further words that `redact` hides, with commas between: client names, project names."
    )
    embedder: str = Field(
        "e5", description="`e5` (embedded), `openai:MODEL` (OpenAI-compatible), or `hub:REPO` (ONNX)."
    )
    embed_base_url: str | None = Field(
        None, description="Base address of the embedding API for `openai:MODEL`."
    )
    embed_api_key: SecretStr | None = Field(None, description="Key for the embedding API.")
    rerank: str = Field(
        "none", description="Who puts the first hits in order: `none`, `api:MODEL`, `hub:REPO` (ONNX cross-encoder)."
    )
    rerank_base_url: str | None = Field(
        None, description="Base address of the rerank API for `api:MODEL`; `/rerank` is added."
    )
    rerank_api_key: SecretStr | None = Field(None, description="Key for the rerank API.")
    max_file_mb: int = Field(500, ge=1, description="Larger files are not read, in megabytes.")
    evidence_tokens: int = Field(3000, ge=100, description="Evidence budget for large models, in tokens.")
    history_tokens: int = Field(
        600, ge=50, description="Budget for a conversation's earlier questions, for large models, in tokens."
    )
    evidence_chars: int = Field(
        600, ge=100, description="Evidence budget for the local model, in characters."
    )
    read_chars: int = Field(
        220, ge=50, description="How much of that the local model reads, but for lists; the rest completes its answer."
    )
    extract_chars: int = Field(
        300, ge=50, description="How much the extractive answer quotes, in characters."
    )
    unsupported: Literal["remove", "mark"] = Field(
        "remove", description="What happens to sentences that nothing supports."
    )
    second_look: bool = Field(
        True, description="Whether a large model is asked once more if each sentence is borne out by what it cites."
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port the server listens on.")
    password: SecretStr | None = Field(
        None, description="Asked for by the page and the API; a must on any address but loopback."
    )
    keep_days: int = Field(
        365, ge=0, description="Days for which conversations on the page are kept; 0 until they are deleted."
    )
    page_settings: Literal["local", "password", "none"] = Field(
        "local",
        description="Who may change settings on the page: people at this machine, all who know the password, nobody.",
    )
    uploads: bool = Field(True, description="Whether reports can be added and removed on the page.")
    upload_mb: int = Field(100, ge=1, description="Largest file that the page takes, in megabytes.")
    public_url: str | None = Field(
        None, description="Address under which people open the page; answers elsewhere link to it."
    )
    slack_bot_token: SecretStr | None = Field(
        None, description="The Slack bot's token, `xoxb-...`; for one workspace."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="Slack's app-level token, `xapp-...`; with it the bot uses Socket Mode."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Slack's signing secret; with it the bot takes signed requests at `/slack/events`."
    )
    slack_client_id: str | None = Field(None, description="The Slack app's client id, for several workspaces.")
    slack_client_secret: SecretStr | None = Field(None, description="The Slack app's client secret.")
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Base address of Slack's Web API, for gateways and tests."
    )
    slack_channels: str = Field(
        "", description="Ids of the channels where the bot answers; empty for all, direct messages always."
    )
    slack_users: str = Field("", description="Ids of the people whom the bot answers; empty for all.")
    slack_reports: str = Field(
        "", description="Which reports a channel sees: `C0123456789=finance,policy *=public`; empty for all."
    )
    slack_threads: Literal["mention", "all"] = Field(
        "mention", description="Whether a channel thread it takes part in needs a mention for each question."
    )
    slack_streaming: Literal["auto", "updates"] = Field(
        "auto", description="`auto` streams natively where the workspace can; `updates` edits the message."
    )
    slack_user_limit: int = Field(10, ge=1, description="Questions a person may ask in Slack a minute.")
    slack_team_limit: int = Field(60, ge=1, description="Questions a Slack workspace may ask a minute.")
    slack_workers: int = Field(2, ge=1, description="Questions from Slack that are answered at once.")
    slack_queue: int = Field(50, ge=1, description="Questions from Slack that may wait.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="How much is logged to stderr."
    )

    @property
    def hidden_terms(self) -> list[str]:
        """The words of `redact_terms`."""
        return [term.strip() for term in self.redact_terms.split(",") if term.strip()]

    @field_validator("cache")
    @classmethod
    def _in_the_home_directory(cls, value: Path) -> Path:
        """A `~` stands for the user's own folder, wherever the setting comes from."""
        return value.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line (init) first, then the environment; the file is merged in by `load`."""
        return (init_settings, env_settings)


def load(home: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings; `overrides` are what the command line said (None means not said).

    Raises `BadSetting` with every bad key and its value in one line.
    """
    said = {key: value for key, value in overrides.items() if value is not None}
    if home is not None:
        said["home"] = home
    try:
        place = Path(said.get("home") or os.environ.get("WENJU_HOME") or _default_home()).expanduser()
        if place.exists() and not place.is_dir():
            raise BadSetting(f"the home {place} is not a folder; name another by --home or WENJU_HOME")
        filed = _file(place / "settings.toml")
        for key in filed:
            if f"WENJU_{key.upper()}" in os.environ:
                continue
            said.setdefault(key, filed[key])
        said["home"] = place.resolve()
        settings = Settings(**said)
    except ValidationError as error:
        raise BadSetting("; ".join(_sentence(item) for item in error.errors())) from None
    if settings.cache.resolve().is_relative_to(settings.home):
        raise BadSetting(
            f"WENJU_CACHE ({settings.cache}) lies inside the home ({settings.home}); put it elsewhere"
        )
    if faults := "; ".join(forms.faults(settings)):
        raise BadSetting(faults)
    return settings


def unknown() -> list[str]:
    """Variables of the environment that are named like settings and are none: misspelt, or another program's."""
    named = sorted(name for name in os.environ if name.startswith(_PREFIX))
    return [
        name for name in named if name.removeprefix(_PREFIX).lower() not in Settings.model_fields and name != _BROWSER
    ]


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSetting(f"{path} cannot be read: {error}") from None


def _sentence(item: Any) -> str:
    key = ".".join(str(part) for part in item["loc"]) or "settings"
    if item["type"] == "extra_forbidden":
        return f"unknown setting {key!r}"
    secret = "key" in key or key.endswith(("password", "token", "secret"))
    shown = "(hidden)" if secret else repr(item.get("input"))
    return f"setting {key} (WENJU_{key.upper()}) has the value {shown}: {item['msg'].lower()}"


@lru_cache(maxsize=1)
def documented() -> dict[str, str]:
    """Every setting with its one-line description, for `docs/settings.md` and its test."""
    return {name: info.description or "" for name, info in Settings.model_fields.items()}
