"""Kill -9 at random moments of indexing and re-indexing: what is committed answers, and nothing is half there.

    python -m eval.kills [--kills 50] [--reports 1000] [--embedder cheap|e5] [--seed 1]

A writer indexes a folder of synthetic reports, which are changed, removed and put back between its runs, or
rebuilds the indexes; it is killed at a random moment. After every kill a new process opens the library and
checks it, while yet another one has been searching all the time and checks what it is given.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from eval import synthetic
from vectorstore.library import Library

SAMPLED = 30
"""Reports that are asked for after each kill; at the end all are."""
_SPAWN = multiprocessing.get_context("forkserver")


def open_library(home: Path, embedder: str) -> Library:
    """A library as one process sees it, with the embedder that keeps volume cheap, or the one of the settings."""
    from assistant.opening import open_embedder_of
    from assistant.settings import load

    settings = load(home=home)
    model = synthetic.CheapEmbedder() if embedder == "cheap" else open_embedder_of(settings)
    return Library(home, model, settings.cache / "words")


def work(home: Path, folder: Path, embedder: str, rebuild: bool, said: Connection) -> None:
    """The writer: says when it begins, and when it is through."""
    library = open_library(home, embedder)
    said.send("begun")
    if rebuild:
        library.rebuild()
    else:
        summary = library.add([folder])
        if summary.failed:
            said.send(f"{summary.failed[0].path}: {summary.failed[0].reason}")
            return
    said.send("through")


@dataclass(slots=True)
class Seen:
    """What a check found: versions of the reports that are committed, and what is wrong, a sentence each."""

    versions: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    passages: int = 0


def check(
    home: Path, embedder: str, newest: dict[int, int], sample: int | None, seed: int, said: Connection
) -> None:
    """Whether the library is whole: the indexes agree, each report is one of its versions, and it answers."""
    library, seen = open_library(home, embedder), Seen()
    seen.wrong += library.faults()
    reports = {int(report.source[:5]): report for report in library.reports()}
    for number, report in reports.items():
        text = library.text(report.id)
        version = next((v for v in range(newest[number], -1, -1) if text == synthetic.text(number, v)), None)
        if version is None:
            seen.wrong.append(f"report {number} is none of its {newest[number] + 1} versions")
        seen.versions[number] = -1 if version is None else version
        seen.passages += report.passages
    asked = (
        list(reports)
        if sample is None
        else random.Random(seed).sample(list(reports), min(sample, len(reports)))
    )
    for number in asked:
        hits = library.search(synthetic.code(number), 3, [reports[number].id])
        if not hits or any(synthetic.code(number) not in hit.text for hit in hits):
            seen.wrong.append(f"report {number} does not answer")
    said.send(seen)


def read_on(home: Path, embedder: str, reports: int, said: Connection) -> None:
    """The reader: searches until it is told to stop, and says at once what is wrong with a hit."""
    library, chance = open_library(home, embedder), random.Random(0)
    searches = 0
    said.send("begun")
    while not said.poll():
        before = {report.id for report in library.reports()}
        try:
            hits = library.search(f"{synthetic.code(chance.randrange(reports))} 市场规模", 5)
        except Exception as error:
            said.send(f"a search failed: {type(error).__name__}: {error}")
            continue
        finally:
            searches += 1
        live = before | {report.id for report in library.reports()}
        for hit in hits:
            if hit.report.id not in live:
                said.send(f"{hit.report.source} answered after it was removed")
            if "".join(hit.text.split()) != "".join(hit.passage.clean.split()):
                said.send(f"{hit.report.source}: the words of one version at the place of another")
        time.sleep(0.1)
    said.send(searches)


@dataclass(slots=True)
class Trial:
    """The library that is killed again and again, and what is known to be committed in it."""

    home: Path
    folder: Path
    embedder: str
    chance: random.Random
    newest: dict[int, int] = field(default_factory=dict)
    committed: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    passages: int = 0

    def write(self, number: int) -> None:
        """A new version of a report's file."""
        self.newest[number] = self.newest.get(number, -1) + 1
        synthetic.write(self.folder, number, self.newest[number])

    def change(self, share: float) -> None:
        """Change some files, take others away, and put back what was taken away before."""
        for number in self.newest:
            place = self.folder / f"{number:05d}.txt"
            if not place.exists() or self.chance.random() < share:
                self.write(number)
            elif self.chance.random() < share / 4:
                place.unlink()
                self.committed.pop(number, None)

    def run(self, rebuild: bool, seconds: float) -> tuple[bool, float]:
        """Let a writer work for at most so long; whether it was killed then, and the seconds it worked."""
        ours, theirs = _SPAWN.Pipe()
        writer = _SPAWN.Process(target=work, args=(self.home, self.folder, self.embedder, rebuild, theirs))
        writer.start()
        ours.recv()
        begun = time.monotonic()
        said = ours.recv() if ours.poll(seconds) else None
        killed = said is None
        writer.kill()
        writer.join()
        if said not in (None, "through"):
            self.wrong.append(said)
        return killed, time.monotonic() - begun

    def check(self, sample: int | None) -> None:
        """Check in a new process, and hold it against what was there before."""
        ours, theirs = _SPAWN.Pipe()
        args = (self.home, self.embedder, self.newest, sample, self.chance.randrange(10**6), theirs)
        checking = _SPAWN.Process(target=check, args=args)
        checking.start()
        theirs.close()
        try:
            seen: Seen = ours.recv()
        except EOFError:
            seen = Seen(wrong=["the library cannot be opened any more"])
        checking.join()
        self.wrong += seen.wrong
        for number, version in self.committed.items():
            if seen.versions.get(number, -2) < version:
                self.wrong.append(f"report {number} was committed in version {version} and is lost")
        self.committed = {n: v for n, v in seen.versions.items() if (self.folder / f"{n:05d}.txt").exists()}
        self.passages = seen.passages


