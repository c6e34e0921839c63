"""What leaves the machine with a remote model."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import outgoing
from assistant.models.base import Message
from assistant.models.outgoing import Outgoing
from tests.assistant.builders import Scripted


def ask(text: str) -> list[Message]:
    return [Message("system", "Rules."), Message("user", text)]


@given(st.integers(1, 40))
def test_a_reply_is_shown_again_however_it_is_cut(size: int) -> None:
    class Cut(Scripted):
        def stream(self, messages: Sequence[Message], **said: Any) -> Iterator[str]:
            self.asked.append(list(messages))
            text = "写信给 [email 1][1]，或打 [phone 1]【2】 [unknown 9]。["
            yield from (text[start : start + size] for start in range(0, len(text), size))

    inner = Cut("")
    model = Outgoing(inner, redact=True)
    said = "".join(model.stream(ask("a@b.example 13812345678")))
    assert said == "写信给 a@b.example[1]，或打 13812345678【2】 [unknown 9]。["
    assert inner.asked[0][1].content == "[email 1] [phone 1]"


def test_without_redaction_everything_is_sent_and_noted(tmp_path: Path) -> None:
    record = tmp_path / "home" / "outgoing.jsonl"
    inner = Scripted("好[1]。")
    model = Outgoing(inner, record)
    assert "".join(model.stream(ask("写给 a@b.example"))) == "好[1]。"
    assert inner.asked[0][1].content == "写给 a@b.example"
    line = json.loads(record.read_text("utf-8"))
    assert (line["model"], line["messages"][1]["content"]) == ("scripted", "写给 a@b.example")
    assert stat.S_IMODE(record.stat().st_mode) == 0o600


def test_what_is_noted_is_what_was_sent(tmp_path: Path) -> None:
    record = tmp_path / "outgoing.jsonl"
    list(Outgoing(Scripted("好"), record, redact=True).stream(ask("写给 a@b.example")))
    assert "a@b.example" not in record.read_text("utf-8")


def test_a_long_record_begins_anew_and_keeps_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "MOST_BYTES", 100)
    record = tmp_path / "outgoing.jsonl"
    model = Outgoing(Scripted("好"), record)
    for text in ("first " * 30, "second"):
        list(model.stream(ask(text)))
    assert "first" in record.with_suffix(".1.jsonl").read_text("utf-8")
    assert "second" in record.read_text("utf-8")


def test_it_is_the_model_otherwise() -> None:
    model = Outgoing(Scripted("", small=False), redact=True)
    assert (model.name, model.small) == ("scripted", False)
    assert model.fingerprint != Outgoing(Scripted("")).fingerprint
