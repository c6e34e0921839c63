"""Conversations and answers to take along, each owner's own."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from assistant.conversations import Conversations
from assistant.faces.exports import FORMATS, Format, written
from assistant.faces.kept import exchange
from assistant.faces.owners import COOKIE, owner_of
from tests.assistant.faces.fakes import FakeAssistant
from tests.assistant.faces.test_mine import LI, MEI, client
from tests.assistant.faces.test_sheets import TABLE
from tests.assistant.faces.test_turns import after


def keep(home: Path, text: str = TABLE) -> None:
    turn = after(FakeAssistant(text), "中国: 多大/多重?")[-1]
    Conversations(home).put(str(owner_of({COOKIE: MEI})), "c1", exchange(turn))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("place", ["", "turns/k/"])
def test_a_conversation_and_an_answer_in_every_format(home: Path, kind: Format, place: str) -> None:
    keep(home)
    reply = client(home).get(f"/my/conversations/c1/{place}export.{kind}")
    assert reply.status_code == 200
    assert unquote(reply.headers["content-disposition"]).endswith(f"中国 多大 多重.{kind}")
    assert reply.headers["cache-control"] == "no-store"
    assert client(home, LI).get(f"/my/conversations/c1/{place}export.{kind}").status_code == 404


def test_without_a_table_there_is_no_csv(home: Path) -> None:
    keep(home, "没有表格。")
    reply = client(home).get("/my/conversations/c1/export.csv")
    assert reply.status_code == 404
    assert "no table" in reply.json()["error"]


def test_an_unknown_format_is_refused(home: Path) -> None:
    keep(home)
    assert client(home).get("/my/conversations/c1/export.exe").status_code == 400


def test_json_has_the_answer_its_sources_and_who_made_it() -> None:
    record = json.loads(written([after(FakeAssistant())[-1]], "市场", "json", "en"))
    assert (record["title"], record["ai_generated"], record["notice"]) == ("市场", True, "AI-generated")
    (turn,) = record["turns"]
    assert turn["citations"][0]["quote"] == "2137 亿\n元，同比增长 14.6%"
    assert turn["sources"][0]["publisher"] == "某研究院"
    assert turn["made_by"] == "由 AI 生成 · Wenju 问据 · fake"


@pytest.mark.parametrize("kind", ["md", "json"])
def test_text_formats_say_that_it_was_generated(kind: Format) -> None:
    assert "由 AI 生成" in written([after(FakeAssistant())[-1]], "", kind, "zh").decode()
