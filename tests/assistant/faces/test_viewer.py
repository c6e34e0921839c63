"""The evidence view over HTTP, with a real PDF: pictures, boxes, the file itself, and what happens when it is gone."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import samples
from assistant.faces import refusals, viewer
from tests.assistant.faces.fakes import FakeLibrary, report
from vectorstore import readers

PDF = next(path for path in samples.reports() if path.suffix == ".pdf")


class Shelf(FakeLibrary):
    """The fake library and one real PDF."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        read = readers.read(path)
        self.texts["pdf"], self._pages["pdf"] = read.text, read.pages
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        known = report("pdf", "市场速览", "zh", read.text, len(read.pages))
        self._reports["pdf"] = replace(
            known, path=str(path), format="pdf", sha256=sha256, source=path.name, title="市场速览"
        )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(PDF, tmp_path_factory.mktemp("originals") / "market.pdf"))


@pytest.fixture(scope="module")
def shelf(file: Path) -> Shelf:
    return Shelf(file)


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> Iterator[TestClient]:
    app = FastAPI()
    viewer.register(app, shelf)  # type: ignore[arg-type]
    refusals.register(app)
    with TestClient(app) as one:
        yield one


def place(shelf: Shelf, words: str) -> tuple[int, int]:
    start = shelf.texts["pdf"].index(words)
    return start, start + len(words)


def marked(html: str) -> str:
    (inner,) = re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", inner))


def test_a_quote_is_drawn_over_the_picture_of_its_page(client: TestClient, shelf: Shelf) -> None:
    page = shelf.pages("pdf")[1]
    start, end = page.start + 40, page.start + 70
    html = client.get(f"/passages/pdf?start={start}&end={end}").text
    assert 'src="/reports/pdf/pages/2.png?scale=2' in html
    assert marked(html) == shelf.texts["pdf"][start:end]
    assert "<rect" in html
    assert "style=" not in html  # the content policy of the report's own page forbids it
    assert "p. 2 of 3" in html
    assert f'href="/reports/pdf?start={start}&amp;end={end}&amp;page=3"' in html


def test_the_same_view_by_a_link_with_page_and_quote(client: TestClient, shelf: Shelf) -> None:
    page = shelf.pages("pdf")[1]
    quote = shelf.texts["pdf"][page.start + 40 : page.start + 70]
    html = client.get("/reports/pdf", params={"page": 2, "quote": quote}).text
    assert marked(html) == quote
    assert "pages/2.png" in html
    other = client.get("/reports/pdf", params={"page": 3, "start": page.start + 40, "end": page.start + 70}).text
    assert "pages/3.png" in other
    assert "<mark" not in other
    assert "pages/1.png" in client.get("/reports/pdf?page=nonsense&start=x&zoom=-7").text


def test_text_is_a_switch_away(client: TestClient) -> None:
    html = client.get("/passages/pdf?start=10&end=20&text=1").text
    assert "<img" not in html
    assert '<mark id="quote">' in html
    assert "Page</span></a>" in html


def test_a_picture_is_fetched_once(client: TestClient) -> None:
    first = client.get("/reports/pdf/pages/1.png?scale=1")
    assert first.content.startswith(b"\x89PNG")
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get("/reports/pdf/pages/1.png?scale=1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/reports/pdf/pages/2.png?scale=1").headers["etag"] != first.headers["etag"]


def test_pages_and_reports_that_are_not_there(client: TestClient) -> None:
    assert client.get("/reports/pdf/pages/4.png").status_code == 404
    assert client.get("/reports/zh1/pages/1.png").status_code == 404
    assert client.get("/reports/none/pages/1.png").status_code == 404
    assert client.get("/reports/none/original").status_code == 404
    gone = client.get("/reports/none?page=3&quote=x", headers={"accept-language": "zh-CN"})
    assert gone.status_code == 404
    assert "没有这份报告" in gone.text
    assert "重新添加" in gone.text


def test_the_original_opens_in_the_browser_and_can_run_nothing(client: TestClient) -> None:
    reply = client.get("/reports/pdf/original")
    assert reply.content == PDF.read_bytes()
    assert reply.headers["content-disposition"].startswith("inline")
    assert "script-src 'none'" in reply.headers["content-security-policy"]


def test_a_web_page_is_saved_and_not_shown(client: TestClient, shelf: Shelf, tmp_path: Path) -> None:
    page = tmp_path / "evil.html"
    page.write_text("<script>1</script>")
    sha256 = hashlib.sha256(page.read_bytes()).hexdigest()
    shelf._reports["web"] = replace(shelf._reports["en1"], id="web", path=str(page), sha256=sha256, source="evil.html")
    reply = client.get("/reports/web/original")
    assert reply.headers["content-disposition"] == 'attachment; filename="evil.html"'


@pytest.mark.parametrize(
    ("happened", "said"), [("changed", "was changed after it was indexed"), ("gone", "no longer on the server")]
)
def test_without_the_original_the_text_is_shown_and_it_is_said(
    shelf: Shelf, client: TestClient, tmp_path: Path, happened: str, said: str
) -> None:
    path = Path(shutil.copy(PDF, tmp_path / "market.pdf"))
    shelf._reports["lost"] = replace(shelf._reports["pdf"], id="lost", path=str(path))
    shelf.texts["lost"], shelf._pages["lost"] = shelf.texts["pdf"], shelf._pages["pdf"]
    assert "<img" in client.get("/passages/lost?start=10&end=20").text
    if happened == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes() + b"\n")
    html = client.get("/passages/lost?start=10&end=20").text
    assert said in html
    assert "<img" not in html
    assert marked(html) == shelf.texts["pdf"][10:20]
    assert client.get("/reports/lost/original").status_code == 404
    assert client.get("/reports/lost/pages/1.png").status_code == 404


@pytest.mark.parametrize("asked", ["1.png?scale=nan", "1.png?scale=inf", "1.png?scale=big", "one.png"])
def test_a_picture_that_cannot_be_drawn_is_one_sentence(client: TestClient, asked: str) -> None:
    reply = client.get(f"/reports/pdf/pages/{asked}")
    assert reply.status_code == 400
    assert set(reply.json()) == {"error"}


@pytest.mark.parametrize("page", ["0", "-1", "99", "9" * 30])
def test_a_page_that_is_not_there_is_404(client: TestClient, page: str) -> None:
    assert client.get(f"/reports/pdf/pages/{page}.png").status_code == 404
