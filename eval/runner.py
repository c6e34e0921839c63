"""Ask every question of a set, keep every record, and sum up; a killed run is gone on with, not repeated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path
from threading import Event, Lock
from typing import Any, Literal, Protocol

from filelock import FileLock, Timeout

from assistant.prices import Price
from assistant.schema import Answer
from assistant.support import Similarity
from eval import dataset, report
from eval.dataset import Question
from eval.errors import BadRun, WenjuError
from eval.manifest import differences
from eval.metrics import METRICS, RETRIEVAL, score, verdict
from eval.pace import Budget, Pace, passing
from eval.results import Results, read_json, write_json, write_lines
from eval.retrieval import Sources, evidence_shown
from eval.scores import STAGES, Tally

Progress = Callable[[int, int], None]


class Answerer(Protocol):
    """What is evaluated: `assistant.assistant.Assistant`, or anything that answers as it does."""

    def answer(
        self, question: str, history: Sequence[str] = (), language: Literal["auto", "zh", "en"] = "auto"
    ) -> Answer:
        """A checked answer."""

    def retrieve(
        self, question: str, history: Sequence[str] = (), language: Literal["auto", "zh", "en"] = "auto"
    ) -> Answer:
        """The search alone: the same, with an empty answer."""


def run(
    assistant_factory: Callable[[], Answerer],
    questions: Sequence[Question],
    out: Path,
    *,
    text: Callable[[str], str],
    made_by: Mapping[str, Any] | None = None,
    workers: int = 1,
    resume: bool = False,
    retrieval_only: bool = False,
    limit: int | None = None,
    quick: bool = False,
    progress: Progress | None = None,
    describe: Callable[[str], str] | None = None,
    heads: Callable[[str, int], tuple[str, str]] | None = None,
    similarity: Similarity | None = None,
    price: Price | None = None,
    max_cost: float | None = None,
    retries: int = 3,
) -> dict[str, Any]:
    """Ask the questions and write `results.jsonl`, `scores.jsonl`, `summary.json`, `report.html` to `out`.

    `assistant_factory` is called once in each worker; it may return the same thread-safe assistant.
    `text(file name)` is a report's canonical text. `made_by` is `eval.manifest.manifest(...)`: what is
    recorded in `run.json` and has to be the same to resume. `limit` takes the first so many questions,
    `quick` a fixed sample of 30. `progress(done, total)` is called after every answer. `describe`, `heads` and
    `similarity` are what `Sources` knows beside the texts; citations are judged by them. A question that
    fails for a passing reason, such as a rate limit, is asked again up to `retries` times, and all workers
    pause. No question is begun that would probably pass `max_cost` at `price`; the run can be resumed.

    A question that fails becomes a record with `error`; a resumed run asks those again. Returns the
    summary. Raises `BadRun` in one sentence when `out` holds a run (and not `resume`), holds another
    run, is being written by another process, or cannot be written.
    """
    left_out = [str(item) for item in getattr(questions, "left_out", ())]
    chosen = _chosen(questions, limit, quick)
    made = {
        "dataset": {"fingerprint": dataset.fingerprint(chosen), "n": len(chosen), "left_out": left_out},
        "retrieval_only": retrieval_only,
        **(made_by or {}),
        **({"prices": {"prompt": price.read, "completion": price.written}} if price else {}),
    }
    with _locked(out):
        _begin(out, made, resume)
        results = Results(out / "results.jsonl")
        try:
            answered = results.answered
            waiting = [question for question in chosen if question.id not in answered]
            told = _told(progress, len(chosen) - len(waiting), len(chosen))
            budget = Budget(price, max_cost)
            if max_cost is not None:
                for id in answered:
                    budget.pay(results.read(id) or {}, begun=False)
            asked = _Asking(results, retrieval_only, told, budget, retries)
            asked.all(assistant_factory, waiting, max(1, workers))
            if asked.capped:
                made["stopped"] = f"at the cost cap of {max_cost:g}: {budget.spent:.4g} spent"
            results.sort(question.id for question in chosen)
            sources = Sources(text, describe=describe, heads=heads, similarity=similarity)
            return _finish(out, chosen, results, sources, made)
        finally:
            results.close()


def _chosen(questions: Sequence[Question], limit: int | None, quick: bool) -> list[Question]:
    chosen = dataset.quick(questions) if quick else list(questions)
    chosen = chosen if limit is None else chosen[: max(0, limit)]
    if not chosen:
        raise BadRun("there is no question to ask: the set or its limit is empty")
    return chosen


class _locked:
    """One process writes to a run's directory at a time; the system lets go when a process dies."""

    def __init__(self, out: Path) -> None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadRun(f"{out} cannot be made: {error.strerror or error}") from None
        self._out = out
        self._lock = FileLock(out / ".lock")

    def __enter__(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise BadRun(
                f"another process is writing to {self._out}; wait for it or choose another directory"
            ) from None
        except OSError as error:
            raise BadRun(f"{self._out} cannot be written: {error.strerror or error}") from None

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _begin(out: Path, made: dict[str, Any], resume: bool) -> None:
    """Record what makes the run, or check that it is the run that was begun here."""
    record = out / "run.json"
    if not record.exists():
        if (out / "results.jsonl").exists():
            raise BadRun(f"{out} holds results without run.json; choose another directory")
        write_json(record, made)
    elif not resume:
        raise BadRun(f"{out} already holds a run; go on with it by --resume or choose another directory")
    elif changed := differences(read_json(record), json.loads(json.dumps(made))):
        raise BadRun(f"{out} holds another run, so it cannot be resumed: {'; '.join(changed)}")


def _told(progress: Progress | None, done: int, total: int) -> Callable[[], None]:
    """What is called after every answer; the first call says `done + 1`."""
    counted = count(done + 1)
    return lambda: progress(next(counted), total) if progress else None


class _Asking:
    """Questions being asked from several threads, each answer written down as it comes."""

    def __init__(
        self, results: Results, retrieval_only: bool, told: Callable[[], None], budget: Budget, retries: int
    ) -> None:
        self._results, self._retrieval_only, self._told = results, retrieval_only, told
        self._budget, self._retries = budget, retries
        self._stop, self._lock = Event(), Lock()
        self._pace = Pace(self._stop)
        self._left: Iterator[Question] = iter(())
        self.capped = False

    def all(self, factory: Callable[[], Answerer], questions: Sequence[Question], workers: int) -> None:
        """Ask them all; on the first failure that is no question's, or Ctrl-C, everybody stops."""
        if not questions:
            return
        self._left = iter(questions)
        workers = min(workers, len(questions))
        with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
            try:
                jobs = [pool.submit(self._work, factory) for _ in range(workers)]
                wait(jobs, return_when=FIRST_EXCEPTION)
            finally:
                self._stop.set()
        for job in jobs:
            job.result()

    def _work(self, factory: Callable[[], Answerer]) -> None:
        assistant = factory()
        while (question := self._next()) is not None:
            line = self._patiently(assistant, question)
            if line is None:
                return
            self._results.append(question.id, line)
            with self._lock:
                self._told()

    def _next(self) -> Question | None:
        with self._lock:
            if self._stop.is_set() or self.capped:
                return None
            question = next(self._left, None)
            if question is not None and not self._budget.begin():
                self.capped = True
                return None
            return question

    def _patiently(self, assistant: Answerer, question: Question) -> bytes | None:
        """The question's record, asked again while it fails for a passing reason; None when all stop."""
        for attempt in range(self._retries + 1):
            self._pace.wait()
            if self._stop.is_set():
                return None
            line = ask(assistant, question, self._retrieval_only)
            record = json.loads(line)
            if not passing(record) or attempt == self._retries:
                break
            self._pace.strained()
        if not record["error"]:
            self._pace.eased()
        self._budget.pay(record)
        return line


def ask(assistant: Answerer, question: Question, retrieval_only: bool) -> bytes:
    """The record of one question as a line of JSON; a failure becomes a record with `error`."""
    verb = assistant.retrieve if retrieval_only else assistant.answer
    began = time.perf_counter()
    try:
        return _encoded(verb(question.question, question.history).record(question.id))
    except Exception as error:  # Whatever it was, the other questions are still to be asked.
        said = " ".join(str(error).split())
        reason = said if isinstance(error, WenjuError) and said else f"{type(error).__name__}: {said}"
        return _encoded(_failed(question, reason, time.perf_counter() - began))


def _encoded(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _failed(question: Question, reason: str, seconds: float) -> dict[str, Any]:
    return {
        "id": question.id, "question": question.question, "lang": question.lang, "answer": "",
        "answer_lang": question.lang, "refused": False, "citations": [], "sentences": [], "retrieved": [],
        "timing": dict.fromkeys(STAGES, 0.0) | {"total_s": round(seconds, 4)},
        "usage": {"prompt_tokens": 0, "completion_tokens": 0}, "model": "",
        "error": reason.encode("utf-8", "replace").decode("utf-8"),
    }


def _finish(
    out: Path, questions: Sequence[Question], results: Results, sources: Sources, made: Mapping[str, Any]
) -> dict[str, Any]:
    """Score every record, one at a time, and write the questions, scores, summary and report."""
    metrics = RETRIEVAL if made["retrieval_only"] else tuple(METRICS)
    prices = made.get("prices")
    tally = Tally(metrics, Price(prices["prompt"], prices["completion"]) if prices else None)

    def scored() -> Iterator[dict[str, Any]]:
        for question in questions:
            record = results.read(question.id)
            if record is None:
                continue
            scores = score(record, question, sources, metrics)
            tally.add(question.lang, question.type, scores, record, question.reports)
            yield {
                "id": question.id, "lang": question.lang, "type": question.type,
                "verdict": verdict(record, question, scores, sources),
                "scores": {name: [item.value, item.explanation] for name, item in scores.items()},
                "evidence": evidence_shown(record, question, sources),
            }

    write_lines(out / "dataset.jsonl", (question.line() for question in questions))
    write_lines(out / "scores.jsonl", scored())
    summary = {**tally.summary(), "run": dict(made)}
    write_json(out / "summary.json", summary)
    report.write(out)
    return summary
