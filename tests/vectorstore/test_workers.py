"""Reading beside each other: a file that crashes or hangs its reader takes nothing else with it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.vectorstore.conftest import Write
from vectorstore import workers
from vectorstore.errors import ReadError
from vectorstore.reading import Task

TEXT = "<html><body><article><p>人工智能产业在二〇二三年继续增长，企业对算力的需求上升。</p></article></body></html>"
TROUBLE = """
import os, time
from vectorstore import workers
real = workers.prepare
def prepare(task, tell=None):
    if "crash" in task.file.name:
        os.abort()
    if "hang" in task.file.name:
        tell(1, 9)
        time.sleep(600)
    if "prints" in task.file.name:
        print("noise")
    return real(task, tell)
workers.prepare = prepare
workers.serve()
"""


def quiet(file: str, done: int, total: int) -> None:
    """Hears of pages and does nothing."""


def outcomes(files: list[Path], processes: int = 2) -> dict[str, str]:
    """What became of each file: its text, or why it was not read."""
    return {
        task.file.name: str(found) if isinstance(found, ReadError) else found.document.text.strip()
        for task, found in workers.read([Task(file) for file in files], processes, quiet)
    }


def test_each_file_comes_back_once(write: Write) -> None:
    names = [f"{n}.html" for n in range(6)]
    found = outcomes([write(name, TEXT.replace("增长", f"增长{name[0]}倍")) for name in names])
    assert sorted(found) == names
    assert all(f"增长{name[0]}倍" in text for name, text in found.items())


def test_one_that_crashes_or_hangs_takes_only_itself(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PROGRAM", TROUBLE)
    monkeypatch.setattr(workers, "PATIENCE", 1.5)
    pages: list[tuple[str, int, int]] = []
    names = ["crash.html", "hang.html", "prints.html", "a.html"]
    tasks = [Task(write(name, TEXT)) for name in names]
    found = {t.file.name: o for t, o in workers.read(tasks, 2, lambda *page: pages.append(page))}
    assert str(found["crash.html"]).startswith("crash.html made its reader crash (signal 6)")
    assert str(found["hang.html"]) == "hang.html was given up: reading it made no progress for 2 seconds"
    assert not isinstance(found["prints.html"], ReadError)
    assert not isinstance(found["a.html"], ReadError)
    assert pages == [("hang.html", 1, 9)]


def test_what_a_reader_refuses_is_said_as_it_says_it(write: Write) -> None:
    found = outcomes([write("a.html", TEXT), write("b.pdf", "%PDF-1.7 cut short")])
    assert "人工智能" in found["a.html"]
    assert found["b.pdf"].startswith("b.pdf ")
    assert "crash" not in found["b.pdf"]


def test_nothing_is_left_running_when_the_caller_stops(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PROGRAM", TROUBLE)
    started: list[subprocess.Popen[bytes]] = []
    start = workers._start

    def noted() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(workers, "_start", noted)
    tasks = [Task(write(name, TEXT)) for name in ("a.html", "hang.html", "b.html", "c.html", "d.html")]
    with contextlib.closing(workers.read(tasks, 2, quiet)) as reading:
        next(reading)
    assert started
    assert all(process.poll() is not None for process in started)


def test_a_reader_ends_when_its_caller_is_killed() -> None:
    process = workers._start()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("names", "apart"), [(["a.txt", "b.md"], False), (["a.pdf"], True), (["a.pdf", "b.txt"], True)]
)
def test_little_plain_text_starts_no_process(write: Write, names: list[str], apart: bool) -> None:
    assert workers._worthwhile([Task(write(name, TEXT)) for name in names]) is apart


def test_a_large_file_is_read_apart(write: Write) -> None:
    assert workers._worthwhile([Task(write("a.txt", "x" * (workers.SMALL + 1)))])


def test_what_the_caller_holds_makes_no_reader_look_large(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 300_000
    program = f"from vectorstore import workers; workers._LARGE = {limit}; workers.serve()"
    monkeypatch.setattr(workers, "_PROGRAM", program)
    started, start = [], workers._start

    def counted() -> subprocess.Popen[bytes]:
        started.append(1)
        return start()

    monkeypatch.setattr(workers, "_start", counted)
    held = b"x" * (limit * 1500)
    files = [write(f"{n}.html", TEXT.replace("增长", f"增长{n}倍")) for n in range(4)]
    assert len(outcomes(files, 1)) == 4
    assert len(started) == 1
    del held


def test_a_script_without_a_main_guard_may_index(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    script.write_text(
        "from pathlib import Path\n"
        "from vectorstore import workers\n"
        "from vectorstore.reading import Task\n"
        f"tasks = [Task(file) for file in Path({str(tmp_path)!r}).glob('*.html')]\n"
        "print(len(list(workers.read(tasks, 2, print))))\n"
    )
    command = [sys.executable, str(script)]
    done = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
