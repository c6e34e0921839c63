"""Markdown: the text itself; its first heading is the title. Marks are undone later, by the layout step."""

from __future__ import annotations

import re
from pathlib import Path

from vectorstore.readers.text import decode
from vectorstore.schema import Document

_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


def read(path: Path) -> Document:
    """Read a Markdown file."""
    text = decode(path.read_bytes(), path.name)
    title = _TITLE.search(text)
    return Document(text=text, format="markdown", title=title.group(1) if title else None)
