"""What can be done with an answer, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.conversations import Conversations
from assistant.errors import ModelFailed
from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import FakeAssistant, wait_for
from tests.assistant.faces.test_web import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def questions(visit: Visit) -> list[str]:
    return visit.page.locator("article h2 .asked").all_inner_texts()


def test_an_opinion_with_its_reason_is_kept_and_shown_again(
    browser: Browser, served: Served, home: Path
) -> None:
    visit = Visit(browser, served(FakeAssistant()), "en-US")
    visit.ask("How large?")
    visit.done()
    visit.button("Not helpful").click()
    visit.page.get_by_role("radio", name="Something is missing").check()
    visit.page.get_by_role("textbox", name="Comment (optional)").fill("the year")
    visit.button("Send feedback").click()
    visit.page.get_by_text("Thank you, noted.").wait_for()
    [said] = Conversations(home).feedback()
    assert (said.helpful, said.reason, said.comment) == (False, "incomplete", "the year")
    visit.page.reload()
    again = visit.button("Not helpful")
    again.wait_for()
    assert again.get_attribute("aria-pressed") == "true"
    visit.button("Helpful").click()
    assert wait_for(lambda: Conversations(home).feedback()[0].helpful)


def test_retrying_replaces_the_answer_and_editing_the_question_and_what_follows(
    browser: Browser, served: Served
) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant), "en-US")
    for question in ("first", "second"):
        visit.ask(question)
        visit.page.locator("#current", has_text=question).locator('[data-state="done"]').wait_for()
    visit.page.locator("#current").get_by_role("button", name="Retry").click()
    assert wait_for(lambda: len(assistant.asked) == 3)
    visit.button("Send").wait_for()
    visit.done()
    assert assistant.asked[-1][:2] == ("second", ("first",))
    assert questions(visit) == ["first", "second"]

    visit.page.locator("#earlier").get_by_role("button", name="Edit question").click()
    assert visit.box.input_value() == "first"
    visit.button("Editing.*").wait_for()
    visit.ask("first, but better")
    visit.page.locator("#current", has_text="better").locator('[data-state="done"]').wait_for()
    assert assistant.asked[-1][:2] == ("first, but better", ())
    visit.page.reload()
    visit.page.locator("#earlier article").wait_for()
    assert questions(visit) == ["first, but better"]


def test_a_retry_that_fails_loses_nothing(browser: Browser, served: Served) -> None:
    broken: list[bool] = []
    assistant = FakeAssistant(fail=lambda question: ModelFailed("no credit") if broken else None)
    visit = Visit(browser, served(assistant), "en-US")
    visit.ask("q")
    visit.done()
    broken.append(True)
    visit.button("Retry").click()
    visit.page.get_by_text("no credit").wait_for()
    visit.page.reload()
    visit.page.locator('#earlier article[data-state="done"]').wait_for()


def test_the_answer_is_copied_in_three_forms_and_its_checks_unfold(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()))
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.ask("q")
    visit.done()
    for name, words in (("复制为 Markdown", "[^"), ("按 GB/T 7714 复制", "中国人工智能产业研究报告[R]. 2024: 1.")):
        visit.page.locator("article .menu summary").click()
        visit.page.get_by_role("button", name=name, exact=True).click()
        visit.button("已复制").wait_for()
        assert words in visit.page.evaluate("navigator.clipboard.readText()")
        visit.button("已复制").wait_for(state="detached")
    visit.page.get_by_text("3 句话中有 2 句已与原文核对").click()
    assert visit.page.locator('.checks [data-check="unverified"]').inner_text().startswith("未核实")
    assert visit.complaints == []


def test_an_answer_is_taken_along_as_word_and_its_table_as_excel(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant("规模 [1]：\n\n| 年 | 亿元 |\n|---|---|\n| 2023 | 2137 |\n")))
    visit.ask("多大？")
    visit.done()
    for name, kind in (("Word（带脚注）", "docx"), ("Excel 表格", "xlsx"), ("CSV 表格", "csv")):
        visit.page.locator("article .menu summary").click()
        with visit.page.expect_download() as saving:
            visit.button(name).click()
        assert saving.value.suggested_filename == f"多大？.{kind}"
    visit.page.locator("article .menu summary").click()
    visit.page.keyboard.press("Escape")
    assert not visit.button("Word（带脚注）").is_visible()
    assert visit.complaints == []


def test_everything_has_a_key(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant))
    visit.box.fill("q")
    visit.box.press("Control+Enter")
    visit.done()
    quotes = ["2137 亿\n元，同比增长 14.6%", "weighs 52 kg"]
    for key, quote in (("]", quotes[0]), ("]", quotes[1]), ("]", quotes[0]), ("[", quotes[1])):
        visit.page.keyboard.press(f"Alt+{'BracketRight' if key == ']' else 'BracketLeft'}")
        mark = visit.page.locator("mark")
        assert wait_for(lambda quote=quote, mark=mark: mark.text_content() == quote)
    visit.page.keyboard.press("/")
    assert visit.page.evaluate("document.activeElement.id") == "question"
    visit.page.keyboard.press("Alt+KeyN")
    visit.page.locator("article").wait_for(state="detached")
    assert visit.box.input_value() == ""


def test_a_suggestion_is_asked_by_a_click_and_a_limit_reaches_the_search(
    browser: Browser, served: Served
) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant))
    visit.page.get_by_role("tab", name="报告库").click()
    visit.page.get_by_role("checkbox", name="A short look at robots").check()
    visit.page.locator(".limited", has_text="1").wait_for()
    visit.page.locator("#welcome .example").first.click()
    assert "只查了 1 份报告" in (visit.done().text_content() or "")
    assert assistant.asked[-1][0] == "关于“产业规模”，《中国人工智能产业研究报告》怎么说？"
    assert assistant.limits == [{"en1"}]
    visit.page.locator(".limited", has_text="1").click()
    visit.ask("everything")
    visit.page.locator("#current", has_text="everything").locator('[data-state="done"]').wait_for()
    assert assistant.limits[-1] is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_beside_the_chat(browser: Browser, served: Served, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    visit = Visit(browser, served(FakeAssistant()), scheme=scheme, bypass_csp=True)
    visit.ask("q")
    visit.done()
    visit.button("没帮助").click()
    visit.page.locator(".why").wait_for()
    visit.page.locator(".checks summary").click()
    for pane in ("报告库", "对话"):
        visit.page.get_by_role("tab", name=pane).click()
        visit.page.wait_for_timeout(200)
        if pane == "对话":
            visit.page.get_by_role("button", name="删除").click()
            visit.page.get_by_text("已删除。").wait_for()
        found = axe.run(visit.page).response
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
