"""`wenju doctor`: is the stored data consistent, and what else is missing."""

from __future__ import annotations

import importlib.util

import click

from assistant import database
from assistant.errors import WenjuError
from assistant.faces import output
from assistant.opening import open_library
from assistant.settings import Settings
from vectorstore.errors import EmbedderMismatch
from vectorstore.home import is_open
from vectorstore.library import Library


def examine(settings: Settings, repair: bool = False) -> int:
    """Check and say; returns 0 when the data is consistent, 1 when it is not."""
    library = _open(settings, repair)
    if repair:
        with output.progress_bar() as tell:
            library.rebuild(tell)
        click.echo("rebuilt the indexes from the database")
    faults = library.faults()
    others = [fault for name in database.FILES if (fault := database.fault(settings.home / name))]
    for fault in (*faults, *others):
        click.echo(f"fault: {fault}", err=True)
    reports = library.reports()
    click.echo(
        f"home      {settings.home}: {len(reports)} reports, {sum(r.passages for r in reports)} passages"
    )
    if is_open(settings.home):
        click.echo("          other users of this machine can look into it; `chmod 700` closes it")
    click.echo(f"embedder  {library.embedder.name}")
    if made_with := library.outdated:
        click.echo(
            f"          the index was made with {made_with}; the setting names {settings.embedder}: "
            "`wenju index PATH...` or `wenju doctor --repair` embeds anew, and the old index answers meanwhile"
        )
    for line in _advice(settings):
        click.echo(line)
    remedy = "run `wenju doctor --repair`" if faults else "the fault says what to do"
    click.echo("data      " + (f"not consistent; {remedy}" if faults or others else "consistent"))
    return 1 if faults or others else 0


def _open(settings: Settings, repair: bool) -> Library:
    try:
        return open_library(settings)
    except EmbedderMismatch:
        if not repair:
            raise
        return open_library(settings, adopt=True)


def _advice(settings: Settings) -> list[str]:
    from assistant.faces.slack import health
    from assistant.models.choose import absent, model_path

    try:
        path = model_path(settings)
        found = str(path) if path.is_file() else absent(settings)[0]
    except WenjuError as error:  # a name that does not exist says nothing about the data
        found = str(error)
    lines = [f"model     {found}"]
    if importlib.util.find_spec("xllamacpp") is None:
        lines.append(
            "local     xllamacpp is not installed; `pip install 'wenju[local]'` runs models in-process"
        )
    return [*lines, *health.lines(settings)]
