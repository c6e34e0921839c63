"""Every label of the page, in Chinese and English, kept in `texts.json` and `library.json` beside this file."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path

from vectorstore.schema import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")


@cache
def labels() -> dict[str, dict[Lang, str]]:
    """All labels: key -> language -> text, with `{name}` where a value goes."""
    texts: dict[str, dict[Lang, str]] = {}
    for name in ("texts.json", "library.json"):
        texts |= json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return texts


def label(key: str, lang: Lang, **values: object) -> str:
    """One label as plain text. Raises `KeyError` for a label or a value that is missing."""
    return labels()[key][lang].format(**values)


def both(key: str, **values: object) -> str:
    """One label as HTML in both languages; the style sheet shows the one the page is in.

    So switching the language of the page needs no server and loses nothing on it.
    """
    return "".join(
        f'<span class="t" lang="{lang}">{escape(label(key, lang, **values))}</span>' for lang in LANGS
    )


def preferred(accept_language: str | None, chosen: str | None = None) -> Lang:
    """The one chosen before, else else the first of ours in `Accept-Language`, else English."""
    for lang in LANGS:
        if chosen == lang:
            return lang
    wanted = [_weighted(item) for item in (accept_language or "").split(",")]
    for weight, name in sorted(wanted, key=lambda pair: -pair[0]):
        if weight <= 0:
            break
        if name.startswith("zh"):
            return "zh"
        if name.startswith("en"):
            return "en"
    return "en"


def _weighted(item: str) -> tuple[float, str]:
    name, _, quality = item.strip().lower().partition(";q=")
    try:
        return float(quality or 1), name
    except ValueError:
        return 0.0, name
