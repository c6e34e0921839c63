"""An answer as Slack messages: blocks within Slack's documented limits, split where they would not fit.

Limits (Slack's Block Kit reference): 50 blocks a message, 3,000 characters a section, 2,000 a button's
value, 75 its label; `chat.update` takes 4,000 characters of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as quoted

from assistant.faces.markup import unverified
from assistant.faces.slack.markup import cut, escape, link, mrkdwn
from assistant.faces.slack.wording import say
from assistant.faces.texts import label
from assistant.schema import Answer, Citation
from vectorstore.characters import is_cjk
from vectorstore.schema import Lang

Block = dict[str, Any]

SECTION = 2900
"""Characters in a section; 3,000 are allowed."""
TEXT = 3800
"""Characters of plain text beside the blocks; 4,000 are allowed in an update."""
QUOTE = 500
"""Characters of a quote shown below an answer; the evidence view shows it whole."""
BLOCKS, WHOLE = 45, 9000
"""Blocks and characters a message holds; 50 blocks are allowed, about 13,000 characters are."""

HELPFUL, UNHELPFUL, EVIDENCE = "wenju_helpful", "wenju_unhelpful", "wenju_evidence"
OTHER, STOP, SHARE = "wenju_other_language", "wenju_stop", "wenju_share"


@dataclass(frozen=True, slots=True)
class Post:
    """One message: its blocks, and its words for notifications and readers without blocks."""

    text: str
    blocks: tuple[Block, ...]


def section(text: str) -> Block:
    """A section of `mrkdwn` in which no address becomes a link by itself."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text or " ", "verbatim": True}}


def context(text: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text[:SECTION], "verbatim": True}]}


def button(action: str, text: str, value: str, style: str | None = None) -> Block:
    """A button; `value` is what its action says it is about."""
    made: Block = {
        "type": "button", "action_id": action, "value": value[:2000],
        "text": {"type": "plain_text", "text": text[:75], "emoji": True},
    }  # fmt: skip
    return made | ({"style": style} if style else {})


def note(text: str) -> Post:
    """A short message of the bot's own; `text` is already fit for `mrkdwn`."""
    return Post(text[:TEXT], tuple(section(piece) for piece in cut(text, SECTION)))


def working(ask: str, status: str, written: str, lang: Lang) -> Post:
    """The message while the answer is being written: what there is so far, what happens now, a stop button."""
    sections = [section(piece) for piece in cut(mrkdwn(written), SECTION)[:3]] if written.strip() else []
    foot = context(f"⏳ {escape(status)}")
    stop = {"type": "actions", "elements": [button(STOP, say("stop", lang), ask)]}
    return Post(f"⏳ {escape(status)}", (*sections, foot, stop))


def answer_posts(answer: Answer, ask: str, public_url: str | None, *, private: bool = False) -> list[Post]:
    """A checked answer as one message, or several when it does not fit; every source stands in one of them.

    `private` answers (of the slash command) get a button that shares them.
    """
    body = _body(answer, public_url)
    sources = [section(piece) for c in _cited(answer) for piece in _source(c, answer.lang, public_url)]
    if sources:
        body.append(context(f"*{label('sources', answer.lang)}*"))
    blocks = [*body, *sources, context(_state(answer)), _buttons(answer, ask, private)]
    groups = _grouped(blocks)
    texts = [_summary(answer)] + [say("part", answer.lang)] * (len(groups) - 1)
    return [Post(text, tuple(group)) for text, group in zip(texts, groups, strict=True)]


def shared(posts: Sequence[Post], user: str, question: str, lang: Lang) -> list[Post]:
    """A private answer for everybody: who shared it and what was asked above, no share button below."""
    made = []
    for post in posts:
        kept = [_without(block, SHARE) for block in post.blocks]
        made.append(Post(post.text, tuple(block for block in kept if block)))
    return headed(made, "shared_by", user, question, lang)


def headed(posts: Sequence[Post], key: str, user: str, question: str, lang: Lang) -> list[Post]:
    """Messages below a line that says who asked what, for a question nobody else has seen."""
    head = context(say(key, lang, user=f"<@{user}>", question=escape(question[:1000])))
    return [Post(posts[0].text, (head, *posts[0].blocks)), *posts[1:]]


