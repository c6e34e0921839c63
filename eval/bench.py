"""Wenju beside LangChain's quick-start: same reports, questions, embedding weights and machine, one run.

    python -m eval.bench --reports DIR --dataset FILE [--limit N] [--backend extractive|local] [--answers N]

Each side runs in a process of its own, one after the other, so that memory and caches are its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from assistant.settings import load as load_settings
from eval import dataset
from eval.dataset import Question
from eval.errors import BadRun, WenjuError
from eval.metrics import RETRIEVAL, summarise
from eval.quickstart import QuickStart
from eval.retrieval import Sources
from eval.runner import ask
from eval.scores import quantile

SIDES = {"quickstart": "LangChain quick-start", "wenju": "Wenju"}
STAGES = ("reading", "storing", "embedding", "building")
SHARED = Path(__file__).parents[2] / "shared"


def measure(
    side: str, reports: Path, questions: Sequence[Question], home: Path, backend: str, answers: int
) -> dict[str, Any]:
    """Index the reports, search every question and answer some, in this process, on one side."""
    settings = load_settings(home=home, backend=backend)
    files = _files(reports)
    prepared = QuickStart(settings) if side == "quickstart" else Wenju(settings)
    prepared.warm_up()
    began = time.perf_counter()
    passages = prepared.index(files)
    seconds = time.perf_counter() - began
    memory = peak_memory()
    prepared.retrieve(questions[0].question)
    searched = [json.loads(ask(prepared, question, retrieval_only=True)) for question in questions]
    chosen = dataset.quick(questions, answers) if answers else []
    answered = [json.loads(ask(prepared, question, retrieval_only=False)) for question in chosen]
    return {
        "index_s": seconds, "passages": passages, "stages": getattr(prepared, "stages", {}),
        "memory_mb": memory, "memory_end_mb": peak_memory(),
        "searched": searched, "answered": answered,
    }


class Wenju:
    """Wenju's side: its library in an empty home, and its assistant."""

    def __init__(self, settings: Settings) -> None:
        from assistant.assistant import Assistant
        from assistant.opening import open_library

        self._library = open_library(settings)
        model = chat_model(settings) if settings.backend == "local" else None
        assistant = Assistant(self._library, model, settings)
        self.retrieve, self.answer = assistant.retrieve, assistant.answer
        self.stages: dict[str, float] = {}

    def warm_up(self) -> None:
        """Load the embedding model, which is built once per cache and not once per library."""
        self._library.embedder.query("warm up")

    def index(self, files: Sequence[Path]) -> int:
        """Add the reports; returns how many passages they have."""
        summary = self._library.add(files)
        if summary.failed:
            raise BadRun(f"{summary.failed[0].path} cannot be indexed: {summary.failed[0].reason}")
        self.stages = dict(summary.stages)
        return summary.passages


def chat_model(settings: Settings, context: int | None = None) -> Any:
    """The local chat model that the settings name."""
    from assistant.models.choose import model_path
    from assistant.models.local import LocalModel

    return LocalModel(model_path(settings), context=context or settings.context, threads=settings.threads)


def peak_memory() -> float:
    """The most this process has had resident, in megabytes (10**6 bytes)."""
    try:
        # VmHWM starts anew with the program; ru_maxrss would count the process that started it.
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _files(reports: Path) -> list[Path]:
    """The plain texts in a folder: what both sides can read in the same way."""
    files = sorted(path for path in reports.glob("*") if path.suffix.lower() in (".txt", ".md"))
    if not files:
        raise BadRun(f"{reports} holds no .txt or .md report to measure with")
    return files


