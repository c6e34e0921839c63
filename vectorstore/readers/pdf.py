"""PDF: the text layer, page by page, through PDFium."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

from vectorstore.errors import ReadError
from vectorstore.readers.pages import joined
from vectorstore.schema import Document

# PDFium may be called from one thread at a time only.
_PDFIUM = threading.Lock()
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def read(path: Path) -> Document:
    """Read a PDF; pages are joined by a line break. Raises `ReadError` for encrypted or broken files."""
    import pypdfium2 as pdfium

    with _PDFIUM:
        try:
            pdf = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            raise ReadError(f"{path.name} {_reason(str(error))}") from None
        try:
            texts = [_page_text(pdf, number) for number in range(len(pdf))]
            facts = pdf.get_metadata_dict()
        except pdfium.PdfiumError as error:
            raise ReadError(f"{path.name} {_reason(str(error))}") from None
        finally:
            pdf.close()
    if not texts:
        raise ReadError(f"{path.name} has no pages")
    if not any(text.strip() for text in texts):
        raise ReadError(
            f"{path.name} has no text layer ({len(texts)} pages of pictures); it needs character recognition"
        )
    text, pages = joined(texts)
    made = _DATE.match(facts.get("CreationDate", ""))
    return Document(
        text=text,
        format="pdf",
        pages=pages,
        title=_useful(facts.get("Title")),
        publisher=_useful(facts.get("Author")),
        date="-".join(made.groups()) if made else None,
    )


def _page_text(pdf: Any, number: int) -> str:
    page = pdf[number]
    words = page.get_textpage()
    try:
        # Lone surrogates cannot be stored as UTF-8; U+FFFE is PDFium's mark for a hyphen at a line's end.
        text: str = words.get_text_bounded().encode("utf-8", "replace").decode("utf-8")
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-").replace("\0", " ")
    finally:
        words.close()
        page.close()


def _reason(message: str) -> str:
    if "password" in message.lower():
        return "is encrypted; save it without a password"
    return "is not a readable PDF (damaged or cut short)"


def _useful(value: str | None) -> str | None:
    """Metadata worth showing: word processors put file names and user names there."""
    value = (value or "").strip()
    if len(value) < 4 or value.lower().startswith(("microsoft word", "untitled", "powerpoint")):
        return None
    return None if re.search(r"\.(docx?|pptx?|pdf|indd|xlsx?)$", value, re.IGNORECASE) else value
