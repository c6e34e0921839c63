"""Why something about the library did not work, in the page's language.

The library says it in one English sentence; here it is recognised by its words and said again in both languages.
A sentence that is not known stays as it is, so nothing is kept from anybody.
"""

from __future__ import annotations

import re
from html import escape

from assistant.faces.texts import both

_KNOWN: tuple[tuple[str, str], ...] = (
    ("why_empty", r"is empty \(0 bytes\)"),
    ("why_bomb", r"unpacks to|holds \d+ files; the limit"),
    ("why_large", r"(?:; the limit is|is larger than) (?P<limit>\d+) MB"),
    ("why_pixels", r"\d+ x \d+ pixels"),
    ("why_pages", r"has [\d,]+ pages; the limit is (?P<limit>[\d,]+)"),
    ("why_table", r"more than (?P<limit>[\d,]+ (?:columns|cells))"),
    ("why_garbled", r"holds glyph numbers"),
    ("why_ocr", r"character recognition is not installed"),
    ("why_old_office", r"an old Office file"),
    ("why_kind", r"; readable are |has no pages to show"),
    ("why_locked", r"is encrypted|is protected against copying|without a password"),
    ("why_encoding", r"unknown encoding|says it is .+ but is not"),
    ("why_crash", r"made its reader crash|more memory than there is|made no progress|reading was stopped"),
    ("why_damaged", r"is not a readable|cannot be opened, damaged|\bdamaged or cut short"),
    ("why_no_text", r"holds no text|has no pages"),
    ("why_changed", r"changed while it was read"),
    ("why_open", r"cannot be opened|does not exist|leads nowhere"),
    ("why_busy", r"another process is writing"),
    ("why_disk", r"the disk is full"),
    ("too_many", r"files are waiting already"),
    ("evidence_gone", r"no report has the id"),
)


def known(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The label that says what `sentence` says, and the values in it; None for one that is not known."""
    for key, pattern in _KNOWN:
        found = re.search(pattern, sentence)
        if found:
            return key, found.groupdict()
    return None


def code(sentence: str) -> str:
    """The label's key, for a script that has the words; empty for a sentence that is not known."""
    found = known(sentence)
    return found[0] if found else ""


def reason(sentence: str) -> str:
    """The reason as HTML in both languages."""
    found = known(sentence)
    return both(found[0], **found[1]) if found else f'<span lang="en">{escape(sentence)}</span>'
