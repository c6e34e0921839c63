"""Screenshots of the page's main states: `python docs/screenshots.py` writes docs/screenshots/*.png.

Without an address a server of its own is started over the sample reports, with the extractive model.
Needs Chromium (WENJU_CHROMIUM names it when it is not /usr/bin/chromium) and `playwright`.
"""

from __future__ import annotations

import argparse
import re
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from eval.pagespeed import chromium, served

OUT = Path(__file__).with_name("screenshots")
THEMES = ("light", "dark")
SIZES = {"wide": (1360, 860), "tablet": (820, 1080), "narrow": (400, 820)}
QUESTIONS = {
    "zh": "按艾瑞咨询的口径，中国的AI产业在2023年有多大？",
    "en": "How large was China's AI industry in 2023 according to iResearch?",
}
UNANSWERABLE = {"zh": "火星上的第一座城市什么时候建成？", "en": "When was the first city on Mars completed?"}


def shoot(browser: Browser, address: str, lang: str, scheme: str, size: str) -> None:
    """The states of one combination of language, theme and width."""
    width, height = SIZES[size]
    context = browser.new_context(
        locale="zh-CN" if lang == "zh" else "en-US",
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()

    def save(state: str) -> None:
        page.wait_for_timeout(250)
        page.screenshot(path=OUT / f"{state}-{lang}-{scheme}-{size}.png")

    page.goto(address)
    page.get_by_role("textbox", name=re.compile("^(Ask|提问)$")).wait_for()
    save("welcome")
    ask(page, QUESTIONS[lang])
    save("answer")
    page.get_by_role("button", name=re.compile(r"^\[\d+\]$")).first.click()
    page.locator("mark").wait_for()
    save("evidence")
    report = page.locator("#evidence .more a").first.get_attribute("href")
    if size != "wide":
        page.keyboard.press("Escape")
    page.locator('[data-do="judge"][data-helpful="0"]').click()
    page.locator(".checks summary").click()
    page.locator(".why").scroll_into_view_if_needed()
    save("feedback")
    page.locator('[data-do="clear"]:visible').click()
    page.locator("article").first.wait_for(state="detached")
    ask(page, UNANSWERABLE[lang])
    save("refused")
    page.locator('[data-open="conversations"]:visible').first.click()
    save("conversations")
    page.locator('[data-open="library"]:visible').last.click()
    page.locator('input[name="limit"]').first.check()
    save("library")
    page.keyboard.press("Escape")
    page.locator('[data-do="settings"]').click()
    page.locator("form.settings").wait_for()
    save("settings")
    page.goto(address.rstrip("/") + str(report))
    save("report")
    context.close()


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the checked answer."""
    box = page.get_by_role("textbox", name=re.compile("^(Ask|提问)$"))
    box.fill(question)
    box.press("Enter")
    page.locator('#current article[data-state="done"]', has_text=question).wait_for(timeout=120_000)


def main() -> None:
    """Take all screenshots, or those that the options name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?", help="a running server; without it one is started")
    parser.add_argument("--only", default="", help="part of a combination, such as zh-dark or narrow")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    wanted = [one for one in product(QUESTIONS, THEMES, SIZES) if options.only in "-".join(one)]
    with chromium() as browser:
        if options.address:
            for one in wanted:
                shoot(browser, options.address, *one)
        else:
            with served() as address:
                for one in wanted:
                    shoot(browser, address, *one)


if __name__ == "__main__":
    main()
