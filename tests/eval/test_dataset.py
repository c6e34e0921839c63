from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import TYPES, Evidence, Question, fingerprint, load, located, normalise, quick, read
from eval.errors import BadDataset

GOOD: dict[str, Any] = {
    "id": "a-1", "split": "dev", "lang": "zh", "type": "number", "history": [], "question": "多少？",
    "answer": "31.6万台", "key_facts": [["31.6万"]], "evidence": [{"file": "r.txt", "start": 3, "end": 4}],
    "note": "",
}


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def test_reads_a_question_with_its_evidence_as_lines(tmp_path: Path) -> None:
    (question,) = load(written(tmp_path, line()))
    assert question.key_facts == (("31.6万",),)
    assert question.evidence == (Evidence("r.txt", 3, 4),)


def test_a_question_written_out_is_read_back_equal(tmp_path: Path) -> None:
    questions = load(written(tmp_path, line(), "", line(id="a-2", note="N", history=["早先的问题"])))
    assert load(written(tmp_path, *(json.dumps(q.line()) for q in questions))) == questions


def test_only_id_language_type_and_question_are_required(tmp_path: Path) -> None:
    bare = {key: GOOD[key] for key in ("id", "lang", "type", "question")}
    (question,) = load(written(tmp_path, json.dumps(bare)))
    assert (question.history, question.key_facts, question.evidence, question.split) == ((), (), (), None)


def test_a_byte_order_mark_and_windows_line_ends_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line().encode() + b"\r\n\r\n" + line(id="a-2").encode())
    assert [question.id for question in load(path)] == ["a-1", "a-2"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ("[" * 100_000, "not JSON"),
        (line(id=" "), "id must be a text that is not blank"),
        (line(question=None), "question must be a text"),
        (line(lang="fr"), "lang must be one of zh, en, not 'fr'"),
        (line(type="riddle"), "type must be one of number"),
        (line(history="早先"), "history must be a list"),
        (line(answer=5), "answer must be a text, not 5"),
        (line(key_facts=["31.6万"]), "key_facts group 1 must be a list"),
        (line(key_facts=[["31.6万"], []]), "key_facts group 2 must be a list"),
        (line(key_facts=[[" , "]]), "is blank"),
        (line(evidence=[{"file": "r.txt", "start": 4, "end": 3}]), "evidence 1 is reversed"),
        (line(evidence=[{"file": "r.txt", "start": 0, "end": 3}]), "line numbers from 1"),
        (line(evidence=[{"file": "r.txt", "start": True, "end": 3}]), "line numbers from 1"),
        (line(evidence=[{"start": 1, "end": 3}]), "must name a file"),
        (line(type="unanswerable"), "no key_facts and no evidence"),
    ],
)
def test_an_invalid_line_is_named_with_its_number_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = written(tmp_path, line(), "", text)
    with pytest.raises(BadDataset, match="1 line is invalid") as caught:
        load(path)
    assert "line 3: " in str(caught.value)
    assert reason in str(caught.value)


def test_every_invalid_line_is_listed_and_skipping_goes_on(tmp_path: Path) -> None:
    path = written(tmp_path, "{", line(), line(question="又一个"), line(id="a-2"), '"text"')
    with pytest.raises(BadDataset) as caught:
        load(path)
    assert all(f"line {n}: " in str(caught.value) for n in (1, 3, 5))
    assert "the id 'a-1' stands already on line 2" in str(caught.value)
    kept = load(path, skip_invalid=True)
    assert [question.id for question in kept] == ["a-1", "a-2"]
    assert [item.line for item in kept.left_out] == [1, 3, 5]


def test_what_is_no_question_and_what_lies_elsewhere_are_listed_together_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, line(), "{", line(id="a-2", evidence=[{"file": "r.txt", "start": 1, "end": 1}]))
    with pytest.raises(BadDataset, match="2 lines are invalid") as caught:
        located(read(path), lambda _: 3)
    assert str(caught.value).index("line 1: evidence on lines 3 to 4") < str(caught.value).index("line 2: is not JSON")
    kept = located(read(path), lambda _: 3, skip_invalid=True)
    assert [question.id for question in kept] == ["a-2"]
    assert [item.line for item in kept.left_out] == [1, 2]


