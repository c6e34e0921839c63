"""Slack's documented limits (docs.slack.dev: Block Kit reference, views, Web API methods), as a check of payloads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

NEEDED = {
    "chat.postMessage": ("channel",), "chat.update": ("channel", "ts"), "chat.delete": ("channel", "ts"),
    "chat.postEphemeral": ("channel", "user"), "chat.startStream": ("channel",),
    "chat.appendStream": ("channel", "ts"), "chat.stopStream": ("channel", "ts"),
    "views.open": ("trigger_id", "view"), "conversations.replies": ("channel", "ts"),
    "assistant.threads.setStatus": ("channel_id", "thread_ts", "status"),
    "assistant.threads.setTitle": ("channel_id", "thread_ts", "title"),
    "assistant.threads.setSuggestedPrompts": ("channel_id", "prompts"), "files.info": ("file",),
}  # fmt: skip
TEXT_LIMITS = {
    "chat.postMessage": 40_000,
    "chat.update": 4_000,
    "chat.postEphemeral": 40_000,
    "response_url": 40_000,
}
MENTION = re.compile(r"<(?:!|@|#|https?:|mailto:)[^>]*>")
BLOCKS_TOTAL = 13_200


def violations(method: str, payload: dict[str, Any]) -> list[str]:
    """What is wrong with a call, a sentence each."""
    return [f"{method}: {fault}" for fault in _faults(method, payload)]


def _faults(method: str, payload: dict[str, Any]) -> Iterator[str]:
    for name in NEEDED.get(method, ()):
        if not payload.get(name):
            yield f"{name} is missing"
    text = payload.get("text")
    if text is not None and len(text) > TEXT_LIMITS.get(method, 40_000):
        yield f"text has {len(text)} characters"
    blocks = payload.get("blocks")
    if blocks is not None:
        yield from _blocks(blocks, 50)
        total = sum(len(json.dumps(block.get("text") or "", ensure_ascii=False)) for block in blocks)
        if total > BLOCKS_TOTAL:
            yield f"msg_blocks_too_long: {total}"
    if method in ("chat.postMessage", "chat.postEphemeral", "response_url") and not text and not blocks:
        yield "no_text"
    unfurls = [payload.get("unfurl_links"), payload.get("unfurl_media")]
    if method == "chat.postMessage" and unfurls != [False, False]:
        yield "may unfurl"
    if payload.get("link_names") or payload.get("parse") == "full":
        yield "names and channels would be linked"
    if "view" in payload:
        yield from _view(payload["view"])
    if "metadata" in payload:
        yield from _metadata(payload["metadata"])
    yield from _stream(method, payload)
    yield from _assistant(method, payload)


def _blocks(blocks: Any, most: int) -> Iterator[str]:
    if not isinstance(blocks, list):
        yield "blocks are no list"
        return
    if len(blocks) > most:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "block_id stands twice"
    for block in blocks:
        yield from _block(block)


def _block(block: dict[str, Any]) -> Iterator[str]:
    kind = block.get("type")
    if len(block.get("block_id", "")) > 255:
        yield "block_id is too long"
    if kind == "section":
        if "text" not in block and not block.get("fields"):
            yield "a section is empty"
        if "text" in block:
            yield from _text(block["text"], 3000, "section")
        for item in block.get("fields", []):
            yield from _text(item, 2000, "field")
    elif kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            yield f"context with {len(block['elements'])} elements"
        for element in block["elements"]:
            yield from _text(element, 3000, "context")
    elif kind == "header":
        yield from _text(block["text"], 150, "header", plain=True)
    elif kind == "actions":
        if not 1 <= len(block["elements"]) <= 25:
            yield f"actions with {len(block['elements'])} elements"
        names = [element.get("action_id") for element in block["elements"]]
        if len(names) != len(set(names)):
            yield "action_id stands twice"
        for element in block["elements"]:
            yield from _element(element)
    elif kind == "input":
        yield from _text(block["label"], 2000, "label", plain=True)
        yield from _element(block["element"])
    elif kind != "divider":
        yield f"a block of the kind {kind!r} was not expected"


def _text(text: dict[str, Any], most: int, where: str, plain: bool = False) -> Iterator[str]:
    words = text.get("text", "")
    if text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"{where}: text of the kind {text.get('type')!r}"
    if not 1 <= len(words) <= most:
        yield f"{where} text has {len(words)} characters"
    if text.get("type") == "mrkdwn" and "emoji" in text:
        yield f"{where}: emoji does not belong to mrkdwn"
    if text.get("type") == "plain_text" and "verbatim" in text:
        yield f"{where}: verbatim does not belong to plain_text"


def _element(element: dict[str, Any]) -> Iterator[str]:
    kind = element.get("type")
    if not 1 <= len(element.get("action_id", "")) <= 255:
        yield "an action_id is missing or too long"
    if kind == "button":
        yield from _text(element["text"], 75, "button", plain=True)
        if len(element.get("value", "")) > 2000:
            yield "a button's value is too long"
        if len(element.get("url", "")) > 3000:
            yield "a button's url is too long"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "a button's style is unknown"
    elif kind == "radio_buttons":
        if not 1 <= len(element["options"]) <= 10:
            yield "radio buttons without options or with too many"
        for option in element["options"]:
            yield from _text(option["text"], 75, "option")
            if len(option["value"]) > 150:
                yield "an option's value is too long"
    elif kind == "plain_text_input":
        if not 0 < element.get("max_length", 3000) <= 3000:
            yield "an input's max_length is out of bounds"
        if len(element.get("initial_value", "")) > element.get("max_length", 3000):
            yield "an input begins with too much"
    else:
        yield f"an element of the kind {kind!r} was not expected"


def _view(view: Any) -> Iterator[str]:
    view = json.loads(view) if isinstance(view, str) else view
    yield from _text(view["title"], 24, "title", plain=True)
    for name in ("close", "submit"):
        if name in view:
            yield from _text(view[name], 24, name, plain=True)
    if any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        yield "a view with inputs has no submit"
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata is too long"
    if len(view.get("callback_id", "")) > 255:
        yield "callback_id is too long"
    yield from _blocks(view["blocks"], 100)


def _metadata(metadata: dict[str, Any]) -> Iterator[str]:
    if not metadata.get("event_type") or not isinstance(metadata.get("event_payload"), dict):
        yield "metadata without event_type or event_payload"
    if len(json.dumps(metadata)) > 8000:
        yield "metadata is too long"


def _stream(method: str, payload: dict[str, Any]) -> Iterator[str]:
    if not method.endswith("Stream"):
        return
    if method == "chat.startStream" and not payload["channel"].startswith("D"):
        for name in ("recipient_user_id", "recipient_team_id", "thread_ts"):
            if not payload.get(name):
                yield f"{name} is missing"
    if method == "chat.appendStream" and not payload.get("chunks") and not payload.get("markdown_text"):
        yield "nothing to append"
    if len(payload.get("markdown_text") or "") > 12_000:
        yield "markdown_text is too long"
    for chunk in payload.get("chunks") or []:
        if chunk["type"] == "markdown_text" and not 1 <= len(chunk["text"]) <= 12_000:
            yield f"a chunk of {len(chunk['text'])} characters"
        if chunk["type"] == "task_update":
            if chunk.get("status") not in ("pending", "in_progress", "complete", "error"):
                yield f"a task of the state {chunk.get('status')!r}"
            if not 1 <= len(chunk["title"]) <= 256:
                yield "a task's title is empty or too long"


def _assistant(method: str, payload: dict[str, Any]) -> Iterator[str]:
    prompts = payload.get("prompts")
    if prompts is not None:
        prompts = json.loads(prompts) if isinstance(prompts, str) else prompts
        if not 1 <= len(prompts) <= 4:
            yield f"{len(prompts)} prompts"
        for prompt in prompts:
            if not prompt.get("title") or not prompt.get("message"):
                yield "a prompt without title or message"
