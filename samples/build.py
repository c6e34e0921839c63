"""Set the Chinese samples as PDF and DOCX: `python -m samples.build [FOLDER]`.

Needs reportlab, python-docx and the Debian package fonts-wqy-zenhei, whose licence lets documents embed
it. The same words give the same bytes.
"""

from __future__ import annotations

import os
import sys
import zipfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from docx import Document
from docx.document import Document as DocxDocument
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, KeepTogether, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from samples import path
from samples.content import DATE, MARKET, PUBLISHER, RULES, Block, Heading, Numbered, Paragraph, Sample, Table

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
EPOCH = (2024, 7, 1, 0, 0, 0)


def build(folder: Path) -> list[Path]:
    """Write both files into `folder` and return their paths."""
    if not FONT.exists():
        raise SystemExit(f"The font {FONT} is missing; install the Debian package fonts-wqy-zenhei.")
    return [set_pdf(MARKET, folder / MARKET.file), set_docx(RULES, folder / RULES.file)]


def set_pdf(sample: Sample, target: Path) -> Path:
    """A4 pages with a running header, a page number, and the font's used glyphs embedded."""
    # The date in the file, and the seed of its identifier: reportlab reads it from here.
    os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime(*EPOCH, tzinfo=UTC).timestamp()))
    pdfmetrics.registerFont(TTFont("body", str(FONT), subfontIndex=0))
    document = SimpleDocTemplate(
        str(target), pagesize=A4, leftMargin=25 * mm, rightMargin=25 * mm, topMargin=25 * mm,
        bottomMargin=22 * mm, title=sample.title, author=PUBLISHER, subject=sample.subtitle,
    )
    furniture = partial(_furniture, sample.title)
    document.build(_flow(sample), onFirstPage=furniture, onLaterPages=furniture)
    return target


def _furniture(title: str, canvas: Canvas, document: BaseDocTemplate) -> None:
    width, height = document.pagesize
    canvas.setFont("body", 9)
    canvas.drawString(document.leftMargin, height - 45, title)
    canvas.drawRightString(width - document.rightMargin, height - 45, "问据示例")
    canvas.line(document.leftMargin, height - 50, width - document.rightMargin, height - 50)
    canvas.drawCentredString(width / 2, 35, f"第 {document.page} 页")


def _flow(sample: Sample) -> list[Flowable]:
    body = ParagraphStyle("body", fontName="body", fontSize=11, leading=19, spaceAfter=7, wordWrap="CJK")
    small = ParagraphStyle("small", parent=body, fontSize=9, leading=14)
    caption = ParagraphStyle("caption", parent=body, fontSize=10, spaceBefore=6, spaceAfter=3, keepWithNext=1)
    heads = {
        1: ParagraphStyle("h1", parent=body, fontSize=15, leading=24, spaceBefore=12, keepWithNext=1),
        2: ParagraphStyle("h2", parent=body, fontSize=12.5, leading=20, spaceBefore=6, keepWithNext=1),
    }
    title = ParagraphStyle("title", parent=body, fontSize=22, leading=32)
    flow: list[Flowable] = [
        Text(sample.title, title), Text(sample.subtitle, body),
        Text(f"{PUBLISHER}　{DATE}", small), Spacer(1, 10),
    ]
    for block in sample.blocks:
        match block:
            case Heading(text, level):
                flow.append(Text(text, heads[level]))
            case Paragraph(text):
                flow.append(Text(text, body))
            case Table(heading, rows, note):
                flow.append(KeepTogether([Text(heading, caption), _grid(rows), Text(note, small)]))
            case Numbered(items):
                flow += [Text(f"{n}. {item}", body) for n, item in enumerate(items, 1)]
    return flow


def _grid(rows: tuple[tuple[str, ...], ...]) -> Grid:
    style = [
        ("FONT", (0, 0), (-1, -1), "body", 10),
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("ALIGN", (1, 1), (-1, -1), "RIGHT"),
    ]
    return Grid(rows, colWidths=[110] * len(rows[0]), style=style)


def set_docx(sample: Sample, target: Path) -> Path:
    """Word's own heading, table and list styles, so that readers see the structure."""
    document = Document()
    about = document.core_properties
    about.title, about.author, about.subject = sample.title, PUBLISHER, sample.subtitle
    about.created = about.modified = datetime(*EPOCH)
    document.add_heading(sample.title, level=0)
    document.add_paragraph(sample.subtitle)
    document.add_paragraph(f"{PUBLISHER}　{DATE}")
    for block in sample.blocks:
        _add(document, block)
    document.save(str(target))
    _settle(target)
    return target


def _add(document: DocxDocument, block: Block) -> None:
    match block:
        case Heading(text, level):
            document.add_heading(text, level=level)
        case Paragraph(text):
            document.add_paragraph(text)
        case Table(caption, rows, note):
            document.add_paragraph(caption)
            grid = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
            for row in rows:
                for cell, text in zip(grid.add_row().cells, row, strict=True):
                    cell.text = text
            document.add_paragraph(note)
        case Numbered(items):
            for item in items:
                document.add_paragraph(item, style="List Number")


def _settle(target: Path) -> None:
    """Rewrite the archive with fixed times: the same words give the same bytes."""
    with zipfile.ZipFile(target) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    for made in build(Path(sys.argv[1]) if len(sys.argv) > 1 else path()):
        print(made.name, made.stat().st_size, "bytes")
