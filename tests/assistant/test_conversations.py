"""Opinions of answers: kept once a person, newest first, for this user of the machine only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.conversations import Conversations, Feedback

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
    assert oct((home / "conversations.db").stat().st_mode)[-3:] == "600"
