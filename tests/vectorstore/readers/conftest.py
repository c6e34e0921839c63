"""Files of every kind, good and bad, made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from vectorstore import readers
from vectorstore.errors import ReadError
from vectorstore.schema import Document

FONT = "STSong-Light"
MakePdf = Callable[..., Path]


@cache
def once_read(path: Path) -> Document:
    """A real report, read once for all tests: the longest takes seconds."""
    return readers.read(path)


def refusal(path: Path) -> str:
    """The one sentence with which a file is refused; it names the file."""
    with pytest.raises(ReadError) as caught:
        readers.read(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert "\n" not in sentence
    assert len(sentence) < 200
    return sentence


@pytest.fixture
def make_pdf(tmp_path: Path) -> MakePdf:
    """Write a PDF with these pages, each a list of lines; returns its path."""

    def make(*pages: list[str], password: str = "", title: str = "", author: str = "") -> Path:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        path = tmp_path / "report.pdf"
        encrypt = StandardEncryption(password) if password else None
        canvas = Canvas(str(path), encrypt=encrypt)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        for lines in pages:
            canvas.setFont(FONT, 11)
            for number, line in enumerate(lines):
                canvas.drawString(60, 780 - 20 * number, line)
            canvas.showPage()
        canvas.save()
        return path

    return make
