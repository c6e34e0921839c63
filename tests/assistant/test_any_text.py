"""However a report or a reply is made, looking at it takes no time to speak of."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from assistant.asking import gives_a_count
from assistant.coined import coined
from assistant.drafts import read
from assistant.marks import normalise, without_marks
from assistant.orders import without_orders
from assistant.phrases import is_refusal, tells_of_silence, without_refusals
from assistant.sentences import split_sentences

LENGTH, SECONDS = 20_000, 4.0
"""Of a text made of one run, and how long it may take on a busy machine: what is quadratic takes ten and more."""
RUNS = [" ", "\t", "\n", "x   ", "1", "1,", "和", "[", "[1] ", "A. ", "报告", "the reports ", 'say "']


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    "look",
    [coined, gives_a_count, is_refusal, read, split_sentences, tells_of_silence, without_marks, without_orders,
     without_refusals, lambda text: normalise(text, [1, 2])],
)  # fmt: skip
def test_no_run_of_anything_takes_long(look: Callable[[str], object], run: str) -> None:
    begun = time.perf_counter()
    look(run * (LENGTH // len(run)))
    assert time.perf_counter() - begun < SECONDS
