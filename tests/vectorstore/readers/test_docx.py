"""DOCX: paragraphs, headings, lists and tables in their order; archives that are none of it are refused."""

from __future__ import annotations

import struct
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from tests.vectorstore.readers.conftest import refusal
from vectorstore import readers


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report.docx"


@pytest.fixture
def written(path: Path) -> Path:
    """A small report."""
    document: Any = docx.Document()
    document.core_properties.title = "算力报告"
    document.core_properties.author = "某研究院"
    document.core_properties.created = datetime(2024, 3, 5)
    document.add_heading("算力报告", 0)
    document.add_heading("市场", 2)
    document.add_paragraph("智算中心建设提速。")
    document.add_paragraph("")
    table = document.add_table(2, 3)
    for row, cells in zip(table.rows, [("城市", "家", "占比"), ("北京", "2\n家", "")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("要点", style="List Bullet")
    document.add_paragraph("结束。")
    document.save(str(path))
    return path


def test_blocks_in_their_order(written: Path) -> None:
    document = readers.read(written)
    assert document.format == "docx"
    assert document.text == (
        "# 算力报告\n\n## 市场\n\n智算中心建设提速。\n\n城市\t家\t占比\n北京\t2 家\t\n\n- 要点\n\n结束。\n"
    )


def test_what_the_file_says_of_itself(written: Path) -> None:
    document = readers.read(written)
    assert (document.title, document.publisher, document.date) == ("算力报告", "某研究院", "2024-03-05")


def test_a_file_cut_short(written: Path) -> None:
    data = written.read_bytes()
    written.write_bytes(data[: len(data) // 2])
    refusal(written)


def test_damaged_inside(written: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.docx"
    with ZipFile(written) as source, ZipFile(damaged, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            target.writestr(item, data[:200] if item.filename == "word/document.xml" else data)
    assert "not a readable Word document" in refusal(damaged)


def test_an_archive_that_unpacks_to_too_much(written: Path) -> None:
    data = bytearray(written.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 4_000_000_000)
    written.write_bytes(data)
    assert "3815 MB; the limit is 300 MB" in refusal(written)


def test_an_archive_that_is_no_word_document(path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("drawing/picture.xml", "<picture/>")
    assert "another Office format" in refusal(path)


def test_a_document_without_words(path: Path) -> None:
    docx.Document().save(str(path))
    assert "no text" in refusal(path)
