"""The bot's windows: the evidence of an answer, why it was not helpful, a question about a message.

Limits (Slack's reference of views): 100 blocks, titles and buttons of 24 characters, 3,000 characters of
private metadata.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.faces.slack.blocks import Block, context, place_url, section, tidy
from assistant.faces.slack.markup import cut, escape, link
from assistant.faces.slack.wording import say
from assistant.faces.texts import label
from assistant.question import LONGEST
from assistant.schema import Answer
from vectorstore.schema import Lang

REASONS = ("wrong", "sources_wrong", "incomplete", "language", "else")
WHY, ABOUT = "wenju_why", "wenju_about"
SHORTCUT = "wenju_ask_about"
_ROOM = 96


def evidence(answer: Answer, public_url: str | None) -> Block:
    """The passages an answer cites, whole."""
    blocks: list[Block] = []
    cited = sorted({c.n: c for c in reversed(answer.citations)}.values(), key=lambda c: c.n)
    for done, citation in enumerate(cited):
        page = f" · {label('page_number', answer.lang, page=citation.page)}" if citation.page else ""
        head = f"*[{citation.n}] {escape(tidy(citation.title)[:300])}*{page}"
        address = place_url(public_url, citation)
        more = f"\n{link(address, say('open', answer.lang))}" if address else ""
        words = cut(escape(citation.quote.strip()), 2800)
        if len(blocks) + len(words) + 2 > _ROOM:
            blocks.append(context(say("more_evidence", answer.lang, count=len(cited) - done)))
            break
        blocks += [section(head + more), *(section(f"“{piece}”") for piece in words), {"type": "divider"}]
    blocks = blocks or [section(say("no_evidence", answer.lang))]
    return _modal("wenju_evidence_view", say("evidence_title", answer.lang), blocks, answer.lang)


def why(ask: str, lang: Lang) -> Block:
    """What was wrong with an answer: one reason of a few, and a comment."""
    options = [{"text": _words(say(reason, lang)), "value": reason} for reason in REASONS]
    reason = {"type": "radio_buttons", "action_id": "reason", "options": options}
    comment = {"type": "plain_text_input", "action_id": "comment", "multiline": True, "max_length": 1000}
    blocks: list[Block] = [
        {"type": "input", "block_id": "reason", "label": _words(say("why", lang)), "element": reason},
        {"type": "input", "block_id": "comment", "label": _words(say("comment", lang)), "element": comment,
         "optional": True},
    ]  # fmt: skip
    return _modal(WHY, say("why_title", lang), blocks, lang, say("send", lang), {"ask": ask, "lang": lang})


def about(words: str, where: Mapping[str, str], lang: Lang) -> Block:
    """A question about a message, which stands in the box to begin with."""
    field: Block = {
        "type": "plain_text_input", "action_id": "question", "multiline": True, "max_length": LONGEST,
    }  # fmt: skip
    if words:
        field["initial_value"] = words[:LONGEST]
    blocks: list[Block] = [
        {"type": "input", "block_id": "question", "label": _words(say("ask_label", lang)), "element": field}
    ]
    return _modal(ABOUT, say("ask_title", lang), blocks, lang, say("ask_send", lang), where)


def said(view: Mapping[str, Any], block: str) -> str:
    """What a person put into one field of a window; "" for nothing."""
    state = view["state"]["values"].get(block, {}).get(block, {})
    chosen = state.get("selected_option") or {}
    return str(state.get("value") or chosen.get("value") or "")


def _modal(
    name: str,
    title: str,
    blocks: list[Block],
    lang: Lang,
    send: str = "",
    memo: Mapping[str, str] | None = None,
) -> Block:
    made: Block = {
        "type": "modal", "callback_id": name, "title": _words(title[:24]), "blocks": blocks[:100],
        "close": _words(say("cancel" if send else "close", lang)),
        "private_metadata": json.dumps(dict(memo or {}))[:3000],
    }  # fmt: skip
    return made | ({"submit": _words(send)} if send else {})


def _words(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}
