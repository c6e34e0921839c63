"""The page in a real browser against a real server; the assistant behind it says what each test needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.errors import ModelFailed
from assistant.faces.shell import SCRIPTS, finished
from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
SOURCE = Path(__file__).parents[3] / "assistant" / "faces" / "static"
BOX = re.compile("^(Ask|提问)$")


class Visit:
    """A browser window on the page, with every request and complaint recorded."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        locale: str = "zh-CN",
        width: int = 1280,
        scheme: str = "light",
        bypass_csp: bool = False,
    ) -> None:
        self.address = address
        self.context = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            bypass_csp=bypass_csp,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", lambda reply: reply.status < 400 or self.complaints.append(reply.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.goto(address)
        self.box.wait_for()

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name=BOX)

    @property
    def faults(self) -> list[str]:
        """The complaints without those that Gradio's script makes of a connection cut by a reload."""
        cut = ("AbortError", "Connection errored out")
        return [said for said in self.complaints if not any(words in said for words in cut)]

    def ask(self, question: str) -> None:
        self.box.fill(question)
        self.box.press("Enter")

    def done(self, state: str = "done") -> Locator:
        turn = self.page.locator(f'#current article[data-state="{state}"]')
        turn.wait_for()
        # The turn is there a moment before the box knows of it; until then the Enter key does nothing.
        self.page.locator(".send").wait_for()
        return turn

    def marks(self, n: int = 1) -> Locator:
        return self.page.get_by_role("button", name=f"[{n}]", exact=True)

    def button(self, *names: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"^({'|'.join(names)})$"))


def test_a_first_visit(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()))
    visit.page.get_by_text("可以这样问").wait_for()
    visit.ask("产业规模有多大？")
    visit.done()
    assert visit.box.input_value() == ""
    visit.marks(1).first.click()
    mark = visit.page.locator("mark")
    mark.wait_for()
    assert mark.text_content() == "2137 亿\n元，同比增长 14.6%"
    assert visit.page.get_by_role("tabpanel").get_by_text("第 1 页").is_visible()
    with visit.context.expect_page() as opened:
        visit.page.get_by_role("link", name="打开报告").click()
    assert opened.value.locator("mark").text_content() == "2137 亿\n元，同比增长 14.6%"
    assert visit.complaints == []
    assert all(url.startswith((visit.address, "data:")) for url in visit.requests)


def test_a_mark_opens_with_the_keyboard_and_while_the_answer_is_written(
    browser: Browser, served: Served
) -> None:
    visit = Visit(browser, served(FakeAssistant(pause=0.3)))
    visit.ask("q")
    visit.marks(1).first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.locator("mark").wait_for()
    assert visit.page.locator('article[data-state="working"]').count() == 1
    visit.done()


def test_evidence_shows_at_once_and_the_status_names_the_model(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant(pause=0.2)))
    visit.ask("q")
    visit.page.locator(".card").first.wait_for()
    assert visit.page.locator(".status .aside").inner_text() == "模型 fake"
    visit.done()
    assert not visit.page.locator(".status").is_visible()


def test_stopping_midway_keeps_what_was_written(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant("一个很长的回答，" * 200, pause=0.1)
    visit = Visit(browser, served(assistant))
    visit.ask("q")
    visit.page.get_by_text("一个很长的回答").first.wait_for()
    visit.button("停止").click()
    assert "已停止。" in (visit.done("stopped").text_content() or "")
    assert assistant.cancelled == 1
    visit.button("发送").wait_for()


def test_closing_the_browser_cancels_the_answer(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant("words " * 2000, pause=0.1)
    visit = Visit(browser, served(assistant))
    visit.ask("q")
    visit.page.locator("#current .answer", has_text="words").wait_for()
    visit.context.close()
    assert wait_for(lambda: assistant.cancelled == 1, 10)


def test_shift_enter_begins_a_line_and_a_composition_is_not_sent(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant))
    visit.box.fill("one")
    visit.box.press("Shift+Enter")
    visit.box.type("two")
    visit.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    visit.page.wait_for_timeout(300)
    assert assistant.asked == []
    visit.box.press("Enter")
    visit.done()
    assert assistant.asked[0][0] == "one\ntwo"


def test_an_empty_question_is_not_sent(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant))
    visit.ask("   ")
    visit.page.wait_for_timeout(300)
    assert assistant.asked == []


