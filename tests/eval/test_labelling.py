from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import BadRun
from eval.labelling import Judgement, add, between, krippendorff, labels, load

NO, YES = False, True


def judged(person: str, id: str, accurate: bool | None, *sentences: bool) -> Judgement:
    return Judgement("run", id, f"hash-{id}", "zh", person, accurate, sentences)


def test_alpha_of_krippendorffs_own_example() -> None:
    """Two observers, ten units, yes or no (Computing Krippendorff's Alpha-Reliability, 2011, section A)."""
    meg = [NO, YES, NO, NO, NO, NO, NO, NO, YES, NO]
    owen = [YES, YES, YES, NO, NO, YES, NO, NO, NO, NO]
    assert krippendorff(zip(meg, owen, strict=True)) == pytest.approx(0.095, abs=0.0005)


def test_alpha_is_one_where_all_agree_and_there_is_none_where_nobody_varies_or_sees_the_same() -> None:
    assert krippendorff([(YES, YES), (NO, NO, NO)]) == 1
    assert krippendorff([(YES, YES), (YES, YES)]) is None
    assert krippendorff([(YES,), (NO,)]) is None


def test_the_later_word_of_a_person_counts_and_can_be_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "labels.jsonl"
    assert load(file) == []
    for said in (judged("a", "q", YES, YES), judged("a", "q", NO, NO), judged("b", "q", YES), judged("b", "q", None)):
        add(file, said)
    assert file.stat().st_mode & 0o777 == 0o600
    (kept,) = load(file)
    assert (kept.person, kept.accurate, kept.sentences) == ("a", NO, (NO,))
    file.write_text('{"id": 1}\n')
    with pytest.raises(BadRun, match="line 1"):
        load(file)


def test_people_are_compared_on_what_both_judged_and_the_majority_stands_for_them() -> None:
    said = [
        judged("a", "1", YES, YES, NO), judged("b", "1", YES, YES, YES), judged("c", "1", NO, YES, NO),
        judged("a", "2", NO), judged("b", "2", NO), judged("a", "3", YES),
    ]
    found = between(said)
    assert found.answers["a", "b"].n == 2
    assert found.answers["a", "b"].share == 1
    assert found.sentences["a", "b"].share == 0.5
    assert found.answers["a", "c"].share == 0
    first, second, third = labels(said, {"1": {"accuracy": [1.0, ""]}, "2": {"accuracy": [None, ""]}})
    assert (first.accurate, first.sentences, first.scored_accurate) == (YES, (YES, NO), True)
    assert (second.accurate, second.scored_accurate, third.scored_accurate) == (NO, None, None)
