"""What is a report's date: a day, a month or a year that the calendar has."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.dates import is_date


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_every_day_is_one_and_so_are_its_month_and_its_year(day: date) -> None:
    assert all(is_date(day.isoformat()[:length]) for length in (10, 7, 4))


@pytest.mark.parametrize(
    "said",
    ["2023-02-31", "2023-02-29", "2023-13", "2023-00", "2023-04-00", "0000", "0203", "3023", "20230401", "2023-4",
     "2023-04-01 ", "2023-", "２０２３", "last year", ""],
)  # fmt: skip
def test_what_the_calendar_does_not_have_is_none(said: str) -> None:
    assert not is_date(said)
