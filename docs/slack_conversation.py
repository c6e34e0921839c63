"""A conversation in Slack, as it really happens: `python docs/slack_conversation.py [BACKEND]`.

The bot runs unchanged over the sample reports against the Slack of the tests (real sockets, loopback). What was
said is written to docs/slack-transcript.md, and drawn from the very blocks that were sent to
docs/images/slack.png. Needs Chromium (WENJU_CHROMIUM names it when it is not /usr/bin/chromium) and `playwright`.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from assistant import open_assistant  # noqa: E402
from assistant.faces.slack.run import running  # noqa: E402
from assistant.schema import Event, Token  # noqa: E402
from assistant.settings import load  # noqa: E402
from tests.assistant.faces.slack.server import APP_TOKEN, BOT, BOT_TOKEN, FakeSlack, Message  # noqa: E402

CHANNEL, MEI, LI = "C00000001", "U0000MEI1", "U00000LI1"
NAMES = {MEI: "Mei", LI: "Li", BOT: "Wenju"}
QUESTION = "按艾瑞咨询的口径，中国的AI产业在2023年有多大？"
FOLLOW_UP = "其中AI芯片市场有多大？"
Step = tuple[str, str, Message]


class Slowly:
    """An assistant that takes its time, so that there is something to see while it writes."""

    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, *asked: Any, **how: Any) -> Iterator[Event]:
        """The same events, the words a few at a time."""
        for event in self._assistant.ask(*asked, **how):
            if isinstance(event, Token):
                for start in range(0, len(event.text), 6):
                    time.sleep(0.25)
                    yield Token(event.text[start : start + 6])
            else:
                yield event


async def converse(home: str, backend: str) -> list[Step]:
    """Ask, follow up, look at the evidence, judge; what stood there at each step: (who, when, message)."""
    async with FakeSlack() as slack:
        settings = load(
            Path(home), backend=backend, slack_api_url=slack.api_url, slack_bot_token=BOT_TOKEN,
            slack_app_token=APP_TOKEN, public_url="https://reports.example.com",
        )  # fmt: skip
        assistant: Any = open_assistant(settings)
        assistant = assistant if assistant.model else Slowly(assistant)
        import samples

        assistant.library.add([samples.path()])
        steps: list[Step] = []
        async with running(assistant, settings):
            asked = await slack.ask(QUESTION, CHANNEL, MEI)
            steps.append((MEI, "", slack.messages[CHANNEL, asked]))
            (reply,) = await slack.until(lambda: slack.replies(CHANNEL, asked), 60)
            await slack.until(lambda: len(reply["streamed"]) > 10 or slack.answers(CHANNEL, asked), 180)
            if reply["streaming"]:
                steps.append((BOT, "while it is being written", deepcopy(reply)))
            (first,) = await slack.answered(CHANNEL, asked, seconds=180)
            steps.append((BOT, "when it is checked", deepcopy(first)))
            again = await slack.ask(FOLLOW_UP, CHANNEL, LI, asked)
            steps.append((LI, "", slack.messages[CHANNEL, again]))
            answers = await slack.answered(CHANNEL, asked, 2, 180)
            steps.append((BOT, "", deepcopy(answers[1])))
            await slack.press("wenju_helpful", first, CHANNEL, MEI)
            await slack.until(lambda: slack.responses)
            steps.append((BOT, "only Mei sees this, having pressed “有用”", slack.responses[0]))
            await slack.press("wenju_evidence", answers[1], CHANNEL, LI)
            view = await slack.until(lambda: slack.views and slack.views[0])
            steps.append((BOT, "the window behind “查看原文”", view))
        assert slack.faults == [], slack.faults
        return steps


def transcript(steps: list[Step]) -> str:
    """The steps as Markdown; Slack's markup stands as it was sent."""
    lines = [
        "# A conversation in Slack",
        "",
        "Made by `python docs/slack_conversation.py`; the blocks as sent.",
        "",
    ]
    for who, when, message in steps:
        lines += [
            f"**{NAMES[who]}**" + (f" ({when})" if when else ""),
            "",
            "```text",
            _said(message),
            "```",
            "",
        ]
    return "\n".join(lines)


def _said(message: Message) -> str:
    parts = [] if message.get("blocks") else [message.get("streamed") or message["text"]]
    for block in message.get("blocks") or []:
        if block["type"] == "section":
            parts.append(block["text"]["text"])
        elif block["type"] == "context":
            parts.append("· " + " ".join(element["text"] for element in block["elements"]))
        elif block["type"] == "actions":
            parts.append(" ".join(f"[ {element['text']['text']} ]" for element in block["elements"]))
    return "\n".join(parts).replace("\u200b", "")


