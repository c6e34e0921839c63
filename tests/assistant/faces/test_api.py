from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.errors import ModelFailed
from assistant.faces.api import create_app
from assistant.settings import load
from tests.assistant.faces.fakes import CHINESE, FakeAssistant


def client(home: Path, assistant: FakeAssistant | None = None, **settings: object) -> TestClient:
    app = create_app(assistant or FakeAssistant(), load(home, **settings), page=False)  # type: ignore[arg-type]
    return TestClient(app, base_url="http://localhost:7860", raise_server_exceptions=False)


def test_health_names_the_model_and_counts_the_reports(home: Path) -> None:
    said = client(home).get("/api/health").json()
    assert (said["status"], said["model"], said["reports"]) == ("ok", "fake", 3)


def test_reports_are_listed_without_telling_where_their_files_lie(home: Path) -> None:
    reports = client(home).get("/api/reports").json()["reports"]
    assert [report["id"] for report in reports] == ["zh1", "en1", "bad"]
    assert "somewhere" not in json.dumps(reports)


def test_an_answer_is_the_contracts_record(home: Path) -> None:
    assistant = FakeAssistant()
    said = {"question": "多大？", "language": "zh", "history": ["先问的"]}
    record = client(home, assistant).post("/api/ask", json=said).json()
    assert record["answer"] == assistant.text
    assert record["error"] is None
    first = record["citations"][0]
    assert CHINESE[first["start"] : first["end"]] == first["quote"]
    assert assistant.asked == [("多大？", ("先问的",), "zh")]


def test_events_stream_as_they_happen_and_end_with_the_record(home: Path) -> None:
    headers = {"Accept": "text/event-stream"}
    reply = client(home).post("/api/ask", json={"question": "多大？"}, headers=headers)
    assert reply.headers["content-type"].startswith("text/event-stream")
    parts = [part.split("\n", 1) for part in reply.text.strip().split("\n\n")]
    told = [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]
    names = [name for name, _ in told]
    assert names[:3] == ["progress", "found", "progress"]
    assert "".join(data["text"] for name, data in told if name == "token") == told[-1][1]["answer"]
    assert names[-1] == "done"


def test_a_failure_in_a_stream_is_its_last_event(home: Path) -> None:
    broken = FakeAssistant(fail=lambda question: ModelFailed("the key was refused"))
    reply = client(home, broken).post(
        "/api/ask", json={"question": "q"}, headers={"Accept": "text/event-stream"}
    )
    assert reply.text == 'event: error\ndata: {"error": "the key was refused"}\n\n'


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"question": "   "}, 400, "empty"),
        ({"question": 5}, 400, "question"),
        ({}, 400, "question"),
        ({"question": "q", "language": "fr"}, 400, "language"),
        ({"question": "q", "histroy": []}, 400, "histroy"),
        ("not an object", 400, "the request"),
    ],
)
def test_a_bad_request_gets_one_sentence(home: Path, body: object, status: int, said: str) -> None:
    reply = client(home).post("/api/ask", json=body)
    assert reply.status_code == status
    assert set(reply.json()) == {"error"}
    assert said in reply.json()["error"]


def test_a_model_that_fails_is_503_and_a_bug_is_500_without_its_details(home: Path) -> None:
    failing = FakeAssistant(fail=lambda question: ModelFailed("the key was refused"))
    reply = client(home, failing).post("/api/ask", json={"question": "q"})
    assert (reply.status_code, reply.json()) == (503, {"error": "the key was refused"})
    broken = FakeAssistant(fail=lambda question: ZeroDivisionError("inner workings"))
    reply = client(home, broken).post("/api/ask", json={"question": "q"})
    assert reply.status_code == 500
    assert "inner workings" not in reply.text


def test_search_gives_the_contracts_hits(home: Path) -> None:
    hits = client(home).get("/api/search", params={"q": "机器人", "k": 2}).json()["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert set(hits[0]) == {"rank", "report", "source", "page", "page_end", "start", "end", "score", "text"}


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=x&k=0", "q=x&k=many"])
def test_a_bad_search_is_400(home: Path, query: str) -> None:
    assert client(home).get(f"/api/search?{query}").status_code == 400


def test_unknown_addresses_and_reports_are_404(home: Path) -> None:
    served = client(home)
    assert set(served.get("/api/nothing").json()) == {"error"}
    assert served.get("/passages/none").status_code == 404
    gone = served.get("/reports/none", headers={"Accept-Language": "zh"})
    assert gone.status_code == 404
    assert "库里没有这份报告" in gone.text


def test_a_report_opens_at_its_quote_in_the_page_language(home: Path) -> None:
    start = CHINESE.index("5097 亿元")
    page = client(home).get(
        f"/reports/zh1?start={start}&end={start + 7}", headers={"Accept-Language": "zh-CN"}
    )
    assert '<mark id="quote">5097 亿元</mark>' in page.text
    assert '<html lang="zh-CN" data-lang="zh">' in page.text
    by_quote = client(home).get("/reports/zh1", params={"page": 2, "quote": "5097 亿元"})
    assert '<mark id="quote">5097 亿元</mark>' in by_quote.text


def test_pages_run_no_script_and_load_nothing_from_elsewhere(home: Path) -> None:
    page = client(home).get("/reports/bad?start=8&end=40")
    assert page.headers["content-security-policy"].startswith("default-src 'self'; script-src 'self';")
    assert page.text.count("<script") == page.text.count('<script defer src="/page/viewer.js">') == 1
    assert 'src="http' not in page.text


def test_a_password_in_the_settings_is_asked_for(home: Path) -> None:
    served = client(home, password="secret")
    assert served.get("/api/health").status_code == 401
    assert served.get("/api/health", auth=("me", "secret")).status_code == 200


def test_the_apis_description_is_served_without_pages_that_load_from_elsewhere(home: Path) -> None:
    served = client(home)
    assert "/api/ask" in served.get("/api/openapi.json").json()["paths"]
    assert served.get("/docs").status_code == 404
