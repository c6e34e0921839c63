"""Rows of the database as the library speaks of them: reports and passages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from vectorstore.schema import OffsetMap, Passage, Report

REPORT = (
    "id, source, path, format, sha256, title, publisher, date, lang, pages, characters, passages, added,"
    " (SELECT value FROM edits WHERE report=reports.id AND name='tags')"
)
PASSAGE = "p.id, r.id, p.ordinal, p.start, p.end, p.page, p.page_end, p.kind, p.heading, p.clean, p.offsets"


def report_from(row: Sequence[Any]) -> Report:
    """A report from its columns `REPORT`."""
    fields = list(row)
    fields[9] = len(json.loads(fields[9]))
    fields[13] = tags_from(fields[13])
    return Report(*fields)


def tags_from(said: str | None) -> tuple[str, ...]:
    """Tags as one says them, `Chips, 2024 outlook`: in lower case, spaces within one as `-`, each once."""
    tags = ("-".join(tag.lower().split()) for tag in (said or "").replace("，", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def passage_from(row: Sequence[Any]) -> Passage:
    """A passage from its columns `PASSAGE`."""
    _, report, ordinal, start, end, page, page_end, kind, heading, clean, offsets = row
    runs = np.frombuffer(offsets, np.uint32).reshape(-1, 3).tolist()
    return Passage(
        report=report,
        ordinal=ordinal,
        start=start,
        end=end,
        page=page,
        page_end=page_end,
        kind=kind,
        heading=tuple(json.loads(heading)),
        clean=clean,
        offsets=OffsetMap(tuple((run[0], run[1], run[2]) for run in runs)),
    )
