"""What every evaluation page is made of: its frame, its language, forms and tables. All text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from vectorstore.schema import Lang

_PLACES = (
    ("/", "Chat", "对话"), ("/evaluation", "Runs", "评测"), ("/evaluation/drafts", "Drafted questions", "草拟题目"),
    ("/evaluation/feedback", "Feedback", "用户反馈"),
)


@dataclass(frozen=True, slots=True)
class Say:
    """The language a page is in: `say(english, chinese)` is the one of the two that it shows, escaped."""

    lang: Lang
    here: str = ""
    """The address that shows the page again, or what stands for it where the page answers a form."""

    def __call__(self, en: str, zh: str) -> str:
        """The text in the page's language."""
        return escape(zh if self.lang == "zh" else en)


def page(say: Say, title: tuple[str, str], body: str, at: str = "") -> str:
    """A whole page; `at` is the address of the section it belongs to."""
    tag = "zh-CN" if say.lang == "zh" else "en"
    other, name = ("en", "English") if say.lang == "zh" else ("zh", "中文")
    there = escape(f"{say.here}{'&' if '?' in say.here else '?'}lang={other}")
    links = "".join(
        f'<a href="{place}"{" aria-current=page" if place == at else ""}>{say(en, zh)}</a>'
        for place, en, zh in _PLACES
    )
    return (
        f'<!doctype html><html lang="{tag}" data-lang="{say.lang}"><head><meta charset="utf-8">'
        f"<title>{say(*title)} · Wenju 问据</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/page/icon.svg">'
        '<link rel="stylesheet" href="/page/page.css"><link rel="stylesheet" href="/page/lab.css">'
        '<script defer src="/page/lab.js"></script></head><body class="plain lab">'
        f'<header class="bar"><a class="brand" href="/">Wenju <span lang="zh">问据</span></a>'
        f'<nav aria-label="{say("Evaluation", "评测")}">{links}</nav>'
        f'<a class="tongue" href="{there}" lang="{other}" hreflang="{other}">{name}</a></header>'
        f"<main><h1>{say(*title)}</h1>{body}</main></body></html>"
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], label: str) -> str:
    """A table of finished HTML; the first cell of a row is its heading."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def field(label: str, control: str) -> str:
    """A control below its label."""
    return f'<label class="field"><span>{label}</span>{control}</label>'


def select(name: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """A choice; `options` are values and finished labels."""
    shown = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{label}</option>'
        for value, label in options
    )
    return f'<select name="{name}">{shown}</select>'


def radios(name: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """A choice that has to be made, all of it in sight; `options` as in `select`."""
    return "".join(
        f'<label class="tick"><input type="radio" name="{name}" value="{escape(value)}" required'
        f"{' checked' if value == chosen else ''}> {label}</label>"
        for value, label in options
    )


def button(label: str, name: str = "", value: str = "", kind: str = "") -> str:
    """A button that sends its form."""
    said = f' name="{name}" value="{escape(value)}"' if name else ""
    return f'<button class="{kind or "plain"}"{said}>{label}</button>'


def form(action: str, inner: str, *, files: bool = False) -> str:
    """A form that is posted to an address of this server."""
    how = ' enctype="multipart/form-data"' if files else ""
    return f'<form method="post" action="{escape(action)}"{how}>{inner}</form>'


def note(text: str, kind: str = "") -> str:
    """A paragraph of its own, of finished HTML; `trouble` for what went wrong."""
    role = ' role="alert"' if kind == "trouble" else ""
    return f'<p class="note {kind}"{role}>{text}</p>'


def percent(item: dict[str, float | None] | None) -> str:
    """A metric's value with its interval."""
    if not item or item.get("value") is None:
        return "–"
    low, high = item.get("low"), item.get("high")
    bounds = "" if low is None or high is None else f"<small>{low:.0%}–{high:.0%}</small>"
    return f"{item['value']:.1%}{bounds}"
