"""Reading many files on all cores, each in a process that may crash or hang: that takes its own file only.

Processes are plain subprocesses that speak pickles over their standard streams: unlike `multiprocessing` they
never run the caller's main module again, and they end by themselves when the caller is gone.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from vectorstore.errors import ReadError
from vectorstore.reading import Prepared, Task, prepare

PATIENCE = 300.0
"""Seconds without a word from a reader, and one more for each megabyte, until it counts as hung."""
SMALL = 1 << 20
"""Bytes of plain text that are read faster in this process than another one starts."""
_PLAIN = frozenset({".txt", ".text", ".md", ".markdown", ".csv", ".tsv"})
_PROGRAM = "from vectorstore.workers import serve; serve()"
_LARGE = 600_000
"""Kilobytes a reader may have had resident before another one takes its place: big files leave holes."""

Tell = Callable[[str, int, int], None]
"""Hears (file name, page, pages) of character recognition."""
Outcome = tuple[Task, Prepared | ReadError]
Outcomes = Generator[Outcome, None, None]


def read(tasks: Sequence[Task], processes: int, tell: Tell) -> Outcomes:
    """Read files; each is handed over as soon as it is ready, or with the reason why it cannot be read.

    No more than two files a process are ahead of the caller. Little work is done here, one after the other.
    """
    if _worthwhile(tasks):
        return _apart(tasks, max(1, min(processes, len(tasks))), tell)
    return _here(tasks, tell)


def _worthwhile(tasks: Sequence[Task]) -> bool:
    """Whether starting processes pays, or is safer: much to read, or a file for native code, which may crash."""
    foreign = any(task.file.suffix.lower() not in _PLAIN for task in tasks)
    return foreign or sum(size(task.file) for task in tasks) > SMALL


def size(file: Path) -> int:
    """Bytes of a file; 0 when it is gone."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _here(tasks: Sequence[Task], tell: Tell) -> Outcomes:
    for task in tasks:
        name = task.file.name
        try:
            yield task, prepare(task, lambda done, total, name=name: tell(name, done, total))  # type: ignore[misc]
        except ReadError as error:
            yield task, error


def _apart(tasks: Sequence[Task], processes: int, tell: Tell) -> Outcomes:
    waiting = iter(tasks)
    taking = threading.Lock()
    results: queue.Queue[Outcome | BaseException | None] = queue.Queue(processes)
    over = threading.Event()
    workers = [_Worker(tell) for _ in range(processes)]

    def work(worker: _Worker) -> None:
        try:
            while not over.is_set():
                with taking:
                    task = next(waiting, None)
                if task is None:
                    break
                results.put((task, worker.read(task)))
        except BaseException as error:
            results.put(error)
        finally:
            worker.stop()
            results.put(None)

    threads = [threading.Thread(target=work, args=[worker], daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    running = processes
    try:
        while running:
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            if result is None:
                running -= 1
            else:
                yield result
    finally:
        over.set()
        for worker in workers:
            worker.stop()
        while running:  # nobody waits for room in the queue for ever
            running -= results.get() is None


class _Worker:
    """A process that reads one file at a time, started when it is needed and started anew when it died."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def read(self, task: Task) -> Prepared | ReadError:
        """Read a file, or say why it cannot be read."""
        with self._lock:
            if self._stopped:
                return ReadError(f"{task.file.name} was not read: reading was stopped")
            fresh = self._process is None
            process = self._process = self._process or _start()
        patience = PATIENCE + size(task.file) / 1e6
        hung = threading.Event()
        try:
            if fresh:
                assert process.stdout is not None
                pickle.load(process.stdout)  # it is there: from now on it has to say something
            value, stays = self._answer(process, task, patience, hung)
        except (EOFError, OSError, pickle.UnpicklingError):
            value, stays = _died(task.file, process, patience if hung.is_set() else None), False
        if not stays:
            self._process = None
            _end(process)
        return value

    def _answer(
        self, process: subprocess.Popen[bytes], task: Task, patience: float, hung: threading.Event
    ) -> tuple[Prepared | ReadError, bool]:
        """What the process says of a file, and whether it takes another one."""
        assert process.stdin is not None
        assert process.stdout is not None
        pickle.dump(task, process.stdin)
        process.stdin.flush()
        while True:
            watch = threading.Timer(patience, _give_up, [process, hung])
            watch.daemon = True
            watch.start()
            try:
                kind, value = pickle.load(process.stdout)
            finally:
                watch.cancel()
            if kind != "page":
                return value, kind == "more"
            self._tell(task.file.name, *value)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process is not None:
            _end(process)


def _start() -> subprocess.Popen[bytes]:
    """A process that runs `serve` with this one's modules."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _give_up(process: subprocess.Popen[bytes], hung: threading.Event) -> None:
    hung.set()
    process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(OSError, ValueError):
            assert stream is not None
            stream.close()


def _died(file: Path, process: subprocess.Popen[bytes], patience: float | None) -> ReadError:
    code = process.wait()
    if patience is not None:
        return ReadError(f"{file.name} was given up: reading it made no progress for {patience:.0f} seconds")
    how = f"signal {-code}" if code < 0 else f"status {code}"
    return ReadError(
        f"{file.name} made its reader crash ({how}); it may be damaged, or need more memory than there is"
    )


def serve() -> None:
    """In the process that reads: answer files with reports until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who then ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    _say(answers, "ready", None)
    threading.Thread(target=_listen, args=[sys.stdin.buffer, tasks], daemon=True).start()
    while True:
        task = tasks.get()

        def tell(done: int, total: int) -> None:
            _say(answers, "page", (done, total))

        try:
            answer: Prepared | ReadError = prepare(task, tell)
        except ReadError as error:
            answer = error
        except MemoryError:
            answer = ReadError(f"{task.file.name} needs more memory than there is")
        last = _resident() > _LARGE
        _say(answers, "last" if last else "more", answer)
        if last:
            return


def _listen(stream: BinaryIO, tasks: queue.SimpleQueue[Task]) -> None:
    try:
        while True:
            tasks.put(pickle.load(stream))
    finally:
        os._exit(0)  # the caller is gone, or does not want this file any more


def _say(stream: BinaryIO, kind: str, value: Any) -> None:
    pickle.dump((kind, value), stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _resident() -> int:
    """The most kilobytes this process has had resident; 0 where that cannot be known.

    Linux counts what the caller had before this program began into `ru_maxrss`, so it is asked otherwise there:
    beside a loaded model every reader would look too large after its first file.
    """
    with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
