"""The file a report was read from: whether it is still the one that was indexed, and how it goes to a browser."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from vectorstore import files
from vectorstore.schema import Report

State = Literal["here", "gone", "changed"]
PAGED = frozenset({"pdf", "image"})
"""Formats whose pages can be shown as pictures."""
_SHOWN = {"pdf": "application/pdf", "image": None}
"""Formats that a browser shows by itself and that can run nothing in it; None: by the file's name."""


def state(report: Report) -> State:
    """Whether the file is there as it was indexed, judged by its hash, which is computed once per version."""
    path = Path(report.path)
    try:
        return "here" if _hash(path, files.stamp(path)) == report.sha256 else "changed"
    except (OSError, ValueError):
        return "gone"


def pictured(report: Report) -> bool:
    """Whether its pages can be shown as pictures."""
    return report.format in PAGED and state(report) == "here"


@lru_cache(maxsize=512)
def _hash(path: Path, stamp: tuple[int, int, int]) -> str:
    return files.sha256(path)
