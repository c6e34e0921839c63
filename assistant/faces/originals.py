"""The file a report was read from: whether it is still the one that was indexed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from vectorstore import files
from vectorstore.schema import Report

State = Literal["here", "gone", "changed"]
PAGED = frozenset({"pdf", "image"})
"""Formats whose pages can be shown as pictures."""


def state(report: Report) -> State:
    """Whether the file is there as it was indexed, judged by its hash, which is computed once per version."""
    path = Path(report.path)
    try:
        return "here" if _hash(path, files.stamp(path)) == report.sha256 else "changed"
    except (OSError, ValueError):
        return "gone"


@lru_cache(maxsize=512)
def _hash(path: Path, stamp: tuple[int, int, int]) -> str:
    return files.sha256(path)
