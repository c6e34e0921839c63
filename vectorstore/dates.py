"""A report's date as it is written: YYYY-MM-DD, YYYY-MM or YYYY."""

from __future__ import annotations

import re
from datetime import date

FORM = "YYYY-MM-DD, YYYY-MM or YYYY"
_FORM = re.compile(r"[12][0-9]{3}(?:-[0-9]{2}){0,2}")


def is_date(said: str) -> bool:
    """Whether it is a day, a month or a year that the calendar has: `2023-02-31` is none."""
    if not _FORM.fullmatch(said):
        return False
    try:
        date.fromisoformat(f"{said}-01-01"[:10])
    except ValueError:
        return False
    return True
