"""Every reason for which a file is not taken in is said in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vectorstore
from assistant.faces.reasons import code, known, reason
from vectorstore.readers import ocr

READERS = Path(vectorstore.__file__).parent


def written(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return ocr.INSTALL if "INSTALL" in ast.dump(part) else "1"


def sentences() -> Iterator[str]:
    """What the library's own code says when it raises `ReadError` about a file to be added, values as `1`."""
    for path in sorted(set(READERS.rglob("*.py")) - {READERS / "readers" / "pictures.py"}):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ReadError" and node.args:
                said = node.args[0]
                parts = said.values if isinstance(said, ast.JoinedStr) else [said]
                text = "".join(map(written, parts))
                if len(text.strip("1 ")) > 3:  # else it passes on what another says
                    yield text


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_what_the_readers_say_is_known(sentence: str) -> None:
    assert known(sentence) is not None


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("a.txt is empty (0 bytes)", "why_empty"),
        ("a.pdf is 700 MB; the limit is 500 MB", "why_large"),
        ("a.pdf is larger than 100 MB, the limit for uploads", "why_large"),
        ("a.docx unpacks to 900 MB; the limit is 500 MB", "why_bomb"),
        ("a.png has 20000 x 20000 pixels; the limit is 100 million", "why_pixels"),
        ("a.pdf is encrypted; save it without a password", "why_locked"),
        ("a.doc is an old Office file, or one with a password; save it as .docx; readable are PDF", "why_old_office"),
        ("a.exe is a binary file, not text; readable are PDF", "why_kind"),
        ("a.pdf has no text layer (3 pages); character recognition is not installed: pip", "why_ocr"),
        ("a.pdf is not a readable PDF (damaged or cut short, or it has no pages)", "why_damaged"),
        ("a.pdf cannot be opened: Permission denied", "why_open"),
        ("another process is writing to /home; wait until it has finished", "why_busy"),
        ("the disk is full; make room in /home and run it again", "why_disk"),
    ],
)
def test_a_sentence_is_recognised_by_what_it_says(sentence: str, key: str) -> None:
    assert code(sentence) == key


def test_the_limit_is_said_in_both_languages() -> None:
    said = reason("a.pdf is larger than 100 MB, the limit for uploads")
    assert "文件超过上限 100 MB" in said
    assert "over the limit of 100 MB" in said


def test_what_is_not_known_is_said_as_it_is_and_escaped() -> None:
    assert reason("<b> broke") == '<span lang="en">&lt;b&gt; broke</span>'
    assert code("<b> broke") == ""
