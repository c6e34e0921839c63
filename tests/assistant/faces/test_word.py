"""Answers as Word files, opened again the way another program would."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from assistant.faces.turns import Turn
from assistant.faces.word import document
from assistant.schema import Token
from tests.assistant.faces.fakes import HOSTILE, FakeAssistant
from tests.assistant.faces.test_turns import after, done


def opened(*turns: Turn, title: str = "") -> tuple[Any, list[str]]:
    """The document, and the words of its footnotes in the order of their ids."""
    found = docx.Document(BytesIO(document(turns, "zh", title)))
    notes = parse_xml(found.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES).blob)
    said = {int(note.get(qn("w:id"))): "".join(text.text for text in note.iter(qn("w:t"))).strip() for note in notes}
    referred = [int(one.get(qn("w:id"))) for one in found.element.iter(qn("w:footnoteReference"))]
    assert referred == list(range(1, len(referred) + 1)) == sorted(set(said) - {-1, 0})
    return found, [said[id] for id in referred]


def words(found: Any) -> str:
    return "\n".join(paragraph.text for paragraph in found.paragraphs)


def test_marks_are_footnotes_with_the_quoted_words() -> None:
    found, notes = opened(after(FakeAssistant())[-1])
    assert "产业规模为 2137 亿元" in words(found)
    assert "[1]" not in words(found)
    assert notes == [
        "中国人工智能产业研究报告，某研究院，2024-05，第 1 页: “2137 亿元，同比增长 14.6%”",
        "A short look at robots，2024-05: “weighs 52 kg”",
    ]


def test_a_source_cited_again_points_to_its_first_note() -> None:
    _, notes = opened(after(FakeAssistant("规模 [1]。增长 [1]。"))[-1])
    assert notes[1] == "同注 1"


def test_a_conversation_numbers_its_notes_through() -> None:
    turn = after(FakeAssistant())[-1]
    found, notes = opened(turn, replace(turn, key="other"), title="市场")
    assert len(notes) == 4
    assert found.paragraphs[0].text == "市场"
    assert notes[2].startswith("中国人工智能产业研究报告")


def test_it_says_that_it_was_generated_on_every_page_and_below_every_answer() -> None:
    found, _ = opened(after(FakeAssistant())[-1])
    assert "由 AI 生成 · Wenju 问据 · fake" in words(found)
    assert "由 AI 生成" in found.sections[0].footer.paragraphs[0].text
    assert found.core_properties.comments == "由 AI 生成"


def test_tables_lists_and_unconfirmed_sentences() -> None:
    text = "- 一 [1]\n\n| 年 | 值 |\n|---|---|\n| 2023 | 2137 [1] |\n\n这一句没有依据。"
    found, notes = opened(after(FakeAssistant(text))[-1])
    assert [[cell.text for cell in row.cells] for row in found.tables[0].rows] == [["年", "值"], ["2023", "2137 "]]
    assert len(notes) == 2
    assert "点线标出的句子" in words(found)
    (weak,) = [run for p in found.paragraphs for run in p.runs if run.underline]
    assert weak.text == "这一句没有依据。"


def test_hostile_words_are_words() -> None:
    bad = HOSTILE + "\x00\x0b\ud800" + "字" * 100_000
    turn = done(FakeAssistant(f"{bad} [1]", quotes=[("bad", HOSTILE)]), bad)
    found, _ = opened(turn, title=bad)
    assert HOSTILE in words(found)
    names = zipfile.ZipFile(BytesIO(document([turn], "en"))).namelist()
    assert not [name for name in names if "media" in name or "embed" in name]


def test_a_stopped_answer_has_what_was_written() -> None:
    turn = Turn("q", lang="zh").after(Token("写到一半")).stopped()
    found, notes = opened(turn)
    assert "写到一半" in words(found)
    assert "已停止。" in words(found)
    assert notes == []
