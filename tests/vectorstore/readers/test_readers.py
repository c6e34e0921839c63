"""Which reader: judged by content, not by name; what cannot be read is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectorstore.readers.conftest import MakePdf, refusal
from vectorstore import readers
from vectorstore.errors import ReadError


@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".docx", ".md"])
def test_an_empty_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    path.touch()
    assert "empty (0 bytes)" in refusal(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bytes(range(256)) * 9, "binary"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .docx"),
        (b"PK\x03\x04" + bytes(60), "ZIP"),
        (b" \n\t\r\n ", "no text"),
    ],
)
def test_what_is_no_report(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "named.txt"
    path.write_bytes(data)
    assert said in refusal(path)


def test_the_name_does_not_decide(make_pdf: MakePdf, tmp_path: Path) -> None:
    path = make_pdf(["文字"]).rename(tmp_path / "report.txt")
    assert readers.read(path).format == "pdf"
    text = tmp_path / "text.pdf"
    text.write_text("只是文字。", "utf-8")
    assert readers.read(text).format == "text"


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "missing.txt")
    assert "cannot be opened" in refusal(tmp_path)


def test_a_file_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * (3 * 2**20))
    with pytest.raises(ReadError, match=r"large\.txt is 3 MB; the limit is 2 MB"):
        readers.read(path, limit=2 * 2**20)


def test_a_line_of_too_many_columns(tmp_path: Path) -> None:
    path = tmp_path / "wide.txt"
    path.write_text("\t".join(map(str, range(100_000))))
    assert "more than 1000 columns" in refusal(path)
