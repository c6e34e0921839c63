"""An annual report of 156 pages: quotes picked by hand stand on their pages, and reading it takes seconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.vectorstore.readers.conftest import once_read
from vectorstore import readers
from vectorstore.layout import layout
from vectorstore.passages import cut
from vectorstore.schema import Document

FILE = "annual_report_2019_zh.pdf"
ON_PAGE = [
    (2, "39,606,876.5元"),
    (4, "SQUARE TECHNOLOGY GROUP"),
    (5, "上海证券报、中国证券报"),
    (9, "2016 年 4 月 11 日"),
    (10, "南京理工大学"),
    (16, "1,519,674,921.33"),
    (19, "克服疫情影响"),
    (26, "55,542,224.29"),
    (36, "GB12348-2008"),
    (41, "193,609"),
    (44, "2,678,369"),
    (50, "南京城建集团"),
    (52, "1,406"),
    (58, "中国·杭州"),
    (61, "405,997,436.79"),
    (68, "158,821,437.96"),
    (80, "月末一次加权平均法"),
    (85, "离职后福利分为设定提存计划"),
    (90, "16%、13%"),
    (100, "25,077,111.35"),
    (104, "240,717,209.87"),
    (108, "108,062,796.04"),
    (112, "47,801,329.70"),
    (112, "17,241,413.08"),
    (118, "567,531,667.32"),
    (122, "3,248,100.47"),
    (128, "24,207,439.65"),
    (132, "310,107.65"),
    (153, "131,000,000.00"),
    (156, "董事会批准报送日期"),
]
"""Each stands on this page of the printed report and on no other."""


@pytest.fixture(scope="module")
def report(shared: Path) -> Document:
    return once_read(shared / "pdfs" / FILE)


@pytest.mark.shared
def test_quotes_picked_by_hand_stand_on_their_pages(report: Document) -> None:
    assert len(ON_PAGE) == 30
    passages = cut("r", layout(report.text, report.pages), report.pages)
    for number, quote in ON_PAGE:
        pages = [page.number for page in report.pages if quote in report.text[page.start : page.end]]
        assert pages == [number], quote
        place = report.text.index(quote)
        assert any(
            p.page is not None and p.page_end is not None and p.page <= number <= p.page_end
            for p in passages
            if p.start <= place < p.end
        ), quote


@pytest.mark.shared
@pytest.mark.slow
def test_it_is_read_and_cut_in_thirty_seconds_of_processor_time(shared: Path) -> None:
    """Reading uses one processor; 30 s of it on two is far more than this."""
    begun = time.process_time()
    document = readers.read(shared / "pdfs" / FILE)
    found = cut("r", layout(document.text, document.pages), document.pages)
    assert time.process_time() - begun < 30
    assert len(document.pages) == 156
    assert len(found) > 500
