"""An unchanged file is read again on request, and a report is never lost by it."""

from __future__ import annotations

import pytest

from tests.vectorstore.conftest import HashingEmbedder, Write
from vectorstore.again import read_again
from vectorstore.errors import NotInLibrary
from vectorstore.library import Library

CHIPS = "算力芯片是本报告讨论的重点，国产芯片的发展需要长期投入。\n2023年芯片市场规模为5097亿元。\n"


def test_an_unchanged_file_is_read_again_and_nothing_embedded(
    library: Library, write: Write, hashing: HashingEmbedder
) -> None:
    library.add([write("芯片.txt", CHIPS)])
    id = library.reports()[0].id
    before, embedded = library.update(id, date="2024-05"), len(hashing.embedded)
    # As a reader of old left it, without its second line.
    with library.store.writing() as db:
        db.execute("DELETE FROM passages")
    summary = read_again(library, id)
    assert (list(summary.updated), list(summary.failed)) == (["芯片.txt"], [])
    [after] = library.reports()
    assert (after.id, after.date, after.sha256) == (id, "2024-05", before.sha256)
    assert "5097亿元" in library.search("芯片市场规模", 1)[0].text
    assert len(hashing.embedded) == embedded


def test_a_file_that_is_gone_leaves_the_report_as_it_is(library: Library, write: Write) -> None:
    file = write("芯片.txt", CHIPS)
    library.add([file])
    before = library.reports()
    file.unlink()
    assert "does not exist" in read_again(library, before[0].id).failed[0].reason
    assert library.reports() == before


def test_what_is_not_there_cannot_be_read(library: Library) -> None:
    with pytest.raises(NotInLibrary):
        read_again(library, "nothing")
