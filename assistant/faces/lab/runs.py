"""Runs that the page starts: one at a time, in a thread; what there is on disk is the list of runs.

Everything lies in the home: `evaluation/sets` and `evaluation/runs`, as the command line writes them.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import WenjuError
from assistant.faces.evaluated import Bench, bench_of
from assistant.faces.options import NotAllowed, Options
from assistant.faces.uploads import NAMED, cut

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from eval.dataset import Dataset
    from eval.estimate import Estimate

NAME = re.compile(r"[\w-][\w.-]{0,79}")
State = Literal["running", "done", "stopped", "failed"]


def is_name(name: str) -> bool:
    """Whether a run, a set or a file may be called so: one component of a path that a file system takes."""
    return NAME.fullmatch(name) is not None and len(name.encode()) <= 255


class Busy(WenjuError):
    """Another run is under way."""


class NoRun(WenjuError):
    """There is no such run, set or file."""


class _Stopped(Exception):
    """Somebody pressed Stop."""


@dataclass(slots=True)
class Job:
    """A run under way in this process, or how the last one ended; `why` is one sentence."""

    name: str
    total: int
    done: int = 0
    state: State = "running"
    why: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def record(self) -> dict[str, Any]:
        """What the page asks for while it waits."""
        return {"state": self.state, "done": self.done, "total": self.total, "why": self.why}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be asked: a set's name, and how much of it with which model."""

    set: str
    backend: str = ""
    limit: int | None = None
    quick: bool = False
    retrieval_only: bool = False


