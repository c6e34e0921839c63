"""Tables as a question sees them: their rows over all passages, and what their cells hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from assistant.table import cells_of, figure, table_of
from tests.assistant.builders import hit
from vectorstore.library import Library
from vectorstore.schema import Passage

ROWS = [f"第{n}号工厂\t{n * 7 % 90 + 10}\t{n % 5}.5%" for n in range(60)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,200家", (Decimal(1200), "company")),
        ("约3.5亿元", (Decimal(350_000_000), "RMB")),
        ("-48.0", (Decimal("-48.0"), "")),
        ("（1.2）", (Decimal("-1.2"), "")),
        ("−8.8%", (Decimal("-8.8"), "%")),
        ("$1.7B", (Decimal(1_700_000_000), "USD")),
        ("2023年3月", None),
        ("-", None),
        ("", None),
        ("在全国12个城市设有研发中心和工厂", None),
    ],
)
def test_a_cell_holds_a_figure_or_tells_something_else(cell: str, value: tuple[Decimal, str] | None) -> None:
    assert figure(cell) == value


def test_a_table_is_whole_wherever_it_was_found(library_of: Callable[..., Library]) -> None:
    rows = "\n".join(ROWS)
    library = library_of(
        plants=f"# 工厂\n\n各工厂的产量和增长\n工厂\t产量\t增长\n{rows}\n\n# 结语\n\n产量还会增长，工厂也会更多。\n"
    )
    (report,) = library.reports()
    parts = [passage for passage in library.passages(report.id) if passage.kind == "table"]
    assert len(parts) > 2
    for part in (parts[0], parts[len(parts) // 2], parts[-1]):
        rows = table_of(part, library.passages)
        assert [row.cells["工厂"] for row in rows] == [line.split("\t")[0] for line in ROWS]
        assert all(row.passage.clean[row.start : row.end].startswith("工厂: ") for row in rows)


def test_the_name_of_a_column_may_hold_a_colon_between_brackets() -> None:
    assert cells_of("Company: Alpha | Revenue (unit: bn): 12 | 青湾 | 时间: 12:30") == [
        ("Company", "Alpha"), ("Revenue (unit: bn)", "12"), ("", "青湾"), ("时间", "12:30"),
    ]  # fmt: skip


def test_the_first_cell_may_stand_without_a_name() -> None:
    passage = replace(hit("装机情况\n2022 | 装机: 12\n2023 | 装机: 30 | 项目: 4").passage, kind="table")
    rows = table_of(passage, lambda _: [passage])
    assert [row.cells for row in rows] == [{"": "2022", "装机": "12"}, {"": "2023", "装机": "30", "项目": "4"}]


@pytest.mark.parametrize("clean", ["城市 | 产量\n甲 | 12", "产量: 12 | 产量: 15", "没有表格的一段话。", ""])
def test_rows_without_names_or_with_the_same_name_twice_are_none(clean: str) -> None:
    def alone(report: str) -> list[Passage]:
        return [replace(hit(clean).passage, kind="table")]

    assert table_of(alone("r1")[0], alone) == []
