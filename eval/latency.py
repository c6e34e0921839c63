"""How long a search takes while a library grows, and how much of what is nearest it finds.

    python -m eval.latency [--passages 20000 100000 ...] [--embedder cheap|e5]

Reports are synthetic; each size is the one before it with reports added. Prints for each size the times of a whole
search (embedding, both rankings in both languages, hits), the recall of the vector index against exact search, the
memory this process has and what lies on disk.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval import synthetic
from eval.growth import resident
from eval.kills import open_library
from vectorstore.library import Library
from vectorstore.schema import Query

QUESTIONS = 200
EXACT = 50
"""Questions that are also searched exactly."""
NEAREST = 10
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: milliseconds of a search (median, 95th percentile), recall of the nearest ten, and megabytes."""

    passages: int
    seconds: float
    median: float
    p95: float
    recall: float
    memory: float
    truth: float
    derived: float


def questions(count: int, seed: int = 0) -> list[list[Query]]:
    """Questions as a chat model leaves them, in both languages; the same for the same seed."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        year, topic = chance.randint(2015, 2025), synthetic.text(chance.randint(0, 999), 0).split("：")[1][:2]
        english = f"How much was invested in field {number} in {year}, and how fast did it grow?"
        found.append([Query(english, "en", 0.8), Query(f"{year}年{topic}领域投入多少亿元，同比增长多少？", "zh")])
    return found


def timed(library: Library, asked: Sequence[Sequence[Query]]) -> list[float]:
    """Milliseconds of each search of 40 passages, after one that is not counted."""
    library.search(asked[0], 40)
    took = []
    for ways in asked:
        begun = time.perf_counter()
        library.search(ways, 40)
        took.append(1000 * (time.perf_counter() - begun))
    return took


def recall(library: Library, asked: Sequence[Sequence[Query]]) -> float:
    """The share of the nearest passages, by exact search over every vector, that the vector index gives.

    Passages as near as the last of them count, too: synthetic sentences repeat themselves.
    """
    vectors = library.embedder.queries([ways[-1].text for ways in asked])
    best = np.full((len(asked), NEAREST), -1.0, np.float32)
    for chunk in _vectors(library):
        near = np.concatenate([best, vectors @ chunk.T], axis=1)
        best = -np.sort(-near, axis=1)[:, :NEAREST]
    found = [
        sorted((near for segment in library._current() for _, near in segment.dense(vector, NEAREST)), reverse=True)
        for vector in vectors
    ]
    return sum(
        sum(near >= last - 1e-4 for near in nearest[:NEAREST]) for nearest, last in zip(found, best[:, -1], strict=True)
    ) / (NEAREST * len(asked))


def _vectors(library: Library) -> Iterator[np.ndarray]:
    """Every vector of a passage that can be searched, some at a time."""
    rows = library.store.db.execute(
        "SELECT v.vector FROM passages p JOIN vectors v ON v.hash = p.hash WHERE p.kind != 'boilerplate'"
    )
    while batch := rows.fetchmany(_CHUNK):
        yield np.stack([np.frombuffer(blob, np.float32) for (blob,) in batch])


def measure(home: Path, folder: Path, reports: range, embedder: str) -> Measured:
    """Add synthetic reports to a library and search it, opened anew as a server would."""
    begun = time.monotonic()
    for number in reports:
        synthetic.write(folder, number, 0)
    open_library(home, embedder).add([folder])
    seconds = time.monotonic() - begun
    library = open_library(home, embedder)
    library.warm_up()
    asked = questions(QUESTIONS)
    took = sorted(timed(library, asked))
    (passages,) = library.store.db.execute("SELECT count(*) FROM passages").fetchone()
    return Measured(
        passages, seconds, took[len(took) // 2], took[int(len(took) * 0.95)], recall(library, asked[:EXACT]),
        resident(), _megabytes(home.glob("library.db*")), _megabytes((home / "segments").rglob("*")),
    )  # fmt: skip


def _megabytes(files: Iterator[Path]) -> float:
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def row(measured: Measured) -> str:
    """A row of the Markdown table."""
    m = measured
    return (
        f"| {m.passages:,} | {m.seconds:.0f} | {m.median:.0f} | {m.p95:.0f} | {m.recall:.3f} "
        f"| {m.memory:.0f} | {m.truth:.0f} | {m.derived:.0f} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.latency", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[20_000, 100_000], help="sizes, growing")
    parser.add_argument("--embedder", choices=("cheap", "e5"), default="cheap", help="cheap takes no model")
    options = parser.parse_args(arguments)
    print("| passages | s to add | median ms | p95 ms | recall of 10 | MB resident | MB database | MB indexes |")
    print("|" + "--:|" * 8)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "reports"
        folder.mkdir()
        done = 0
        for size in sorted(options.passages):
            reports = range(done, max(done + 1, round(size / (synthetic.SECTIONS + 1))))
            print(row(measure(Path(place) / "home", folder, reports, options.embedder)), flush=True)
            done = reports.stop
    return 0


if __name__ == "__main__":
    sys.exit(main())