def trial(kills: int, reports: int, embedder: str, seed: int, folder: Path) -> list[str]:
    """Run it all; prints a line for each kill and returns what was wrong."""
    it = Trial(folder / "home", folder / "reports", embedder, random.Random(seed))
    it.home.mkdir()
    it.folder.mkdir()
    for number in range(reports):
        it.write(number)
    ours, theirs = _SPAWN.Pipe()
    reader = _SPAWN.Process(target=read_on, args=(it.home, embedder, reports, theirs), daemon=True)
    reader.start()
    ours.recv()
    least = 2 + reports * (0.01 if embedder == "cheap" else 1.0)
    done, longest, largest = 0, 3 * least, 0
    while done < kills:
        rebuild = bool(it.committed) and it.chance.random() < 0.15
        killed, seconds = it.run(rebuild, it.chance.uniform(0, longest))
        it.check(SAMPLED)
        while ours.poll():
            it.wrong.append(ours.recv())
        largest = max(largest, it.passages)
        done += killed
        what = "rebuilding" if rebuild else "indexing"
        outcome = f"killed {what} after {seconds:.1f} s" if killed else f"{what} took {seconds:.1f} s"
        print(
            f"{done:>3}  {outcome}; {len(it.committed)} reports, {it.passages} passages, {len(it.wrong)} wrong",
            flush=True,
        )
        if not killed:
            longest = max(least, 1.2 * seconds)
            it.change(0.15)
    it.run(False, 3600)
    it.check(None)
    if len(it.committed) != len(list(it.folder.glob("*.txt"))):
        it.wrong.append(
            f"in the end {len(it.committed)} reports are there, which is not what the folder holds"
        )
    ours.send("stop")
    while not isinstance(heard := ours.recv(), int):
        it.wrong.append(heard)
    print(f"{heard} searches by a reader beside it")
    reader.join()
    print(
        f"{done} kills; at most {largest} passages; in the end {len(it.committed)} reports, {it.passages} passages"
    )
    return it.wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial; returns 0 when nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval.kills", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=50, help="how often the writer is killed")
    parser.add_argument("--reports", type=int, default=1000, help="of 20 passages each")
    parser.add_argument("--embedder", choices=("cheap", "e5"), default="cheap", help="cheap takes no model")
    parser.add_argument("--seed", type=int, default=1)
    options: Any = parser.parse_args(arguments)
    _SPAWN.set_forkserver_preload(["chromadb", "tantivy", "vectorstore.library", "eval.synthetic"])
    with tempfile.TemporaryDirectory() as folder:
        wrong = trial(options.kills, options.reports, options.embedder, options.seed, Path(folder))
    for sentence in dict.fromkeys(wrong):
        print(f"wrong: {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
