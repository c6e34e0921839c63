"""PPTX: a slide is a page; its title a heading, then its shapes from the top down, tables and charts as rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorstore import tables
from vectorstore.errors import ReadError
from vectorstore.readers.pages import joined
from vectorstore.schema import Document

_MAX_DEPTH = 10  # groups inside groups


def read(path: Path) -> Document:
    """Read a presentation. Raises `ReadError` for broken files."""
    import pptx

    try:
        presentation = pptx.Presentation(str(path))
        text, pages = joined([_slide(slide) for slide in presentation.slides])
        facts = presentation.core_properties
    except ReadError as error:
        raise ReadError(f"{path.name} {error}") from None
    except Exception as error:  # a damaged archive fails in ways its libraries do not document
        raise ReadError(f"{path.name} is not a readable presentation ({type(error).__name__})") from None
    return Document(
        text=text,
        format="pptx",
        pages=pages,
        title=facts.title if facts.title and facts.title != "PowerPoint Presentation" else None,
        publisher=facts.author if facts.author and facts.author != "python-pptx" else None,
        date=facts.created.date().isoformat() if facts.created else None,
    )


def _slide(slide: Any) -> str:
    title = slide.shapes.title
    blocks = []
    if title is not None and title.text_frame.text.strip():
        blocks.append(f"# {tables.cell_text(title.text_frame.text)}")
    others = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    for shape in sorted(others, key=_place):
        blocks.extend(_blocks(shape))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        blocks.append(slide.notes_slide.notes_text_frame.text.strip())
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def _place(shape: Any) -> tuple[int, int]:
    """From the top down in steps of a centimetre, then from the left."""
    return (shape.top or 0) // 360_000, shape.left or 0


def _blocks(shape: Any, depth: int = 0) -> Iterator[str]:
    if hasattr(shape, "shapes"):
        if depth < _MAX_DEPTH:
            for inner in sorted(shape.shapes, key=_place):
                yield from _blocks(inner, depth + 1)
    elif getattr(shape, "has_table", False):
        yield _table(shape.table)
    elif getattr(shape, "has_chart", False):
        yield _chart(shape.chart)
    elif shape.has_text_frame:
        lines = (_paragraph(paragraph) for paragraph in shape.text_frame.paragraphs)
        yield "\n".join(line for line in lines if line)


def _paragraph(paragraph: Any) -> str:
    text = tables.cell_text(paragraph.text)
    return f"- {text}" if text and paragraph.level else text


def _table(table: Any) -> str:
    grid: tables.Grid = []
    for row in table._tbl.tr_lst:
        cells: list[str] = []
        tables.check_width(len(row.tc_lst))
        for cell in row.tc_lst:
            if cell.vMerge and grid and len(cells) < len(grid[-1]):
                cells.append(grid[-1][len(cells)])
            elif cell.hMerge and cells:
                cells.append(cells[-1])
            else:
                cells.append(tables.cell_text(_cell(cell)))
        grid.append(cells)
        tables.check_size(len(grid) * len(cells))
    return tables.written(grid)


def _cell(cell: Any) -> str:
    from pptx.table import _Cell

    return str(_Cell(cell, None).text_frame.text)  # type: ignore[arg-type, unused-ignore]


def _chart(chart: Any) -> str:
    """The values behind a chart: a row for each category, a column for each series."""
    title = tables.cell_text(chart.chart_title.text_frame.text) if chart.has_title else ""
    plot = chart.plots[0]
    names = [str(category) for category in plot.categories]
    series = [(str(one.name), list(one.values)) for one in plot.series]
    grid = [[title or "-", *(name for name, _ in series)]]
    for number, name in enumerate(names):
        values = (column[number] if number < len(column) else None for _, column in series)
        grid.append([name, *("" if value is None else tables.number_text(value) for value in values)])
    return "\n".join(part for part in (title, tables.written(grid, 1)) if part)
