"""Passages: places in a report of a good size, with headings, pages, and a way back for every character."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectorstore.readers.conftest import once_read
from tests.vectorstore.test_layout import FILLER, LEGAL, SENTENCE, TEXTS, kept_places
from vectorstore import readers
from vectorstore.layout import layout
from vectorstore.passages import TARGET, context, cut, page_at
from vectorstore.schema import Document, Page, Passage


def passages(text: str, target: int = TARGET, pages: tuple[Page, ...] = ()) -> list[Passage]:
    return cut("r", layout(text), pages, target)


def plain(text: str) -> str:
    """Without what cleaning changes: full-width forms, spaces, bullets, and characters that show nothing."""
    text = re.sub(r"[\ue000-\uf8ff●■◆▪►▶➢✓◼□◇○]", "•", text)
    return re.sub(r"[\s\u200b\ufeff\xad]", "", unicodedata.normalize("NFKC", text))


def real_places(passage: Passage) -> list[tuple[int, int]]:
    """(clean index, place in the report) of every character that stands there."""
    return [
        (clean + step, origin + step)
        for clean, origin, length in passage.offsets.runs
        for step in range(length)
    ]


def check(text: str, found: list[Passage]) -> None:
    """What holds for every passage of every text."""
    for number, passage in enumerate(found):
        assert passage.ordinal == number
        assert 0 <= passage.start < passage.end <= len(text)
        stood = real_places(passage)
        places = sorted(place for _, place in stood)
        assert all(a < b for a, b in pairwise(places)), "a character comes twice"
        assert passage.start == places[0]
        assert passage.end == places[-1] + 1
        if " | " not in passage.clean:  # the labels of a chart stand behind its figures
            assert [place for _, place in stood] == places
        for index, place in stood:
            assert plain(passage.clean[index]) == plain(text[place])


# --- any text ------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(TEXTS, st.sampled_from([40, TARGET]))
def test_a_passage_is_a_place_in_the_text(text: str, target: int) -> None:
    check(text, passages(text, target))


@settings(deadline=None)
@given(TEXTS, st.data())
def test_a_span_of_the_clean_text_leads_into_the_passage(text: str, data: st.DataObject) -> None:
    found = passages(text, 40)
    if not found:
        return
    passage = data.draw(st.sampled_from(found))
    start = data.draw(st.integers(0, len(passage.clean) - 1))
    end = data.draw(st.integers(start + 1, len(passage.clean)))
    covered = [(index, place) for index, place in real_places(passage) if start <= index < end]
    if not covered:
        return
    low, high = passage.offsets.original(start, end)
    assert passage.start <= low < high <= passage.end
    assert (low, high) == (covered[0][1], covered[-1][1] + 1)
    wanted = "".join(passage.clean[index] for index, _ in covered)
    assert plain(wanted) == plain("".join(text[place] for _, place in covered))


@settings(deadline=None)
@given(TEXTS)
def test_every_character_of_the_text_is_in_a_passage(text: str) -> None:
    stood = [place for passage in passages(text, 40) for _, place in real_places(passage)]
    assert len(stood) == len(set(stood))
    if not any(mark in text for mark in "#|\t"):
        assert set(stood) == kept_places(text)


@settings(deadline=None)
@given(TEXTS, st.sampled_from([40, TARGET]))
def test_no_passage_is_much_longer_than_twice_the_target(text: str, target: int) -> None:
    assert all(len(passage.clean) <= 2.6 * target for passage in passages(text, target))


@pytest.mark.parametrize("text", ["字" * 100_000, "word " * 20_000, "。" * 50_000, "# " + "标题" * 50_000])
def test_text_without_an_end_is_cut_all_the_same(text: str) -> None:
    found = passages(text)
    assert max(len(passage.clean) for passage in found) <= 2 * TARGET
    assert sum(len(plain(passage.clean)) for passage in found) == len(plain(text))


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n\f", "12\n", "**"])
def test_nothing_to_cut(text: str) -> None:
    assert passages(text) == []


# --- where cuts fall ------------------------------------------------------------------------------------


def test_long_paragraphs_are_cut_between_sentences() -> None:
    found = passages(SENTENCE * 40)
    assert len(found) > 3
    assert all(passage.clean.endswith("。") for passage in found)
    assert all(0.3 * TARGET <= len(passage.clean) <= 1.3 * TARGET for passage in found)


def test_short_paragraphs_are_gathered() -> None:
    found = passages("\n\n".join(f"{SENTENCE}{n}号。" for n in range(20)))
    assert all(len(passage.clean) >= 0.6 * TARGET for passage in found[:-1])


def test_a_heading_begins_a_passage_and_stands_over_what_follows() -> None:
    text = (
        f"# 报告\n\n{SENTENCE}\n\n## 市场\n\n{SENTENCE}\n\n### 芯片\n\n{SENTENCE}\n\n## 政策\n\n{SENTENCE}\n"
    )
    assert [(p.heading, p.clean.split("\n")[0]) for p in passages(text)] == [
        (("报告",), "报告"),
        (("报告", "市场"), "市场"),
        (("报告", "市场", "芯片"), "芯片"),
        (("报告", "政策"), "政策"),
    ]


def test_a_table_is_a_passage_with_its_caption() -> None:
    rows = "".join(f"第{n}号城市\t{n * 10}\n" for n in range(1, 9))
    text = f"{SENTENCE}\n\n## 分布\n\n表 1 城市分布（单位：家）\n\n城市\t企业\n{rows}\n{SENTENCE * 6}"
    table = next(p for p in passages(text) if p.kind == "table")
    assert table.clean.startswith("分布\n表1城市分布（单位：家）\n城市 | 企业\n城市: 第1号城市 | 企业: 10\n")
    assert table.heading == ("分布",)
    assert SENTENCE not in table.clean


def test_a_caption_goes_with_its_table_and_not_with_the_long_text_before_it() -> None:
    rows = "".join(f"第{n}号城市\t{n * 10}\n" for n in range(1, 40))
    text = f"## 分布\n\n{SENTENCE * 3}\n\n表 1 城市分布（单位：家）\n\n城市\t企业\n{rows}"
    before, table, *more = passages(text)
    assert (before.kind, table.kind) == ("text", "table")
    assert "单位" not in before.clean
    assert table.clean.startswith("表1城市分布（单位：家）\n城市 | 企业\n")
    assert more
    assert {p.heading for p in more} == {("分布", "表1城市分布（单位：家）")}


def test_boilerplate_is_told_apart_and_a_short_end_of_the_text_is_not_in_it() -> None:
    end = "到2030年规模有望超过一万亿元。"
    found = passages(f"{FILLER}\n\n{end}\n\n{LEGAL}")
    legal = [p for p in found if p.kind == "boilerplate"]
    assert legal
    assert not any(end in p.clean for p in legal)
    assert any(end in p.clean for p in found if p.kind == "text")


def test_pages_are_those_of_the_first_and_last_character() -> None:
    first, second = SENTENCE, SENTENCE.replace("算力", "电力")
    text = f"{first[:20]}\n{first[20:]}{second * 20}"
    found = passages(text, pages=(Page(1, 0, 20), Page(2, 21, len(text))))
    assert (found[0].page, found[0].page_end) == (1, 2)
    assert {(p.page, p.page_end) for p in found[1:]} == {(2, 2)}
    assert passages(text)[0].page is None


@pytest.mark.parametrize(("place", "number"), [(0, 1), (9, 1), (10, 1), (11, 2), (12, 4), (20, 4), (99, 4)])
def test_the_page_of_a_place(place: int, number: int) -> None:
    """What joins two pages, here at 10, belongs to the first; an empty page has the place where it begins."""
    pages = (Page(1, 0, 10), Page(2, 11, 11), Page(4, 12, 20))
    assert page_at(pages, place) == number
    assert page_at((), place) is None


def test_what_a_passage_stands_under() -> None:
    assert context("某研究院", "AI报告", ["市场", "芯片"]) == "某研究院 AI报告 市场 芯片"
    assert context("某研究院", "某研究院AI报告", []) == "某研究院AI报告"
    assert context(None, "AI", []) == "AI"


# --- real reports ---------------------------------------------------------------------------------------


def real_files(shared: Path) -> list[Path]:
    return sorted(shared.glob("reports/*.txt")) + sorted(shared.glob("pdfs/*.pdf"))


@pytest.fixture(scope="module")
def real(shared: Path) -> list[tuple[str, Document, list[Passage]]]:
    read = [(file.name, once_read(file)) for file in real_files(shared)]
    return [(name, document, cut("r", layout(document.text), document.pages)) for name, document in read]


@pytest.mark.shared
def test_passages_of_real_reports(real: list[tuple[str, Document, list[Passage]]]) -> None:
    assert len(real) >= 9
    for name, document, found in real:
        check(document.text, found)
        stood = {place for passage in found for _, place in real_places(passage)}
        lost = [document.text[place] for place in sorted(kept_places(document.text) - stood)]
        assert len(lost) <= 0.01 * len(document.text), (name, "".join(lost)[:200])
        assert all(len(passage.clean) <= 2.2 * TARGET for passage in found), name


@pytest.mark.shared
def test_pages_of_real_reports(real: list[tuple[str, Document, list[Passage]]]) -> None:
    with_pages = [(document, found) for _, document, found in real if document.pages]
    assert len(with_pages) >= 4
    for document, found in with_pages:
        starts = {page.number: page for page in document.pages}
        for passage in found:
            assert passage.page is not None
            assert passage.page_end is not None
            assert starts[passage.page].start <= passage.start < starts[passage.page].end
            assert starts[passage.page_end].start < passage.end <= starts[passage.page_end].end


@pytest.mark.shared
def test_a_page_says_what_pdfium_says_of_it(shared: Path) -> None:
    import pypdfium2 as pdfium

    file = shared / "pdfs" / "Comp_zh_0.pdf"
    document = readers.read(file)
    pdf = pdfium.PdfDocument(file)
    assert len(document.pages) == len(pdf)
    for page in document.pages:
        alone = pdf[page.number - 1].get_textpage().get_text_bounded()
        assert plain(document.text[page.start : page.end]) == plain(alone.replace("\ufffe", "-"))
    pdf.close()


def test_what_stands_above_a_table_holds_for_all_of_it() -> None:
    rows = "".join(f"第{n}项\t{n}00,000.00\t{n}50,000.00\n" for n in range(1, 40))
    found = passages(f"# 附注\n\n表1 各项余额\n单位：万元\n项目\t期末余额\t期初余额\n{rows}")
    tables = [passage for passage in found if passage.kind == "table"]
    assert len(tables) > 2
    assert "单位：万元" in tables[0].clean
    assert all("单位：万元" in passage.heading[-1] for passage in tables[1:])
