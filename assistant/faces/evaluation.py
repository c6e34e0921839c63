"""`wenju eval`: run a question set, compare two runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.errors import WenjuError

if TYPE_CHECKING:
    import numpy as np

    from assistant.settings import Settings
    from vectorstore.library import Library


@click.group("eval")
def evaluation() -> None:
    """Measure answer accuracy in batch, and compare two runs."""


@evaluation.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Directory for results, summary and report."
)
@click.option("--backend", help="auto, extractive, local, or provider:model (WENJU_BACKEND).")
@click.option("--retrieval-only", is_flag=True, help="Search (and translate), write no answers.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many questions.")
@click.option("--quick", is_flag=True, help="A fixed sample of 30 questions.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted run.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Questions asked at once."
)
@click.option("--no-cache", is_flag=True, help="Ask the model again even where the same was asked before.")
@click.option("--skip-invalid", is_flag=True, help="Leave invalid lines of the data set out and go on.")
@click.option("--price-in", default=0.0, type=click.FloatRange(0), help="What a million prompt tokens cost.")
@click.option("--price-out", default=0.0, type=click.FloatRange(0), help="What a million answer tokens cost.")
@click.option("--max-cost", type=click.FloatRange(0), help="Ask no more when this is about to be spent.")
@click.option("--retries", default=3, show_default=True, type=click.IntRange(0), help="After a rate limit.")
@click.option("--dry-run", is_flag=True, help="Count tokens and cost without asking a model.")
@click.pass_context
def run(
    context: click.Context,
    dataset: Path,
    out: Path,
    backend: str | None,
    retrieval_only: bool,
    limit: int | None,
    quick: bool,
    resume: bool,
    workers: int,
    no_cache: bool,
    skip_invalid: bool,
    price_in: float,
    price_out: float,
    max_cost: float | None,
    retries: int,
    dry_run: bool,
) -> None:
    """Ask every question of DATASET and score the answers."""
    from assistant.assistant import Assistant
    from assistant.evidence import tokens
    from assistant.faces import output
    from assistant.faces.cli import settings_of
    from assistant.models.cache import CachedModel
    from assistant.models.choose import choose
    from assistant.opening import open_library
    from eval import dataset as datasets
    from eval import manifest, runner
    from eval.estimate import estimate
    from eval.retrieval import Sources
    from eval.scores import Prices

    questions = datasets.load(dataset, skip_invalid=skip_invalid)
    for invalid in questions.left_out:
        click.echo(f"left out: {invalid}", err=True)
    settings = settings_of(context, backend=backend)
    library = _library(open_library, settings)
    text = _texts(library)
    found = datasets.located(questions, Sources(text).line_count, skip_invalid=skip_invalid)
    for invalid in found.left_out[len(questions.left_out) :]:
        click.echo(f"left out: {invalid}", err=True)
    library.warm_up()
    choice = choose(settings)
    model = choice.model
    if model is not None and not no_cache:
        model = CachedModel(model, settings.home / "eval-cache.db")
    prices = Prices(price_in, price_out) if price_in or price_out else None
    if max_cost is not None and prices is None:
        raise WenjuError("--max-cost needs --price-in and --price-out: what a million tokens cost")
    if dry_run:
        chosen = (datasets.quick(found) if quick else found)[:limit]
        counted = estimate(chosen, model, lambda counting: Assistant(library, counting, settings), tokens, prices)
        click.echo(str(counted))
        return
    assistant = Assistant(library, model, settings)
    with _bar() as tell:
        summary = runner.run(
            lambda: assistant,
            found,
            out,
            text=text,
            made_by=manifest.manifest(settings, choice.name, library.fingerprint()),
            workers=workers,
            resume=resume,
            retrieval_only=retrieval_only,
            limit=limit,
            quick=quick,
            progress=tell,
            describe=_descriptions(library),
            similarity=_similarity(library),
            prices=prices,
            max_cost=max_cost,
            retries=retries,
        )
    if stopped := summary["run"].get("stopped"):
        click.echo(f"stopped {stopped}; --resume with a higher --max-cost goes on", err=True)
    output.evaluation_summary(summary, out)
    if summary["errors"] == summary["n"]:
        context.exit(1)


@evaluation.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--markdown", is_flag=True, help="Print the figures as a Markdown table for a pull request.")
def report(directory: Path, markdown: bool) -> None:
    """Write a finished run's report.html anew, or print its figures as Markdown."""
    from eval import report as reports

    click.echo(reports.markdown(directory) if markdown else reports.write(directory))


