from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from fastapi.testclient import TestClient

from assistant.errors import ModelFailed
from assistant.faces.api import Question, create_app
from assistant.faces.owners import COOKIE
from assistant.schema import Event, Phase
from assistant.settings import load
from tests.assistant.faces.fakes import CHINESE, FakeAssistant
from tests.conftest import ROOT


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
        ({"question": "q", "reports": []}, 400, "name at least one report, or leave reports out"),
        ({"question": "q", "reports": ["zh1", "gone", "lost"]}, 404, "'gone', 'lost'"),
    ],
)
def test_a_bad_request_gets_one_sentence(home: Path, body: object, status: int, said: str) -> None:
    reply = client(home).post("/api/ask", json=body)
    assert reply.status_code == status
    assert set(reply.json()) == {"error"}
    assert said in reply.json()["error"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"question": "q"', "the request is no JSON"),
        (b"", "the request is empty"),
        (b"[]", "the request has to be a JSON object"),
        (b'{"question": "\\ud800 test"}', "question: it holds half a character"),
        (b'{"question": "q", "history": ["\\udfff"]}', "history: it holds half a character"),
        (b'{"question": "q", "\\ud800": 1}', "the request"),
    ],
)
def test_a_body_that_is_no_question_gets_one_sentence(home: Path, content: bytes, said: str) -> None:
    reply = client(home).post("/api/ask", content=content, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert said in reply.json()["error"]


def test_a_body_without_its_content_type_is_told_which_to_name(home: Path) -> None:
    reply = client(home).post("/api/ask", content=b'{"question": "q"}')
    assert reply.status_code == 400
    assert "Content-Type: application/json" in reply.json()["error"]


def test_a_question_is_kept_to_the_reports_it_names(home: Path) -> None:
    assistant = FakeAssistant()
    served = client(home, assistant)
    served.post("/api/ask", json={"question": "q", "reports": ["zh1", "en1"]})
    served.post("/api/ask", json={"question": "q"})
    assert assistant.limits == [{"zh1", "en1"}, None]


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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """The server with its page, which takes every address that nothing else has."""
    home = tmp_path_factory.mktemp("home")
    app = create_app(FakeAssistant(), load(home))  # type: ignore[arg-type]
    return TestClient(app, base_url="http://localhost:7860", raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/nothing", "/evaluation/nothing", "/my/nothing", "/a/b"])
def test_an_unknown_address_is_the_same_error_as_any_other(whole: TestClient, path: str) -> None:
    reply = whole.get(path)
    assert (reply.status_code, reply.json()) == (404, {"error": "There is nothing at this address."})


@pytest.mark.parametrize("path", ["/nothing", "/evaluation/nothing", "/reports", "/reports/none/original"])
def test_a_browser_that_is_lost_gets_a_page_in_its_language(whole: TestClient, path: str) -> None:
    reply = whole.get(path, headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert "<title>这里什么也没有</title>" in reply.text
    assert 'href="/"' in reply.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/api/ask", "POST"), ("GET", "/api/ask", "POST"), ("POST", "/api/health", "GET"),
     ("POST", "/my/conversations/x", "DELETE, PATCH")],
)  # fmt: skip
def test_another_method_is_405_and_says_which_there_are(
    whole: TestClient, method: str, path: str, allowed: str
) -> None:
    reply = whole.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)
    assert reply.json() == {"error": f"{method} is not for this address; it takes {allowed}."}


def test_half_a_character_is_refused_wherever_text_is_kept(home: Path) -> None:
    served = client(home)
    served.cookies.set(COOKIE, "m" * 43)
    json = {"Content-Type": "application/json"}
    for method, path, body in (
        ("PATCH", "/my/conversations/x", b'{"title": "\\ud800"}'),
        ("PUT", "/my/conversations/x/turns/y/feedback", b'{"helpful": true, "comment": "\\ud800"}'),
        ("PATCH", "/my/reports/zh1", b'{"title": "\\ud800", "lang": "zh"}'),
        ("PUT", "/my/settings", b'{"backend": "\\ud800"}'),
    ):
        reply = served.request(method, path, content=body, headers=json)
        assert reply.status_code == 400, path
        assert "half a character" in reply.json()["error"]


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


def test_every_address_field_and_event_of_the_api_is_documented(home: Path) -> None:
    page = (ROOT / "docs/api.md").read_text("utf-8")
    described = client(home).get("/api/openapi.json").json()
    for path, methods in described["paths"].items():
        if path.startswith("/api"):
            assert all(f"`{method.upper()} {path}`" in page for method in methods), path
    assert all(f"| `{field}` |" in page for field in Question.model_fields)
    assert all(f"| `{event.__name__.lower()}` |" in page for event in get_args(Event))
    assert all(f"`{phase}`" in page for phase in get_args(Phase))
