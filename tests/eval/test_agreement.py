from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import agreement
from eval.agreement import Label, fingerprint, load, scored, table
from eval.dataset import Question
from eval.errors import BadRun
from eval.labelling import Judgement, add
from eval.retrieval import Sources
from tests.eval.conftest import reference

LABELS = Path(__file__).with_name("labels.jsonl")
LATER = Path(__file__).with_name("labels_later.jsonl")
THIRD = Path(__file__).with_name("labels_third.jsonl")
FOURTH = Path(__file__).with_name("labels_fourth.jsonl")
FIFTH = Path(__file__).with_name("labels_fifth.jsonl")


def test_agreement_and_kappa_against_values_worked_out_by_hand() -> None:
    """Cohen's own kind of table: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no."""
    yes, no = True, False
    pairs = [(yes, yes)] * 20 + [(yes, no)] * 5 + [(no, yes)] * 10 + [(no, no)] * 15
    found = agreement.agreement(pairs)
    assert (found.share, found.too_kind, found.too_strict) == (0.7, 10, 5)
    assert found.kappa == pytest.approx(0.4)


def test_where_nobody_varies_there_is_no_kappa() -> None:
    assert agreement.agreement([(True, True)] * 3).kappa is None
    assert agreement.agreement([]).kappa is None


def test_only_the_very_answer_that_was_labelled_is_scored(questions: list[Question], sources: Sources) -> None:
    record = reference(questions[0], sources).record("q-1")
    label = Label("q-1", fingerprint(record), "zh", True, (True,))
    other = Label("q-1", "0" * 16, "zh", True, (True,))
    (found,) = scored([label, other], {"q-1": record}, {"q-1": questions[0]}, sources)
    assert (found.scored_accurate, found.scored_sentences) == (True, (True,))
    assert "| answer right | 1 | 1.000 |" in table([found])


def test_labels_are_read_back_equal_and_bad_ones_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    label = Label("q-1", "ab", "zh", True, (True, False), False, (True, True))
    path.write_text(json.dumps(label.line()) + "\n")
    assert load(path) == [label]
    path.write_text(json.dumps(label.line()) + '\n{"id": "q-2"}\n')
    with pytest.raises(BadRun, match="line 2 is no label"):
        load(path)
    with pytest.raises(BadRun, match=r"there is no file of labels .*none.jsonl; name one with a label a line"):
        load(tmp_path / "none.jsonl")


def test_of_what_people_said_of_an_answer_the_last_counts_and_nothing_that_was_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    for person, accurate in (("a", False), ("b", True), ("a", True), ("b", None)):
        add(path, Judgement("run", "q-1", "ab", "zh", person, accurate, (True,)))
    assert load(path) == [Label("q-1", "ab", "zh", True, (True,))]


def test_the_hand_labels_are_of_a_hundred_answers_and_the_accuracy_scorer_agrees_with_them() -> None:
    labels = load(LABELS)
    assert len({label.id for label in labels}) == 100
    assert all(len(label.sentences) == len(label.scored_sentences) for label in labels)
    answers = agreement.agreement((x.accurate, bool(x.scored_accurate)) for x in labels)
    assert answers.share >= 0.95
    assert answers.kappa
    assert answers.kappa > 0.9
    sentences = agreement.agreement(
        pair for x in labels for pair in zip(x.sentences, x.scored_sentences, strict=True)
    )
    assert sentences.share >= 0.83
    assert sentences.kappa
    assert sentences.kappa > 0.4


def test_a_hundred_later_answers_labelled_more_strictly_agree_as_the_documents_say() -> None:
    labels = load(LATER)
    assert len({label.id for label in labels}) == 100
    answers = agreement.agreement((x.accurate, bool(x.scored_accurate)) for x in labels)
    sentences = agreement.agreement(
        pair for x in labels for pair in zip(x.sentences, x.scored_sentences, strict=True)
    )
    assert (answers.share, answers.too_strict) == (0.93, 0)
    assert (sentences.n, round(sentences.share, 3)) == (268, 0.847)


@pytest.mark.parametrize(
    ("labels", "right", "borne_out"),
    [(THIRD, (0.88, 1), (271, 0.808)), (FOURTH, (0.84, 2), (251, 0.753)), (FIFTH, (0.9, 1), (230, 0.835))],
)
def test_a_hundred_answers_that_two_readers_labelled_agree_as_the_documents_say(
    labels: Path, right: tuple[float, int], borne_out: tuple[int, float]
) -> None:
    said = load(labels)
    assert len({label.id for label in said}) == 100
    answers = agreement.agreement((x.accurate, bool(x.scored_accurate)) for x in said)
    sentences = agreement.agreement(pair for x in said for pair in zip(x.sentences, x.scored_sentences, strict=True))
    assert (answers.share, answers.too_strict) == right
    assert (sentences.n, round(sentences.share, 3)) == borne_out
