"""The records that anybody's scripts build on."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from assistant.schema import Answer, Citation, Sentence, Timing, Usage
from tests.assistant.builders import hit

CITATION = Citation(1, "r1", "r1.txt", "产业报告", 3, 0, 4, "规模很大", True)
ANSWER = Answer(
    question="规模？", lang="zh", text="规模很大[1]。", refused=False, citations=(CITATION,),
    sentences=(Sentence("规模很大。", (1,), "supported"),), hits=(hit("规模很大。"),),
    timing=Timing(0.1234567, 0.2, 0.3, 0.4), usage=Usage(3, 4), confidence=0.8765432,
)  # fmt: skip


def test_the_record_has_every_field_of_the_contract() -> None:
    record = json.loads(json.dumps(ANSWER.record("q1")))
    assert {
        "id", "question", "lang", "answer", "answer_lang", "refused", "citations", "sentences", "retrieved",
        "timing", "usage", "model", "error",
    } <= record.keys()  # fmt: skip
    assert (record["id"], record["answer"], record["error"]) == ("q1", "规模很大[1]。", None)
    assert {"n", "source", "page", "start", "end", "quote", "supported"} <= record["citations"][0].keys()
    assert record["sentences"] == [{"text": "规模很大。", "marks": [1], "state": "supported"}]
    assert {"rank", "source", "page", "start", "end", "score"} <= record["retrieved"][0].keys()
    assert record["timing"] == {
        "translate_s": 0.1235, "retrieve_s": 0.2, "first_token_s": 0.3, "total_s": 0.4
    }  # fmt: skip
    assert record["usage"] == {"prompt_tokens": 3, "completion_tokens": 4}


def test_no_passage_text_is_repeated_in_the_record_but_in_quotes() -> None:
    assert all("text" not in row for row in ANSWER.record()["retrieved"])


def test_what_was_said_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ANSWER.text = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        CITATION.quote = "other"  # type: ignore[misc]


def test_usage_adds_up() -> None:
    assert Usage(1, 2) + Usage(10, 20) == Usage(11, 22)