def drawn(steps: list[Step]) -> str:
    """The steps as a page that looks as Slack does, more or less."""
    rows = "".join(_row(*step) for step in steps[:-1])
    *_, (_, when, view) = steps
    window = f'<aside><p class="when">{escape(when)}</p><h2>{escape(view["title"]["text"])}</h2>{_blocks(view)}</aside>'
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><main>{rows}</main>{window}'


def _row(who: str, when: str, message: Message) -> str:
    name = NAMES[who]
    badge = '<span class="app">APP</span>' if who == BOT else ""
    body = (
        _blocks(message)
        if message.get("blocks")
        else f"<p>{_text(message.get('streamed') or message['text'])}</p>"
    )
    typing = '<p class="typing">…</p>' if message.get("streaming") else ""
    note = f'<span class="when">{escape(when)}</span>' if when else ""
    return (
        f'<article class="{"bot" if who == BOT else ""}"><div class="face">{name[0]}</div><div>'
        f"<b>{name}</b> {badge}{note}{body}{typing}</div></article>"
    )


def _blocks(message: Message) -> str:
    return "".join(_block(block) for block in message["blocks"])


def _block(block: dict[str, Any]) -> str:
    if block["type"] == "section":
        return f"<p>{_text(block['text']['text'])}</p>"
    if block["type"] == "context":
        return "".join(f'<p class="context">{_text(e["text"])}</p>' for e in block["elements"])
    if block["type"] == "actions":
        return (
            "<div>"
            + "".join(f"<button>{escape(e['text']['text'])}</button>" for e in block["elements"])
            + "</div>"
        )
    return "<hr>"


def _text(said: str) -> str:
    """Slack's markup as HTML: its own escapes are HTML's already."""
    said = re.sub(r"<@(\w+)>", lambda who: f'<a class="at">@{NAMES.get(who[1], who[1])}</a>', said)
    said = re.sub(r"<(https?://[^|>]+)\|([^>]+)>", r"<a>\2</a>", said)
    said = re.sub(r"(?<!\w)\*(?=\S)([^*\n]+)\*", r"<b>\1</b>", said)
    said = re.sub(r"^>(.*)$", r"<q>\1</q>", said, flags=re.MULTILINE)
    return said.replace("</q>\n", "</q>").replace("\n", "<br>")


STYLE = """
body { margin: 0; padding: 28px; width: 1240px; background: #fff; color: #1d1c1d; display: flex; gap: 28px;
  align-items: flex-end; font: 15px/1.47 "Noto Sans", "Noto Sans CJK SC", sans-serif; box-sizing: border-box }
main { flex: 1 } article { display: flex; gap: 10px; padding: 8px 0 } .face { width: 36px; height: 36px;
  border-radius: 6px; background: #8a5a83; color: #fff; font-weight: 700; text-align: center; line-height: 36px;
  flex: none } .bot .face { background: #1f3a5f } p { margin: 4px 0 } a { color: #1264a3 }
.at { background: #e8f5fa; padding: 0 3px; border-radius: 3px } .app { font-size: 10px; background: #ddd;
  padding: 1px 4px; border-radius: 3px; vertical-align: 2px } .when { color: #616061; font-size: 12px;
  margin-left: 6px } .context { color: #616061; font-size: 13px } .typing { color: #616061; letter-spacing: 3px }
q { display: block; border-left: 4px solid #ddd; padding-left: 12px; quotes: none; margin: 2px 0 }
button { background: #fff; border: 1px solid #bbb; border-radius: 4px; padding: 4px 12px; font: 600 13px inherit;
  margin: 6px 8px 0 0; font-family: inherit } aside { width: 400px; border: 1px solid #ccc; border-radius: 10px;
  box-shadow: 0 12px 40px #0002; padding: 16px 20px; flex: none } h2 { margin: 0 0 10px; font-size: 20px }
aside .when { margin: 0 0 8px } hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0 }
"""


def picture(page: str, file: Path) -> None:
    """Draw a page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("WENJU_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"],
        )
        tab = browser.new_page(viewport={"width": 1240, "height": 400})
        tab.set_content(page)
        tab.screenshot(path=file, full_page=True)
        browser.close()


def main() -> None:
    """Hold the conversation, write it down, draw it."""
    with tempfile.TemporaryDirectory() as home:
        steps = asyncio.run(converse(home, *(sys.argv[1:2] or ["extractive"])))
    (HERE / "slack-transcript.md").write_text(transcript(steps), "utf-8")
    picture(drawn(steps), HERE / "images" / "slack.png")


if __name__ == "__main__":
    main()
