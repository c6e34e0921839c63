"""PDF: page by page through PDFium; tables as rows between tabs, over page ends as well."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.errors import ReadError
from vectorstore.readers import ocr
from vectorstore.readers.geometry import Part
from vectorstore.readers.pages import goes_on, joined, written
from vectorstore.readers.pages import pieces as pages_of
from vectorstore.readers.textlayer import Layer, layer_of
from vectorstore.schema import Document

Progress = Callable[[int, int], None]

# PDFium may be called from one thread at a time only.
PDFIUM = threading.Lock()
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_LEFT_BY_PROGRAMS = (
    "microsoft", "untitled", "powerpoint", "admin", "user", "lenovo", "thinkpad", "unknown", "author", "anonymous",
    "微软", "作者",
)  # fmt: skip
MAX_PAGES = 20_000
_REACH = 40
"""Pages before and after one that a table is followed."""


def read(path: Path, tell: Progress | None = None) -> Document:
    """Read a PDF; pages are joined by a line break.

    Pages without a text layer, or with one that says nothing, go through character recognition, of which `tell`
    hears (page, pages). Raises `ReadError` for encrypted or broken files, and when nothing can be read without
    the extra `ocr`.
    """
    with opened(path) as pdf:
        if len(pdf) > MAX_PAGES:
            raise ReadError(f"{path.name} has {len(pdf):,} pages; the limit is {MAX_PAGES:,}; split it")
        found = [_page(pdf, number) for number in range(len(pdf))]
        pages = _recognised(pdf, found, tell) if ocr.available() else [page.parts for page in found]
        with PDFIUM:
            facts = pdf.get_metadata_dict()
    if not pages:
        raise ReadError(f"{path.name} has no pages")
    unread = [page for page in found if page.flaw] if not ocr.available() else []
    text, places = joined(written(pages))
    if unread and not text.strip():
        raise ReadError(f"{path.name} has {unread[0].flaw} ({len(found)} pages); {ocr.INSTALL}")
    made = _DATE.match(facts.get("CreationDate", ""))
    return Document(
        text=text,
        format="pdf",
        pages=places,
        title=_useful(facts.get("Title")) or found[0].headline or None,
        publisher=_useful(facts.get("Author")),
        date="-".join(made.groups()) if made else None,
        warnings=tuple(
            f"{path.name}: {len(unread)} of {len(found)} pages have {page.flaw}; {ocr.INSTALL}"
            for page in unread[:1]
        ),
    )


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A PDF for use under the lock `PDFIUM`. Raises `ReadError` for encrypted or broken files."""
    import pypdfium2 as pdfium

    try:
        with PDFIUM:
            pdf = pdfium.PdfDocument(path)
        try:
            yield pdf
        finally:
            with PDFIUM:
                pdf.close()
    except pdfium.PdfiumError as error:
        raise ReadError(f"{path.name} {_reason(str(error))}") from None


@contextmanager
def page_of(pdf: Any, number: int) -> Iterator[Any]:
    """Page `number` (from 0) of an open PDF, under the lock."""
    with PDFIUM:
        page = pdf[number]
        try:
            yield page
        finally:
            page.close()


def _page(pdf: Any, number: int) -> Layer:
    with page_of(pdf, number) as page:
        return layer_of(page, titled=number == 0)


def pieces(pdf: Any, number: int) -> list[str]:
    """What the text of page `number` (from 0) is made of; `Placed` pieces say of which characters of the page.

    Tables are read as far as they go over page ends, since their columns and headers depend on all of it. Empty
    for a page that character recognition has to read.
    """
    here = _page(pdf, number)
    if here.flaw:
        return []
    pages = [here.parts]
    first = last = number
    while first > max(0, number - _REACH) and goes_on(parts := _page(pdf, first - 1).parts, pages[0]):
        pages.insert(0, parts)
        first -= 1
    while last < min(len(pdf) - 1, number + _REACH) and goes_on(pages[-1], parts := _page(pdf, last + 1).parts):
        pages.append(parts)
        last += 1
    return pages_of(pages)[number - first]


def _recognised(pdf: Any, found: list[Layer], tell: Progress | None) -> list[list[Part]]:
    """The parts of every page, recognised where the text layer has a flaw."""
    pages = []
    flawed = sum(bool(page.flaw) for page in found)
    done = 0
    for number, page in enumerate(found):
        if not page.flaw:
            pages.append(page.parts)
            continue
        if tell is not None:
            tell(done, flawed)
        pages.append(ocr.recognise(_picture(pdf, number)))
        done += 1
    return pages


def _picture(pdf: Any, number: int) -> np.ndarray:
    with page_of(pdf, number) as page:
        scale = ocr.LONG_SIDE / max(page.get_size())
        return np.array(page.render(scale=min(scale, 8.0), rev_byteorder=True).to_numpy()[:, :, :3])


def _reason(message: str) -> str:
    if "password" in message.lower():
        return "is encrypted; save it without a password"
    return "is not a readable PDF (damaged or cut short, or it has no pages)"


def _useful(value: str | None) -> str | None:
    """Metadata worth showing: word processors put file names and user names there."""
    value = (value or "").strip()
    if len(value) < 4 or value.lower().startswith(_LEFT_BY_PROGRAMS):
        return None
    return None if re.search(r"\.(docx?|pptx?|pdf|indd|xlsx?)$", value, re.IGNORECASE) else value
