"""PDF: text page by page; encrypted, damaged and scanned files are refused in one sentence."""

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.vectorstore.readers.conftest import FONT, MakePdf, once_read, refusal
from vectorstore import metadata, readers
from vectorstore.readers import textlayer
from vectorstore.schema import Document


def test_pages_hold_their_own_text(make_pdf: MakePdf) -> None:
    path = make_pdf(["人工智能产业规模", "line two"], [], ["第三页的文字"])
    document = readers.read(path)
    assert document.format == "pdf"
    assert [page.number for page in document.pages] == [1, 2, 3]
    texts = [document.text[page.start : page.end] for page in document.pages]
    assert texts == ["人工智能产业规模\nline two", "", "第三页的文字"]
    assert document.text == "\n".join(texts)


def test_what_the_file_says_of_itself(make_pdf: MakePdf) -> None:
    document = readers.read(make_pdf(["文字"], title="人工智能报告", author="某研究院有限公司"))
    assert (document.title, document.publisher) == ("人工智能报告", "某研究院有限公司")
    assert document.date is not None
    assert len(document.date) == 10


@pytest.mark.parametrize("title", ["Microsoft Word - draft", "untitled", "final.docx", "a", ""])
def test_titles_that_word_processors_leave_are_not_taken(make_pdf: MakePdf, title: str) -> None:
    assert readers.read(make_pdf(["文字"], title=title)).title is None


def test_an_encrypted_file(make_pdf: MakePdf) -> None:
    assert "encrypted" in refusal(make_pdf(["secret"], password="open sesame"))


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_a_file_cut_short(make_pdf: MakePdf, share: float) -> None:
    path = make_pdf(["text " * 10] * 30)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert "damaged or cut short" in refusal(path)


def test_a_file_without_text(make_pdf: MakePdf) -> None:
    assert "holds no text" in refusal(make_pdf([], []))


def test_threads_may_read_at_once(make_pdf: MakePdf) -> None:
    path = make_pdf(*[[f"page {n}"] * 20 for n in range(20)])
    found: list[Document] = []
    threads = [threading.Thread(target=lambda: found.append(readers.read(path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.shared
def test_real_files(shared: Path) -> None:
    for path in sorted(shared.glob("pdfs/*.pdf")):
        document = once_read(path)
        assert len(document.text) > 1000
        assert "\ufffe" not in document.text
        assert "\r" not in document.text
        ends = [(page.start, page.end) for page in document.pages]
        assert ends[0][0] == 0
        assert ends[-1][1] == len(document.text)
        assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(ends))
        document.text.encode()


def test_the_largest_lines_of_the_first_page_are_the_title(tmp_path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    path = tmp_path / "report.pdf"
    canvas = Canvas(str(path))
    for size, high, text in [
        (11, 800, "内部资料"),
        (24, 700, "某某科技股份有限公司"),
        (24, 660, "2023 年年度报告"),
    ]:
        canvas.setFont(FONT, size)
        canvas.drawString(60, high, text)
    canvas.setFont(FONT, 11)
    for number in range(9):
        canvas.drawString(60, 600 - 20 * number, "正文的一行，说明公司的情况。")
    canvas.save()
    document = readers.read(path)
    assert document.title == "某某科技股份有限公司 2023 年年度报告"
    assert metadata.publisher(document, document.text) == "某某科技股份有限公司"


def test_a_page_of_one_size_has_no_title(make_pdf: MakePdf) -> None:
    assert readers.read(make_pdf(["一行普通的正文，没有标题。"] * 9)).title is None


def test_a_file_without_pages(tmp_path: Path) -> None:
    assert "no pages" in refusal(pdf_of(tmp_path, "<</Type/Pages/Kids[]/Count 0>>"))


def test_a_file_of_too_many_pages(tmp_path: Path) -> None:
    kids = "3 0 R " * 30_000
    path = pdf_of(tmp_path, f"<</Type/Pages/Kids[{kids}]/Count 30000>>", "<</Type/Page/Parent 2 0 R>>")
    assert "30,000 pages; the limit is 20,000" in refusal(path)


def test_a_page_of_too_many_characters(make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textlayer, "MAX_CHARACTERS", 100)
    monkeypatch.setattr("vectorstore.readers.ocr.available", lambda: False)
    document = readers.read(make_pdf(["a few words"], ["many words"] * 20))
    assert document.text == "a few words\n"
    assert document.warnings[0].startswith("report.pdf: 1 of 2 pages have more than 100 characters on a page")


def pdf_of(folder: Path, pages: str, *others: str) -> Path:
    """A PDF whose page tree and further objects are written by hand."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", pages, *others]
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj{body}endobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    path = folder / "hand.pdf"
    path.write_bytes(
        data
        + f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n".encode()
        + f"startxref\n{len(data)}\n%%EOF".encode()
    )
    return path
