"""The whole first visit, as one who has never seen the page: real server, real index, real answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import samples
from assistant.conversations import Conversations
from assistant.errors import Cancelled
from assistant.schema import Event, Token
from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import wait_for
from tests.assistant.faces.test_web import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
PDF = next(path for path in samples.reports() if path.suffix == ".pdf")


class Slow:
    """The assistant, pausing after each piece it writes: extractive answers come too fast to be stopped."""

    def __init__(self, assistant: Any) -> None:
        self._assistant = assistant
        self.pause = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, *said: Any, **more: Any) -> Iterator[Event]:
        for event in self._assistant.ask(*said, **more):
            yield event
            if isinstance(event, Token) and more["cancel"].wait(self.pause):
                raise Cancelled("the answer was stopped")


@pytest.mark.parametrize("backend", ["extractive", pytest.param("local", marks=[pytest.mark.slow, pytest.mark.model])])
def test_a_first_visit_from_an_empty_library_to_an_answer_found_again(
    browser: Browser, served: Served, home: Path, cache: Path, backend: str, request: pytest.FixtureRequest
) -> None:
    from assistant import open_assistant
    from assistant.settings import load

    if backend == "local":
        request.getfixturevalue("local_model")
    assistant = Slow(open_assistant(load(home, backend=backend, cache=cache)))
    visit = Visit(browser, served(assistant))
    page = visit.page
    page.set_default_timeout(120_000 if backend == "local" else 15_000)
    page.locator("#welcome").get_by_text("库里还没有报告").wait_for()

    # Upload a PDF and watch it being indexed.
    page.get_by_role("tab", name="报告库").click()
    with page.expect_file_chooser() as choosing:
        visit.button("添加报告").click()
    choosing.value.set_files(PDF)
    page.locator('#jobs [data-state="added"]').wait_for(timeout=60_000)
    page.locator("#shelf").get_by_role("link", name="中国人工智能市场速览").wait_for()
    page.locator("#welcome .example").first.wait_for()

    # Ask in Chinese and see the quoted words.
    visit.ask("按艾瑞咨询的口径，中国的AI产业在2023年有多大？")
    assert "2137亿元" in (visit.done().text_content() or "")
    mark = page.get_by_role("button", name=re.compile(r"^\[\d+\]$")).first
    report, start, end = (mark.get_attribute(f"data-{name}") or "" for name in ("report", "start", "end"))
    mark.click()
    page.locator("mark").wait_for()
    assert page.locator("mark").text_content() == assistant.library.text(report)[int(start) : int(end)]
    assert page.locator("#evidence .facts").get_by_text("第 1 页").is_visible()

    # A follow-up in English.
    visit.ask("And how many AI companies were there?")
    page.locator("#current", has_text="And how many").locator('[data-state="done"]').wait_for()
    assert page.locator("#current .answer").inner_text().strip()

    # Stop an answer midway.
    assistant.pause = 8.0
    visit.ask("算力方面有哪些目标？")
    page.locator('#current [data-state="working"] .answer', has_text=re.compile(r"\S")).wait_for()
    visit.button("停止").click()
    visit.done("stopped")
    assistant.pause = 0.0

    # Say what was good, and take it along.
    page.locator("#earlier article").first.get_by_role("button", name="有帮助").click()
    assert wait_for(lambda: [said.helpful for said in Conversations(home).feedback()] == [True])
    page.get_by_role("tab", name="对话").click()
    page.locator("#talks .menu summary").click()
    with page.expect_download() as saving:
        page.locator("#talks").get_by_role("button", name="Markdown", exact=True).click()
    exported = Path(saving.value.path()).read_text("utf-8")
    assert "2137亿元" in exported
    assert "中国人工智能市场速览" in exported

    # Reload, begin another chat, and find this one again.
    page.reload()
    page.locator("#earlier article").nth(2).wait_for()
    visit.button("新对话").click()
    page.locator("article").first.wait_for(state="detached")
    page.get_by_role("tab", name="对话").click()
    page.get_by_role("searchbox", name="查找对话").fill("艾瑞")
    page.locator("#talks .talk").click()
    page.locator("#earlier article").nth(2).wait_for()
    states = page.locator("article").evaluate_all("all => all.map((one) => one.dataset.state)")
    assert states == ["done", "done", "stopped"]
    liked = page.locator("#earlier article").first.get_by_role("button", name="有帮助")
    assert liked.get_attribute("aria-pressed") == "true"
    assert visit.faults == []
    assert all(url.startswith((visit.address, "data:", "blob:")) for url in visit.requests)
