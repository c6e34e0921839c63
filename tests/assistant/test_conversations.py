"""Conversations and opinions: kept for their owner, for this user of the machine only, and gone when deleted."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.conversations import Conversations, Exchange, Feedback, titled

ONE = Feedback("a1", "mei", "slack", "how large?", "2137 [1]", "extractive", True, at=1.0)


def test_an_opinion_is_kept_across_restarts(home: Path) -> None:
    first = Conversations(home)
    first.judge(ONE)
    first.close()
    assert Conversations(home).feedback() == [ONE]


def test_a_later_opinion_of_the_same_person_replaces_the_earlier(home: Path) -> None:
    kept = Conversations(home)
    changed = replace(ONE, helpful=False, reason="wrong", comment="it is 2138", at=2.0)
    other = replace(ONE, person="li", at=3.0)
    for opinion in (ONE, changed, other):
        kept.judge(opinion)
    assert kept.feedback() == [other, changed]


def test_the_time_is_now_unless_said(home: Path) -> None:
    kept = Conversations(home)
    kept.judge(replace(ONE, at=0.0))
    assert kept.feedback()[0].at > 1_700_000_000


def test_nobody_else_on_the_machine_can_read_it(home: Path) -> None:
    Conversations(home)
    assert {oct(file.stat().st_mode)[-3:] for file in home.glob("conversations.db*")} == {"600"}


# Conversations


def said(id: str, question: str = "how large?", text: str = "2137 [1]") -> Exchange:
    return Exchange(id, question, {"text": text})


def test_a_conversation_is_named_by_its_first_question_and_kept_across_restarts(home: Path) -> None:
    first = Conversations(home)
    first.put("mei", "c1", said("t1", "how\n  large?"))
    first.put("mei", "c1", said("t2", "and then?"))
    first.close()
    again = Conversations(home)
    assert [(c.title, c.turns) for c in again.of("mei")] == [("how large?", 2)]
    assert [t.question for t in again.exchanges("mei", "c1")] == ["how\n  large?", "and then?"]


def test_nothing_of_another_owner_is_found_even_under_the_same_id(home: Path) -> None:
    kept = Conversations(home)
    kept.put("mei", "c1", said("t1"))
    assert kept.of("li") == []
    assert kept.exchanges("li", "c1") == []
    assert not kept.rename("li", "c1", "mine")
    assert not kept.delete("li", "c1")
    kept.put("li", "c1", said("t1", "another question"))
    assert kept.exchanges("mei", "c1") == [said("t1")]


@pytest.mark.parametrize(
    ("words", "found"), [("LARGE", True), ("2137", True), ("named", True), ("%", False), ("_", False)]
)
def test_titles_questions_and_answers_are_searched_as_plain_words(
    home: Path, words: str, found: bool
) -> None:
    kept = Conversations(home)
    kept.put("mei", "c1", said("t1"))
    kept.rename("mei", "c1", "Named by hand")
    assert bool(kept.of("mei", words)) == found


def test_the_last_changed_stands_first(home: Path) -> None:
    kept = Conversations(home)
    for id in ("c1", "c2", "c1"):
        kept.put("mei", id, said(f"{id}-{time.time()}"))
    assert [c.id for c in kept.of("mei")] == ["c1", "c2"]


def test_a_question_asked_again_takes_the_place_of_the_old_one_and_all_after_it(home: Path) -> None:
    kept = Conversations(home)
    for id in ("t1", "t2", "t3"):
        kept.put("mei", "c1", said(id))
    kept.put("mei", "c1", said("t4", "edited"), instead_of="t2")
    assert [t.id for t in kept.exchanges("mei", "c1")] == ["t1", "t4"]


def test_a_question_taken_back_leaves_no_empty_conversation(home: Path) -> None:
    kept = Conversations(home)
    kept.put("mei", "c1", said("t1"))
    kept.drop("mei", "c1", "t1")
    assert kept.of("mei") == []


def test_a_deleted_conversation_can_be_brought_back_for_a_while(home: Path) -> None:
    kept = Conversations(home)
    kept.put("mei", "c1", said("t1"))
    assert kept.delete("mei", "c1")
    assert kept.of("mei") == []
    assert kept.exchanges("mei", "c1") == []
    assert kept.restore("mei", "c1")
    assert kept.exchanges("mei", "c1") == [said("t1")]


def test_then_its_words_are_gone_from_the_disk_with_the_opinions_about_it(home: Path) -> None:
    kept = Conversations(home)
    kept.put("mei", "c1", said("t1", "an unmistakable question", "its unmistakable answer"))
    kept.judge(replace(ONE, answer="t1", face="web", text="its unmistakable answer"))
    kept.judge(replace(ONE, answer="t9", text="something else"))
    kept.delete("mei", "c1")
    assert kept.purge(undo=0) == 1
    assert not kept.restore("mei", "c1")
    assert [f.answer for f in kept.feedback()] == ["t9"]
    assert not [file for file in home.iterdir() if b"unmistakable" in file.read_bytes()]


def test_conversations_are_kept_as_many_days_as_the_setting_says(home: Path) -> None:
    Conversations(home).put("mei", "c1", said("t1"))
    with sqlite3.connect(home / "conversations.db") as db:
        db.execute("UPDATE conversations SET changed = changed - 3 * 86400")
    assert Conversations(home, keep_days=0).of("mei")
    assert Conversations(home, keep_days=4).of("mei")
    assert Conversations(home, keep_days=2).of("mei") == []


def test_a_long_first_question_is_cut_for_the_title() -> None:
    assert len(titled("很长" * 100)) == 80
