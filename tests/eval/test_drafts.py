from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant.faces.cli import cli
from assistant.models.base import Message
from eval.dataset import Question, load
from eval.drafts import Draft, add, alike, decide, draft, of_feedback, unfounded
from eval.drafts import load as load_drafts
from eval.errors import BadDataset, BadRun
from tests.eval.conftest import QUESTIONS, TEXTS

GOOD = {
    "question": "2023年全国卖出多少台工业机器人？", "answer": "卖出31.6万台。", "quote": "销量为31.6万台",
    "key_facts": [["31.6万", "316,000"]],
}


class Writer:
    """A chat model that gives the replies it is told to, over and over, and remembers what it was sent."""

    name, small = "local:writer", True

    def __init__(self, *replies: Any) -> None:
        self.replies = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in replies]
        self.sent: list[str] = []

    def preload(self) -> None: ...

    def stream(self, messages: Sequence[Message], **_: Any) -> Iterator[str]:
        reply = self.replies[len(self.sent) % len(self.replies)]
        self.sent.append(messages[-1].content)
        yield from (reply[:5], reply[5:])


ROBOTS = {"robots.txt": TEXTS["robots.txt"].split("\n\n深圳")[0]}


def test_drafts_are_handed_over_as_they_come() -> None:
    kept: list[Draft] = []
    found = draft(ROBOTS, Writer(GOOD), 1, langs=["zh"], types=["number"], seed=3, keep=kept.append)
    assert kept == found.drafts


def drafted(*replies: Any, count: int = 1, known: Sequence[Question] = ()) -> Any:
    return draft(ROBOTS, Writer(*replies), count, langs=["zh"], types=["number"], known=known, seed=3)


def test_a_proposal_becomes_a_question_with_the_lines_of_its_quote_as_evidence() -> None:
    model = Writer(GOOD)
    found = draft(ROBOTS, model, 1, langs=["zh"], types=["number"], seed=3)
    ((item,),) = (found.drafts,)
    (evidence,) = item.question.evidence
    assert "31.6万台" in TEXTS["robots.txt"].split("\n")[evidence.start_line - 1]
    assert (item.status, item.model, item.question.type) == ("waiting", "local:writer", "number")
    assert "robots" in model.sent[-1]
    assert item.excerpt in model.sent[-1]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("I cannot.", "no question in the reply"), ("{}", "no question in the reply"), ("{,}", "no question"),
        ({**GOOD, "quote": "销量为99万台"}, "the quote does not stand"),
        ({**GOOD, "key_facts": [["32万"]]}, "a key fact does not stand"),
        ({**GOOD, "key_facts": []}, "names no key fact"),
        ({**GOOD, "key_facts": "31.6万"}, "not in the form of a question"),
        ({**GOOD, "question": "是不是卖了31.6万台？"}, "gives its answer away"),
        ({**GOOD, "question": "摘录里说卖出多少台？"}, "points at the excerpt"),
        ({**GOOD, "question": "How many were sold?"}, "in another language"),
    ],
)
def test_what_the_excerpt_does_not_bear_out_is_dropped_and_counted(reply: Any, why: str) -> None:
    found = drafted(reply)
    assert found.drafts == []
    assert any(why in reason for reason in found.dropped)


def test_a_figure_may_be_spelt_in_the_other_notation() -> None:
    assert len(drafted({**GOOD, "key_facts": [["316 thousand"]]}).drafts) == 1


def test_the_same_question_is_not_proposed_twice_nor_one_that_is_known() -> None:
    assert len(drafted(GOOD, count=3).drafts) == 1
    known = [Question("k", "zh", "number", "2023年全国一共卖出多少台工业机器人？")]
    found = drafted(GOOD, known=known)
    assert (len(found.drafts), set(found.dropped)) == (0, {"like another question", *found.dropped})
    assert alike("一样的问题", "一样的问题") == 1.0
    assert alike("问题", "别的什么") == 0.0


def test_a_draft_never_enters_a_set_unreviewed(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(Draft(QUESTIONS[0], "…", "m").line()) + "\n")
    with pytest.raises(BadDataset, match="is a draft that nobody has reviewed"):
        load(path)


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    path = tmp_path / "drafts.jsonl"
    lines = [Draft(question, "摘录", "m").line() for question in QUESTIONS[:3]]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def statuses(path: Path) -> list[str]:
    return [item.status for item in load_drafts(path)]


def test_what_is_accepted_joins_the_set_once_and_what_is_rejected_does_not(
    waiting: Path, tmp_path: Path
) -> None:
    into = tmp_path / "set.jsonl"
    decide(waiting, into, "q-1", "accepted")
    decide(waiting, into, "q-1", "accepted")
    decide(waiting, into, "q-2", "rejected")
    assert load(into) == [QUESTIONS[0]]
    assert statuses(waiting) == ["accepted", "rejected", "waiting"]


def two_files(tmp_path: Path) -> tuple[Path, Path]:
    """Two files of drafts that give one id to different questions."""
    files = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    for file, question in zip(files, QUESTIONS, strict=False):
        add(file, Draft(replace(question, id="d-1"), "摘录", "m"))
    return files


