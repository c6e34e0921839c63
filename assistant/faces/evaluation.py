"""`wenju eval`: run a question set, compare two runs."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.errors import WenjuError
from assistant.faces.evaluated import bench_of
from assistant.faces.judging import agreement, draft, judge, review
from assistant.faces.sweeping import bar, sweep


@click.group("eval")
def evaluation() -> None:
    """Measure answer accuracy in batch, and compare two runs."""


for _command in (agreement, draft, judge, review, sweep):
    evaluation.add_command(_command)


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
    from assistant.faces import output
    from assistant.faces.cli import settings_of
    from assistant.prices import Price, table
    from eval import dataset as datasets

    settings = settings_of(context, backend=backend)
    price = Price(price_in, price_out) if price_in or price_out else table(settings.prices).get(settings.backend)
    if max_cost is not None and price is None:
        raise WenjuError("--max-cost needs WENJU_PRICES, or --price-in and --price-out: what a million tokens cost")
    questions = datasets.read(dataset)
    bench = bench_of(settings, cached=not no_cache)
    found = bench.located(questions, skip_invalid)
    for invalid in found.left_out:
        click.echo(f"left out: {invalid}", err=True)
    bench.library.warm_up()
    if dry_run:
        chosen = (datasets.quick(found) if quick else found)[:limit]
        click.echo(str(bench.estimate(chosen, price)))
        return
    with bar() as tell:
        summary = bench.run(
            found,
            out,
            workers=workers,
            resume=resume,
            retrieval_only=retrieval_only,
            limit=limit,
            quick=quick,
            progress=tell,
            price=price,
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
