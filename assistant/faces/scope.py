"""Which reports a command or a request is kept to: the options that say so, and what they mean for a library."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vectorstore.dates import FORM, is_date
from vectorstore.errors import BadFilter, NotInLibrary

if TYPE_CHECKING:
    from vectorstore.filters import Filter
    from vectorstore.library import Library

Command = TypeVar("Command", bound=Callable[..., Any])


def date(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The value of an option that takes a date."""
    if value and not is_date(value):
        raise click.BadParameter(f"{value!r} is no date; write {FORM}")
    return value


def options(command: Command) -> Command:
    """Give a command `--report`, `--publisher`, `--since` and `--until`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--report", "reports", multiple=True, help="Only in this report (id); may be given again."),
    click.option("--publisher", help="Only in reports of this publisher (a part of its name)."),
    click.option("--since", callback=date, help=f"Only in reports of this date or later: {FORM}."),
    click.option("--until", callback=date, help="Only in reports of this date or earlier."),
)


def known(library: Library, ids: Iterable[str]) -> frozenset[str]:
    """Report ids as they were given. Raises `NotInLibrary` naming those that no report has."""
    wanted = tuple(dict.fromkeys(ids))
    there = {report.id for report in library.reports()}
    if missing := [id for id in wanted if id not in there]:
        raise NotInLibrary(f"no report has the id {', '.join(map(repr, missing))}; `wenju docs list` shows the ids")
    return frozenset(wanted)


def within(library: Library, ids: Iterable[str], where: Filter) -> set[str] | None:
    """The reports that a question is kept to; None for all. Raises `NotInLibrary`, and `BadFilter` where none is left:
    an answer that the reports do not say would be no answer then.
    """
    from vectorstore.filters import allowed

    found = allowed(library.reports(), where, known(library, ids) or None)
    if found is not None and not found:
        raise BadFilter("no report is within these limits; `wenju docs list` shows ids, publishers and dates")
    return found