def test_follow_ups_carry_the_earlier_questions_and_visitors_do_not_mix(
    browser: Browser, served: Served
) -> None:
    assistant = FakeAssistant()
    address = served(assistant)
    one, two = Visit(browser, address), Visit(browser, address, "en-US")
    one.ask("first")
    one.done()
    two.ask("another visitor")
    two.done()
    one.ask("and then?")
    one.page.locator("#current", has_text="and then?").locator('[data-state="done"]').wait_for()
    assert assistant.asked[-1][1] == ("first",)
    assert assistant.asked[1][1] == ()
    assert one.page.locator("article").count() == 2
    assert two.page.locator("article").count() == 1


def test_a_new_chat_begins_without_history(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant))
    visit.ask("first")
    visit.done()
    visit.button("新对话").click()
    visit.page.get_by_text("可以这样问").wait_for()
    assert visit.page.locator("article").count() == 0
    visit.ask("second")
    visit.done()
    assert assistant.asked[-1][1] == ()


def test_a_failure_is_said_and_the_question_kept(browser: Browser, served: Served) -> None:
    broken = [True]
    refused = "the key was refused by api.test (HTTP 401); check WENJU_API_KEY"
    assistant = FakeAssistant(fail=lambda question: ModelFailed(refused) if broken[0] else None)
    visit = Visit(browser, served(assistant))
    visit.ask("问一个问题")
    visit.page.get_by_text("密钥被拒绝（api.test），请在设置里检查。").wait_for()
    assert visit.box.input_value() == "问一个问题"
    broken[0] = False
    visit.box.press("Enter")
    visit.done()
    assert assistant.asked[-1][1] == ()
    assert visit.page.get_by_text("密钥被拒绝").count() == 0


def test_a_server_that_is_gone_is_said_and_the_question_kept(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()))
    visit.context.set_offline(True)
    visit.ask("问一个问题")
    visit.page.get_by_text("连不上服务器").first.wait_for()
    assert visit.box.input_value() == "问一个问题"


def test_languages_of_page_and_answer(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant()
    visit = Visit(browser, served(assistant), "en-GB")
    assert visit.page.get_by_role("textbox", name="Ask", exact=True).is_visible()
    visit.page.get_by_role("radio", name="中文").check()
    visit.ask("How large?")
    visit.done()
    assert assistant.asked[-1][2] == "zh"
    visit.button("中文").click()
    assert visit.page.get_by_role("textbox", name="提问", exact=True).is_visible()
    assert visit.page.get_by_text("由 AI 生成").is_visible()
    assert visit.page.locator("article").count() == 1
    visit.page.reload()
    visit.page.get_by_role("textbox", name="提问", exact=True).wait_for()


def test_hostile_text_is_text_and_calls_nobody(browser: Browser, served: Served) -> None:
    assistant = FakeAssistant(f"{HOSTILE} [1]", quotes=[("bad", HOSTILE)], notices=[HOSTILE])
    visit = Visit(browser, served(assistant))
    visit.ask(HOSTILE)
    visit.done()
    visit.marks().first.click()
    visit.page.locator("mark").wait_for()
    assert visit.page.locator("mark").text_content() == HOSTILE
    visit.page.get_by_role("tab", name="报告库").click()
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.hurt") is None
    assert visit.page.locator("iframe, #main img, form[action], #main script").count() == 0
    assert visit.page.locator('a[href^="javascript"]').count() == 0
    assert not [url for url in visit.requests if not url.startswith((visit.address, "data:"))]


def test_a_script_that_got_into_the_page_would_not_run(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()))
    visit.page.evaluate(
        """() => {
            const place = document.createElement("div");
            place.innerHTML = '<img src="x" onerror="window.hurt=1"><img src="http://evil.test/x.png">';
            document.body.append(place);
            const script = document.createElement("script");
            script.textContent = "window.hurt=1";
            document.body.append(script);
        }"""
    )
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.hurt") is None
    assert any("Content Security Policy" in said for said in visit.complaints)


