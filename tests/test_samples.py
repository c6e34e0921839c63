"""The samples are readable, are what their sources say, and their questions can be answered from them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import samples
from samples.content import SAMPLES, Heading, Numbered, Paragraph, Sample, Table
from vectorstore.readers import read

QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in samples.questions().read_text("utf-8").splitlines()
]
FURNITURE = re.compile(r"中国人工智能市场速览\s*问据示例\s*第\s*\d+\s*页")


def squeezed(text: str) -> str:
    """Lower case, without white space and thousands commas: how key facts are compared."""
    return re.sub(r"[\s,]", "", text).lower()


def lines_of(file: str) -> list[str]:
    return (samples.path() / file).read_text("utf-8").splitlines()


def words(sample: Sample) -> list[str]:
    """Every string that must be found in the built file."""
    found = [sample.title, sample.subtitle]
    for block in sample.blocks:
        match block:
            case Heading(text) | Paragraph(text):
                found.append(text)
            case Table(caption, rows, note):
                found += [caption, note, *(cell for row in rows for cell in row)]
            case Numbered(items):
                found += items
    return found


def test_there_is_a_pdf_a_word_document_and_a_markdown_file() -> None:
    assert {file.suffix for file in samples.reports()} == {".pdf", ".docx", ".md"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_the_built_file_holds_the_words_of_its_source(sample: Sample) -> None:
    text = squeezed(FURNITURE.sub("", read(samples.path() / sample.file).text))
    for expected in words(sample):
        # A page may end within a paragraph: both halves must be there.
        halves = expected[: len(expected) // 2], expected[len(expected) // 2 :]
        assert squeezed(expected) in text or all(squeezed(half) in text for half in halves), expected


def test_the_pdf_has_pages_with_a_number_on_each() -> None:
    document = read(samples.path() / "china-ai-market.zh.pdf")
    assert len(document.pages) >= 3
    for page in document.pages:
        assert f"第 {page.number} 页" in document.text[page.start : page.end]


def test_two_samples_disagree_on_the_size_of_the_market() -> None:
    pdf, docx = (read(samples.path() / sample.file).text for sample in SAMPLES)
    assert "2137亿元" in squeezed(pdf)
    assert "1751亿元" not in squeezed(pdf)
    assert "1751亿元" in squeezed(docx)
    assert "2137亿元" not in squeezed(docx)


def test_there_are_twenty_questions_half_in_each_language() -> None:
    assert len(QUESTIONS) == len({question["id"] for question in QUESTIONS}) == 20
    assert sum(question["lang"] == "zh" for question in QUESTIONS) == 10
    assert sum(question["type"] == "unanswerable" for question in QUESTIONS) == 4


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_a_questions_key_facts_stand_in_its_evidence(question: dict[str, Any]) -> None:
    unanswerable = question["type"] == "unanswerable"
    assert unanswerable == (not question["answer"]) == (not question["key_facts"])
    for group in question["key_facts"]:
        assert any(squeezed(variant) in squeezed(question["answer"]) for variant in group), group
    lines = "".join(
        line
        for item in question["evidence"]
        for line in lines_of(item["file"])[item["start"] - 1 : item["end"]]
    )
    for group in question["key_facts"] if lines else []:
        assert any(squeezed(variant) in squeezed(lines) for variant in group), group
