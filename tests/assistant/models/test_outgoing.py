"""What leaves the machine with a remote model."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import outgoing
from assistant.models.base import Message
from assistant.models.outgoing import Mask, Outgoing
from tests.assistant.builders import Scripted

PERSONAL = [
    "li.wei+reports@example.com.cn",
    "13812345678",
    "138 1234 5678",
    "+86 13812345678",
    "010-62345678",
    "+44 20 7946 0958",
    "11010519491231002X",
    "4111 1111 1111 1111",
    "6222021234567890128",
]
FIGURES = [
    "2137亿元", "213.7 billion yuan", "14,922 companies", "2023-10-17", "46.3%", "1,234,567,890,123",
    "20231231", "605500元", "Q3 2023", "2019-2023", "1.58", "400,000 chips", "000001.SZ", "ISBN 1234567890123",
]  # fmt: skip


def ask(text: str) -> list[Message]:
    return [Message("system", "Rules."), Message("user", text)]


@pytest.mark.parametrize("word", PERSONAL)
def test_personal_data_is_hidden_and_shown_again(word: str) -> None:
    mask = Mask()
    hidden = mask.hide(f"联系人：{word}，谢谢")
    assert word not in hidden
    assert mask.show(hidden) == f"联系人：{word}，谢谢"


@pytest.mark.parametrize("figure", FIGURES)
def test_a_reports_figures_are_left_alone(figure: str) -> None:
    assert Mask().hide(f"规模为 {figure}，") == f"规模为 {figure}，"


def test_terms_are_hidden_whatever_their_case_and_the_same_word_alike() -> None:
    mask = Mask(["Project Falcon", "星海"])
    hidden = mask.hide("project falcon and 星海; Project Falcon, 星海")
    first, second, third, fourth = re.findall(r"\[term \d\]", hidden)
    assert hidden == f"{first} and {second}; {third}, {fourth}"
    assert second == fourth == mask.hide("星海")
    assert len({first, second, third}) == 3
    assert mask.show(hidden) == "project falcon and 星海; Project Falcon, 星海"


@given(st.lists(st.sampled_from([*PERSONAL, *FIGURES, "，", " said ", "[1]", "\n"]), max_size=12))
def test_nothing_is_changed_by_hiding_and_showing(parts: list[str]) -> None:
    mask = Mask(["said"])
    text = " ".join(parts)
    assert mask.show(mask.hide(text)) == text


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
