"""What the page does when something goes away: the backend, the server, another tab's turn."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.errors import ModelFailed
from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import FakeAssistant, wait_for
from tests.assistant.faces.test_web import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from assistant.schema import Event

pytestmark = pytest.mark.browser


class Breaking(FakeAssistant):
    """Its backend goes away midway through the first answer."""

    def ask(self, question: str, *more: object, **named: object) -> Iterator[Event]:
        for n, event in enumerate(super().ask(question, *more, **named)):  # type: ignore[arg-type]
            if n > 8 and len(self.asked) == 1:
                time.sleep(0.3)
                raise ModelFailed("openai broke off before the end of the answer")
            yield event


def test_a_backend_that_goes_away_midway_is_said_and_can_be_asked_again(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(Breaking()))
    visit.ask("问一个问题")
    visit.page.get_by_text("openai 在回答写完之前断开了。").wait_for()
    assert visit.box.input_value() == "问一个问题"
    visit.box.press("Enter")
    visit.done()
    assert visit.page.locator("article").count() == 1


def test_what_is_typed_and_the_answer_language_outlast_a_reload(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()))
    visit.page.get_by_role("radio", name="English").check()
    visit.box.fill("写到一半的问题")
    visit.page.reload()
    visit.box.wait_for()
    assert wait_for(lambda: visit.box.input_value() == "写到一半的问题")
    assert visit.page.get_by_role("radio", name="English").is_checked()


def test_two_tabs_on_one_conversation_both_ask_and_lose_nothing(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    one = Visit(browser, served(assistant), "en-US")
    one.ask("first")
    one.done()
    tab = one.context.new_page()
    tab.goto(one.page.url)
    tab.locator("#earlier article").wait_for()
    one.ask("second")
    one.page.locator("#current", has_text="second").locator('[data-state="done"]').wait_for()
    tab.get_by_role("textbox", name="Ask", exact=True).fill("third")
    tab.keyboard.press("Enter")
    tab.locator("#current", has_text="third").locator('[data-state="done"]').wait_for()
    assert assistant.asked[-1][1] == ("first", "second")
    assert tab.locator("article h2 .asked").all_inner_texts() == ["first", "second", "third"]


@pytest.mark.slow
def test_a_server_that_is_restarted_under_an_open_page_is_found_again(browser: Browser, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

    def serve() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "assistant.faces.cli", "serve", "--port", port]
        settings = os.environ | {"WENJU_HOME": str(home), "WENJU_BACKEND": "extractive"}
        server = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True)
        assert server.stdout
        assert "Wenju is at" in server.stdout.readline()
        return server

    server = serve()
    try:
        visit = Visit(browser, f"http://127.0.0.1:{port}")
        visit.ask("第一个问题")
        visit.done()
        server.send_signal(signal.SIGTERM)
        server.wait(15)
        visit.ask("第二个问题")
        visit.page.get_by_text("连不上服务器").first.wait_for()
        assert visit.box.input_value() == "第二个问题"
        server = serve()
        visit.page.locator("#earlier article", has_text="第一个问题").wait_for(timeout=30_000)
        assert wait_for(lambda: visit.box.input_value() == "第二个问题")
        visit.box.press("Enter")
        visit.page.locator("#current", has_text="第二个问题").locator('[data-state="done"]').wait_for()
    finally:
        visit.context.close()
        server.terminate()
        server.wait(15)
