from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import prompts
from eval.errors import BadSweep
from eval.variants import applied, cut_to, library_of, recorded, variants
from vectorstore.library import Library


def test_every_combination_the_first_values_first() -> None:
    found = variants(["k=5,10", "backend=extractive,local"])
    assert [v.name for v in found] == [
        "backend=extractive k=5", "backend=local k=5", "backend=extractive k=10", "backend=local k=10",
    ]
    assert (found[0].settings, found[0].constants) == ({"backend": "extractive"}, {"k": 5})


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["port=1,2"], "'port' cannot be varied; what can: backend"),
        (["k"], "names no value"),
        (["k=,"], "names no value"),
        (["k=5", "k=6"], "varied twice"),
        (["k=0"], "from 1"),
        (["k=2.5"], "whole number"),
        (["lexical=heavy"], "from 0 to 1"),
        (["lexical=2"], "from 0 to 1"),
        (["passage_chars=3"], "from 50"),
        (["prompts=/nowhere/at/all"], "no folder"),
        (["k=1,2,3,4,5,6,7,8,9", "depth=11,12,13,14,15,16,17,18"], "72 combinations"),
    ],
)
def test_what_cannot_be_varied_is_said(said: list[str], why: str) -> None:
    with pytest.raises(BadSweep, match=why):
        variants(said)


def test_constants_are_set_while_a_variant_runs_and_set_back_also_after_a_failure() -> None:
    from assistant import assistant
    from vectorstore.search import RECIPE

    (variant,) = variants(["k=3", "lexical=0.1"])
    library, read, during = cast(Library, SimpleNamespace(recipe=RECIPE)), assistant.READ, []

    def run() -> None:
        with applied(variant, library):
            during.append((assistant.READ, library.recipe))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run()
    assert during == [(3, replace(RECIPE, lexical=0.1))]
    assert (assistant.READ, library.recipe) == (read, RECIPE)


def test_prompts_come_from_a_folder_where_they_are_there_and_are_recorded_by_hash(tmp_path: Path) -> None:
    (tmp_path / "judge.en.md").write_text("variables: question\n--- user\nJudge {{question}}\n")
    (variant,) = variants([f"prompts={tmp_path}"])
    ours = prompts.load("answer", "en")
    with applied(variant, cast(Library, None)):
        assert prompts.load("judge", "en").render(question="this") == [("user", "Judge this")]
        assert prompts.load("answer", "en") is ours
    assert "first" in prompts.load("judge", "en").variables
    assert list(recorded(variant)["prompts"]) == ["judge.en.md"]


def test_passages_are_cut_to_size() -> None:
    from vectorstore.passages import cut

    before = cut.__defaults__
    with cut_to(100):
        assert cut.__defaults__ == (100,)
    assert cut.__defaults__ == before


def test_what_needs_a_library_of_its_own() -> None:
    names = [library_of(v) for v in variants(["passage_chars=200,400", "k=5,10"])]
    assert names == ["passage_chars=200", "passage_chars=200", "passage_chars=400", "passage_chars=400"]
    assert library_of(variants(["k=5"])[0]) == ""
