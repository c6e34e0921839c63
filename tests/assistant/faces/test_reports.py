from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from assistant.faces.look import Look
from assistant.faces.reports import Spot, missing_page, passage, place_of, places, report_page, words
from tests.assistant.faces.fakes import CHINESE, ENGLISH, HOSTILE, FakeLibrary

OURS = '<script defer src="/page/viewer.js"></script>'
QUOTE = "2137 亿\n元，同比增长 14.6%"


def marked(html: str) -> str:
    (inner,) = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", inner))


def test_the_quote_stands_in_one_mark_with_its_exact_words() -> None:
    start = CHINESE.index(QUOTE)
    html = passage(FakeLibrary(), Look("zh1", start, start + len(QUOTE)))
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


def test_a_bullet_that_no_font_has_is_shown_as_one_and_stays_in_the_text() -> None:
    text = "\uf06c 算力增长。\n\n\uf06c 数据增长。"
    html = words(text, Spot(0, len(text), 0, 6))
    assert html.count('<span class="bullet">\uf06c</span>') == 2
    assert marked(html) == text[:6]


@given(st.data())
def test_nothing_is_lost_or_added_and_the_mark_is_the_quote(data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet='ab \uf06c中文。\n\t<&"', max_size=120))
    low, start, end, high = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 4)))
    html = words(text, Spot(low, high, start, end))
    assert unescape(re.sub(r"</?(?:span|mark)[^>]*>", "", html)) == text[low:high]
    assert ("<mark" in html) == (start < end)
    if start < end:
        assert marked(html) == text[start:end]


def test_pages_are_announced_where_they_begin() -> None:
    library = FakeLibrary()
    html = report_page(library, Look("zh1"), "zh")
    assert '<span class="page" data-page="2"></span><span class="head">二、算力</span>' in html
    assert "<mark" not in html
    assert '<html lang="zh-CN" data-lang="zh">' in html


def test_a_long_report_is_shown_in_parts_that_link_to_each_other() -> None:
    library = FakeLibrary()
    library.texts["en1"] = "A sentence about robots. " * 4000
    html = report_page(library, Look("en1", 50_000, 50_010), "en")
    assert len(html) < 20_000
    assert "Earlier part" in html
    assert "Later part" in html
    assert len(marked(html)) == 10


def test_places_outside_the_text_show_the_text_that_there_is() -> None:
    assert "<mark" not in passage(FakeLibrary(), Look("en1", 10**9, 10**10))
    assert "<mark" not in passage(FakeLibrary(), Look("en1", -5, -1))


def test_a_link_by_page_and_quote_finds_the_quote_there() -> None:
    library = FakeLibrary()
    text, pages = library.text("zh1"), library.pages("zh1")
    assert place_of(text, pages, 2, "5097 亿元") == (text.index("5097"), text.index("5097") + 7)
    assert place_of(text, pages, 2, "")[0] == pages[1].start
    assert place_of(text, pages, None, "not there") == (0, 0)


def test_a_quote_is_found_whatever_white_space_a_link_has_in_it() -> None:
    start = CHINESE.index(QUOTE)
    assert places(CHINESE, "2137亿元，同比 增长14.6%") == [(start, start + len(QUOTE))]
    assert len(places(CHINESE, "亿元")) == 3
    assert places(CHINESE, " ") == []


def test_a_link_whose_words_are_gone_says_so_and_one_with_several_hits_leads_through_them() -> None:
    library = FakeLibrary()
    assert "not found in the report" in report_page(library, Look("zh1", quote="从前有座山"), "en")
    first, second, _ = places(CHINESE, "亿元")
    html = report_page(library, Look("zh1", *second, quote="亿元"), "en")
    assert "hit 2 of 3" in html
    assert f"start={first[0]}&amp;end={first[1]}" in html


def test_a_row_far_below_shows_the_names_of_its_columns() -> None:
    library = FakeLibrary()
    rows = "".join(f"Company {n}\t{n}\t{n * 7}\n" for n in range(200))
    library.texts["en1"] = f"Sales of the companies.\n\nCompany\t2022\t2023\n{rows}\nThat was all.\n"
    start = library.texts["en1"].index("Company 150")
    html = passage(library, Look("en1", start, start + len("Company 150\t150\t1050")))
    assert "Company\t2022\t2023</p>" in html
    assert marked(html) == "Company 150\t150\t1050"
    near = library.texts["en1"].index("Company 2\t")
    assert "Columns:" not in passage(library, Look("en1", near, near + 9))


def test_a_page_of_text_can_be_asked_for() -> None:
    library = FakeLibrary()
    start = CHINESE.index(QUOTE)
    html = report_page(library, Look("zh1", start, start + len(QUOTE), page=2), "zh")
    assert "5097" in html
    assert "2137" not in html
    assert "<mark" not in html


def test_a_hostile_report_is_text() -> None:
    library = FakeLibrary()
    page = report_page(library, Look("bad", 8, 20, quote=HOSTILE), "en")
    for html in (passage(library, Look("bad", 8, 20)), page.replace(OURS, "")):
        for tag in ("<script", "<img", "<iframe", "<form"):
            assert tag not in html
    assert HOSTILE[:8] not in missing_page("en")
