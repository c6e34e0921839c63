"""Markdown: the file's own text, and its first heading as the title."""

from __future__ import annotations

from pathlib import Path

import pytest

from vectorstore import readers


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# AI in 2024\n\nGrowth.\n", "AI in 2024"),
        ("intro\n\n# 行业报告 #\n\n# 二\n", "行业报告"),
        ("## Second level only\n", None),
        ("No heading.\n", None),
        ("#hashtag\n", None),
    ],
)
@pytest.mark.parametrize("suffix", [".md", ".markdown", ".MD"])
def test_text_and_title(text: str, title: str | None, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"report{suffix}"
    path.write_text(text, "utf-8")
    document = readers.read(path)
    assert (document.text, document.title, document.format) == (text, title, "markdown")


def test_a_text_file_has_no_title(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("# not a title\n", "utf-8")
    assert readers.read(path).title is None
