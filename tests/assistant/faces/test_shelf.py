"""Evidence and library in a real browser: pages as pictures, files added, corrected, looked into, removed, undone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.test_viewer import PDF, Shelf
from tests.assistant.faces.test_web import Visit
from tests.vectorstore.conftest import HashingEmbedder
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NOTES = (
    "# 芯片笔记\n\n2023年国产芯片的市场规模为620亿元，比上一年多出三成左右。\n\n## 各家销量\n\n"
    "公司\t2022年\t2023年\n甲\t10\t12\n乙\t7\t9\n\n以上数字都是示例，没有别的含义，不能当真。\n"
)


def violations(page: Page) -> Sequence[Any]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response
    assert found["passes"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]]


def in_sight(page: Page) -> bool:
    """Whether the quote lies inside the box that scrolls, and inside the window."""
    return bool(
        page.evaluate(
            """() => {
                const at = document.querySelector("mark").getBoundingClientRect();
                const box = document.querySelector(".stage").getBoundingClientRect();
                return at.height > 4 && at.top >= box.top - 1 && at.bottom <= box.bottom + 1
                    && at.top >= 0 && at.bottom <= innerHeight;
            }"""
        )
    )


def fits(page: Page) -> bool:
    """Whether the page of a report is as wide as its box, which is within the window."""
    return bool(
        page.evaluate(
            """() => {
                const box = document.querySelector(".stage");
                const at = box.getBoundingClientRect();
                return box.scrollWidth <= box.clientWidth && at.left >= 0 && at.right <= innerWidth
                    && document.documentElement.scrollWidth <= innerWidth;
            }"""
        )
    )


def picture_is_there(page: Page) -> None:
    page.wait_for_function("(document.querySelector('.leaf img') || {}).naturalWidth > 300")


def test_a_source_opens_as_a_page_with_the_quote_in_a_box(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    shelf = Shelf(Path(shutil.copy(PDF, tmp_path / "market.pdf")))
    second = shelf.pages("pdf")[1]
    quote = shelf.texts["pdf"][second.end - 60 : second.end - 30]
    assistant = FakeAssistant(quotes=[("pdf", quote), ("en1", "weighs 52 kg")])
    assistant.library = shelf
    visit = Visit(browser, served(assistant), bypass_csp=True)
    page = visit.page
    visit.ask("q")
    visit.done()
    visit.marks(1).first.click()
    page.locator("#evidence .leaf rect").first.wait_for()
    assert page.locator("mark").text_content() == quote
    picture_is_there(page)
    assert in_sight(page)
    assert violations(page) == []

    # Turn the page and back, look closer, read as text, go on to the next source.
    step = page.locator("#evidence .controls")
    step.get_by_role("link", name="下一页").click()
    step.get_by_text("第 3 / 3 页").wait_for()
    assert page.locator("mark").count() == 0
    step.get_by_role("link", name="上一页").click()
    page.locator("#evidence mark").wait_for()
    step.get_by_role("link", name="放大").click()
    page.locator(".leaf.zoom-150").wait_for()
    assert page.evaluate("document.activeElement.dataset.look") == "more"
    step.get_by_role("link", name="文字").click()
    page.locator("#evidence .words:not(.stage) mark").wait_for()
    assert page.locator("mark").text_content() == quote
    step.locator(".count", has_text="1 / 2").wait_for()
    step.get_by_role("button", name="下一处出处").click()
    page.locator("#evidence mark", has_text="weighs 52 kg").wait_for()
    step.locator(".count", has_text="2 / 2").wait_for()

    # By link, in the dark, without the chat; and to a report that is gone.
    page.emulate_media(color_scheme="dark")
    page.goto(f"{visit.address}/reports/pdf?page=2&quote={quote[:12]}")
    page.locator("mark").wait_for()
    picture_is_there(page)
    assert in_sight(page)
    assert violations(page) == []
    assert visit.faults == []
    page.goto(f"{visit.address}/reports/removed?page=2")
    page.get_by_text("库里没有这份报告").wait_for()
    assert violations(page) == []
    assert all(url.startswith((visit.address, "data:", "blob:")) for url in visit.requests)


def test_on_a_phone_a_page_fits_and_can_be_looked_at_closer(browser: Browser, served: Served, tmp_path: Path) -> None:
    shelf = Shelf(Path(shutil.copy(PDF, tmp_path / "market.pdf")))
    second = shelf.pages("pdf")[1]
    quote = shelf.texts["pdf"][second.end - 60 : second.end - 30]
    assistant = FakeAssistant(quotes=[("pdf", quote)])
    assistant.library = shelf
    visit = Visit(browser, served(assistant), width=390, bypass_csp=True)
    page = visit.page
    visit.ask("q")
    visit.done()
    visit.marks(1).first.click()
    page.locator("#evidence .leaf rect").first.wait_for()
    picture_is_there(page)
    assert fits(page)
    assert in_sight(page)

    page.goto(f"{visit.address}/reports/pdf?page=2&quote={quote[:12]}")
    picture_is_there(page)
    assert fits(page)
    assert in_sight(page)
    page.get_by_role("link", name="放大").click()
    page.locator(".leaf.zoom-150").wait_for()
    picture_is_there(page)
    assert not fits(page)
    assert in_sight(page)



def test_reports_are_added_looked_into_corrected_removed_and_put_back(
    browser: Browser, served: Served, home: Path, cache: Path
) -> None:
    assistant = FakeAssistant()
    assistant.library = Library(home, HashingEmbedder(), cache / "words")  # type: ignore[assignment]
    visit = Visit(browser, served(assistant), bypass_csp=True)
    page = visit.page
    page.get_by_role("tab", name="报告库").click()
    page.locator("#shelf .kinds").wait_for()

    # Good, empty, unreadable and twice the same: each says what became of it.
    files = [("芯片.md", NOTES.encode()), ("空.txt", b""), ("program.pdf", b"\x7fELF\x00\x01" * 40)]
    page.locator("#files").set_input_files([{"name": n, "mimeType": "", "buffer": b} for n, b in files])
    page.locator('#jobs [data-state="added"]').wait_for(timeout=60_000)
    page.locator("#jobs").get_by_text("文件是空的").wait_for(timeout=30_000)
    page.locator("#jobs").get_by_text("不支持这种文件").wait_for(timeout=30_000)
    page.locator("#files").set_input_files([{"name": "副本.md", "mimeType": "", "buffer": NOTES.encode()}])
    page.locator("#jobs").get_by_text("库里的名字：芯片笔记").wait_for(timeout=30_000)
    assert violations(page) == []
    page.get_by_role("button", name="收起").click()

    # What is inside, each entry leading to its place.
    item = page.locator("[data-shelved]")
    item.get_by_role("button", name=re.compile("^目录")).click()
    item.locator(".entry", has_text="各家销量").wait_for()
    assert item.locator(".entry").all_inner_texts()[-1].startswith("表：公司")
    assert violations(page) == []
    item.locator(".entry", has_text="各家销量").click()
    page.locator("#evidence mark", has_text="各家销量").wait_for()

    # Its details, wrong and right.
    page.get_by_role("tab", name="报告库").click()
    item.get_by_role("button", name=re.compile("^修改信息")).click()
    page.get_by_role("textbox", name="日期").fill("五月")
    page.get_by_role("button", name="保存").click()
    item.get_by_text("日期请写成").wait_for()
    assert violations(page) == []
    page.get_by_role("textbox", name="日期").fill("2024-05")
    page.get_by_role("textbox", name="标签").fill("芯片, 2024")
    page.get_by_role("button", name="保存").click()
    page.locator(".tag", has_text="2024").wait_for()

    # Removed, undone, removed.
    item.get_by_role("button", name=re.compile("^移除")).click()
    page.locator("#shelf").get_by_text("库里还没有报告").wait_for()
    page.get_by_role("button", name="撤销").click()
    page.locator(".tag", has_text="2024").wait_for()
    assert [report.title for report in assistant.library.reports()] == ["芯片笔记"]
    assert [fault for fault in visit.faults if "400" not in fault and "/my/reports/" not in fault] == []