def _measured(side: str, options: argparse.Namespace) -> dict[str, Any]:
    """`measure` in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [
            sys.executable, "-m", "eval.bench", "--side", side, "--result", str(result),
            "--reports", str(options.reports), "--dataset", str(options.dataset),
            "--backend", options.backend, "--answers", str(options.answers),
            *(["--limit", str(options.limit)] if options.limit else []),
        ]
        if subprocess.run(command, check=False).returncode or not result.exists():
            raise BadRun(f"{SIDES[side]} could not be measured; what it said stands above")
        value: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return value


def rows(
    measured: dict[str, Any], questions: Sequence[Question], sources: Sources
) -> Iterator[tuple[str, str]]:
    """Figures of one side, each with its name, as they stand in the table."""
    yield "indexing, seconds", f"{measured['index_s']:.1f}"
    for name in STAGES:
        yield f"of which {name}", f"{measured['stages'][name]:.1f}" if name in measured["stages"] else "-"
    yield "passages", str(measured["passages"])
    yield "passages a second", f"{measured['passages'] / measured['index_s']:.1f}"
    yield "peak memory while indexing, MB", f"{measured['memory_mb']:.0f}"
    yield "peak memory in all, MB", f"{measured['memory_end_mb']:.0f}"
    known = {question.id: question for question in questions}
    searched = [(record, known[record["id"]]) for record in measured["searched"]]
    by_lang = summarise(searched, sources, RETRIEVAL)["by"]["lang"]
    for lang, scores in by_lang.items():
        yield f"evidence in 4,000 characters, {lang}", _figure(scores["evidence_all"])
    for name, stage in (("search", "retrieve_s"), ("search and translation", "total_s")):
        times = [record["timing"][stage] * 1000 for record, _ in searched if not record["error"]]
        if times:
            yield f"{name}, ms (median / p95)", f"{quantile(times, 0.5):.0f} / {quantile(times, 0.95):.0f}"
    answered = [(record, known[record["id"]]) for record in measured["answered"]]
    if answered:
        yield from _answer_rows(summarise(answered, sources))
    errors = [record["error"] for record, _ in searched + answered if record["error"]]
    yield "errors", f"{len(errors)}" + (f" ({errors[0]})" if errors else "")


def _answer_rows(summary: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for lang, scores in summary["by"]["lang"].items():
        yield f"accuracy, {lang}", _figure(scores["accuracy"])
    for name in ("refusal", "false_refusal", "language", "quote_exact", "invented_number"):
        yield name, _figure(summary["overall"][name])
    if times := summary["timing"].get("total_s"):
        yield "answer, seconds (median / p95)", f"{times['median']:.1f} / {times['p95']:.1f}"


def _figure(item: dict[str, Any]) -> str:
    return "-" if item["value"] is None else f"{item['value']:.2f} (n={item['n']})"


def table(columns: dict[str, dict[str, str]]) -> str:
    """A Markdown table, one column a side, rows in the order they first come."""
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "--:|" * len(columns)]
    for name in names:
        lines.append(f"| {name} | " + " | ".join(column.get(name, "-") for column in columns.values()) + " |")
    return "\n".join(lines)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--reports", type=Path, default=SHARED / "reports", help="a folder of .txt or .md")
    parser.add_argument("--dataset", type=Path, default=SHARED / "eval" / "dev.jsonl", help="question set")
    parser.add_argument("--limit", type=int, help="search only the first N questions")
    parser.add_argument("--backend", choices=("extractive", "local"), default="extractive",
                        help="local: Wenju translates with the chat model")
    parser.add_argument("--answers", type=int, default=0, help="answer N questions with the local chat model")
    parser.add_argument("--side", choices=tuple(SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.answers:
        options.backend = "local"
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both sides and print the table; returns the exit code."""
    options = _options(arguments)
    try:
        questions = dataset.load(options.dataset)[: options.limit]
        if options.side:
            with tempfile.TemporaryDirectory() as home:
                measured = measure(
                    options.side, options.reports, questions, Path(home), options.backend, options.answers
                )
            options.result.write_text(json.dumps(measured), "utf-8")
            return 0
        texts = {path.name: path for path in _files(options.reports)}
        sources = Sources(lambda name: texts[name].read_bytes().decode("utf-8"))
        columns = {
            title: dict(rows(_measured(side, options), questions, sources)) for side, title in SIDES.items()
        }
        print(f"{len(questions)} questions, {len(texts)} reports, backend {options.backend}\n")
        print(table(columns))
    except WenjuError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
