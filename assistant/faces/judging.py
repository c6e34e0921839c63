"""`wenju eval draft`, `review`, `judge` and `agreement`: what people and models say of questions and answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.errors import WenjuError
from assistant.faces.evaluated import library_of, sources_of, texts_of

if TYPE_CHECKING:
    from assistant.models.base import ChatModel
    from assistant.settings import Settings
    from eval.dataset import Question
    from eval.drafts import Draft

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("labels", type=click.Path(path_type=Path))
@click.option("--run", "directory", type=click.Path(path_type=Path), help="Score the answers of this run anew.")
@click.pass_context
def agreement(context: click.Context, labels: Path, directory: Path | None) -> None:
    """How far the scorers agree with hand LABELS of answers."""
    from assistant.faces.cli import settings_of
    from eval import agreement as agreements
    from eval import dataset as datasets
    from eval.results import read_lines

    said = agreements.load(labels)
    if directory:
        sources = sources_of(library_of(settings_of(context)))
        records = {item["id"]: item for item in read_lines(directory / "results.jsonl")}
        questions = {question.id: question for question in datasets.load(directory / "dataset.jsonl")}
        said = list(agreements.scored(said, records, questions, sources))
        click.echo(f"{len(said)} of the labelled answers are in {directory}\n")
    click.echo(agreements.table(said))


@click.command()
@click.argument("directory", metavar="DIR", type=_PATH)
@click.option("--backend", help="The judge: local, or provider:model (WENJU_BACKEND).")
@click.option("--labels", type=_PATH, help="Hand labels to compare the judge with.")
@click.option("--ragas", is_flag=True, help="RAGAS's metrics instead, where it is installed.")
@click.pass_context
def judge(context: click.Context, directory: Path, backend: str | None, labels: Path | None, ragas: bool) -> None:
    """Have a chat model grade the answers of a finished run: against their references, and each sentence against
    what it cites.
    """
    from assistant.faces.cli import settings_of
    from eval import agreement as agreements
    from eval import dataset as datasets
    from eval import judge as judges
    from eval.results import read_lines, write_lines

    settings = settings_of(context, backend=backend)
    sources = sources_of(library_of(settings))
    model = _model(settings)
    questions = {question.id: question for question in datasets.load(directory / "dataset.jsonl")}
    pairs = ((record, questions[record["id"]]) for record in read_lines(directory / "results.jsonl"))
    if ragas:
        from eval import ragas_metrics
        from eval.results import write_json

        measured = ragas_metrics.measure(pairs, model, sources)
        write_json(directory / "ragas.json", measured)
        click.echo(ragas_metrics.table(measured, model.name))
        return
    known = agreements.load(labels) if labels else ()
    lines = list(judges.judge_all(pairs, model, sources, known))
    write_lines(directory / "judged.jsonl", lines)
    click.echo(judges.table(lines, model.name))


@click.command()
@click.argument("drafts", metavar="DRAFTS.jsonl", type=_PATH)
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many questions.")
@click.option("--known", type=_PATH, help="A set whose questions are not to be proposed again.")
@click.option("--lang", "langs", multiple=True, type=click.Choice(["zh", "en"]), help="[both]")
@click.option("--type", "types", multiple=True, type=click.Choice(["number", "fact", "definition", "list"]))
@click.option("--seed", default=0, show_default=True, help="Another seed reads other places.")
@click.option("--backend", help="local, or provider:model (WENJU_BACKEND).")
@click.pass_context
def draft(
    context: click.Context, drafts: Path, count: int, known: Path | None, langs: tuple[str, ...],
    types: tuple[str, ...], seed: int, backend: str | None,
) -> None:
    """Have a chat model propose questions about the library; a person reviews them before they count."""
    from assistant.faces.cli import settings_of
    from eval import dataset as datasets
    from eval import drafts as drafting

    if drafts.exists():
        raise WenjuError(f"{drafts} is there already; review it, or choose another name")
    settings = settings_of(context, backend=backend)
    model, library = _model(settings), library_of(settings)
    text = texts_of(library)

    def keep(item: Draft) -> None:
        # One line at a time, so that what a slow model wrote is not lost by stopping it.
        with drafts.open("a", encoding="utf-8") as file:
            file.write(json.dumps(item.line(), ensure_ascii=False) + "\n")
        click.echo(item.question.question, err=True)

    done = drafting.draft(
        {report.source: text(report.source) for report in library.reports()}, model, count,
        known=datasets.load(known) if known else (), types=types or drafting.TYPES,
        langs=langs or ("zh", "en"), seed=seed, keep=keep,
    )
    click.echo(f"{len(done.drafts)} drafts in {drafts}; review them: wenju eval review {drafts} --into SET.jsonl")
    for why, times in done.dropped.most_common():
        click.echo(f"dropped {times}: {why}", err=True)


@click.command()
@click.argument("drafts", metavar="DRAFTS.jsonl", type=_PATH)
@click.option("--into", required=True, type=_PATH, help="The set that accepted questions join.")
@click.option("--accept", multiple=True, metavar="ID", help="Accept this draft without asking.")
@click.option("--reject", multiple=True, metavar="ID", help="Reject this draft without asking.")
def review(drafts: Path, into: Path, accept: tuple[str, ...], reject: tuple[str, ...]) -> None:
    """Accept, edit or reject drafted questions, one after the other; every decision is kept at once."""
    from eval import drafts as drafting

    if both := sorted({*accept} & {*reject}):
        raise click.UsageError(f"{', '.join(both)} cannot be both accepted and rejected; name it once")
    for status, ids in (("accepted", accept), ("rejected", reject)):
        for id in ids:
            drafting.decide(drafts, into, id, status)
    waiting = [] if accept or reject else [item for item in drafting.load(drafts) if item.status == "waiting"]
    for n, item in enumerate(waiting, start=1):
        click.echo(_shown(item, n, len(waiting)))
        if not _decided(drafts, into, item):
            break
    statuses = [item.status for item in drafting.load(drafts)]
    click.echo(", ".join(f"{statuses.count(status)} {status}" for status in ("accepted", "rejected", "waiting")))


def _shown(item: Draft, n: int, total: int) -> str:
    question = item.question
    facts = "; ".join(" / ".join(group) for group in question.key_facts)
    places = "; ".join(f"{e.file} {e.start_line}-{e.end_line}" for e in question.evidence)
    return (
        f"\n{click.style(f'{n} of {total}', dim=True)} {question.id} ({question.lang}, {question.type})\n"
        f"{click.style(question.question, bold=True)}\n  answer     {question.answer}\n  key facts  {facts}\n"
        f"  evidence   {places}\n{click.style(item.excerpt, dim=True)}"
    )


def _decided(drafts: Path, into: Path, item: Draft) -> bool:
    """Ask for and keep one decision; False when the person stops."""
    from eval import drafts as drafting

    said = click.prompt("[a]ccept [e]dit [r]eject [s]kip [q]uit", type=click.Choice(list("aersq")), show_choices=False)
    question = None
    if said == "e":
        question = _edited(item)
        said = "a" if question else "s"
    if said in ("a", "r"):
        status = "accepted" if said == "a" else "rejected"
        drafting.decide(drafts, into, item.question.id, status, question)
    return bool(said != "q")


def _edited(item: Draft) -> Question | None:
    """The question as edited, None when nothing was saved; asks again while it is no question."""
    from eval.dataset import question_of

    text: str | None = json.dumps(item.question.line(), ensure_ascii=False, indent=1)
    while (text := click.edit(text, extension=".json")) is not None:
        try:
            return question_of(json.loads(text))
        except ValueError as error:
            click.echo(f"that is no question: {error}", err=True)
    return None


def _model(settings: Settings) -> ChatModel:
    from assistant.models.cache import CachedModel
    from assistant.models.choose import choose

    model = choose(settings).model
    if model is None:
        raise WenjuError(
            f"this needs a chat model and the backend {settings.backend!r} gives none; say --backend local, which "
            "wenju model pull gets, or --backend provider:model"
        )
    return CachedModel(model, settings.home / "eval-cache.db")
