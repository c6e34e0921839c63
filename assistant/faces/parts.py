"""The parts of the page that do not change while one talks: header, welcome, question box, library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from assistant.conversations import Conversation
from assistant.faces.afterword import exporting, menu, why
from assistant.faces.shelf import adding, tool
from assistant.faces.texts import LANGS, both, label
from vectorstore.schema import Lang

SCRIPT_TEXTS = (
    "copy", "copied", "evidence_hint", "evidence_loading", "evidence_failed", "evidence_gone", "unreachable",
    "deleted", "undo", "undone", "not_undone", "rename", "list_failed", "limited",
    "removed", "thanks", "settings_saved", "trying", "tried", "tried_none", "in_use",
)  # fmt: skip
PANES = ("conversations", "evidence", "library")


def header() -> str:
    """Name, evaluation, settings, new chat, language of the page."""
    choices = "".join(
        f'<button type="button" class="choice" data-page-language="{lang}" lang="{lang}">{name}</button>'
        for lang, name in (("zh", "中文"), ("en", "EN"))
    )
    return (
        '<a class="skip" href="#question">' + both("skip") + "</a>"
        '<header class="bar"><h1 class="brand">Wenju <span lang="zh">问据</span>'
        f'<span class="tagline">{both("tagline")}</span></h1>'
        f'<button type="button" class="small sheet" data-open="conversations">{both("conversations")}</button>'
        f'<button type="button" class="small sheet" data-open="library">{both("library")}</button>'
        f'<a class="small" href="/evaluation"><span class="glyph" aria-hidden="true">✓</span>'
        f'<span class="name">{both("evaluation")}</span></a>'
        f'<button type="button" class="small" data-do="settings"><span class="glyph" aria-hidden="true">⚙\ufe0e</span>'
        f'<span class="name">{both("settings")}</span></button>'
        f'<button type="button" class="small" data-do="clear" '
        f'aria-keyshortcuts="Alt+N"><span class="glyph" aria-hidden="true">+</span>'
        f'<span class="name">{both("new_chat")}</span></button>'
        f'<div class="choices" role="group" aria-labelledby="page-language">'
        f'<span class="hidden" id="page-language">{both("page_language")}</span>{choices}</div></header>'
        + _dialog("settings", '<div id="options"></div>')
        + _dialog("help", _keys())
    )


KEYS = (
    ("send", "Enter"), ("line", "Shift Enter"), ("box", "/"), ("new", "Alt N"), ("next", "Alt ] · Alt ["),
    ("stop", "Alt S"), ("back", "Esc"), ("help", "?"),
)  # fmt: skip
"""What can be done by keys."""


def _keys() -> str:
    rows = "".join(f'<dt><kbd>{keys}</kbd></dt><dd>{both(f"key_{what}")}</dd>' for what, keys in KEYS)
    return f'<dl class="keylist">{rows}</dl>'


def _dialog(key: str, inner: str) -> str:
    return (
        f'<dialog id="{key}-dialog" aria-labelledby="{key}-title">'
        f'<div class="top"><h2 id="{key}-title">{both(key)}</h2>'
        f'<button type="button" class="small" data-do="shut">{both("close")}</button></div>{inner}</dialog>'
    )


def welcome(questions: Mapping[Lang, Sequence[str]], empty: bool = False) -> str:
    """What an empty conversation shows: what this is, and questions to begin with."""
    title = f"<h2>{both('welcome')}</h2><p>{both('welcome_more')}</p>"
    if empty:
        return f'<section class="welcome">{title}<p class="notice">{both("library_empty")}</p></section>'
    examples = "".join(
        f'<li class="t" lang="{shown}"><button type="button" class="example">{escape(question)}</button></li>'
        for shown in LANGS
        for question in questions[shown]
    )
    begin = f'<p class="label">{both("examples")}</p><ul class="examples">{examples}</ul>' if examples else ""
    return f'<section class="welcome">{title}{begin}</section>'


def composer() -> str:
    """The question box. It is written once and never again, so what is typed stays."""
    hints = " ".join(f'data-{lang}="{escape(label("ask_hint", lang))}"' for lang in LANGS)
    languages = "".join(
        f'<label><input type="radio" name="answer-language" value="{value}"{checked}>'
        f"<span>{name}</span></label>"
        for value, name, checked in (
            ("auto", both("answer_auto"), " checked"),
            ("zh", "中文", ""),
            ("en", "English", ""),
        )
    )
    return (
        '<form class="composer"><p class="trouble" role="alert" hidden></p>'
        '<button type="button" class="small limited" data-do="unlimit" hidden></button>'
        f'<button type="button" class="small editing" data-do="unedit" hidden>{both("editing")}</button>'
        f'<div class="box"><label class="hidden" for="question">{both("ask")}</label>'
        f'<textarea id="question" rows="1" autocomplete="off" aria-describedby="keys" {hints}></textarea>'
        f'<button type="submit" class="primary send">{both("send")}</button>'
        f'<button type="button" class="primary stop" data-do="stop" hidden>{both("stop")}</button></div>'
        f'<div class="under"><fieldset class="choices"><legend>{both("answer_language")}</legend>{languages}'
        f'</fieldset><span class="keys"><span id="keys">{both("ask_keys")}</span> · '
        f'<button type="button" class="tool" data-do="help">{both("help")}</button></span></div></form>'
    )


def panes(uploads: bool = True) -> str:
    """The tabs at the side with what they open, and the labels that the script needs."""
    texts = "".join(f'<template data-text="{key}">{both(key)}</template>' for key in SCRIPT_TEXTS)
    tabs = "".join(
        f'<button type="button" role="tab" id="tab-{key}" aria-controls="{key}" '
        f'aria-selected="{str(key == "evidence").lower()}" data-open="{key}">{both(key)}</button>'
        for key in PANES
    )
    return (
        f'<div class="tabs"><div role="tablist">{tabs}</div>'
        f'<button type="button" class="small close" data-do="close">{both("close")}</button></div>'
        + _panel("conversations", _search() + '<div id="talks"></div>')
        + _panel("evidence", f'<p class="quiet">{both("evidence_hint")}</p>', ' aria-live="polite"')
        + _panel("library", (adding() if uploads else "") + '<div id="shelf"></div>')
        + f'<p class="toast" role="status" hidden></p>{texts}<template id="why">{why()}</template>'
    )


def _panel(key: str, inner: str, more: str = "") -> str:
    return f'<section id="{key}" class="pane" role="tabpanel" aria-labelledby="tab-{key}"{more}>{inner}</section>'


def _search() -> str:
    return (
        f'<label class="label" for="find">{both("find_conversation")}</label>'
        '<input type="search" id="find" autocomplete="off" maxlength="100">'
    )


def conversations(found: Sequence[Conversation], searched: bool = False) -> str:
    """The conversations of one owner, as a list."""
    if not found:
        return f'<p class="quiet">{both("nothing_found" if searched else "no_conversations")}</p>'
    return f'<ul class="talks">{"".join(map(_conversation, found))}</ul>'


def _conversation(one: Conversation) -> str:
    day = datetime.fromtimestamp(one.changed).date().isoformat()
    count = both("questions_one") if one.turns == 1 else both("questions_count", count=one.turns)
    title = escape(one.title)
    name = f'{both("export")}<span class="hidden"> {title}</span>'
    files = menu(name, "".join(map(exporting, ("docx", "md", "xlsx", "json"))))
    return (
        f'<li data-conversation="{escape(one.id)}">'
        f'<button type="button" class="talk" data-do="talk"><span class="title">{title}</span>'
        f'<span class="facts"><span>{count}</span><span>{day}</span></span></button>'
        f'<span class="tools">{tool("rename", title)}{files}{tool("delete", title)}</span></li>'
    )
