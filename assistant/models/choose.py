"""Which chat model is used, and why: none, the local one, a remote one, or the best that is there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant import forms
from assistant.errors import BadSetting
from assistant.models import local
from assistant.models.base import ChatModel
from assistant.models.catalogue import CATALOGUE, Model, find
from assistant.models.download import place
from assistant.models.local import LocalModel
from assistant.models.outgoing import Outgoing
from assistant.models.remote import RemoteModel
from assistant.settings import Settings
from vectorstore.schema import Lang

Kind = Literal["extractive", "local", "remote"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The chat model taken (None: extractive) and one sentence in each language that says so.

    `fallback` is True when `auto` had to do without a model: worth showing to the asker.
    """

    kind: Kind
    model: ChatModel | None
    reason: dict[Lang, str]
    fallback: bool = False

    @property
    def name(self) -> str:
        """What `model` says in an answer's record."""
        return "extractive" if self.model is None else self.model.name


def choose(settings: Settings) -> Choice:
    """The backend that `settings.backend` names; raises `BadSetting` when there is no such thing.

    Nothing heavy is loaded here: a missing file, package or key shows when the model is first asked
    (or preloaded), as `ModelUnavailable`.
    """
    backend = forms.backend(settings.backend)
    if backend == "auto":
        return _auto(settings)
    if backend == "extractive":
        return _extractive(("as asked", "按设置"), fallback=False)
    if backend == "local":
        return _local(settings)
    return _remote(settings, backend)


def successors(settings: Settings) -> tuple[ChatModel | None, ...]:
    """The backends that take over when the chosen one fails, in order, as `settings.fallback` says; None for
    extractive. Raises `BadSetting` naming the setting.
    """
    taken = choose(settings).name
    found: dict[str, ChatModel | None] = {}
    try:
        for name in forms.backends(settings.fallback):
            choice = choose(settings.model_copy(update={"backend": name}))
            found.setdefault(choice.name, choice.model)
    except BadSetting as error:
        raise BadSetting(f"WENJU_FALLBACK has the value {settings.fallback!r}: {error}") from None
    found.pop(taken, None)
    return tuple(found.values())


def model_path(settings: Settings) -> Path:
    """The GGUF file that `settings.local_model` means, whether it is there or not."""
    known = _catalogued(settings)
    return place(known, settings.cache) if known else Path(settings.local_model).expanduser()


def absent(settings: Settings) -> tuple[str, str]:
    """What to say, in English and Chinese, of a local model whose file is not there: only the catalogue's can be
    fetched.
    """
    known, path = _catalogued(settings), model_path(settings)
    if known is None:
        return (f"the local model {path} is not here (there is no such file; WENJU_LOCAL_MODEL names it)",
                f"本地模型 {path} 不在（没有这个文件；它由 WENJU_LOCAL_MODEL 指定）")  # fmt: skip
    size = f", {known.size / 1e9:.1f} GB" if known.size else ""
    return (f"the local model {known.name} is not here (run: wenju model pull {known.name}{size})",
            f"本地模型 {known.name} 尚未下载（请运行 wenju model pull {known.name}{size}）")  # fmt: skip


def _catalogued(settings: Settings) -> Model | None:
    named = settings.local_model
    if named.lower().endswith(".gguf") or os.sep in named:
        return None
    return find(named)


def _local(settings: Settings) -> Choice:
    known = _catalogued(settings)
    model = LocalModel(
        model_path(settings),
        name=known.name if known else None,
        context=settings.context,
        threads=settings.threads,
    )
    said: dict[Lang, str] = {"en": f"using the local model {model.name}", "zh": f"使用本地模型 {model.name}"}
    return Choice("local", model, said)


def _remote(settings: Settings, backend: str) -> Choice:
    key = settings.api_key.get_secret_value() if settings.api_key else None
    model = RemoteModel(
        backend,
        base_url=settings.base_url,
        api_key=key,
        timeout=settings.timeout,
        retries=settings.retries,
    )
    record = settings.home / "outgoing.jsonl" if settings.note_outgoing else None
    guarded = Outgoing(model, record, redact=settings.redact, terms=settings.hidden_terms)
    return Choice("remote", guarded, {"en": f"using {backend}", "zh": f"使用 {backend}"})


def _extractive(why: tuple[str, str], *, fallback: bool) -> Choice:
    reason: dict[Lang, str] = {
        "en": f"answers quote the reports without a chat model: {why[0]}",
        "zh": f"不用对话模型，直接摘引报告：{why[1]}",
    }
    return Choice("extractive", None, reason, fallback)


def _auto(settings: Settings) -> Choice:
    path = model_path(settings)
    if not path.is_file():
        return _extractive(absent(settings), fallback=True)
    if not local.available():
        return _extractive(
            ("xllamacpp is not installed (run: pip install 'wenju[local]')",
             "未安装 xllamacpp（请运行 pip install 'wenju[local]'）"),
            fallback=True,
        )
    needed, free = _needed(settings, path), _free_memory()
    if free is not None and free < needed:
        return _extractive(
            (f"the local model takes {needed:.1f} GB of memory and {free:.1f} GB is free",
             f"本地模型需要 {needed:.1f} GB 内存，目前可用 {free:.1f} GB"),
            fallback=True,
        )
    return _local(settings)


def _needed(settings: Settings, path: Path) -> float:
    """GB of memory; for a file nobody measured, from its size: weights, re-packed weights, context."""
    for model in CATALOGUE:
        if model.name == settings.local_model:
            return model.memory
    return 1.8 * path.stat().st_size / 1e9 + 0.3


def _free_memory() -> float | None:
    """GB that can still be taken, of the machine and of the container; None where nobody says."""
    found: list[int] = []
    try:
        said = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"))
        if said:
            found.append(int(said.group(1)) * 1024)
        group = Path("/sys/fs/cgroup")
        limit = (group / "memory.max").read_text("ascii").strip()
        if limit != "max":
            found.append(int(limit) - int((group / "memory.current").read_text("ascii")))
    except (OSError, ValueError):
        pass
    return min(found) / 1e9 if found else None
