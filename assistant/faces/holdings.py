"""`wenju docs`: what is indexed, and to correct or remove it."""

from __future__ import annotations

import select
import sys
from typing import TYPE_CHECKING

import click

from assistant.faces import output, scope
from vectorstore.dates import FORM
from vectorstore.errors import WenjuError

if TYPE_CHECKING:
    from assistant.settings import Settings


@click.group()
def docs() -> None:
    """What is indexed."""


def _settings(context: click.Context) -> Settings:
    from assistant.faces.cli import settings_of

    return settings_of(context)


@docs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def listed(context: click.Context, as_json: bool) -> None:
    """List the reports."""
    from assistant.opening import open_store

    output.reports(open_store(_settings(context)).reports(), as_json)


@docs.command()
@click.argument("id")
@click.option("--text", is_flag=True, help="Print the canonical text that offsets refer to.")
@click.pass_context
def show(context: click.Context, id: str, text: bool) -> None:
    """Show one report."""
    from assistant.opening import open_store

    store = open_store(_settings(context))
    if text:
        output.raw(store.text(id))
    else:
        output.report(store.report(id))


@docs.command("set")
@click.argument("id")
@click.option("--title", help="The report's title.")
@click.option("--publisher", help="Who published it.")
@click.option("--date", callback=scope.date, help=f"When, as {FORM}.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Its language.")
@click.option("--tags", help='What to file it under, in place of earlier tags: "chips, 2024"; "" for none.')
@click.pass_context
def correct(context: click.Context, /, id: str, **facts: str | None) -> None:
    """Correct a report's title, publisher, date, language or tags; kept when it is read again."""
    from assistant.opening import open_library

    given = {name: value for name, value in facts.items() if value is not None}
    if not given:
        raise WenjuError("nothing to set: use --title, --publisher, --date, --lang or --tags")
    output.report(open_library(_settings(context)).update(id, **given))


@docs.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove(context: click.Context, ids: tuple[str, ...], yes: bool) -> None:
    """Remove reports from the library (the files themselves stay)."""
    from assistant.opening import open_library

    library = open_library(_settings(context))
    ids = tuple(dict.fromkeys(ids))
    titles = ", ".join(library.report(id).source for id in ids)
    if not (yes or _agreed(titles)):
        click.echo("nothing was removed", err=True)
        context.exit(1)
    library.remove(ids)
    click.echo(f"removed {len(ids)}: {titles}")


def _agreed(titles: str) -> bool:
    """What a terminal answers. Without one nobody is asked, as scripts rely on, unless the input says no."""
    if sys.stdin is not None and sys.stdin.isatty():
        return click.confirm(f"Remove {titles} from the library?", err=True)
    return not _waiting().strip().lower().startswith("n")


def _waiting() -> str:
    """The line that waits on standard input; '' without one: an open pipe that says nothing is not waited for."""
    try:
        ready, _, _ = select.select([sys.stdin], [], [], 0)
        return sys.stdin.readline() if ready else ""
    except (AttributeError, TypeError, ValueError, OSError):  # closed, or not of a kind that can be asked
        return ""
