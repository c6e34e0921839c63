"""Whatever spelling of a citation mark a model uses, and however its stream is cut, one form comes out."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.marks import MarkParser, normalise, numbers_in, without_marks

VALID = {1, 2, 3, 12}
GIVEN = {n: n for n in VALID}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("增长[1]。", "增长[1]。"),
        ("增长【1】。", "增长[1]。"),
        ("增长［1］。", "增长[1]。"),
        ("增长［１］。", "增长[1]。"),
        ("growth [1, 3].", "growth [1][3]."),
        ("growth [1，2]", "growth [1][2]"),
        ("growth [1、2]", "growth [1][2]"),
        ("growth [1][2].", "growth [1][2]."),
        ("growth [1-3].", "growth [1][2][3]."),
        ("growth [1–2, 12]", "growth [1][2][12]"),
        ("growth [^1]", "growth [1]"),
        ("增长[来源1]", "增长[1]"),
        ("增长[证据 2]", "增长[2]"),
        ("增长【来源：3】", "增长[3]"),
        ("growth [Source 1].", "growth [1]."),
        ("growth [evidence 1, 2].", "growth [1][2]."),
        ("growth【1†source】", "growth[1]"),
        ("twice [1][1]", "twice [1]"),
    ],
)
def test_every_spelling_has_one_normal_form(said: str, shown: str) -> None:
    assert normalise(said, VALID) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("增长[9]。", "增长。"),
        ("growth [9].", "growth."),
        ("growth [1, 9].", "growth [1]."),
        ("growth [7-9].", "growth."),
        ("growth [2-9].", "growth [2][3]."),
        ("growth [9][1].", "growth [1]."),
        ("growth [9]was", "growth was"),
        ("growth [0]", "growth"),
        ("[1-999999999]", "[1][2][3][12]"),
    ],
)
def test_a_mark_that_points_nowhere_is_dropped(said: str, shown: str) -> None:
    assert normalise(said, VALID) == shown


@pytest.mark.parametrize(
    "text",
    [
        "（1）第一点", "(1) first", "[Table]", "[Table_header1]", "[2023年]", "x = [0.5, 1]", "[]", "[ ]",
        "see [the report](https://example.org/a_(b)?c=[d])", "[1", "[来源", "[Sony]", "a [",
        "spaces   stay  ",
        "[来源]", "- [ ] open", "- [x] done", "A[i]", "[证据链]", "[1.5]", "[10%]",
    ],
)  # fmt: skip
def test_other_brackets_stay_as_they_are(text: str) -> None:
    assert normalise(text, VALID) == text


def test_years_in_brackets_stay_readable_without_looking_like_marks() -> None:
    assert normalise("国发[2017]35号", VALID) == "国发(2017)35号"
    assert normalise("CAGR [2020-2023]", VALID) == "CAGR (2020-2023)"


def test_what_is_held_back_is_bounded() -> None:
    parser, shown = MarkParser(GIVEN), 0
    text = "[1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1 [source          "
    for taken, character in enumerate(text, start=1):
        shown += len(parser.feed(character))
        assert taken - shown <= 24


def test_text_without_brackets_is_never_held_back() -> None:
    assert MarkParser(GIVEN).feed("2137亿元，增长30.6%。") == "2137亿元，增长30.6%。"


SAID = "规模[1, 9]达到 [2]【3】，见[Table]与［来源1］。See [Source 12] [9] and [a](b) [0.5, 1] [2017][1"


@pytest.mark.parametrize("cut", range(len(SAID) + 1))
def test_where_the_stream_is_cut_makes_no_difference(cut: int) -> None:
    parser = MarkParser(GIVEN)
    assert parser.feed(SAID[:cut]) + parser.feed(SAID[cut:]) + parser.close() == normalise(SAID, VALID)


PIECES = [*"[]【】［］^123490,，-–† 来源证据a增。.\n", "Source ", "evidence", "[1]", "[9]", "2023", "  "]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(texts, st.data())
def test_random_cuts_make_no_difference(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    parser, shown = MarkParser(GIVEN), ""
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        shown += parser.feed(text[start:end])
    assert shown + parser.close() == normalise(text, VALID)


@given(texts, st.sets(st.integers(0, 12)))
@example("[[9]1]", {2})
@example("[ 11111111111111111111111111111 ]", {2})
@example("[1, [9]2]", {2})
def test_no_invalid_mark_ever_comes_out(text: str, valid: set[int]) -> None:
    shown = normalise(text, valid)
    assert set(numbers_in(shown)) <= valid
    assert not re.findall(r"[【［]\s*\d+\s*[】］]", shown)


def test_marks_come_out_as_the_evidence_is_called_outside() -> None:
    parser = MarkParser({1: 4, 2: 3, 3: 1})
    assert parser.feed("增长[1]，下降[2][4]，持平[2-3]。") + parser.close() == "增长[4]，下降[3]，持平[3][1]。"


@given(texts)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text, VALID)
    assert set(numbers_in(normalise(once, VALID))) <= VALID


def test_marks_can_be_read_and_removed() -> None:
    assert numbers_in("增长[2]，下降[1][2]。") == (2, 1)
    assert without_marks("growth [2][1], decline [1].") == "growth, decline."
