"""Ruled tables: where rules cross; tables with words in them are in `test_geometry`."""

from __future__ import annotations

from vectorstore.readers.rules import Rule, frames


def test_a_page_of_parallel_lines_is_no_table() -> None:
    assert frames([Rule(y, 50, 500) for y in (10, 20, 30)], []) == []
    assert frames([Rule(10, 50, 500), Rule(90, 50, 500)], [Rule(50, 10, 90), Rule(500, 10, 90)]) == []


def test_open_sides_are_closed() -> None:
    found = frames([Rule(y, 50, 350) for y in (10, 30, 50)], [Rule(x, 10, 50) for x in (150, 250)])
    assert [len(frame.xs) for frame in found] == [4]
