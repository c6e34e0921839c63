"""Table questions: what counts as found, and that the questions are what they should be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from eval.tables import QUESTIONS, holds, load, rank
from tests.vectorstore.readers.conftest import once_read
from vectorstore.schema import Hit, OffsetMap, Passage, Report


def test_white_space_and_case_do_not_matter() -> None:
    assert holds("应付账款 | 2019年: 65,042,742.78", ["应付 账款", "65,042,742.78"])
    assert holds("Epic Games", ["epicgames"])
    assert not holds("应付账款", ["应付账款", "1"])


def test_the_row_must_stand_in_the_file_and_on_the_page() -> None:
    question = next(q for q in load() if q.page == 6)
    report = Report("r", question.file, "", "pdf", "", "", None, None, "zh", 9, 9, 1, "")
    passage = Passage("r", 0, 0, 9, 6, 6, "table", (), " | ".join(question.row), OffsetMap(((0, 0, 9),)))
    hit = Hit(2, 1.0, passage, report, "")
    assert rank([hit], question) == 2
    wrong = Passage("r", 0, 0, 9, 5, 5, "table", (), passage.clean, passage.offsets)
    assert rank([Hit(1, 1.0, wrong, report, "")], question) is None


def test_at_least_forty_questions_in_both_languages() -> None:
    questions = load()
    assert len(questions) >= 40
    assert len({q.id for q in questions}) == len(questions)
    assert min(Counter(q.lang for q in questions)["zh"], Counter(q.lang for q in questions)["en"]) >= 15
    assert all((q.translation is not None) == (q.lang == "en") for q in questions)


@pytest.mark.shared
def test_every_row_stands_where_the_question_says(shared: Path) -> None:
    texts = {}
    for path in [*shared.glob("reports/*.txt"), *shared.glob("pdfs/*.pdf")]:
        document = once_read(path)
        texts[path.name] = document
    for question in load(QUESTIONS):
        document = texts[question.file]
        text = document.text
        if question.page is not None:
            page = document.pages[question.page - 1]
            text = text[page.start : page.end]
        assert holds(text.replace("\\", ""), question.row), question.id
