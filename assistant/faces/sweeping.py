"""`wenju eval sweep`: the same questions under several settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.errors import WenjuError
from assistant.faces.evaluated import bench_of, library_of

if TYPE_CHECKING:
    from assistant.settings import Settings
    from eval.variants import Variant
    from vectorstore.library import Library


@click.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Directory for runs, table and plot.")
@click.option(
    "--vary", multiple=True, required=True, metavar="NAME=A,B", help="What to vary; several make every combination."
)
@click.option("--retrieval-only", is_flag=True, help="Search (and translate), write no answers.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many questions.")
@click.option("--quick", is_flag=True, help="A fixed sample of 30 questions.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Questions asked at once.")
@click.option("--skip-invalid", is_flag=True, help="Leave invalid lines of the data set out and go on.")
@click.pass_context
def sweep(
    context: click.Context, dataset: Path, out: Path, vary: tuple[str, ...], retrieval_only: bool,
    limit: int | None, quick: bool, workers: int, skip_invalid: bool,
) -> None:
    """Ask DATASET under every combination of settings, and test each against the first.

    Run it again to go on with a sweep that was interrupted.
    """
    from assistant.faces.cli import settings_of
    from eval import dataset as datasets
    from eval import sweep as sweeps
    from eval import variants

    questions = datasets.load(dataset, skip_invalid=skip_invalid)
    chosen = variants.variants(vary)
    asked = {
        "dataset": datasets.fingerprint(questions), "limit": limit, "quick": quick, "retrieval_only": retrieval_only,
    }

    def run(variant: Variant, folder: Path) -> dict[str, Any]:
        click.echo(variant.name, err=True)
        settings = settings_of(context, **variant.settings)
        library = _library(settings, settings_of(context), variant, out)
        made_by = {"constants": variants.recorded(variant)} if variant.constants else {}
        bench = bench_of(settings, library, made_by=made_by)
        found = bench.located(questions, skip_invalid)
        with variants.applied(variant, library), bar() as tell:
            return bench.run(
                found, folder, workers=workers, resume=True, retrieval_only=retrieval_only, limit=limit,
                quick=quick, progress=tell,
            )  # fmt: skip

    found = sweeps.sweep(chosen, out, asked, run)
    click.echo(sweeps.table(found))
    click.echo(f"\nthe plot is in {out / 'sweep.html'}")


def _library(settings: Settings, stock: Settings, variant: Variant, out: Path) -> Library:
    """The library as it is, or one indexed anew below `out` with the variant's passages or embedder."""
    from assistant.opening import open_embedder_of, open_store
    from eval import variants
    from vectorstore.library import Library

    if not (named := variants.library_of(variant)):
        return library_of(settings)
    files = [Path(report.path) for report in open_store(stock).reports()]
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise WenjuError(f"to cut or embed the reports anew their files are needed, and {missing[0]} is not there")
    home = out / "libraries" / named.replace(" ", "-").replace("/", "-").replace(":", "-")
    library = Library(home, open_embedder_of(settings), settings.cache / "words")
    size = variant.constants.get(variants.PASSAGE_CHARS)
    with variants.cut_to(int(size)) if size else nullcontext():
        summary = library.add(files)
    if summary.failed:
        raise WenjuError(f"{summary.failed[0].path} could not be indexed anew: {summary.failed[0].reason}")
    return library


@contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; what it yields is called with (done, total)."""
    from tqdm import tqdm

    with tqdm(unit=" question", desc="asking", disable=None) as shown:

        def tell(done: int, total: int) -> None:
            shown.total = total
            shown.n = done
            shown.refresh()

        yield tell
