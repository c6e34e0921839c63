"""What the command line prints: for people by default, as JSON when asked."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from assistant.schema import Answer, Done, Event, Notice, Progress, Token
from vectorstore.schema import Hit, IndexSummary, Report

if TYPE_CHECKING:
    from vectorstore.explain import Trace
    from vectorstore.progress import Step


def log_to_stderr(level: str) -> None:
    """Send the log to stderr at `level`."""
    logging.basicConfig(stream=sys.stderr, level=level.upper(), format="%(levelname)s %(name)s: %(message)s")


def unknown_settings(names: Iterable[str], known: Iterable[str]) -> None:
    """Note on stderr the variables that mean nothing, each with the setting of `known` that it nearly is."""
    from difflib import get_close_matches

    for name in names:
        near = get_close_matches(name.removeprefix("WENJU_").lower(), known, 1)
        hint = f"; did you mean WENJU_{near[0].upper()}?" if near else ""
        click.echo(f"note: {name} is no setting of Wenju and is ignored{hint}", err=True)


def raw(text: str) -> None:
    """Write text exactly as it is, without translating line ends."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def json_line(value: Any) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[Step], None]]:
    """One bar for the whole of indexing, with the time left, and what is being done beside it."""
    from tqdm import tqdm

    bar: Any = None

    def tell(step: Step) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(
                total=1.0,
                bar_format="{percentage:3.0f}%|{bar}| {elapsed}, {remaining} left{postfix}",
                disable=quiet or not sys.stderr.isatty(),
            )
        bar.n = max(bar.n, step.overall)
        of = f" {step.done}/{step.total}" if step.total > 1 else ""
        bar.set_postfix_str(f"{step.action}{of} {step.file[:40]}".rstrip())

    try:
        yield tell
    finally:
        if bar is not None:
            bar.close()


@contextmanager
def download_bar() -> Iterator[Callable[[int, int | None, str], None]]:
    """A bar for a download: bytes done and in all, and where from."""
    from tqdm import tqdm

    bar: Any = None

    def tell(done: int, total: int | None, source: str) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(unit="B", unit_scale=True, unit_divisor=1024, mininterval=1.0)
        bar.total = total
        bar.n = done
        bar.set_description(f"fetching from {source}", refresh=False)
        bar.refresh() if done == total else bar.update(0)

    try:
        yield tell
    finally:
        if bar is not None:
            bar.close()


def index_summary(summary: IndexSummary, as_json: bool) -> None:
    """What an indexing run did; reasons of failures on stderr."""
    if as_json:
        json_line(asdict(summary))
        return
    for failure in summary.failed:
        click.echo(f"not read: {failure.reason}", err=True)
    for warning in summary.warnings:
        click.echo(f"note: {warning.reason}", err=True)
    removed = f"{len(summary.removed)} removed, " if summary.removed else ""
    click.echo(
        f"{len(summary.added)} added, {len(summary.updated)} updated, {len(summary.unchanged)} unchanged, "
        f"{removed}{len(summary.failed)} failed; {summary.passages} new passages in {summary.seconds:.1f} s"
    )


def reports(found: Sequence[Report], as_json: bool) -> None:
    """The list of reports."""
    if as_json:
        json_line({"reports": [asdict(report) for report in found]})
        return
    if not found:
        click.echo("the library is empty; add reports with `wenju index PATH...`")
    for report in found:
        facts = ", ".join(part for part in (report.publisher, report.date, report.lang) if part)
        pages = f"{report.pages} pages, " if report.pages else ""
        click.echo(
            f"{report.id}  {report.title}\n              {report.source} ({facts}; {pages}{report.passages} passages)"
        )


def report(found: Report) -> None:
    """Everything known of one report."""
    for name, value in asdict(found).items():
        shown = ", ".join(value) if isinstance(value, tuple) else value
        click.echo(f"{name:<11} {shown if shown not in (None, '') else '-'}")


