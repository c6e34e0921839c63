"""Guessing the password takes long: ten tries, then a minute."""

from __future__ import annotations

import pytest

from assistant.faces import guessing
from assistant.faces.guessing import FAILURES, MINUTE, Guesses


class Clock:
    """Stands still until it is put forward."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def wrong(guesses: Guesses, address: str, times: int = FAILURES) -> None:
    for _ in range(times):
        guesses.note(address)


def test_ten_within_a_minute_are_too_many_and_one_fewer_is_not(clock: Clock) -> None:
    guesses = Guesses(clock)
    wrong(guesses, "a", FAILURES - 1)
    assert guesses.wait("a") == 0
    wrong(guesses, "a", 1)
    assert guesses.wait("a") == 60
    assert guesses.wait("b") == 0


def test_the_minute_ends_and_ten_more_are_needed_for_the_next(clock: Clock) -> None:
    guesses = Guesses(clock)
    wrong(guesses, "a")
    clock.now = MINUTE - 0.5
    assert guesses.wait("a") == 1
    clock.now = MINUTE + 1
    assert guesses.wait("a") == 0
    wrong(guesses, "a", FAILURES - 1)
    assert guesses.wait("a") == 0
    wrong(guesses, "a", 1)
    assert guesses.wait("a") == 60


def test_somebody_who_forgets_now_and_then_never_waits(clock: Clock) -> None:
    guesses = Guesses(clock)
    for _ in range(100):
        clock.now += 10
        wrong(guesses, "a", 1)
        assert guesses.wait("a") == 0


def test_one_warning_for_each_minute_that_has_to_be_waited(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    guesses = Guesses(clock)
    for _ in range(2):
        wrong(guesses, "10.0.0.9")
        clock.now += MINUTE + 1
    assert len(caplog.records) == 2
    assert "'10.0.0.9' sent 10 wrong passwords within a minute" in caplog.text


def test_no_more_addresses_are_kept_than_there_is_room_for(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "ADDRESSES", 50)
    guesses = Guesses(clock)
    for n in range(1000):
        guesses.note(str(n))
    assert len(guesses._wrong) == 50
    wrong(guesses, "999", FAILURES - 1)
    assert guesses.wait("999") == 60
