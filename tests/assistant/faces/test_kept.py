"""A turn that was kept looks as it did: every state, through JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace

from assistant.conversations import Exchange
from assistant.faces import kept
from assistant.faces.references import markdown, plain
from assistant.faces.turns import Turn, render
from assistant.schema import Token
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant


def through(turn: Turn) -> Turn:
    one = kept.exchange(turn)
    return kept.turn(Exchange(one.id, one.question, json.loads(json.dumps(one.record))))


def after(assistant: FakeAssistant) -> list[Turn]:
    turns = [Turn("多大？", "k1", "zh", "fake")]
    for event in assistant.ask("多大？"):
        turns.append(turns[-1].after(event))
    return turns


def test_a_finished_answer_looks_the_same_and_copies_the_same() -> None:
    for assistant in (FakeAssistant(notices=["slow"]), FakeAssistant("没有提到。", refused=True)):
        turn = after(assistant)[-1]
        again = through(turn)
        assert render(again) == render(turn)
        assert turn.answer is not None
        assert again.answer is not None
        assert plain(again.answer, again.cited) == plain(turn.answer, turn.cited)


def test_a_stopped_turn_keeps_its_words_and_what_was_under_way_counts_as_stopped() -> None:
    stopped = Turn("q", "k").after(Token("half an ans")).stopped()
    assert render(through(stopped)) == render(stopped)
    assert through(replace(stopped, state="working")) == stopped


def test_early_evidence_is_kept_and_a_record_from_before_there_was_any_can_be_read() -> None:
    turn = after(FakeAssistant())[-1]
    early = replace(turn, glimpsed=turn.found)
    assert through(early).glimpsed == turn.found
    record = kept.exchange(turn).record
    del record["glimpsed"]
    assert render(kept.turn(Exchange("k1", "多大？", record))) == render(turn)


def test_what_a_search_looks_at_are_the_words_of_the_answer() -> None:
    turn = after(FakeAssistant())[-1]
    assert kept.exchange(turn).record["text"] == FakeAssistant().text
    assert kept.exchange(Turn("q", "k").after(Token("half"))).record["text"] == "half"


def test_hostile_words_are_kept_as_words() -> None:
    turn = after(FakeAssistant(f"{HOSTILE} [1]", quotes=[("bad", HOSTILE)]))[-1]
    assert render(through(turn)) == render(turn)


def test_markdown_has_the_marks_as_footnotes_of_their_own() -> None:
    text = markdown(after(FakeAssistant())[-1])
    assert text.startswith("## 多大？\n\n产业规模为 2137 亿元 [^k1-1]")
    assert "[^k1-1]: 中国人工智能产业研究报告，某研究院，2024-05，第 1 页: “2137 亿元" in text
