from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

from assistant.faces.references import gbt7714, plain
from assistant.faces.turns import Turn, render
from assistant.schema import Done, Found, Glimpsed, Notice, Progress, Sentence, State, Token
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant


def after(assistant: FakeAssistant, question: str = "多大？") -> list[Turn]:
    turns = [Turn(question, "k", "zh", "fake")]
    for event in assistant.ask(question):
        turns.append(turns[-1].after(event))
    return turns


def done(assistant: FakeAssistant, question: str = "多大？") -> Turn:
    """The finished turn alone: quicker where an answer is long."""
    return Turn(question, "k", "zh", "fake").after(Done(assistant.answer(question, assistant.evidence())))


def test_evidence_shows_before_the_first_word_and_marks_while_writing() -> None:
    turns = after(FakeAssistant())
    found = next(turn for turn in turns if turn.found)
    assert found.written == ""
    assert render(found).count('class="card"') == 2
    writing = next(turn for turn in turns if "[1]" in turn.written)
    assert ">[1]</button>" in render(writing)
    assert 'aria-busy="true"' in render(writing)


def test_done_replaces_what_was_streamed() -> None:
    turn = Turn("q").after(Token("draft")).after(Done(FakeAssistant("final", ()).answer("q", ())))
    assert "draft" not in render(turn)
    assert "final" in render(turn)
    assert 'data-state="done"' in render(turn)


def test_the_check_is_told_and_the_unconfirmed_sentence_underlined() -> None:
    html = render(after(FakeAssistant())[-1])
    assert "2 of 3 sentences checked against the sources" in html
    assert "AI-generated" in html
    assert "由 AI 生成" in html
    assert '<span class="unverified" title="这句话在原文中未能核实">这一句没有依据。</span>' in html


def test_a_refusal_is_calm_and_shows_the_closest_passages() -> None:
    html = render(after(FakeAssistant("报告里没有提到。", refused=True))[-1])
    assert "Not found in these reports" in html
    assert "Closest passages" in html
    assert "checked against" not in html
    assert re.findall(r'<span class="n">(.)</span>', html) == ["·", "·"]


def test_a_refusal_numbers_only_the_passage_it_cites() -> None:
    html = render(after(FakeAssistant("报告里没有提到。最接近的内容在这里[2]。", refused=True))[-1])
    assert re.findall(r'<span class="n">(.)</span>', html) == ["2", "·"]
    assert html.count('class="card"') == 2


def test_notices_show_once() -> None:
    turn = Turn("q").after(Notice("slow")).after(Notice("slow"))
    done = turn.after(Done(FakeAssistant(notices=["slow"]).answer("q", ())))
    assert render(done).count("<p>slow</p>") == 1


def test_stopping_keeps_what_was_written() -> None:
    html = render(Turn("q").after(Token("half an ans")).stopped())
    assert "half an ans" in html
    assert "Stopped." in html


def test_a_failure_says_why() -> None:
    html = render(Turn("q").after(Progress("searching")).failed("the key was <refused>"))
    assert "the key was &lt;refused&gt;" in html


def test_hostile_titles_quotes_and_questions_are_escaped() -> None:
    assistant = FakeAssistant(f"{HOSTILE} [1]", quotes=[("bad", HOSTILE)])
    for turn in after(assistant, HOSTILE):
        html = render(turn)
        for tag in ("<script", "<img", "<iframe", "<form"):
            assert tag not in html


def test_a_word_of_100_000_characters_is_shown_and_nothing_else() -> None:
    html = render(done(FakeAssistant("字" * 100_000 + " [1]"), "问" * 100_000))
    assert html.count("字" * 100_000) >= 1
    assert html.count("<p>") < 10


def test_the_copied_text_lists_its_sources() -> None:
    assistant = FakeAssistant()
    turn = after(assistant)[-1]
    assert turn.answer is not None
    text = plain(turn.answer, turn.cited)
    assert text.startswith(assistant.text)
    assert "[1] 中国人工智能产业研究报告，某研究院，2024-05，第 1 页: “2137 亿元，同比增长 14.6%”" in text


def test_what_was_glimpsed_stays_in_its_place_and_gets_its_number() -> None:
    first, second = FakeAssistant().evidence()
    turn = Turn("q").after(Glimpsed((second,)))
    assert [turn.glimpsed[0].n, turn.found] == [0, ()]
    assert "weighs 52 kg" in render(turn)
    html = render(turn.after(Found((first, second))))
    assert html.count('class="card"') == 2
    assert html.index("weighs 52 kg") < html.index("2137")
    numbers = re.findall(r'<span class="n">(.)</span>', html)
    assert numbers == ["2", "1"]


def test_events_of_every_kind_are_understood() -> None:
    turn = Turn("q").after(Progress("checking")).after(Found(()))
    assert turn.phase == "checking"


def test_each_sentence_says_what_the_check_found() -> None:
    said = [Sentence(f"第{n}句。", (1,), state) for n, state in enumerate(get_args(State))]
    html = render(after(FakeAssistant(sentences=said))[-1])
    for state, words in zip(get_args(State), ("有据", "出处已更正", "未核实"), strict=True):
        assert f'<li data-check="{state}"><span class="state"><span class="t" lang="zh">{words}</span>' in html


def test_references_follow_gbt_7714() -> None:
    turn = after(FakeAssistant())[-1]
    assert turn.answer is not None
    lines = gbt7714(turn.answer, turn.cited).splitlines()
    assert lines[-5:-2] == [
        "参考文献",
        "[1] 某研究院. 中国人工智能产业研究报告[R]. 2024: 1.",
        "[2] A short look at robots[R]. 2024.",
    ]


def test_what_can_be_done_depends_on_the_state() -> None:
    stopped = render(Turn("q").stopped())
    assert 'data-do="retry"' in stopped
    assert 'data-do="judge"' not in stopped
    assert 'data-do="retry"' not in render(Turn("q"))
    done = replace(after(FakeAssistant())[-1], helpful=False)
    assert 'data-helpful="0" aria-pressed="true"' in render(done)
    assert 'data-helpful="1" aria-pressed="false"' in render(done)