def test_on_a_narrow_screen_evidence_comes_as_a_sheet_that_escape_closes(
    browser: Browser, served: Served
) -> None:
    visit = Visit(browser, served(FakeAssistant()), width=400)
    visit.ask("q")
    visit.done()
    assert not visit.page.get_by_role("tablist").is_visible()
    visit.marks().first.click()
    visit.page.locator("mark").wait_for()
    assert visit.button("关闭").is_visible()
    visit.page.keyboard.press("Escape")
    visit.button("关闭").wait_for(state="hidden")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 400


def test_copying_takes_the_answer_with_its_sources(browser: Browser, served: Served) -> None:
    visit = Visit(browser, served(FakeAssistant()))
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.ask("q")
    visit.done()
    visit.button("复制").click()
    visit.button("已复制").wait_for()
    text = visit.page.evaluate("navigator.clipboard.readText()")
    assert "产业规模为 2137 亿元 [1]" in text
    assert "[1] 中国人工智能产业研究报告" in text


def test_the_page_is_finished_before_the_browser_sees_it() -> None:
    html = '<html\n\tlang="en"><head><meta property="og:image" content="https://x.test/i.jpg"/><style>' + (
        '</style><script>window.gradio_config = {"a": "\\u003cscript"};</script>'
        '<script type="module"></script>'
    )
    done = finished(html, "zh", "N")
    assert 'lang="zh-CN"' in done
    assert "x.test" not in done
    assert done.count('<script nonce="N"') == done.count("<script") == 2 + len(SCRIPTS)


def test_the_script_turns_no_text_into_markup() -> None:
    code = "".join(file.read_text("utf-8") for file in SOURCE.glob("*.js"))
    assert code.count("innerHTML") == 1  # for what the server wrote and escaped
    assert "outerHTML" not in code
    assert "insertAdjacentHTML" not in code
    assert "eval" not in code


def test_axe_finds_nothing_wrong_in_light_and_dark(browser: Browser, served: Served) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # The policy would refuse axe's own script; nothing else is changed.
    visit = Visit(browser, served(FakeAssistant()), bypass_csp=True)
    visit.ask("q")
    visit.done()
    visit.marks().first.click()
    visit.page.locator("mark").wait_for()
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        assert visit.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
        found = axe.run(visit.page).response
        assert found["passes"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


@pytest.mark.slow
def test_ten_browsers_at_once_get_their_own_answers_soon(browser: Browser, served: Served) -> None:
    visits = [Visit(browser, address) for address in [served(FakeAssistant(pause=0.05))] * 10]
    for n, visit in enumerate(visits):
        visit.ask(f"question {n}")
    for n, visit in enumerate(visits):
        assert f"question {n}" in (visit.done().text_content() or "")
        assert visit.page.locator("article").count() == 1


@pytest.mark.slow
def test_the_real_library_and_the_extractive_model(
    browser: Browser, served: Served, home: Path, cache: Path
) -> None:
    import samples
    from assistant import open_assistant
    from assistant.settings import load

    assistant = open_assistant(load(home, backend="extractive", cache=cache))
    assistant.library.add(samples.reports())
    visit = Visit(browser, served(assistant), "en-US")
    visit.ask("How large was China's AI industry in 2023 according to iResearch?")
    assert "213.7 billion yuan" in (visit.done().text_content() or "")
    opened = visit.page.get_by_role("button", name=re.compile(r"^\[\d+\]$")).first
    report, start, end = (opened.get_attribute(f"data-{name}") for name in ("report", "start", "end"))
    opened.click()
    mark = visit.page.locator("mark")
    mark.wait_for()
    assert mark.text_content() == assistant.library.text(str(report))[int(start or 0) : int(end or 0)]
    assert visit.complaints == []
