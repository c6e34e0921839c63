"""HTML: the main content as paragraphs, `#` headings, points and tables; navigation and the like left out.

What is main: the page's own `main` or `article` element, else its body; in it, lists and boxes that are mostly
links are navigation (link density, after Kohlschütter, Fankhauser and Nejdl, "Boilerplate Detection using
Shallow Text Features", WSDM 2010).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.readers.text import decode
from vectorstore.schema import Document

_NEVER = frozenset({
    "script", "style", "template", "noscript", "iframe", "object", "svg", "canvas", "select", "button",
    "input", "textarea", "head", "title",
})  # fmt: skip
_FURNITURE = frozenset(["nav", "aside", "footer", "form", "menu", "dialog"])
_BOXES = frozenset(["div", "section", "ul", "ol", "dl", "td", "header"])
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "ruby", "rb", "rt", "rp", "math",
})  # fmt: skip
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BREAK = "\0"
_ISO = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?")
_DATES = (
    "article:published_time", "datepublished", "dc.date", "dcterms.date", "dcterms.issued", "pubdate",
    "publishdate", "date", "citation_publication_date",
)  # fmt: skip
_PUBLISHERS = (
    "og:site_name",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "citation_publisher",
    "author",
)


def looks_like_html(head: bytes) -> bool:
    """Whether a file's first bytes are those of a web page."""
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith((b"<!doctype html", b"<html")) or (
        (text.startswith((b"<?xml", b"<!--", b"<head", b"<body", b"<meta")) and b"<html" in text[:2000])
        or text.startswith((b"<head", b"<body"))
    )


def read(path: Path) -> Document:
    """Read a web page. Raises `ReadError` when it cannot be parsed or a table is beyond the limits."""
    root = parse(_decoded(path.read_bytes(), path.name))
    if root is None:
        raise ReadError(f"{path.name} is not a readable web page")
    meta = _meta(root)
    heading = next((_inline(h) for h in root.iter("h1") if _inline(h)), None)
    try:
        text = written(main(root))
    except ReadError as error:
        raise ReadError(f"{path.name} {error}") from None
    date = next((found.group() for name in _DATES if (found := _ISO.search(meta.get(name, "")))), None)
    return Document(
        text=text,
        format="html",
        title=meta.get("og:title") or heading or _inline(root.find(".//title")) or None,
        publisher=next((meta[name] for name in _PUBLISHERS if meta.get(name)), None),
        date=date,
    )


def parse(text: str) -> Any:
    """The element tree of a page, None when there is none."""
    from lxml import etree, html

    try:
        return html.document_fromstring(_DECLARATION.sub("", text).replace("\0", ""))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def main(root: Any) -> Any:
    """The element that holds the content: a single `main`, an `article` with most of the words, or the body."""
    body = root.find(".//body")
    body = root if body is None else body
    whole = len(_inline(body))
    wide = [*body.iter("main"), *body.xpath('.//*[@role="main"]'), *body.iter("article")]
    return next((element for element in wide if 2 * len(_inline(element)) >= whole), body)


def written(element: Any, prune: bool = True) -> str:
    """An element's blocks as text, a blank line between them; `prune` leaves navigation out."""
    text = "\n\n".join(block for block in _blocks(element, prune) if block.strip())
    return text + "\n" if text else ""


def _decoded(data: bytes, name: str) -> str:
    """The page's text, by the encoding it names if that works."""
    named = _CHARSET.search(data[:4096])
    encoding = named.group(1).decode("ascii", "replace").lower() if named else ""
    if encoding and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode("gb18030" if encoding in {"gb2312", "gbk"} else encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


def _meta(root: Any) -> dict[str, str]:
    facts: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        facts.setdefault(name.lower(), tables.cell_text(element.get("content") or ""))
    return facts


def _inline(element: Any) -> str:
    """All words of an element on one line."""
    if element is None:
        return ""
    return tables.cell_text("".join(_words(element)))


def _words(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _NEVER:
            if child.tag not in _INLINE:
                yield " "
            yield from _words(child)
            if child.tag not in _INLINE:
                yield " "
        yield child.tail or ""


def _blocks(element: Any, prune: bool) -> Iterator[str]:
    """Blocks in reading order; loose words between them are paragraphs of their own."""
    loose = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            loose.append(_BREAK)
        elif tag in _INLINE and not _holds_blocks(child):
            loose.append("".join(_words(child)))
        elif tag and tag not in _NEVER and not (prune and _is_furniture(child)):
            yield _paragraph(loose)
            loose = []
            yield from _block(child, tag, prune)
        loose.append(child.tail or "")
    yield _paragraph(loose)


def _paragraph(loose: list[str]) -> str:
    lines = (tables.cell_text(line) for line in "".join(loose).split(_BREAK))
    return "\n".join(line for line in lines if line)


def _block(element: Any, tag: str, prune: bool) -> Iterator[str]:
    if re.fullmatch(r"h[1-6]", tag):
        words = _inline(element)
        yield f"{'#' * int(tag[1])} {words}" if words else ""
    elif tag == "li" and not _holds_blocks(element):
        words = _inline(element)
        yield f"- {words}" if words else ""
    elif tag == "pre":
        yield "\n".join(line.rstrip() for line in "".join(_words(element)).splitlines())
    elif tag == "table" and _is_data(element):
        yield _table(element)
    else:
        yield from _blocks(element, prune)


def _holds_blocks(element: Any) -> bool:
    return any(
        isinstance(e.tag, str) and e.tag not in _INLINE and e.tag != "br" for e in element.iterdescendants()
    )


def _is_furniture(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    if element.tag in _FURNITURE or element.get("hidden") is not None or "display:none" in style:
        return True
    if element.get("role") in {"navigation", "banner", "contentinfo", "complementary", "search"}:
        return True
    if element.tag not in _BOXES:
        return False
    links = [_inline(link) for link in element.iter("a")]
    words = len(_inline(element))
    return len(links) >= 3 and sum(map(len, links)) >= 0.7 * words and words <= 60 * len(links)


def _is_data(table: Any) -> bool:
    """Whether a table holds values and not the layout of the page."""
    if table.get("role") == "presentation" or table.find(".//table") is not None:
        return False
    return not any(table.find(f".//{tag}") is not None for tag in ("h1", "h2", "article", "main"))


def _table(table: Any) -> str:
    rows = list(table.iter("tr"))
    header = 0
    for row in rows:
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        in_head = row.getparent().tag == "thead"
        if not in_head and not (cells and all(cell.tag == "th" for cell in cells)):
            break
        header += 1
    grid = tables.spanned(
        [(_inline(c), _span(c, "rowspan"), _span(c, "colspan")) for c in row if c.tag in {"td", "th"}]
        for row in rows
    )
    caption = _inline(table.find("./caption"))
    return "\n".join(part for part in (caption, tables.written(grid, header or None)) if part)


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), 65_534)) if value.isascii() and value.isdigit() and len(value) < 7 else 1