class Runs:
    """The runs and sets of a home. Safe to use from several threads."""

    def __init__(self, assistant: Assistant, options: Options) -> None:
        self._assistant, self._options = assistant, options
        self.place = options.now.home / "evaluation"
        self._lock = threading.Lock()
        self.job: Job | None = None

    def sets(self) -> list[str]:
        """The names of the question sets that were brought, and of the samples' own."""
        return [*sorted(file.name for file in (self.place / "sets").glob("*.jsonl")), "samples"]

    def bring(self, name: str, raw: bytes) -> Dataset:
        """Keep a question set; raises `BadDataset` with every line that is none, and keeps nothing."""
        from eval import dataset

        stem = cut(re.sub(r"[^\w.-]+", "-", Path(name).stem).strip(".-")[:60], NAMED) or "set"
        questions, invalid, lines = dataset.parse(raw)
        found = self._bench("").located(dataset.Dataset(questions, invalid, lines=lines, name=name))
        target = self.place / "sets" / f"{stem}.jsonl"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
        return found

    def _questions(self, order: Order) -> Dataset:
        import samples
        from eval import dataset

        if order.set not in self.sets():
            raise NoRun(f"there is no question set called {order.set!r}; bring it first")
        file = samples.questions() if order.set == "samples" else self.place / "sets" / order.set
        return dataset.load(file)

    def _bench(self, backend: str) -> Bench:
        settings = self._options.now
        if backend and backend != settings.backend:
            return bench_of(settings.model_copy(update={"backend": backend}), self._assistant.library)
        model = self._assistant.model
        if model is not None:
            from assistant.models.cache import CachedModel

            model = CachedModel(model, settings.home / "eval-cache.db")
        return Bench(settings, self._assistant.library, model, self._assistant.model_name)

    def permits(self, order: Order, free: bool) -> bool:
        """Whether a run may be had by somebody who is `free` to change the settings, or is not.

        The owner's key goes with whatever is asked of another model, so others have the configured one only.
        """
        return free or order.backend in ("", self._options.now.backend)

    def _check(self, order: Order, free: bool) -> None:
        if not self.permits(order, free):
            raise NotAllowed(
                f"the model {order.backend[:60]!r} is not the one configured, and only those who may change the "
                "settings may choose another; leave it empty"
            )

    def estimate(self, order: Order, free: bool) -> Estimate:
        """What a run would take; no model is asked. Raises `NotAllowed` as `start`."""
        from eval import dataset

        self._check(order, free)
        bench, questions = self._bench(order.backend), self._questions(order)
        chosen = (dataset.quick(questions) if order.quick else questions)[: order.limit]
        return bench.estimate(chosen, None)

    def start(self, order: Order, free: bool) -> str:
        """Begin a run; returns its name. Raises `Busy`, `NotAllowed` unless it `permits`, and what is wrong with the
        set.
        """
        self._check(order, free)
        bench = self._bench(order.backend)
        found = bench.located(self._questions(order))
        name = f"{Path(order.set).stem}-{datetime.now():%Y%m%d-%H%M%S}"
        self._begin(name, bench, found, order)
        return name

    def order(self, name: str) -> Order:
        """What a run was started with; raises `NoRun` for one that was not started here."""
        try:
            return Order(**json.loads((self.folder(name) / "order.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            raise NoRun(f"{name} was not started here; go on with it by wenju eval run --resume") from None

    def resumable(self, name: str, free: bool) -> bool:
        """Whether `resume` may be offered; one that was not started here says why it cannot be gone on with."""
        try:
            return self.permits(self.order(name), free)
        except NoRun:
            return True

    def resume(self, name: str, free: bool) -> None:
        """Go on with a run of this home that was stopped. Raises what `start` raises."""
        order = self.order(name)
        self._check(order, free)
        bench = self._bench(order.backend)
        self._begin(name, bench, bench.located(self._questions(order)), order)

    def _begin(self, name: str, bench: Bench, questions: Dataset, order: Order) -> None:
        total = min(len(questions), order.limit or len(questions), 30 if order.quick else len(questions))
        with self._lock:
            if self.job is not None and self.job.state == "running":
                raise Busy("another run is under way; wait for it or stop it")
            self.job = job = Job(name, total)
        folder = self.place / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        asked = {key: getattr(order, key) for key in Order.__dataclass_fields__}
        (folder / "order.json").write_text(json.dumps(asked), "utf-8")
        work = threading.Thread(target=self._run, args=(job, bench, questions, order, folder), daemon=True)
        work.start()

    def _run(self, job: Job, bench: Bench, questions: Dataset, order: Order, folder: Path) -> None:
        def tell(done: int, total: int) -> None:
            job.done, job.total = done, total
            if job.stop.is_set():
                raise _Stopped

        try:
            bench.run(
                questions, folder, resume=True, limit=order.limit, quick=order.quick,
                retrieval_only=order.retrieval_only, progress=tell,
            )  # fmt: skip
            job.state = "done"
        except _Stopped:
            job.state = "stopped"
        except WenjuError as error:
            job.why, job.state = str(error), "failed"
        except Exception as error:
            job.why, job.state = f"{type(error).__name__}: {error}", "failed"
            raise

    def stop(self, name: str) -> None:
        """Stop a run after the question that is being answered; what was answered stays."""
        job = self.job_of(name)
        if job is None or job.state != "running":
            raise NoRun(f"{name} is not running")
        job.stop.set()

    def job_of(self, name: str) -> Job | None:
        """The job of a run, when it is this process's last."""
        return self.job if self.job is not None and self.job.name == name else None

    def folder(self, name: str) -> Path:
        """A run's folder; raises `NoRun`."""
        place = self.place / "runs" / name
        if not is_name(name) or not place.is_dir():
            raise NoRun(f"there is no run called {name!r}")
        return place

    def all(self) -> list[tuple[str, dict[str, Any] | None]]:
        """Every run, newest first, with its summary; None for one that is not finished."""
        places = [place for place in (self.place / "runs").glob("*") if (place / "order.json").exists()
                  or (place / "run.json").exists()]  # fmt: skip
        places.sort(key=lambda place: place.stat().st_mtime, reverse=True)
        return [(place.name, self.summary(place.name)) for place in places]

    def summary(self, name: str) -> dict[str, Any] | None:
        """A finished run's summary."""
        try:
            found: dict[str, Any] = json.loads((self.folder(name) / "summary.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found
