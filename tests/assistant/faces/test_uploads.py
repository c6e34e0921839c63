"""Reports added and removed over HTTP, in a real library: confined to the home, judged by content."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import samples
from assistant.faces.api import create_app
from assistant.faces.owners import COOKIE
from assistant.faces.uploads import Job, Uploads, safe
from assistant.settings import load
from tests.assistant.faces.fakes import FakeAssistant, wait_for
from vectorstore.progress import Step

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
    assert 'data-state="refreshed"' in mine.get("/my/uploads").text
    [report] = mine.get("/api/reports").json()["reports"]
    assert mine.delete(f"/my/reports/{report['id']}").json() == {"done": True}
    assert "no reports in the library yet" in mine.get("/my/library").text
    gone = mine.delete(f"/my/reports/{report['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "evidence_gone")

    # Undone, and as it was; then removed for good, with its file.
    assert mine.post(f"/my/reports/{report['id']}/restore").json() == {"done": True}
    assert mine.get("/api/reports").json()["reports"] == [report]
    assert mine.get(f"/reports/{report['id']}/original").content == PDF.read_bytes()
    mine.delete(f"/my/reports/{report['id']}")
    client()  # a server that starts lets go of what was removed before
    assert list((home / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("report.pdf", b"\x7fELF\x00\x01\x02\x03" * 40, "不支持这种文件"),
        ("empty.txt", b"", "文件是空的（0 字节）"),
        ("archive.docx", b"PK\x03\x04" + b"\x00" * 60, "the file is damaged or cut short"),
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
    # What the browser knows to be over the limit it need not send.
    said = mine.post("/my/uploads", params={"name": "film.pdf", "size": 2**30}, content=b"")
    assert (said.status_code, said.json()["code"]) == (413, "why_large")
    assert "文件超过上限 1 MB" in mine.get("/my/uploads").text
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


@pytest.mark.parametrize("char", ["a", "é", "很", "😀"])
@pytest.mark.parametrize("ending", ["", ".pdf", "." + "😀" * 10, "." + "很" * 300])
def test_a_long_name_keeps_its_ending_and_fits_a_file_system(char: str, ending: str) -> None:
    for n in (1, 39, 40, 64, 65, 66, 200, 300):
        name, kept = safe(char * n + ending), ending[:11]
        assert len(name.encode()) <= 200
        assert name.endswith(kept)
        stem = name.removesuffix(kept)
        assert stem == char * len(stem)
        assert len(stem) == n or len((char + name).encode()) > 200, "no more is cut than has to be"


def test_a_name_of_many_bytes_is_taken(client: Client, home: Path) -> None:
    assert 'data-state="added"' in send(client(), "😀" * 60 + "." + "😀" * 10, PDF.read_bytes())
    [file] = (home / "uploads").glob("*/*")
    assert file.name == "😀" * 39 + "." + "😀" * 10


def test_the_time_left_follows_the_pace() -> None:
    job = Job(1, "mei", "a.pdf", Path("a.pdf"))
    job.tell(Step("embedding", "", 0, 100))
    assert job.left is None
    job.since -= 10
    job.tell(Step("embedding", "", 25, 100))
    assert job.left == pytest.approx(30, rel=0.1)


def test_the_time_left_for_all_files_follows_what_is_through(tmp_path: Path) -> None:
    uploads = Uploads(FakeAssistant().library, tmp_path, 10)  # type: ignore[arg-type]
    now = Job(1, "mei", "a.pdf", Path("a.pdf"), size=100, begun=time.monotonic() - 10)
    uploads._jobs = {1: now, 2: Job(2, "mei", "b.pdf", Path("b.pdf"), size=300)}
    assert uploads.left("mei") is None
    uploads._pace = (200, 20.0)
    now.tell(Step("embedding", "", 25, 100, 0.5))
    assert uploads.left("mei") == pytest.approx(10 + 30, rel=0.1)
    assert uploads.left("another") == 0


def test_details_are_corrected_and_bad_ones_refused(client: Client) -> None:
    mine = client()
    send(mine, "notes.txt", "2023年算力市场规模为5097亿元。\n".encode())
    [report] = mine.get("/api/reports").json()["reports"]
    place = f"/my/reports/{report['id']}"
    assert 'name="publisher" value=""' in mine.get(f"{place}/facts").text
    said = {"title": "算力 <报告>", "publisher": "某研究院", "date": "2024-05", "lang": "zh"}
    said["tags"] = "Chips, 2024 outlook"
    assert mine.patch(place, json=said).json() == {"done": True}
    listed = mine.get("/my/library").text
    assert "算力 &lt;报告&gt;" in listed
    assert "某研究院" in listed
    assert '<span class="tag">2024-outlook</span>' in listed
    for name, value in (("date", "May"), ("date", "2023-02-31"), ("title", " ")):
        refused = mine.patch(place, json=said | {name: value})
        assert (refused.status_code, refused.json()["code"]) == (400, f"bad_{name}")
    assert mine.patch("/my/reports/none", json=said).status_code == 404
    assert mine.post("/my/reports/none/restore").status_code == 404
