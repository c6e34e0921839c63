"""Memory and pace while many reports are indexed: both should stay the same from the first to the last.

    python -m eval.growth [--reports 1000] [--embedder cheap|e5]

Reports are synthetic, of about 20 passages each. Prints a row for each tenth of the work, and where the time went.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval import synthetic
from eval.kills import open_library
from vectorstore.library import Library
from vectorstore.progress import Step
from vectorstore.schema import IndexSummary

ROWS = 10


def resident(process: str = "self") -> float:
    """Megabytes (10**6 bytes) a process has resident now; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6
    except (OSError, IndexError):
        return 0.0


def children() -> list[str]:
    """The processes that this one has started, readers of files above all."""
    return [
        child for place in Path("/proc/self/task").glob("*/children") for child in place.read_text().split()
    ]


class Meter:
    """Notes pace and memory as indexing tells of its progress, and prints a row for each tenth."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._begun = self._last = time.monotonic()
        self._passages = 0
        self.rows: list[tuple[float, int, float, float, float]] = []
        """Share of the work, passages, passages a second since the last row, megabytes here, and in readers."""

    def __call__(self, step: Step) -> None:
        """Take a row if one is due."""
        if step.overall >= (len(self.rows) + 1) / ROWS:
            self.take(step.overall)

    def take(self, overall: float) -> None:
        """Take a row now."""
        (passages,) = self._library.store.db.execute("SELECT count(*) FROM passages").fetchone()
        now = time.monotonic()
        pace = (passages - self._passages) / max(now - self._last, 1e-9)
        self.rows.append((overall, passages, pace, resident(), sum(map(resident, children()))))
        self._passages, self._last = passages, now
        print(row(self.rows[-1], now - self._begun), flush=True)


def row(measured: tuple[float, int, float, float, float], seconds: float) -> str:
    """A row of the table."""
    overall, passages, pace, here, readers = measured
    return f"{overall:>5.0%} {seconds:>8.0f} {passages:>9} {pace:>12.0f} {here:>9.0f} {readers:>11.0f}"


def stages(summary: IndexSummary) -> Iterator[str]:
    """Where the time of an indexing run went, the longest first."""
    for name, seconds in sorted(summary.stages.items(), key=lambda item: -item[1]):
        yield f"{name:<10} {seconds:>8.1f} s {seconds / max(summary.seconds, 1e-9):>6.0%}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Index, and print what it took; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.growth", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--reports", type=int, default=1000, help="of 20 passages each")
    parser.add_argument("--embedder", choices=("cheap", "e5"), default="cheap", help="cheap takes no model")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "reports"
        folder.mkdir()
        for number in range(options.reports):
            synthetic.write(folder, number, 0)
        library = open_library(Path(place) / "home", options.embedder)
        library.embedder.query("warm up")
        print(" work  seconds  passages  passages/s   MB here  MB readers")
        meter = Meter(library)
        summary = library.add([folder], meter)
        meter.take(1.0)
        print(
            f"\n{len(summary.added)} reports, {summary.passages} passages in {summary.seconds:.1f} s: "
            f"{summary.passages / summary.seconds:.0f} passages a second; time here, readers work beside:"
        )
        print("\n".join(stages(summary)))
        for fault in library.faults():
            print(f"growth: {fault}", file=sys.stderr)
    return 1 if summary.failed else 0


if __name__ == "__main__":
    sys.exit(main())
