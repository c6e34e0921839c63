"""ZIP archives, which Office files and e-books are: what kind, and whether they are safe to unpack."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from vectorstore.errors import ReadError

MAX_UNPACKED = 300 * 2**20
MAX_MARKUP = 120 * 2**20
"""Markup is held in memory as a tree of many times its size; pictures are not read."""
MAX_RATIO = 300
MAX_MEMBERS = 20_000

_KINDS = (
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
    ("xl/workbook.xml", "xlsx"),
    ("META-INF/container.xml", "epub"),
)


def kind(path: Path) -> str | None:
    """`docx`, `pptx`, `xlsx` or `epub` by the archive's members, None for any other archive.

    Raises `ReadError` for a damaged archive, one with a password, or one that unpacks to too much. Sizes are
    those the archive states: no library that reads it afterwards unpacks a member beyond its stated size.
    """
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError(
            f"{path.name} is a ZIP archive that cannot be opened, damaged or cut short ({error})"
        ) from None
    names = {member.filename for member in members}
    found = next((kind for name, kind in _KINDS if name in names), None)
    if found is None:
        return None
    unpacked = sum(member.file_size for member in members)
    markup = sum(
        m.file_size for m in members if m.filename.lower().endswith((".xml", ".xhtml", ".html", ".opf"))
    )
    packed = max(1, sum(member.compress_size for member in members))
    if unpacked > MAX_UNPACKED:
        raise ReadError(
            f"{path.name} unpacks to {unpacked // 2**20} MB; the limit is {MAX_UNPACKED // 2**20} MB"
        )
    if markup > MAX_MARKUP:
        raise ReadError(
            f"{path.name} unpacks to {markup // 2**20} MB of markup; the limit is {MAX_MARKUP // 2**20} MB"
        )
    if unpacked > 10 * 2**20 and unpacked > MAX_RATIO * packed:
        raise ReadError(
            f"{path.name} unpacks to {unpacked // packed} times its size; the limit is {MAX_RATIO} times"
        )
    if len(members) > MAX_MEMBERS:
        raise ReadError(f"{path.name} holds {len(members)} files; the limit is {MAX_MEMBERS}")
    if any(member.flag_bits & 1 for member in members):
        raise ReadError(f"{path.name} is encrypted; save it without a password")
    return found
