"""Conversations in a real browser: found again, named, deleted and brought back, and apart from each other's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import FakeAssistant, wait_for
from tests.assistant.faces.test_web import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def chats(visit: Visit) -> list[str]:
    return visit.page.locator("#talks .talk .title").all_inner_texts()


def test_a_conversation_is_there_after_a_reload_and_after_a_restart(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant))
    visit.ask("第一个问题")
    visit.done()
    visit.ask("第二个问题")
    visit.page.locator("#current", has_text="第二个问题").locator('[data-state="done"]').wait_for()
    visit.page.reload()
    visit.page.locator("#earlier article").nth(1).wait_for()
    assert visit.page.locator("article h2 .asked").all_inner_texts() == ["第一个问题", "第二个问题"]
    visit.marks().first.click()
    visit.page.locator("mark").wait_for()
    # Another server over the same home is what a restart comes to.
    again = FakeAssistant()
    address = served(again)
    visit.page.goto(f"{address}/{visit.page.url.partition('/')[2].rpartition('/')[2]}")
    visit.page.locator("#earlier article").nth(1).wait_for()
    visit.ask("第三个问题")
    visit.done()
    assert again.asked[-1][1] == ("第一个问题", "第二个问题")
    assert visit.faults == []


def test_listed_searched_opened_renamed_deleted_and_brought_back(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()), "en-US")
    for question in ("How large is it?", "How heavy is it?"):
        visit.ask(question)
        visit.done()
        visit.button("New chat").click()
        visit.page.locator("article").first.wait_for(state="detached")
    visit.page.get_by_role("tab", name="Chats").click()
    assert wait_for(lambda: chats(visit) == ["How heavy is it?", "How large is it?"])

    visit.page.get_by_role("searchbox", name="Find a chat").fill("large")
    assert wait_for(lambda: chats(visit) == ["How large is it?"])
    visit.button("Rename How large is it\\?").click()
    box = visit.page.get_by_role("textbox", name="Rename")
    box.fill("The large one")
    box.press("Enter")
    assert wait_for(lambda: chats(visit) == ["The large one"])

    visit.page.locator(".talk").first.click()
    visit.page.locator("#earlier article").wait_for()
    assert "How large is it?" in visit.page.locator("#earlier").inner_text()
    visit.button("Delete The large one").click()
    visit.page.get_by_role("status").get_by_text("Deleted.").wait_for()
    visit.page.locator("article").wait_for(state="detached")
    visit.button("Undo").click()
    visit.page.locator("#earlier article").wait_for()
    assert wait_for(lambda: chats(visit) == ["The large one"])
    assert visit.complaints == []


def test_another_browser_sees_nothing_of_it_not_even_by_its_address(browser: Browser, served: Served) -> None:
    address = served(FakeAssistant())
    one, two = Visit(browser, address), Visit(browser, address)
    one.ask("只给我看")
    one.done()
    two.page.goto(f"{address}/#{one.page.url.partition('#')[2]}")
    two.page.reload()
    two.page.get_by_text("没有这个对话").wait_for()
    assert two.page.locator("article").count() == 0
    assert chats(two) == []
    cookie = next(c for c in one.context.cookies() if c["name"] == "wenju_owner")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_two_tabs_of_one_browser_share_the_list_and_do_not_mix(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    one = Visit(browser, served(assistant), "en-US")
    one.ask("in the first tab")
    one.done()
    tab = one.context.new_page()
    tab.goto(one.address)
    tab.get_by_role("textbox", name="Ask", exact=True).fill("in the second tab")
    tab.keyboard.press("Enter")
    tab.locator('#current article[data-state="done"]').wait_for()
    assert assistant.asked[-1][1] == ()
    tab.get_by_role("tab", name="Chats").click()
    assert wait_for(lambda: tab.locator("#talks .talk").count() == 2)
    tab.locator(".talk", has_text="in the first tab").click()
    tab.locator("#earlier article").wait_for()
    one.ask("and then?")
    one.page.locator("#current", has_text="and then?").locator('[data-state="done"]').wait_for()
    assert assistant.asked[-1][1] == ("in the first tab",)


def test_a_stopped_answer_is_kept_with_what_was_written(browser: Browser, served: Served, home: Path) -> None:
    visit = Visit(browser, served(FakeAssistant("一个很长的回答，" * 200, pause=0.1)))
    visit.ask("q")
    visit.page.get_by_text("一个很长的回答").first.wait_for()
    visit.button("停止").click()
    visit.done("stopped")
    visit.page.reload()
    visit.page.locator('#earlier article[data-state="stopped"]').wait_for()
    assert "一个很长的回答" in visit.page.locator("#earlier").inner_text()