def place_url(public_url: str | None, citation: Citation) -> str | None:
    """The browser's view of a citation; None where the setting does not say the base address."""
    if not public_url:
        return None
    report = quoted(citation.report, safe="")
    return f"{public_url.rstrip('/')}/reports/{report}?start={citation.start}&end={citation.end}#quote"


def tidy(quote: str) -> str:
    """A quote on one line, without the line breaks of the page it stands on."""
    lines = [" ".join(line.split()) for line in quote.split("\n") if line.strip()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        joined += ("" if is_cjk(joined[-1]) or is_cjk(line[0]) else " ") + line
    return joined


def _cited(answer: Answer) -> list[Citation]:
    """One citation per mark, by number."""
    return sorted({c.n: c for c in reversed(answer.citations)}.values(), key=lambda c: c.n)


def _body(answer: Answer, public_url: str | None) -> list[Block]:
    places = {c.n: place_url(public_url, c) for c in answer.citations}
    weak = unverified(answer.text, answer.sentences)
    text = answer.text
    for _, end in reversed(weak):
        text = f"{text[:end]} (⚠ {label('unverified', answer.lang)}){text[end:]}"
    written = mrkdwn(text, lambda n: link(places.get(n), f"[{n}]"))
    return [section(piece) for piece in cut(written, SECTION)]


def _source(citation: Citation, lang: Lang, public_url: str | None) -> list[str]:
    title = link(place_url(public_url, citation), escape(tidy(citation.title) or citation.source))
    page = f" · {label('page_number', lang, page=citation.page)}" if citation.page else ""
    quote = tidy(citation.quote)
    shown = quote if len(quote) <= QUOTE else f"{quote[:QUOTE]}…"
    return cut(f"*[{citation.n}]* {title}{page}\n>{escape(shown)}", SECTION)


def _state(answer: Answer) -> str:
    """What was checked, who wrote it, how long it took."""
    facts = [label("by_ai", answer.lang)]
    if answer.sentences and not answer.refused:
        total = len(answer.sentences)
        checked = sum(sentence.state != "unverified" for sentence in answer.sentences)
        key = "checked_some" if checked < total else "checked_one" if total == 1 else "checked_all"
        sign = "✓" if checked == total else "⚠"
        facts.insert(0, f"{sign} {label(key, answer.lang, checked=checked, total=total)}")
    facts += [escape(answer.model), label("seconds", answer.lang, seconds=f"{answer.timing.total_s:.1f}")]
    return " · ".join([*facts, *(escape(notice) for notice in answer.notices)])


def _buttons(answer: Answer, ask: str, private: bool) -> Block:
    lang = answer.lang
    row = [button(HELPFUL, say("helpful", lang), ask), button(UNHELPFUL, say("unhelpful", lang), ask)]
    if answer.citations:
        row.append(button(EVIDENCE, say("evidence", lang), ask))
    row.append(button(OTHER, say("other", lang), ask))
    if private:
        row.append(button(SHARE, say("share", lang), ask, "primary"))
    return {"type": "actions", "elements": row}


def _summary(answer: Answer) -> str:
    """The answer and its sources as plain words."""
    said = mrkdwn(answer.text)
    lines = [f"[{c.n}] {escape(tidy(c.title)[:100])}" for c in _cited(answer)]
    listed = "\n".join(lines)[: TEXT // 2]
    room = TEXT - len(listed) - 2
    said = said if len(said) <= room else cut(said, room - 1)[0] + "…"
    return f"{said}\n\n{listed}" if listed else said


def _grouped(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks in messages: at most `BLOCKS` and `WHOLE` characters in each."""
    groups: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        length = len(block.get("text", {}).get("text", "")) + 100
        if groups[-1] and (len(groups[-1]) >= BLOCKS or size + length > WHOLE):
            groups.append([])
            size = 0
        groups[-1].append(block)
        size += length
    return groups


def _without(block: Block, action: str) -> Block | None:
    """The block without one of its buttons; None when nothing is left."""
    if block["type"] != "actions":
        return block
    kept = [element for element in block["elements"] if element["action_id"] != action]
    return block | {"elements": kept} if kept else None
