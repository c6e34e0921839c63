"""A removed report comes back as it was: same passages, same answers, nothing read or embedded again."""

from __future__ import annotations

import pytest

from tests.vectorstore.conftest import HashingEmbedder, Write
from vectorstore import removal
from vectorstore.errors import NotInLibrary
from vectorstore.library import Library

CHIPS = "算力芯片是本报告讨论的重点，国产芯片的发展需要长期投入。\n2023年芯片市场规模为5097亿元。\n"
DATA = "数据要素是另一份报告的重点。\n2023年数据交易规模为1200亿元，覆盖三十座城市。\n"


@pytest.mark.parametrize("others", [0, 9], ids=["segments merged on removal", "segment still there"])
def test_a_report_comes_back_without_its_file_and_without_embedding(
    library: Library, write: Write, hashing: HashingEmbedder, others: int
) -> None:
    file = write("芯片.txt", CHIPS)
    library.add([file, *(write(f"{n}.txt", f"第{n}份。{DATA}") for n in range(others))])
    id = next(report.id for report in library.reports() if report.source == "芯片.txt")
    before = library.update(id, title="国产芯片", tags="chips, 2024")
    asked = "芯片市场规模"
    found = library.search(asked, 3)
    passages, embedded = library.passages(id), len(hashing.embedded)

    taken = removal.remove(library, id)
    file.unlink()
    assert all(hit.report.id != id for hit in library.search(asked, 3))
    assert removal.put_back(library, taken) == before

    assert library.passages(id) == passages
    assert library.text(id) == CHIPS
    assert [(hit.report.id, hit.text) for hit in library.search(asked, 3)] == [
        (hit.report.id, hit.text) for hit in found
    ]
    assert len(hashing.embedded) == embedded
    assert library.faults() == []
    assert library.store.edits(id)["title"] == "国产芯片"


def test_one_that_was_added_again_meanwhile_is_left_alone(library: Library, write: Write) -> None:
    file = write("芯片.txt", CHIPS)
    library.add([file])
    [report] = library.reports()
    taken = removal.remove(library, report.id)
    file.write_text(CHIPS + "新的一段话，说的是2024年的芯片。\n", "utf-8")
    library.add([file])
    removal.put_back(library, taken)
    assert "2024年的芯片" in library.text(report.id)
    assert len(library.reports()) == 1


def test_what_is_not_there_cannot_be_removed(library: Library) -> None:
    with pytest.raises(NotInLibrary):
        removal.remove(library, "nothing")
