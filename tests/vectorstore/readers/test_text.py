"""Plain text: decoded, and otherwise left as it is."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectorstore.readers.conftest import refusal
from vectorstore import readers
from vectorstore.readers.text import decode, looks_textual

SIMPLIFIED = (
    "人工智能产业在二〇二三年继续增长，大模型的应用从互联网行业进入制造、金融和医疗。企业对算力的需求上升。"
)
TRADITIONAL = (
    "人工智慧產業在二〇二三年繼續成長，這個領域的應用從網路進入製造與金融，企業對於算力的需求也來得更多。"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-32"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (TRADITIONAL.replace("〇", "零"), "big5"),
        (TRADITIONAL, "gb18030"),
        ("Plain English.\n", "ascii"),
        ("𠮷😀\r\n\ttab　full-width\r\nno end of line", "utf-8"),
    ],
)
def test_text_in_the_encodings_reports_come_in(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(text.encode(encoding))
    document = readers.read(path)
    assert document.text == text
    assert document.format == "text"
    assert document.pages == ()


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_of_either_byte_order(order: str, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    mark = codecs.BOM_UTF16_LE if order == "le" else codecs.BOM_UTF16_BE
    path.write_bytes(mark + SIMPLIFIED.encode(f"utf-16-{order}"))
    assert readers.read(path).text == SIMPLIFIED


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff")))
def test_utf_8_is_untouched(text: str) -> None:
    assert decode(text.encode(), "a.txt") == text


def test_a_file_cut_inside_a_character_is_still_utf_8() -> None:
    assert decode(SIMPLIFIED.encode()[:-1], "a.txt") == SIMPLIFIED[:-1] + "\ufffd"


@pytest.mark.parametrize(
    "data",
    [b"caf\xe9 cr\xe8me br\xfbl\xe9e", codecs.BOM_UTF16_LE + b"\x00\xd8", codecs.BOM_UTF8 + b"\xff\xff"],
)
def test_an_unknown_encoding_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(data)
    refusal(path)


@pytest.mark.parametrize(
    ("head", "textual"),
    [
        (b"", True),
        (SIMPLIFIED.encode(), True),
        (SIMPLIFIED.encode("gb18030"), True),
        (SIMPLIFIED.encode("utf-16"), True),
        (b"a\tb\r\n\x0cnext page", True),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", False),
        (bytes(range(256)), False),
        (b"GIF89a\x01\x00\x01\x00", False),
    ],
)
def test_what_looks_like_text(head: bytes, textual: bool) -> None:
    assert looks_textual(head) is textual