def test_a_line_that_is_not_utf8_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(line().encode() + b"\n\xff\xfe\n")
    with pytest.raises(BadDataset, match="line 2: is not UTF-8"):
        load(path)


@pytest.mark.parametrize("content", ["", "\n\n", "{\n"])
def test_an_empty_set_is_an_error_even_when_skipping(tmp_path: Path, content: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(content)
    with pytest.raises(BadDataset, match="holds no question"):
        load(path, skip_invalid=True)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="cannot be read: No such file"):
        load(tmp_path / "none.jsonl")


def test_normalising_removes_case_white_space_and_commas() -> None:
    assert normalise(" 1,000 GPUs\u3000共\n") == "1000gpus共"


_questions = st.lists(
    st.builds(
        Question, id=st.text(min_size=1, max_size=8), lang=st.sampled_from(["zh", "en"]),
        type=st.sampled_from(TYPES), question=st.just("?"),
    ),
    max_size=200, unique_by=lambda question: question.id,
)


@given(_questions, st.integers(1, 60))
def test_the_quick_sample_is_fixed_ordered_and_spread_like_the_whole(
    questions: list[Question], size: int
) -> None:
    sample = quick(questions, size)
    assert len(sample) == min(size, len(questions))
    assert sample == [question for question in questions if question in sample]
    assert {q.id for q in quick(questions[::-1], size)} == {q.id for q in sample}
    whole, part = (Counter((q.lang, q.type) for q in some) for some in (questions, sample))
    for stratum, count in whole.items():
        assert abs(part[stratum] - len(sample) * count / len(questions)) < 1


def test_the_fingerprint_tells_sets_apart(questions: list[Question]) -> None:
    assert fingerprint(questions) == fingerprint(list(questions))
    assert len({fingerprint(questions), fingerprint(questions[1:]), fingerprint(questions[::-1])}) == 3


EVAL = Path(__file__).parents[2] / "eval"
_NAMES = ("", "_later", "_third", "_fourth", "_fifth", "_sixth", "_seventh", "_eighth", "_ninth", "_tenth")
UNSEEN = [EVAL / f"unseen{name}.jsonl" for name in _NAMES]
SHORT = {"unseen_eighth": 40}


@pytest.mark.parametrize("path", UNSEEN, ids=lambda path: path.stem)
def test_the_unseen_questions_are_of_every_kind_and_half_of_them_english(path: Path) -> None:
    questions = load(path)
    assert len(questions) >= SHORT.get(path.stem, 48)
    assert {question.type for question in questions} == set(TYPES)
    assert 0.4 < sum(question.lang == "en" for question in questions) / len(questions) < 0.6


def test_the_questions_about_a_filing_and_papers_are_half_english_and_name_what_they_are_about() -> None:
    questions = load(EVAL / "unseen_filing.jsonl")
    assert len(questions) == 36
    assert sum(question.lang == "en" for question in questions) == 18
    files = {place.file for question in questions for place in question.evidence}
    assert files >= {"annual_report_2019_zh.pdf", "Q-fin_zh_0.pdf"}


@pytest.mark.shared
@pytest.mark.parametrize("path", UNSEEN, ids=lambda path: path.stem)
def test_the_evidence_of_the_unseen_questions_holds_their_key_facts(shared: Path, path: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8").split("\n") for path in (shared / "reports").glob("*.txt")}
    for question in load(path):
        places = [texts[place.file][place.start_line - 1 : place.end_line] for place in question.evidence]
        said = normalise("".join(line for lines in places for line in lines))
        found = [any(normalise(variant) in said for variant in group) for group in question.key_facts]
        # A number converted is not there as it is written; the units of a chart stand in its title.
        assert sum(found) >= len(found) - 1 or "conversion" in question.note, question.id
