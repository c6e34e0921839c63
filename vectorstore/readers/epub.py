"""EPUB: the chapters of its reading order, each a page of HTML."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from vectorstore.errors import ReadError
from vectorstore.readers import html
from vectorstore.readers.text import decode
from vectorstore.schema import Document

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read(path: Path) -> Document:
    """Read an e-book. Raises `ReadError` for broken files and those under digital rights management."""
    try:
        with ZipFile(path) as archive:
            return _book(archive)
    except ReadError as error:
        raise ReadError(f"{path.name} {error}") from None
    except Exception as error:  # a damaged archive fails in ways its libraries do not document
        raise ReadError(f"{path.name} is not a readable e-book ({type(error).__name__})") from None


def _book(archive: ZipFile) -> Document:
    container = _xml(archive.read("META-INF/container.xml"))
    place = unquote(container.find(f".//{_CONTAINER}rootfile").get("full-path"))
    package = _xml(archive.read(place))
    items = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    chapters = []
    for entry in package.iter(f"{_OPF}itemref"):
        item = items.get(entry.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        if item.get("media-type") not in {"application/xhtml+xml", "text/html"}:
            continue
        name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(item.get("href"))))
        if name in archive.NameToInfo:
            chapters.append(_chapter(archive.read(name)))
    text = "\n".join(chapter for chapter in chapters if chapter)
    if not text and "META-INF/encryption.xml" in archive.NameToInfo:
        raise ReadError("is protected against copying and cannot be read")
    date = re.match(r"\d{4}(-\d\d){0,2}", _fact(package, "date") or "")
    return Document(
        text=text,
        format="epub",
        title=_fact(package, "title"),
        publisher=_fact(package, "publisher") or _fact(package, "creator"),
        date=date.group() if date else None,
    )


def _xml(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _chapter(data: bytes) -> str:
    root = html.parse(decode(data, "chapter"))
    if root is None:
        return ""
    body = root.find(".//body")
    return html.written(root if body is None else body, prune=False)


def _fact(package: Any, name: str) -> str | None:
    found = package.find(f".//{_DC}{name}")
    words = " ".join((found.text or "").split()) if found is not None else ""
    return words or None
