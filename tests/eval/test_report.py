from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest

from assistant.schema import Answer
from eval.dataset import Question
from eval.errors import BadRun
from eval.highlight import marked
from eval.metrics import METRICS as SCORERS
from eval.report import markdown, write
from eval.runner import run
from eval.scores import REFUSAL_F1
from eval.terms import METRICS
from tests.eval.conftest import QUESTIONS, TEXTS, FakeAssistant


def page(questions: list[Question], out: Path, failing: tuple[str, ...] = ()) -> str:
    run(lambda: FakeAssistant(questions, failing), questions, out, text=TEXTS.__getitem__)
    return (out / "report.html").read_text("utf-8")


class Uneven(FakeAssistant):
    """Right, wrong, unsure and slow in turn, so that every plot has something to show."""

    def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
        dice = Random(question)
        answer = super().answer(question, history, language)
        said = "据报告很多。" if dice.random() < 0.3 else answer.text
        timing = replace(answer.timing, total_s=dice.expovariate(0.2))
        refused = answer.refused ^ (dice.random() < 0.1)
        return replace(answer, text=said, timing=timing, confidence=dice.random(), refused=refused)


def many(count: int) -> list[Question]:
    few = [QUESTIONS[n % 6] for n in range(count)]
    return [replace(q, id=f"n-{n:03}", question=f"{q.question} ({n})") for n, q in enumerate(few)]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of 300 questions."""
    out = tmp_path_factory.mktemp("large")
    run(lambda: Uneven(many(300)), many(300), out, text=TEXTS.__getitem__)
    return out


def test_shows_every_question_with_its_answer_and_why_it_failed(
    questions: list[Question], tmp_path: Path
) -> None:
    text = page(questions, tmp_path, failing=("q-2",))
    plain = re.sub(r"</?mark>", "", text)
    for question in questions:
        assert question.question in plain
        assert question.answer in plain
    assert text.count('<details class="q"') == 6
    assert text.count('data-why="right"') == 5
    assert text.count('data-why="error"') == 1
    assert 'data-zh="正确 (5)"' in text
    assert "RuntimeError: the model fell over at q-2" in text


def test_key_facts_are_marked_in_answers_and_evidence(questions: list[Question], tmp_path: Path) -> None:
    text = page(questions, tmp_path)
    assert "销量为<mark>31.6万</mark>台" in text
    assert "retrieved at rank 1" in text


def test_headlines_and_groups_have_intervals(large: Path) -> None:
    text = (large / "report.html").read_text("utf-8")
    assert "95%: " in text
    assert "not scored" in text
    for group in ("Chinese", "unanswerable", "robots.txt", "abroad.txt"):
        assert group in text
    assert text.count("<svg viewBox") == 4


def test_every_metric_has_a_name_in_both_languages() -> None:
    assert set(METRICS) == {*SCORERS, REFUSAL_F1}
    assert all(en and zh and en != zh for en, zh in METRICS.values())


def test_needs_nothing_from_elsewhere_and_closes_what_it_opens(large: Path) -> None:
    text = (large / "report.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)=|url\(|@import|https?:", text)
    assert "default-src 'none'; style-src 'sha256-" in text
    assert "unsafe-inline" not in text
    assert not re.search(r"<[^>]+ (?:style|on\w+)=", text)
    assert "prefers-color-scheme: dark" in text
    open_tags: list[str] = []
    alone = ("meta", "input", "br", "rect", "line", "circle", "polyline")

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in alone:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in alone:
                assert open_tags.pop() == tag

    Checker().feed(text)
    assert not open_tags


def test_what_questions_and_answers_hold_is_escaped(questions: list[Question], tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'&"
    bad = [
        replace(q, question=evil + q.id, answer=evil, note=evil, key_facts=((evil,),)) for q in questions[:4]
    ]
    text = page(bad, tmp_path)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)") >= 12


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("2,137\n亿元 <b>", ["2137亿"], "<mark>2,137\n亿</mark>元 &lt;b&gt;"),
        ("abcd", ["abc", "bcd"], "<mark>abcd</mark>"),
        ("GPU", ["gpu", " , "], "<mark>GPU</mark>"),
        ("nothing", [], "nothing"),
    ],
)
def test_facts_are_marked_as_they_are_scored(text: str, facts: list[str], expected: str) -> None:
    assert marked(text, facts) == expected


def test_is_rewritten_from_the_runs_own_files(questions: list[Question], tmp_path: Path) -> None:
    before = page(questions, tmp_path)
    (tmp_path / "report.html").unlink()
    assert write(tmp_path).read_text("utf-8") == before


def test_a_search_alone_has_a_report_too(questions: list[Question], tmp_path: Path) -> None:
    run(lambda: FakeAssistant(questions), questions, tmp_path, text=TEXTS.__getitem__, retrieval_only=True)
    assert "Evidence found" in (tmp_path / "report.html").read_text("utf-8")


def test_without_a_finished_run_there_is_no_report(tmp_path: Path) -> None:
    for make in (write, markdown):
        with pytest.raises(BadRun, match="no finished run"):
            make(tmp_path)


def test_the_markdown_table_has_a_column_for_each_language(large: Path) -> None:
    table = [line for line in markdown(large).splitlines() if line.startswith("|")]
    assert table[0] == "| metric | all | en | zh |"
    assert len({line.count("|") for line in table}) == 1
    assert re.search(r"\| Accuracy \(key facts\) \| 0\.\d{3} \(0\.\d\d to 0\.\d\d\), n=200 \|", "\n".join(table))


@pytest.mark.browser
def test_three_hundred_questions_open_within_two_seconds_and_can_be_searched(large: Path, chromium: Any) -> None:
    context = chromium.new_context(locale="en-US", viewport={"width": 390, "height": 800})
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.goto("about:blank")
    worked = context.new_cdp_session(tab)
    worked.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds() -> float:
        """Processor time of the page so far: other programs share the machine, so no clock is fair."""
        measured = worked.send("Performance.getMetrics")["metrics"]
        return float(next(item["value"] for item in measured if item["name"] == "TaskDuration"))

    began = seconds()
    tab.goto((large / "report.html").as_uri())
    tab.wait_for_function("document.querySelector('#count').textContent === '300'")
    spent = seconds() - began
    print(f"\nreport.html of 300 questions: {spent:.2f} s of processor time")
    assert 0 < spent < 2
    assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")
    tab.fill("#search", "(17)")
    assert tab.inner_text("#count") == "1"
    tab.fill("#search", "")
    tab.select_option("select[name=tongue]", "zh")
    assert tab.inner_text("#count") == "150"
    tab.click("button[value=zh]")
    assert "主要指标" in tab.inner_text("body")
    assert "Headline figures" not in tab.inner_text("body")
    tab.click("details.q:not([hidden]) summary")
    assert tab.locator("details.q[open] mark").first.is_visible()
    assert not wrong
    context.close()
