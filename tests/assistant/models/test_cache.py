"""A reply asked for twice is given twice and made once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from assistant.errors import ModelFailed
from assistant.models.base import Message, Reply
from assistant.models.cache import CachedModel
from assistant.schema import Usage


class Counting:
    """Answers with how often it was asked."""

    small = True

    def __init__(self, name: str = "fake:one", fingerprint: str = "a", fails: bool = False) -> None:
        self.name, self.fingerprint, self.fails, self.asked = name, fingerprint, fails, 0

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 400,
        grammar: str | None = None,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> Iterator[str]:
        self.asked += 1
        yield from ("第", str(self.asked), "次")
        if self.fails:
            raise ModelFailed("broke off")
        if reply is not None:
            reply.text, reply.usage = f"第{self.asked}次", Usage(7, 3)


    def odds(
        self,
        messages: Sequence[Message],
        words: tuple[str, str],
        *,
        cancel: Event | None = None,
        reply: Reply | None = None,
    ) -> float | None:
        self.asked += 1
        if reply is not None:
            reply.usage += Usage(5, 1)
        return None if words == ("?", "!") else 0.125 * self.asked


def say(model: CachedModel, text: str = "问", **more: object) -> tuple[list[str], Reply]:
    reply = Reply()
    return list(model.stream([Message("user", text)], reply=reply, **more)), reply  # type: ignore[arg-type]


def test_replays_text_and_usage_in_one_piece(tmp_path: Path) -> None:
    inner = Counting()
    model = CachedModel(inner, tmp_path / "deep" / "replies.db")
    assert say(model)[0] == ["第", "1", "次"]
    pieces, reply = say(model)
    assert pieces == ["第1次"]
    assert (reply.text, reply.usage, inner.asked) == ("第1次", Usage(7, 3), 1)


def test_odds_are_kept_too_and_what_they_cost_is_added(tmp_path: Path) -> None:
    inner = Counting()
    model = CachedModel(inner, tmp_path / "replies.db")
    reply = Reply()
    said = [model.odds([Message("user", "问")], ("能", "不能"), reply=reply) for _ in range(2)]
    assert (said, reply.usage, inner.asked) == ([0.125, 0.125], Usage(10, 2), 1)
    assert model.odds([Message("user", "问")], ("是", "否")) == 0.25
    assert [model.odds([Message("user", "问")], ("?", "!")) for _ in range(2)] == [None, None]


def test_asks_again_when_anything_that_matters_changes(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    inner = Counting()
    model = CachedModel(inner, path)
    say(model)
    say(model, "别的")
    say(model, max_tokens=5)
    say(model, grammar="root ::= [a-z]+")
    assert inner.asked == 4
    other, newer = Counting(name="fake:two"), Counting(fingerprint="b")
    say(CachedModel(other, path))
    say(CachedModel(newer, path))
    assert (other.asked, newer.asked) == (1, 1)


def test_keeps_only_complete_replies(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    with pytest.raises(ModelFailed):
        say(CachedModel(Counting(fails=True), path))
    stream = CachedModel(Counting(), path).stream([Message("user", "问")])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    again = Counting()
    say(CachedModel(again, path))
    assert again.asked == 1


def test_many_threads_share_one_file(tmp_path: Path) -> None:
    model = CachedModel(Counting(), tmp_path / "replies.db")
    threads = [
        threading.Thread(target=lambda n=n: [say(model, f"{n} {i}") for i in range(10)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite3.connect(model.path) as store:
        assert store.execute("select count(*) from replies").fetchone() == (80,)


def test_survives_a_kill_in_the_middle_of_writing(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    script = (
        "import sys, pathlib\n"
        "from tests.assistant.models.test_cache import Counting, say, CachedModel\n"
        "model = CachedModel(Counting(), pathlib.Path(sys.argv[1]))\n"
        "for n in range(100000):\n"
        "    say(model, str(n))\n"
        "    if n == 20: print('go', flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    later = Counting()
    assert say(CachedModel(later, path), "20")[0] == ["第21次"]
    assert later.asked == 0
