"""What the page asks for beside the chat: each owner finds and changes what is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.conversations import Conversations, Exchange
from assistant.faces.api import create_app
from assistant.faces.kept import exchange
from assistant.faces.owners import COOKIE, owner_of
from assistant.faces.turns import Turn
from assistant.schema import Token
from assistant.settings import load
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant

MEI, LI = "m" * 43, "l" * 43


def client(home: Path, word: str = MEI, **settings: object) -> TestClient:
    app = create_app(FakeAssistant(), load(home, **settings), page=False)  # type: ignore[arg-type]
    cookies = {COOKIE: word} if word else {}
    return TestClient(app, base_url="http://localhost:7860", cookies=cookies)


def keep(home: Path, word: str = MEI, question: str = "how large?", id: str = "c1") -> None:
    turn = Turn(question, "t1").after(Token("2137")).stopped()
    Conversations(home).put(str(owner_of({COOKIE: word})), id, exchange(turn))


def test_conversations_are_listed_and_searched(home: Path) -> None:
    keep(home)
    mine = client(home)
    assert "how large?" in mine.get("/my/conversations").text
    assert "how large?" in mine.get("/my/conversations", params={"q": "2137"}).text
    assert "Nothing found" in mine.get("/my/conversations", params={"q": "zebra"}).text


def test_another_owner_finds_and_changes_nothing(home: Path) -> None:
    keep(home)
    other = client(home, LI)
    assert "how large?" not in other.get("/my/conversations").text
    assert other.patch("/my/conversations/c1", json={"title": "x"}).status_code == 404
    assert other.delete("/my/conversations/c1").status_code == 404
    assert other.get("/my/conversations/c1/export.md").status_code == 404
    assert "how large?" in client(home).get("/my/conversations").text


@pytest.mark.parametrize("word", ["", "short"])
def test_without_a_cookie_there_is_nothing(home: Path, word: str) -> None:
    reply = client(home, word).get("/my/conversations")
    assert reply.status_code == 403
    assert "cookies" in reply.json()["error"]


def test_renaming_deleting_and_bringing_back(home: Path) -> None:
    keep(home)
    mine = client(home)
    assert mine.patch("/my/conversations/c1", json={"title": " The market\n in 2023 "}).json() == {"done": True}
    assert "The market in 2023" in mine.get("/my/conversations").text
    with mine:
        assert mine.delete("/my/conversations/c1").json() == {"done": True}
        assert "The market" not in mine.get("/my/conversations").text
        assert mine.delete("/my/conversations/c1").status_code == 404
        assert mine.post("/my/conversations/c1/restore").json() == {"done": True}
    assert "The market in 2023" in mine.get("/my/conversations").text


def test_an_export_is_a_markdown_file_named_as_the_conversation(home: Path) -> None:
    keep(home, question="多大 a/b?")
    reply = client(home).get("/my/conversations/c1/export.md")
    assert reply.headers["content-disposition"].endswith("%E5%A4%9A%E5%A4%A7%20a%20b.md")
    assert reply.text == (
        "# 多大 a/b?\n\n## 多大 a/b?\n\n2137\n\n*Stopped.*\n\n*AI-generated · Wenju 问据*\n"
    )


def test_an_opinion_is_kept_with_what_it_is_about(home: Path) -> None:
    keep(home)
    address = "/my/conversations/c1/turns/t1/feedback"
    said = {"helpful": False, "reason": "wrong", "comment": "it is 2138"}
    assert client(home, LI).put(address, json=said).status_code == 404
    assert client(home).put(address, json=said).json() == {"done": True}
    assert client(home).put(address, json=said | {"reason": "no such reason"}).status_code == 400
    [one] = Conversations(home).feedback()
    assert (one.face, one.question, one.text, one.helpful) == ("web", "how large?", "2137", False)
    assert (one.reason, one.comment) == ("wrong", "it is 2138")


def test_hostile_names_are_words(home: Path) -> None:
    keep(home, question=HOSTILE)
    for address in ("/my/conversations", "/my/library", "/my/welcome"):
        html = client(home).get(address).text
        for tag in ("<script", "<img", "<iframe", "<form"):
            assert tag not in html


def test_another_sites_page_cannot_delete(home: Path) -> None:
    keep(home)
    reply = client(home).delete("/my/conversations/c1", headers={"Origin": "http://evil.test"})
    assert reply.status_code == 403


def test_too_old_conversations_are_gone_by_the_setting(home: Path) -> None:
    keep(home)
    kept = Conversations(home)
    kept._run("UPDATE conversations SET changed = changed - 8 * 86400")
    assert "how large?" in client(home, keep_days=9).get("/my/conversations").text
    assert "how large?" not in client(home, keep_days=7).get("/my/conversations").text
    assert kept.exchanges(str(owner_of({COOKIE: MEI})), "c1") == []


def test_an_exchange_needs_nothing_but_what_is_kept() -> None:
    assert isinstance(exchange(Turn("q", "t")), Exchange)
