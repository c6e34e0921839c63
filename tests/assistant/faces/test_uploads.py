"""Reports added and removed over HTTP, in a real library: confined to the home, judged by content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import samples
from assistant.faces.api import create_app
from assistant.faces.owners import COOKIE
from assistant.faces.uploads import Job, safe
from assistant.settings import load
from tests.assistant.faces.fakes import FakeAssistant, wait_for
from vectorstore.indexer import Step

PDF = next(path for path in samples.reports() if path.suffix == ".pdf")
Client = Callable[..., TestClient]


@pytest.fixture
def client(home: Path, cache: Path) -> Client:
    """A client of a server over the real library in `home`."""
    from assistant.opening import open_library

    def made(word: str = "m" * 43, **said: object) -> TestClient:
        settings = load(home, cache=cache, **said)
        assistant = FakeAssistant()
        assistant.library = open_library(settings)  # type: ignore[assignment]
        app = create_app(assistant, settings, page=False)  # type: ignore[arg-type]
        return TestClient(app, base_url="http://localhost:7860", cookies={COOKIE: word})

    return made


def send(client: TestClient, name: str, content: bytes) -> str:
    """What the page shows of the files once they are through."""
    reply = client.post("/my/uploads", params={"name": name}, content=content)
    assert reply.status_code == 200, reply.text
    assert wait_for(lambda: client.get("/my/uploads").headers["wenju-active"] == "0", 60)
    return client.get("/my/uploads").text


def test_a_report_is_added_listed_known_the_second_time_and_removed_with_its_file(
    client: Client, home: Path
) -> None:
    mine = client()
    assert 'data-state="added"' in send(mine, "../../report.pdf", PDF.read_bytes())
    [file] = (home / "uploads").glob("*/*")
    assert file.name == "report.pdf"
    listed = mine.get("/my/library").text
    assert "中国人工智能市场速览" in listed
    assert "3 pages" in listed
    assert 'data-state="known"' in send(mine, "another name.pdf", PDF.read_bytes())
    assert len(list((home / "uploads").glob("*/*"))) == 1

    [report] = mine.get("/api/reports").json()["reports"]
    assert mine.post(f"/my/reports/{report['id']}/again").status_code == 200
    assert wait_for(lambda: mine.get("/my/uploads").headers["wenju-active"] == "0", 30)
    assert mine.delete(f"/my/reports/{report['id']}").json() == {"done": True}
    assert list((home / "uploads").iterdir()) == []
    assert "no reports in the library yet" in mine.get("/my/library").text
    assert mine.delete(f"/my/reports/{report['id']}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("report.pdf", b"\x7fELF\x00\x01\x02\x03" * 40, "a binary file, not text"),
        ("empty.txt", b"", "is empty (0 bytes)"),
        ("archive.docx", b"PK\x03\x04" + b"\x00" * 60, "archive.docx"),
        ("<img src=x>&.pdf", b"%PDF-1.4 broken", "img src=x&amp;.pdf"),
    ],
)
def test_what_cannot_be_read_says_why_and_leaves_nothing(
    client: Client, home: Path, name: str, content: bytes, why: str
) -> None:
    said = send(client(), name, content)
    assert 'data-state="failed"' in said
    assert why in said
    assert "<img" not in said
    assert list((home / "uploads").iterdir()) == []


def test_a_file_over_the_limit_is_refused_while_it_comes_in(client: Client, home: Path) -> None:
    mine = client(upload_mb=1)

    def pieces() -> object:
        for _ in range(3):
            yield b"x" * 2**19

    for content in (b"x" * (2**20 + 1), pieces()):
        reply = mine.post("/my/uploads", params={"name": "large.txt"}, content=content)  # type: ignore[arg-type]
        assert reply.status_code == 413
        assert "larger than 1 MB" in reply.json()["error"]
    assert not list(home.glob("uploads/*"))


def test_others_do_not_see_what_is_being_added_and_dismissing_forgets(client: Client) -> None:
    mine = client()
    assert "notes.bin" in send(mine, "notes.bin", b"\x00\x01" * 40)
    other = TestClient(mine.app, base_url="http://localhost:7860", cookies={COOKIE: "o" * 43})
    assert other.get("/my/uploads").text == ""
    mine.delete("/my/uploads")
    assert mine.get("/my/uploads").text == ""


def test_the_setting_closes_the_library_to_changes(client: Client) -> None:
    closed = client(uploads=False)
    assert closed.post("/my/uploads", params={"name": "a.txt"}, content=b"words").status_code in (404, 405)
    assert closed.delete("/my/reports/x").status_code in (404, 405)
    assert "none can be added" in closed.get("/my/library").text


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\报告.pdf", "报告.pdf"),
        ("a\0b\n.txt", "ab.txt"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_is_one_component_of_a_path(said: str, name: str) -> None:
    assert safe(said) == name


def test_a_long_name_keeps_its_ending_and_fits_a_file_system() -> None:
    assert safe("很" * 300 + ".pdf").endswith(".pdf")
    assert len(safe("很" * 300 + ".pdf").encode()) <= 255


def test_the_time_left_follows_the_pace() -> None:
    job = Job(1, "mei", "a.pdf", Path("a.pdf"))
    job.tell(Step("embedding", "", 0, 100))
    assert job.left is None
    job.since -= 10
    job.tell(Step("embedding", "", 25, 100))
    assert job.left == pytest.approx(30, rel=0.1)
