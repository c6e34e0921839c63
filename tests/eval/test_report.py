from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.dataset import Question
from eval.errors import BadRun
from eval.report import write
from eval.runner import run
from tests.eval.conftest import TEXTS, FakeAssistant


def page(questions: list[Question], out: Path, failing: tuple[str, ...] = ()) -> str:
    run(lambda: FakeAssistant(questions, failing), questions, out, text=TEXTS.__getitem__)
    return (out / "report.html").read_text("utf-8")


def test_shows_every_question_with_its_answer_and_why_it_failed(
    questions: list[Question], tmp_path: Path
) -> None:
    text = page(questions, tmp_path, failing=("q-2",))
    for question in questions:
        assert question.question in text
        assert question.answer in text
    assert text.count("<details ") == 6
    assert text.count('data-why="right"') == 5
    assert text.count('data-why="error"') == 1
    assert "正确 (5)" in text
    assert "1.000" in text


def test_needs_nothing_from_elsewhere_and_closes_what_it_opens(
    questions: list[Question], tmp_path: Path
) -> None:
    text = page(questions, tmp_path)
    assert not re.search(r"(?:src|href)=|url\(|@import|https?:", text)
    assert "default-src 'none'" in text
    assert "prefers-color-scheme: dark" in text
    open_tags: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "input", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Checker().feed(text)
    assert not open_tags


def test_what_questions_and_answers_hold_is_escaped(questions: list[Question], tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'&"
    changes = {"answer": evil, "note": evil, "key_facts": ((evil,),)}
    bad = [replace(q, question=evil + q.id, **changes) for q in questions[:4]]
    text = page(bad, tmp_path)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") >= 12


def test_is_rewritten_from_the_runs_own_files(questions: list[Question], tmp_path: Path) -> None:
    before = page(questions, tmp_path)
    (tmp_path / "report.html").unlink()
    assert write(tmp_path).read_text("utf-8") == before


def test_without_a_finished_run_there_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="no finished run"):
        write(tmp_path)