def hits(found: Sequence[Hit], as_json: bool, trace: Trace | None = None) -> None:
    """Search results, and why they are what they are when there is a trace."""
    if as_json:
        explained = {"explain": trace.record(found)} if trace else {}
        json_line({"hits": [_hit(hit) for hit in found], **explained})
        return
    if trace:
        click.echo("\n".join(trace.lines(found)) + "\n")
    if not found:
        click.echo("nothing found")
    for hit in found:
        click.echo(
            click.style(f"{hit.rank}. {hit.report.title}", bold=True)
            + _place(hit.passage.page, hit.passage.start)
        )
        click.echo(f"   {' '.join(hit.passage.clean.split())[:300]}\n")


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "report": hit.report.id,
        "source": hit.report.source,
        "page": passage.page,
        "page_end": passage.page_end,
        "start": passage.start,
        "end": passage.end,
        "score": round(hit.score, 6),
        "text": hit.text,
    }


def _place(page: int | None, start: int) -> str:
    return f", p. {page}" if page is not None else f", at {start}"


def models(catalogue: Iterable[Any], present: Callable[[Any], bool], as_json: bool) -> None:
    """The catalogue of local models."""
    rows = [{**asdict(model), "present": present(model)} for model in catalogue]
    if as_json:
        json_line({"models": rows})
        return
    for row in rows:
        state = "here" if row["present"] else "not fetched"
        measured = "" if row["measured"] else "; not measured here"
        size = f"{row['size'] / 1e9:.1f} GB" if row["size"] else "size unknown"
        click.echo(
            f"{row['name']:<22} {row['title']}\n{'':<22} {size}, needs {row['memory']} GB memory, "
            f"{row['licence']}; {state}{measured}"
        )


def status(phase: str) -> None:
    """Say on a terminal what is going on; the next output takes its place."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[2K{phase} ...", nl=False, err=True)


def record(events: Iterable[Event]) -> None:
    """Print the record of an answer as one line of JSON."""
    json_line(next(event.answer for event in events if isinstance(event, Done)).record())


def stream(events: Iterable[Event]) -> None:
    """Show an answer as it is written, then its sources. On a terminal the checked text replaces the draft."""
    live = sys.stdout.isatty()
    drafted = ""
    for event in events:
        match event:
            case Progress(phase) if not drafted:
                status(phase)
            case Token(text) if live:
                if not drafted:
                    click.echo("\r\x1b[2K", nl=False, err=True)
                click.echo(text, nl=False)
                drafted += text
            case Notice(text):
                click.echo(text, err=True)
            case Done(answer):
                _finish(answer, drafted, live)


def _finish(answer: Answer, drafted: str, live: bool) -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[2K", nl=False, err=True)
    if not live:
        click.echo(answer.text)
    elif drafted.strip() != answer.text.strip():
        click.echo(f"\n\n{click.style('checked:', dim=True)} {answer.text}" if drafted else answer.text)
    else:
        click.echo()
    width = max(40, shutil.get_terminal_size().columns - 6) * 2
    for citation in answer.citations:
        place = _place(citation.page, citation.start)
        click.echo(f"\n[{citation.n}] {citation.title} ({citation.source}{place})")
        click.echo(click.style(f"    {' '.join(citation.quote.split())[:width]}", dim=True))
    unverified = sum(sentence.state == "unverified" for sentence in answer.sentences)
    if unverified:
        click.echo(f"\n{unverified} sentence(s) could not be verified against the sources", err=True)


def evaluation_summary(summary: dict[str, Any], out: Any) -> None:
    """The figures of a run as a table, one row a metric."""
    languages = summary.get("by", {}).get("lang", {})
    click.echo(f"{'metric':<24}{'all':>10}{''.join(f'{lang:>10}' for lang in languages)}")
    for name, figure in summary["overall"].items():
        row = [figure, *(languages[lang].get(name, {}) for lang in languages)]
        click.echo(f"{name:<24}" + "".join(f"{_figure(cell):>10}" for cell in row))
    for name, figure in summary.get("timing", {}).items():
        click.echo(f"{name:<24}{figure.get('median', 0):>9.2f}s median, {figure.get('p95', 0):.2f}s p95")
    click.echo(f"{summary['n']} questions; {out}/report.html shows each")
    if failed := summary.get("errors"):
        click.echo(f"{failed} of {summary['n']} questions ended in an error; --resume asks them again", err=True)


def _figure(cell: dict[str, Any]) -> str:
    value = cell.get("value")
    return "-" if value is None else f"{value:.3f}"
