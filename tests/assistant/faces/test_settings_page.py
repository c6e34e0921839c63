"""The settings and the list of keys, in a real browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.settings import load
from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import FakeAssistant, wait_for
from tests.assistant.faces.test_web import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_a_model_is_tested_chosen_and_kept_and_axe_finds_nothing_wrong(
    browser: Browser, served: Served, home: Path
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    assistant: Any = FakeAssistant()
    assistant.settings, assistant.successors = load(home), ()
    assistant.model = SimpleNamespace(name="local:x", stream=lambda messages, **more: iter(["2"]))
    visit = Visit(browser, served(assistant), bypass_csp=True)
    visit.button("设置").click()
    visit.page.locator("form.settings").wait_for()
    found = axe.run(visit.page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    visit.button("测试").click()
    tried = visit.page.locator("#tried")
    assert wait_for(lambda: tried.inner_text().startswith("local:x 回答了：2"))
    visit.page.get_by_role("radio", name="只摘引原文，不用模型").check()
    visit.button("保存").click()
    visit.page.get_by_text("已保存，从下一个问题起生效。").wait_for()
    assert load(home).backend == "extractive"
    visit.page.keyboard.press("Escape")
    visit.page.locator("body").press("?")
    visit.page.get_by_role("dialog", name="快捷键").wait_for()
    assert visit.page.locator("kbd").count() == 8
    assert visit.complaints == []
