"""The page that says why a question found what it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.faces.api import create_app
from assistant.settings import load
from tests.assistant.faces.conftest import Served
from tests.assistant.faces.fakes import HOSTILE
from tests.assistant.faces.test_web import Visit
from vectorstore.library import Library

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def client(assistant: Callable[..., Assistant]) -> TestClient:
    return TestClient(create_app(assistant(), load(), page=False), base_url="http://127.0.0.1")


def test_it_shows_what_was_searched_and_where_each_passage_stands(client: TestClient) -> None:
    page = client.get("/search", params={"q": "How large was China's AI industry in 2023 according to iResearch?"})
    assert page.status_code == 200
    assert "meaning" in page.text
    assert "words" in page.text
    assert 'href="/reports/' in page.text
    assert "dense:en" in page.text
    assert "confidence that the library covers the topic" in page.text


def test_a_follow_up_is_searched_with_the_questions_before_it(client: TestClient) -> None:
    first = "2023年中国人工智能产业规模有多大？"
    page = client.get("/search", params={"q": "那2028年呢？", "before": [first]})
    assert page.text.count(first) > 1  # in the form, and in what was searched


def test_without_a_question_there_is_the_form_and_a_bad_one_is_said_in_a_sentence(client: TestClient) -> None:
    assert 'name="q"' in client.get("/search").text
    long = client.get("/search", params={"q": "x" * 3000})
    assert long.status_code == 400
    assert "3,000" in long.text


def test_what_reports_say_is_text_here_too(
    assistant: Callable[..., Assistant], library_of: Callable[..., Library]
) -> None:
    told = assistant(None, library_of(bad=f"The pump said {HOSTILE} and stopped."))
    client = TestClient(create_app(told, load(), page=False), base_url="http://127.0.0.1")
    page = client.get("/search", params={"q": f"pump {HOSTILE}"}).text
    assert "<script>window" not in page
    assert "<iframe" not in page
    assert "<img" not in page


def test_the_page_comes_in_both_languages(client: TestClient) -> None:
    page = client.get("/search", headers={"accept-language": "zh-CN"}).text
    assert '<html lang="zh-CN"' in page
    assert "怎么找到的" in page


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_and_a_phone_shows_it_all(
    browser: Browser, served: Served, assistant: Callable[..., Assistant], scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    visit = Visit(browser, served(assistant()), width=390, scheme=scheme, bypass_csp=True)
    visit.ask("艾瑞认为2023年中国人工智能产业规模有多大？")
    visit.done()
    with visit.context.expect_page() as opened:
        visit.button("怎么找到的").click()
    page = opened.value
    page.get_by_role("heading", name="找到了什么").wait_for()
    assert [rule["id"] for rule in axe.run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
