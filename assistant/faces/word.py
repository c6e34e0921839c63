"""Answers as a Word document: every mark a footnote of Word's own, with the report, the page and the quoted words.

python-docx (1.2) knows no footnotes, so their part is written here, after ECMA-376-1, 17.11.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from assistant.faces.blocks import Block, Run, blocks, runs, signed
from assistant.faces.markup import Place, unverified
from assistant.faces.references import flat, maker, reference
from assistant.faces.texts import label
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from assistant.faces.turns import Turn

_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FONTS = {"w:ascii": "Calibri", "w:hAnsi": "Calibri", "w:eastAsia": "Microsoft YaHei"}


def document(turns: Sequence[Turn], lang: Lang, title: str = "") -> bytes:
    """A .docx of the turns, below a title when there is one; `lang` is that of the labels around them."""
    import docx

    made = docx.Document()
    _dress(made)
    notes = _Notes(made, lang)
    made.core_properties.title = legal(flat(title or turns[0].question))[:200]
    made.core_properties.author = "Wenju"
    made.core_properties.comments = label("by_ai", lang)
    made.sections[0].footer.paragraphs[0].text = f"{label('by_ai', lang)} · Wenju 问据"
    if title:
        made.add_heading(legal(flat(title)), 1)
    for turn in turns:
        _turn(made, turn, notes)
    notes.finish()
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def legal(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def _dress(made: Document) -> None:
    """Fonts for both scripts, and the two styles that footnotes have in Word."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for name in ("Normal", "Heading 1", "Heading 2"):
        fonts = made.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(key), None)
        for key, font in FONTS.items():
            fonts.set(qn(key), font)
    text = made.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.base_style = made.styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(0)
    mark = made.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    mark.font.superscript = True


def _turn(made: Document, turn: Turn, notes: _Notes) -> None:
    answer = turn.answer
    made.add_heading(legal(turn.question), 2)
    lang = answer.lang if answer else turn.lang
    places = {place.n: place for place in (turn.cited if answer else turn.found)}
    text = answer.text if answer else turn.written
    weak = unverified(text, answer.sentences) if answer else []
    if answer and answer.refused:
        made.add_paragraph().add_run(label("refused", lang)).italic = True
    notes.begin(places, lang)
    for block in blocks(signed(text, weak)):
        _block(made, block, notes)
    if answer is None:
        made.add_paragraph(label("stopped", lang))
    if weak:
        made.add_paragraph().add_run(label("underlined", lang)).italic = True
    made.add_paragraph().add_run(maker(answer.model if answer else turn.model, lang)).italic = True


def _block(made: Document, block: Block, notes: _Notes) -> None:
    if block.kind == "table":
        columns = max(map(len, block.rows))
        table = made.add_table(len(block.rows), columns, style="Table Grid")
        for i, row in enumerate(block.rows):
            for cell, line in zip(table.rows[i].cells, row, strict=False):
                _write(cell.paragraphs[0], line, notes, bold=i == 0)
        made.add_paragraph()
    elif block.kind == "list":
        for i, line in enumerate(block.lines):
            numbered = block.number is not None
            item = made.add_paragraph(style="List Paragraph" if numbered else "List Bullet")
            if numbered:
                item.add_run(f"{(block.number or 0) + i}. ")
            _write(item, line, notes)
    else:
        paragraph = made.add_paragraph()
        for i, line in enumerate(block.lines):
            if i:
                paragraph.add_run().add_break()
            _write(paragraph, line, notes, bold=block.kind == "heading")


def _write(paragraph: Paragraph, line: str, notes: _Notes, bold: bool = False) -> None:
    from docx.enum.text import WD_UNDERLINE

    for run in runs(line):
        if not notes.mark(paragraph, run):
            written = paragraph.add_run(legal(run.text))
            written.bold = bold or run.bold or None
            written.underline = WD_UNDERLINE.DOTTED if run.weak else None


class _Notes:
    """The document's footnotes. A source that is cited again points to its first note."""

    def __init__(self, made: Document, lang: Lang) -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        self._made, self._lang = made, lang
        self._places: dict[int, Place] = {}
        self._first: dict[int, int] = {}
        self._count = 0
        separators = "".join(
            f'<w:footnote w:type="{kind}" w:id="{id}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for id, kind in ((-1, "separator"), (0, "continuationSeparator"))
        )
        self._root: Any = parse_xml(f"<w:footnotes {nsdecls('w')}>{separators}</w:footnotes>")

    def begin(self, places: dict[int, Place], lang: Lang) -> None:
        """Another answer, whose marks mean other places."""
        self._places, self._first, self._lang = places, {}, lang

    def mark(self, paragraph: Paragraph, run: Run) -> bool:
        """Write a mark as a footnote; False for a run that is none."""
        place = self._places.get(run.mark) if run.mark is not None else None
        if place is None:
            return False
        self._count += 1
        if place.n in self._first:
            text = label("see_note", self._lang, n=self._first[place.n])
        else:
            self._first[place.n] = self._count
            text = reference(place, self._lang)
        self._root.append(_note(self._count, legal(text)))
        written = paragraph.add_run(style="footnote reference")
        written._r.append(_element("w:footnoteReference", id=self._count))
        return True

    def finish(self) -> None:
        """Put the notes into the document."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import XmlPart

        name = PackURI("/word/footnotes.xml")
        part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, self._root, self._made.part.package)
        self._made.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        about = _element("w:footnotePr")
        for id in (-1, 0):
            about.append(_element("w:footnote", id=id))
        self._made.settings.element.insert_element_before(about, "w:endnotePr", "w:compat", "w:rsids", "m:mathPr")


def _note(id: int, text: str) -> Any:
    from docx.oxml.text.paragraph import CT_P

    note, paragraph = _element("w:footnote", id=id), _element("w:p")
    assert isinstance(paragraph, CT_P)
    paragraph.style = "footnotetext"
    number = paragraph.add_r()
    number.style = "footnotereference"
    number.append(_element("w:footnoteRef"))
    paragraph.add_r().text = f" {text}"
    note.append(paragraph)
    return note


def _element(tag: str, **attributes: object) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made
