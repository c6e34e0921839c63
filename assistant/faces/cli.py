"""The command line: thin; every command reads its settings, calls one part, and prints."""

from __future__ import annotations

import os
import sqlite3
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.faces import output, scope
from assistant.faces.bodies import whole
from assistant.faces.evaluation import evaluation
from assistant.faces.holdings import docs
from assistant.settings import Settings, load, unknown
from vectorstore.errors import WenjuError

if TYPE_CHECKING:
    from vectorstore.files import Choice
    from vectorstore.library import Library

LANGUAGES = click.Choice(["auto", "zh", "en"])


def _words(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """An argument as text that can be printed: bytes that are not UTF-8 become U+FFFD."""
    return whole(value)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--home", type=click.Path(path_type=Path), help="Where the index and conversations are kept (WENJU_HOME)."
)
@click.version_option(package_name="wenju")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """Wenju 问据: ask a library of reports, in Chinese or English; every sentence is tied to its source."""
    context.obj = home
    output.unknown_settings(unknown(), Settings.model_fields)


def settings_of(context: click.Context, **said: Any) -> Settings:
    """The settings of this call; `said` are the command's own options, None where not given."""
    settings = load(context.obj, **said)
    output.log_to_stderr(settings.log_level)
    return settings


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--include", multiple=True, metavar="GLOB", help="Only files like this; may be given again.")
@click.option(
    "--exclude", multiple=True, metavar="GLOB", help="No files or folders like this; may be given again."
)
@click.option("--watch", is_flag=True, help="Go on, and keep the library in step until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--samples", is_flag=True, help="Index the sample reports that come with Wenju.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the library already holds a report.")
@click.pass_context
def index(
    context: click.Context,
    paths: tuple[Path, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    watch: bool,
    as_json: bool,
    samples: bool,
    if_empty: bool,
) -> None:
    """Bring files and folders into the library: what is new, changed or gone.

    Reads PDF, Office, CSV, HTML, EPUB, pictures, Markdown and text.
    """
    from assistant.opening import open_library, open_store
    from vectorstore.files import Choice

    if samples:
        import samples as sample_reports

        paths = (*paths, sample_reports.path())
    if not paths:
        raise WenjuError("nothing to index: name files or folders, or use --samples")
    settings = settings_of(context)
    if if_empty and open_store(settings).reports():
        return
    library = open_library(settings)
    choice = Choice(include, exclude)
    if made_with := library.outdated:
        click.echo(f"embedding anew with {settings.embedder}; {made_with} answers until it is done", err=True)
        with output.progress_bar(quiet=as_json) as tell:
            library.rebuild(tell)
    with output.progress_bar(quiet=as_json) as tell:
        summary = library.add(paths, tell, choice)
    output.index_summary(summary, as_json)
    if watch:
        _watch(library, paths, choice, as_json)
    elif summary.failed:
        context.exit(1)


def _watch(library: Library, paths: tuple[Path, ...], choice: Choice, as_json: bool) -> None:
    from vectorstore.watch import watching

    click.echo("watching for changes; Ctrl-C ends it", err=True)
    try:
        for summary in watching(library, paths, choice):
            output.index_summary(summary, as_json)
    except KeyboardInterrupt:
        click.echo("stopped watching", err=True)


@cli.command()
@click.argument("query", callback=_words)
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 200), help="How many passages.")
@scope.options
@click.option("--language", "lang", type=click.Choice(["zh", "en"]), help="Only in reports in this language.")
@click.option("--tag", help="Only in reports with this tag (a part of it).")
@click.option("--section", help="Only under headings that hold this.")
@click.option(
    "--explain", is_flag=True, help="Say what was searched, and why each passage ranks where it does."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def search(
    context: click.Context, /, query: str, k: int, reports: tuple[str, ...], explain: bool, as_json: bool,
    **limits: Any,
) -> None:  # fmt: skip
    """Search the passages; no chat model is asked."""
    from assistant.opening import open_library
    from assistant.question import queries, understand
    from vectorstore.explain import Trace
    from vectorstore.filters import Filter

    library = open_library(settings_of(context))
    ids = scope.known(library, reports)
    trace = Trace() if explain else None
    ways = queries(understand(query), None, library.terms_in)
    hits = library.search(ways, k, ids or None, where=Filter(**limits), trace=trace)
    output.hits(hits, as_json, trace)


@cli.command()
@click.argument("question", callback=_words)
@click.option("--lang", default="auto", type=LANGUAGES, help="Language of the answer.")
@click.option("--backend", help="auto, extractive, local, or provider:model (WENJU_BACKEND).")
@click.option("--after", multiple=True, help="An earlier question of the conversation; may be given again.")
@scope.options
@click.option("--json", "as_json", is_flag=True, help="Print one record as JSON.")
@click.pass_context
def ask(
    context: click.Context, /, question: str, lang: Any, backend: str | None, after: tuple[str, ...],
    reports: tuple[str, ...], as_json: bool, **limits: Any,
) -> None:  # fmt: skip
    """Ask a question; the answer streams, its sources follow."""
    from assistant import open_assistant
    from assistant.models.choose import choose
    from assistant.opening import warm_up
    from assistant.question import understand
    from vectorstore.filters import Filter

    # A backend named on the command line is meant: when it fails, that is said, and no other takes over.
    settings = settings_of(context, backend=backend, fallback="none" if backend else None)
    asked = understand(question, after, lang)
    assistant = open_assistant(settings)
    ids = scope.within(assistant.library, reports, Filter(**limits))
    choice = choose(settings)
    if choice.fallback:
        click.echo(choice.reason[asked.lang], err=True)
    if not as_json:
        output.status("loading")
    warm_up(assistant)
    told = assistant.ask(question, after, lang, reports=ids)
    if as_json:
        output.record(told)
    else:
        output.stream(told)


@cli.group()
def model() -> None:
    """Local chat models."""


@model.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def model_list(context: click.Context, as_json: bool) -> None:
    """List the models that can be fetched, with memory needed and licence."""
    from assistant.models.catalogue import CATALOGUE
    from assistant.models.download import place

    settings = settings_of(context)
    output.models(CATALOGUE, lambda model: place(model, settings.cache).is_file(), as_json)


@model.command("pull")
@click.argument("name", required=False)
@click.pass_context
def model_pull(context: click.Context, name: str | None) -> None:
    """Fetch a model (1.1 GB by default): resumable, checked by SHA-256."""
    from assistant.models.catalogue import find
    from assistant.models.download import pull

    settings = settings_of(context)
    wanted = find(name or settings.local_model)
    with output.download_bar() as tell:
        path = pull(wanted, settings.cache, tell, lambda said: click.echo(said, err=True))
    click.echo(str(path))


@model.command("path")
@click.argument("name", required=False)
@click.pass_context
def model_path_command(context: click.Context, name: str | None) -> None:
    """Print where a model's file is or would be."""
    from assistant.models.choose import model_path

    click.echo(str(model_path(settings_of(context, local_model=name))))


@cli.command()
@click.option("--host", help="Address to listen on (WENJU_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (WENJU_PORT).")
@click.option("--backend", help="auto, extractive, local, or provider:model (WENJU_BACKEND).")
@click.option("--slack", "with_slack", is_flag=True, help="Run the Slack bot as well.")
@click.pass_context
def serve(
    context: click.Context, host: str | None, port: int | None, backend: str | None, with_slack: bool
) -> None:
    """Serve the chat page and the HTTP API on one port."""
    from assistant.faces.serve import serve as run

    if with_slack:
        _need_slack()
    run(settings_of(context, host=host, port=port, backend=backend), slack=with_slack)


@cli.command()
@click.option("--backend", help="auto, extractive, local, or provider:model (WENJU_BACKEND).")
@click.pass_context
def slack(context: click.Context, backend: str | None) -> None:
    """Run the Slack bot alone."""
    _need_slack()
    from assistant.faces.slack.run import serve_bot

    serve_bot(settings_of(context, backend=backend))


def _need_slack() -> None:
    missing = [name for name in ("slack_bolt", "slack_sdk", "aiohttp") if find_spec(name) is None]
    if missing:
        raise WenjuError(f"the Slack bot needs {', '.join(missing)}: pip install 'wenju[slack]'")


@cli.command()
@click.option("--repair", is_flag=True, help="Rebuild what is derived; nothing is embedded twice.")
@click.pass_context
def doctor(context: click.Context, repair: bool) -> None:
    """Check that the stored data is consistent; say what else is missing."""
    from assistant.faces.doctor import examine

    context.exit(examine(settings_of(context), repair=repair))


cli.add_command(docs)
cli.add_command(evaluation)


def main() -> None:
    """The console script: a failure is one line on stderr and a non-zero exit."""
    try:
        code = cli.main(prog_name="wenju", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        code = _failed(error)
    sys.stdout.flush()
    raise SystemExit(code if isinstance(code, int) else 0)


def _failed(error: BaseException) -> int:
    """Say in one line on stderr what went wrong: the exit code. What has no such line is a bug, and raised again."""
    if _stopped(error):
        click.echo("stopped", err=True)
        return 130
    match error:
        case click.exceptions.NoArgsIsHelpError():
            error.show()
        case click.ClickException():
            click.echo(f"wenju: {_usage(error)}", err=True)
        case WenjuError():
            click.echo(f"wenju: {error}", err=True)
        case sqlite3.Error():
            click.echo(f"wenju: the database failed ({error}); `wenju doctor` checks it", err=True)
        case BrokenPipeError():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case OSError():
            where = f": {error.filename}" if error.filename else ""
            click.echo(f"wenju: {error.strerror or error}{where}", err=True)
        case _:
            raise error
    return int(getattr(error, "exit_code", 1))


def _stopped(error: BaseException) -> bool:
    """Whether Ctrl-C lies behind it: an extension module that it hits while loading raises an error of its own."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, (click.Abort, KeyboardInterrupt)):
            return True
        behind = behind.__cause__ or behind.__context__
    return False


def _usage(error: click.ClickException) -> str:
    """What was wrong with the command, in one line, and where to read how it goes."""
    said = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    return f"{said.rstrip('.')}; see `{context.command_path} --help`" if context else said


if __name__ == "__main__":
    main()