@evaluation.command()
@click.argument("labels", type=click.Path(path_type=Path))
@click.option("--run", "directory", type=click.Path(path_type=Path), help="Score the answers of this run anew.")
@click.pass_context
def agreement(context: click.Context, labels: Path, directory: Path | None) -> None:
    """How far the scorers agree with hand LABELS of answers."""
    from assistant.faces.cli import settings_of
    from assistant.opening import open_library
    from eval import agreement as agreements
    from eval import dataset as datasets
    from eval.results import read_lines
    from eval.retrieval import Sources

    said = agreements.load(labels)
    if directory:
        library = _library(open_library, settings_of(context))
        sources = Sources(_texts(library), describe=_descriptions(library), similarity=_similarity(library))
        records = {item["id"]: item for item in read_lines(directory / "results.jsonl")}
        questions = {question.id: question for question in datasets.load(directory / "dataset.jsonl")}
        said = list(agreements.scored(said, records, questions, sources))
        click.echo(f"{len(said)} of the labelled answers are in {directory}\n")
    click.echo(agreements.table(said))


@evaluation.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The set to write: a new .jsonl file."
)
@click.option(
    "--format",
    default="auto",
    show_default=True,
    help="jsonl, csv, xlsx, squad (XQuAD, CMRC 2018, DRCD), rgb or nomiracl.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="The questions' language, where the set is silent.")
@click.option(
    "--reports", type=click.Path(path_type=Path), help="Folder for the texts asked about [OUT's name + -reports]."
)
@click.option("--skip-invalid", is_flag=True, help="Leave invalid entries out, name them, and go on.")
def import_set(
    source: Path, out: Path, format: str, lang: str | None, reports: Path | None, skip_invalid: bool
) -> None:
    """Turn a table or a public set into a question set of Wenju's own."""
    from eval import importers
    from eval.errors import BadDataset

    if out.exists():
        raise BadDataset(f"{out} is there already; choose another name, or remove it first")
    imported = importers.read(source, format=format, lang=lang, skip_invalid=skip_invalid)
    folder = reports or out.with_name(f"{out.stem}-reports")
    imported.write(out, folder)
    for invalid in imported.questions.left_out:
        click.echo(f"left out: {invalid}", err=True)
    click.echo(f"{len(imported.questions)} questions in {out}")
    if imported.texts:
        click.echo(f"{len(imported.texts)} texts in {folder}; index them: wenju index {folder}")


@evaluation.command()
@click.argument("dir_a", type=click.Path(path_type=Path))
@click.argument("dir_b", type=click.Path(path_type=Path))
@click.option("--fail-under", type=float, help="Fail when accuracy of B is under this.")
@click.option("--max-drop", type=float, help="Fail when accuracy drops by more than this.")
@click.pass_context
def compare(
    context: click.Context, dir_a: Path, dir_b: Path, fail_under: float | None, max_drop: float | None
) -> None:
    """Compare run DIR_B with run DIR_A question by question."""
    from eval.compare import compare as compare_runs

    comparison = compare_runs(dir_a, dir_b, fail_under=fail_under, max_drop=max_drop)
    click.echo(comparison.table())
    context.exit(comparison.exit_code)


def _library(opened: Callable[[Settings], Library], settings: Settings) -> Library:
    library = opened(settings)
    if not library.reports():
        raise WenjuError(f"the library in {settings.home} is empty; index reports first: wenju index PATH...")
    return library


def _texts(library: Library) -> Callable[[str], str]:
    """Canonical text by file name; the first report of that name."""
    ids = {report.source: report.id for report in reversed(library.reports())}

    @cache
    def text(source: str) -> str:
        if source not in ids:
            raise KeyError(source)
        return library.text(ids[source])

    return text


def _descriptions(library: Library) -> Callable[[str], str]:
    """What is known of a report beside its text, by file name: title, publisher, date."""
    known = {
        report.source: "\n".join(
            part for part in (report.title, report.publisher, report.date, report.source) if part
        )
        for report in reversed(library.reports())
    }
    return lambda source: known[source]


def _similarity(library: Library) -> Callable[[Sequence[str], Sequence[str]], np.ndarray]:
    """Cosines by the library's own embedding model."""

    def cosines(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        embedder = library.embedder
        found: np.ndarray = embedder.queries(list(queries)) @ embedder.documents(list(texts)).T
        return found

    return cosines


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    from tqdm import tqdm

    with tqdm(unit=" question", desc="asking", disable=None) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.n = done
            bar.refresh()

        yield tell