def test_ids_go_by_content_so_that_two_files_of_drafts_share_none() -> None:
    (one,), (again,) = drafted(GOOD).drafts, drafted(GOOD).drafts
    (other,) = drafted({**GOOD, "question": "全国的机器人销量是多少台？"}).drafts
    assert one.question.id == again.question.id
    assert one.question.id != other.question.id


def test_an_id_that_the_set_has_for_another_question_is_an_error(tmp_path: Path) -> None:
    (one, two), into = two_files(tmp_path), tmp_path / "set.jsonl"
    decide(one, into, "d-1", "accepted")
    with pytest.raises(BadDataset, match=r"set\.jsonl holds another question with the id 'd-1'"):
        decide(two, into, "d-1", "accepted")
    assert (statuses(one), statuses(two)) == (["accepted"], ["waiting"])
    assert [question.question for question in load(into)] == [QUESTIONS[0].question]


@pytest.mark.parametrize("status", ["rejected", "waiting"])
def test_an_accepted_question_leaves_the_set_again_and_no_other_does(tmp_path: Path, status: str) -> None:
    (one, two), into = two_files(tmp_path), tmp_path / "set.jsonl"
    decide(one, into, "d-1", "accepted")
    decide(two, into, "d-1", status)
    assert len(load(into)) == 1
    decide(one, into, "d-1", status)
    assert into.read_text() == ""
    assert statuses(one) == [status]


def test_a_question_accepted_again_as_edited_anew_takes_its_own_place(waiting: Path, tmp_path: Path) -> None:
    into = tmp_path / "set.jsonl"
    decide(waiting, into, "q-1", "accepted")
    decide(waiting, into, "q-1", "accepted", replace(QUESTIONS[0], question="卖了多少？"))
    assert [question.question for question in load(into)] == ["卖了多少？"]


def test_drafts_are_reviewed_one_after_the_other(
    waiting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(text: str, **_: Any) -> str:
        return text.replace(QUESTIONS[1].question, "Where do most robots go?")

    monkeypatch.setattr("click.edit", edited)
    into = tmp_path / "set.jsonl"
    words = ["eval", "review", str(waiting), "--into", str(into)]
    ran = CliRunner().invoke(cli, words, input="a\ne\nq\n")
    assert ran.exit_code == 0, ran.output
    assert QUESTIONS[0].question in ran.output
    assert "2 accepted, 0 rejected, 1 waiting" in ran.output
    assert [question.question for question in load(into)] == [QUESTIONS[0].question, "Where do most robots go?"]
    ran = CliRunner().invoke(cli, words, input="r\n")
    assert "2 accepted, 1 rejected, 0 waiting" in ran.output


def test_drafts_are_decided_without_asking_too(waiting: Path, tmp_path: Path) -> None:
    into = tmp_path / "set.jsonl"
    words = ["eval", "review", str(waiting), "--into", str(into), "--accept", "q-3", "--reject", "q-1"]
    assert "1 accepted, 1 rejected, 1 waiting" in CliRunner().invoke(cli, words).output
    ran = CliRunner().invoke(cli, [*words[:5], "--accept", "none"])
    assert "holds no draft 'none'" in str(ran.exception)


def test_one_draft_is_not_accepted_and_rejected_at_once(waiting: Path, tmp_path: Path) -> None:
    into = tmp_path / "set.jsonl"
    words = ["eval", "review", str(waiting), "--into", str(into), "--accept", "q-1", "--reject", "q-1"]
    ran = CliRunner().invoke(cli, words)
    assert ran.exit_code == 2
    assert "q-1 cannot be both accepted and rejected" in ran.stderr
    assert not into.exists()
    assert statuses(waiting) == ["waiting", "waiting", "waiting"]


def test_a_model_is_asked_for_where_none_is_chosen(tmp_path: Path) -> None:
    words = ["--home", str(tmp_path), "eval", "draft", str(tmp_path / "d.jsonl"), "--backend", "extractive"]
    said = str(CliRunner().invoke(cli, words).exception)
    assert said.startswith("this needs a chat model and the backend 'extractive' gives none; say --backend local")


def test_a_file_that_holds_no_drafts_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(QUESTIONS[0].line()) + "\n")
    with pytest.raises(BadDataset, match="line 1: it is no draft"):
        load_drafts(path)
    with pytest.raises(BadDataset, match="'q-1' has no `draft` with status, model, excerpt; name a file that"):
        load_drafts(path)
    path.write_text(json.dumps(Draft(QUESTIONS[0], "…", "m", "perhaps").line()) + "\n")
    with pytest.raises(BadDataset, match="line 1: status must be one of waiting, accepted, rejected, not 'perhaps'"):
        load_drafts(path)
    with pytest.raises(BadRun, match=r"there is no file of drafts .*none.jsonl; name one that wenju eval draft wrote"):
        load_drafts(tmp_path / "none.jsonl")


def test_key_facts_have_to_stand_in_the_text_a_draft_was_written_from() -> None:
    item = Draft(QUESTIONS[0], "销量为31.6万台", "m")
    edited = replace(QUESTIONS[0], key_facts=(("316,000",), ("99万", "990,000")))
    assert unfounded(edited, item) == ["99万"]
    assert unfounded(replace(edited, evidence=QUESTIONS[1].evidence), item) == []
    said = of_feedback(edited.question, "错误的回答", False, "", "m")
    assert unfounded(replace(said.question, key_facts=edited.key_facts), said) == []
