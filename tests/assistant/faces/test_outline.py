from __future__ import annotations

import re

from assistant.faces.outline import headings, inside, tables
from tests.assistant.faces.fakes import CHINESE, HOSTILE
from vectorstore.layout import layout
from vectorstore.schema import Page

REPORT = (
    "# Chips\n\nA few words about chips and what they cost in the year under review.\n\n## Market\n\n"
    "Table 1: Sales of chips\nCompany\t2022\t2023\nAlpha\t10\t12\nBeta\t7\t9\n\n"
    "Some words between the tables, long enough to be a paragraph of their own.\n\n"
    "Region\t2022\t2023\nNorth\t1\t2\n\n## Outlook\n\nNobody knows what comes next, but many say so.\n"
)


def test_headings_lead_to_their_place_and_page() -> None:
    turn = CHINESE.index("二、算力")
    pages = (Page(1, 0, turn), Page(2, turn, len(CHINESE)))
    found = headings(layout(CHINESE, pages), pages)
    assert [(entry.title, entry.page) for entry in found] == [("一、产业规模", 1), ("二、算力", 2)]
    assert [CHINESE[entry.start : entry.end] for entry in found] == ["一、产业规模", "二、算力"]


def test_a_table_goes_by_its_caption_and_one_without_by_its_first_row() -> None:
    captioned, plain = tables(layout(REPORT), ())
    assert captioned.title == "Table 1: Sales of chips"
    assert (plain.title, REPORT[plain.start : plain.end][:6]) == ("", "Region")
    html = inside("r", REPORT, ())
    assert "Table: Region · 2022 · 2023" in html or "Table: Region" in html
    assert re.findall(r'class="depth-(\d)"><button[^>]*>([A-Z]\w+)', html)[:3] == [
        ("0", "Chips"), ("1", "Market"), ("1", "Outlook"),
    ]  # fmt: skip


def test_a_report_without_any_says_so_and_a_hostile_one_is_text() -> None:
    assert "No headings or tables" in inside("r", "Just a sentence that stands alone.\n", ())
    assert "<script" not in inside("r", f"# {HOSTILE}\n\nWords below the heading, as there should be.\n", ())
