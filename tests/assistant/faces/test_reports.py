from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from assistant.faces.reports import Spot, missing_page, passage, place_of, report_page, words
from tests.assistant.faces.fakes import CHINESE, ENGLISH, HOSTILE, FakeLibrary

QUOTE = "2137 亿\n元，同比增长 14.6%"


def marked(html: str) -> str:
    (inner,) = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", inner))


def test_the_quote_stands_in_one_mark_with_its_exact_words() -> None:
    start = CHINESE.index(QUOTE)
    html = passage(FakeLibrary(), "zh1", start, start + len(QUOTE))
    assert marked(html) == QUOTE
    assert "第 1 页" in html
    assert "某研究院" in html
    assert f'href="/reports/zh1?start={start}&amp;end={start + len(QUOTE)}#quote"' in html


def test_a_line_break_inside_a_sentence_is_not_shown() -> None:
    start = CHINESE.index(QUOTE)
    html = words(CHINESE, Spot(0, len(CHINESE), start, start + len(QUOTE)))
    assert '亿<span class="join">\n</span>元' in html
    assert "规模\n\n根据" in html.replace("</span>", "").replace('<span class="join">', "")


def test_a_markdown_heading_shows_without_its_marks() -> None:
    html = words(ENGLISH, Spot(0, len(ENGLISH), 0, 0))
    assert html.startswith('<span class="join"># </span><span class="head">Robots</span>')


@given(st.data())
def test_nothing_is_lost_or_added_and_the_mark_is_the_quote(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet='ab 中文。\n\t<&"', max_size=120))
    low, start, end, high = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 4)))
    html = words(text, Spot(low, high, start, end))
    assert unescape(re.sub(r"</?(?:span|mark)[^>]*>", "", html)) == text[low:high]
    assert ("<mark" in html) == (start < end)
    if start < end:
        assert marked(html) == text[start:end]


def test_pages_are_announced_where_they_begin() -> None:
    library = FakeLibrary()
    html = report_page(library, "zh1", 0, 0, "zh")
    assert '<span class="page" data-page="2"></span><span class="head">二、算力</span>' in html
    assert "<mark" not in html
    assert '<html lang="zh-CN" data-lang="zh">' in html


def test_a_long_report_is_shown_in_parts_that_link_to_each_other() -> None:
    library = FakeLibrary()
    library.texts["en1"] = "A sentence about robots. " * 4000
    html = report_page(library, "en1", 50_000, 50_010, "en")
    assert len(html) < 20_000
    assert "Earlier part" in html
    assert "Later part" in html
    assert len(marked(html)) == 10


def test_places_outside_the_text_show_the_text_that_there_is() -> None:
    assert "<mark" not in passage(FakeLibrary(), "en1", 10**9, 10**10)
    assert "<mark" not in passage(FakeLibrary(), "en1", -5, -1)


def test_a_link_by_page_and_quote_finds_the_quote_there() -> None:
    library = FakeLibrary()
    text, pages = library.text("zh1"), library.pages("zh1")
    assert place_of(text, pages, 2, "5097 亿元") == (text.index("5097"), text.index("5097") + 7)
    assert place_of(text, pages, 2, "")[0] == pages[1].start
    assert place_of(text, pages, None, "not there") == (0, 0)


def test_a_hostile_report_is_text() -> None:
    library = FakeLibrary()
    for html in (passage(library, "bad", 8, 20), report_page(library, "bad", 8, 20, "en")):
        for tag in ("<script", "<img", "<iframe", "<form"):
            assert tag not in html
    assert HOSTILE[:8] not in missing_page("en")
