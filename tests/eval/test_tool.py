"""What the measuring tools share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from eval.tool import breakdown, opened


@dataclass(frozen=True)
class One:
    lang: str
    kind: str


def test_everything_each_language_and_each_kind_has_a_row() -> None:
    found = [One("zh", "b"), One("en", "a"), One("en", "b")]

    def row(name: str, some: Sequence[One]) -> str:
        return f"{name} {len(some)}"

    assert breakdown(found, row, lambda one: one.kind) == ["all 3", "zh 1", "en 2", "a 1", "b 2"]


def test_a_tool_opens_the_home_and_the_questions_it_is_given(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = '{"id": "q", "split": "dev", "lang": "zh", "type": "unanswerable", "question": "谁？", "evidence": []}'
    (tmp_path / "set.jsonl").write_text(line + "\n", "utf-8")
    said = [str(tmp_path / "set.jsonl"), "--home", str(home), "--backend", "extractive"]
    monkeypatch.setattr(sys, "argv", ["tool", *said])
    library, model, settings, questions = opened("About.\n\nMore.")
    assert library.home == home
    assert model is None
    assert settings.home == home
    assert [question.id for question in questions] == ["q"]
