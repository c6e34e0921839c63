"""Slack's markup, both ways: what people typed becomes plain words, what reports say becomes harmless.

Slack reads `<@U1>`, `<!channel>` and `<https://...|label>` as commands wherever they stand in a text; the
characters `&`, `<` and `>` as entities are all it takes to make them words again (Slack's "Formatting text
for app surfaces"). Addresses are additionally kept from becoming links by `verbatim` in blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.marks import MARK

_ENTITY = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_SPECIAL = re.compile(r"<([^<>]*)>")
_EMOJI = re.compile(r":[a-z0-9_+'-]+(?:::skin-tone-\d)?:", re.IGNORECASE)
# Controls, and the marks that turn the direction of everything after them; plain RTL text needs neither.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_PAIR = re.compile(r"(?<![^\W_])([*_~`]+)(?=[^\s*_~`])([^\n]*?[^\s*_~`])(\1)(?![^\W_])")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.+)$", re.MULTILINE)
_BULLET = re.compile(r"^([ \t]*)[-*][ \t]+(?=\S)", re.MULTILINE)
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
# Where an address could be recognised; pieces may end anywhere, so the end of a piece counts too.
_ADDRESS = re.compile(r"(?<=:)(?=/|\Z)|(?<=@)|(?<=[A-Za-z]\.)(?=[A-Za-z]|\Z)|\A(?=[./]+[A-Za-z])")
_BREAK = "\u200b"
_STRONG, _SLACK_STRONG = "\ue000", "*"


def plain(text: str) -> str:
    """What a person typed, without Slack's markup: mentions gone, links as their words, entities undone."""

    def word(found: re.Match[str]) -> str:
        inside = found[1]
        target, _, label = inside.partition("|")
        if target.startswith("@") or target.startswith("!subteam"):
            return " "
        if target.startswith("#"):
            return f"#{label}" if label else " "
        if target.startswith("!"):
            return " " if target[1:] in ("channel", "here", "everyone") else label
        return label or target.removeprefix("mailto:")

    text = _SPECIAL.sub(word, text)
    for entity, character in _ENTITY.items():
        text = text.replace(entity, character)
    text = text.replace("```", "\n").replace("`", "")
    return " ".join(_EMOJI.sub(" ", _CONTROLS.sub("", text)).split())


def mentions(text: str, user: str) -> bool:
    """Whether a message as Slack sends it names a user."""
    return re.search(rf"<@{re.escape(user)}(?:\|[^>]*)?>", text) is not None


def clean(text: str) -> str:
    """A text without control characters and without marks that turn its direction."""
    return _CONTROLS.sub("", text)


def escape(text: str) -> str:
    """Words for a `mrkdwn` text: nothing in them is a mention, a ping, a link or a format any more."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A marker is one only where no space follows it; U+200B counts as a space and shows nothing.
    return _PAIR.sub(lambda pair: f"{pair[1]}{_BREAK}{pair[2]}{pair[3]}", safe)


def mrkdwn(text: str, mark: Callable[[int], str] = "[{}]".format) -> str:
    """An answer for a `mrkdwn` text: bold, headings and lists stay, marks become `mark(n)`, all else is words."""
    text = clean(text).replace(_STRONG, "")
    text = _BOLD.sub(rf"{_STRONG}\1{_STRONG}", _HEADING.sub(rf"{_STRONG}\1{_STRONG}", text))
    text = _BULLET.sub(r"\1• ", text)
    pieces, cursor = [], 0
    for found in MARK.finditer(text):
        pieces += [escape(text[cursor : found.start()]), mark(int(found[1]))]
        cursor = found.end()
    return "".join([*pieces, escape(text[cursor:])]).replace(_STRONG, _SLACK_STRONG)


def markdown(text: str) -> str:
    """A piece of an answer for a native stream, which reads Markdown: every character stands for itself."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ADDRESS.sub(_BREAK, re.sub(r"([\\`*_~|!#(){}])", r"\\\1", safe))


def link(address: str | None, label: str) -> str:
    """A link of our own around words already escaped; only the words where there is no address."""
    if not address:
        return label
    return f"<{address.replace('&', '&amp;')}|{label.replace('|', '¦')}>"


def cut(text: str, longest: int) -> list[str]:
    """A `mrkdwn` text in pieces of at most `longest` characters, between lines, sentences or words.

    Links and entities stay whole; joined with nothing between them, the pieces are the text.
    """
    pieces = []
    while len(text) > longest:
        at = _joint(text, longest)
        pieces.append(text[:at])
        text = text[at:]
    return [*pieces, text] if text or not pieces else pieces


def _joint(text: str, longest: int) -> int:
    window = text[:longest]
    for sign in ("\n\n", "\n", "。", "！", "？", ". ", "；", " "):
        at = window.rfind(sign)
        if at >= longest // 2 and _is_outside(text, at + len(sign)):
            return at + len(sign)
    at = longest
    while at > longest // 2 and not _is_outside(text, at):
        at -= 1
    return at


def _is_outside(text: str, at: int) -> bool:
    """Whether a cut at `at` leaves links and entities whole."""
    if text.rfind("<", 0, at) > text.rfind(">", 0, at):
        return False
    entity = text.rfind("&", max(0, at - 5), at)
    return entity < 0 or ";" in text[entity:at]
