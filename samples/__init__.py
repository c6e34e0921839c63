"""A small library to try Wenju on: three reports on the AI industry and twenty questions about them.

The sentences are ours; each figure names the report it was taken from. `samples/build.py` makes the PDF
and the DOCX from `samples/content.py`.
"""

from __future__ import annotations

from pathlib import Path

FORMATS = (".pdf", ".docx", ".md")


def path() -> Path:
    """The folder that holds the samples."""
    return Path(__file__).resolve().parent


def reports() -> list[Path]:
    """The sample reports, sorted by name; the questions and the scripts are left out."""
    return sorted(file for file in path().iterdir() if file.suffix in FORMATS)


def questions() -> Path:
    """The sample questions, one JSON object a line, in the dataset format of `wenju eval run`."""
    return path() / "questions.jsonl"
