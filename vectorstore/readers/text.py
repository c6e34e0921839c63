"""Plain text: the decoded file, untouched, so that offsets are the file's own code points."""

from __future__ import annotations

import codecs
from pathlib import Path

from vectorstore.errors import ReadError
from vectorstore.schema import Document

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(range(32)) - {9, 10, 11, 12, 13, 27}


def looks_textual(head: bytes) -> bool:
    """Whether the first bytes of a file can be text: a byte-order mark, or no control bytes to speak of."""
    if any(head.startswith(mark) for mark, _ in _MARKS):
        return True
    return sum(byte in _CONTROL for byte in head) <= len(head) // 200


def decode(data: bytes, name: str) -> str:
    """Text of a file in UTF-8, UTF-16 or UTF-32 (with mark), GB18030 or Big5; raises `ReadError`."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise ReadError(f"{name} says it is {encoding} but is not: {error.reason}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        mended = data.decode("utf-8", "replace")
    # A file cut inside a character is still UTF-8; in another encoding hardly any bytes decode.
    if 20 * mended.count("\ufffd") < sum(char > "\x7f" for char in mended):
        return mended
    candidates = []
    for encoding in ("gb18030", "big5"):
        try:
            candidates.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    if not candidates:
        raise ReadError(f"{name} is in an unknown encoding; save it as UTF-8")
    return max(candidates, key=_plausible)


def _plausible(text: str) -> float:
    """Share of common Chinese and ASCII characters: the wrong decoding yields rare ideographs."""
    sample = text[:20_000]
    common = sum(char < "\x7f" or char in FREQUENT for char in sample)
    return common / max(1, len(sample))


FREQUENT = frozenset(
    "的一是不了人在有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从知"
    "這為來個們說國時過發後對著裡無麼經當與學進種將還見沒從，。、；：（）「」“”《》"
)


def read(path: Path) -> Document:
    """Read a plain text file."""
    return Document(text=decode(path.read_bytes(), path.name), format="text")
