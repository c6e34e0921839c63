"""What one question gathers: the question in each language, and what is read."""

from __future__ import annotations

import pytest

from assistant.inquiry import Searched
from assistant.question import understand
from assistant.schema import Usage
from tests.assistant.builders import hit
from vectorstore.schema import Lang

ZH, EN = "英伟达的收入是多少？", "How much did NVIDIA earn?"


@pytest.mark.parametrize(
    ("asked", "answered", "translation", "wanted", "found"),
    [
        (EN, "auto", ZH, "zh", ZH),
        (EN, "auto", ZH, "en", EN),
        (EN, "auto", None, "zh", EN),
        (ZH, "auto", None, "zh", ZH),
        (ZH, "en", EN, "zh", ZH),  # the language of the answer is not that of the question
        (ZH, "en", EN, "en", EN),
        ("How much did 英伟达 earn?", "auto", ZH, "zh", ZH),
        ("How much did 英伟达 earn?", "auto", ZH, "en", "How much did 英伟达 earn?"),
    ],
)
def test_the_question_is_put_in_the_language_of_what_is_read(
    asked: str, answered: Lang, translation: str | None, wanted: Lang, found: str
) -> None:
    question = understand(asked, (), answered)
    assert Searched(question, (asked,), (), Usage(), translation).asked_in(wanted) == found


@pytest.mark.parametrize(
    ("kept", "lacks"),
    [(["ZipPix"], True), (["ZipPix", "CyberOne"], False), (["cyberone"], False), ([], False), (["NVIDIA"], False)],
)
def test_what_is_read_lacks_names_where_it_holds_none_of_them(kept: list[str], lacks: bool) -> None:
    found = hit("小米的CyberOne重52公斤。")
    assert Searched(understand(ZH), (ZH,), (found,), Usage()).lacks(kept) is lacks
