from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval import runner, sweep
from eval.dataset import Question
from eval.errors import BadSweep
from eval.variants import Variant, variants
from tests.eval.conftest import TEXTS, FakeAssistant


class Bench:
    """Runs variants with an assistant that fails on as many questions as the variant's k says."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions, self.ran = list(questions), 0

    def __call__(self, variant: Variant, folder: Path) -> dict[str, Any]:
        self.ran += 1
        failing = [question.id for question in self.questions[: int(variant.constants["k"]) - 1]]
        return runner.run(
            lambda: FakeAssistant(self.questions, failing), self.questions, folder,
            text=TEXTS.__getitem__, resume=True,
        )


@pytest.fixture
def bench(questions: list[Question]) -> Bench:
    return Bench(questions)


def test_one_table_and_one_plot_each_variant_beside_the_first(bench: Bench, tmp_path: Path) -> None:
    found = sweep.sweep(variants(["k=1,2,4"]), tmp_path / "s", {"set": "a"}, bench)
    table = sweep.table(found).splitlines()
    assert [row["overall"]["accuracy"]["value"] for row in found["rows"]] == [1.0, 0.75, 0.25]
    assert table[2].startswith("| k=1 | 1.000 |")
    assert "| -0.750 |" in table[4]
    page = (tmp_path / "s" / "sweep.html").read_text()
    assert page.count("<rect") == 3
    assert 'href="01-k-2/report.html"' in page
    assert (tmp_path / "s" / "sweep.md").read_text().splitlines() == table


def test_a_sweep_goes_on_where_it_was_stopped(bench: Bench, tmp_path: Path) -> None:
    chosen = variants(["k=1,2,4"])

    def stopping(variant: Variant, folder: Path) -> dict[str, Any]:
        if variant.name == "k=4":
            raise KeyboardInterrupt
        return bench(variant, folder)

    with pytest.raises(KeyboardInterrupt):
        sweep.sweep(chosen, tmp_path, {}, stopping)
    assert bench.ran == 2
    again = sweep.sweep(chosen, tmp_path, {}, bench)
    assert bench.ran == 3
    assert sweep.sweep(chosen, tmp_path, {}, bench) == again == json.loads((tmp_path / "sweep.json").read_text())
    assert bench.ran == 3


def test_another_sweep_is_not_gone_on_with(bench: Bench, tmp_path: Path) -> None:
    sweep.sweep(variants(["k=1,2"]), tmp_path, {"set": "a"}, bench)
    for chosen, asked in ((["k=1,3"], {"set": "a"}), (["k=1,2"], {"set": "b"})):
        with pytest.raises(BadSweep, match="another sweep"):
            sweep.sweep(variants(chosen), tmp_path, asked, bench)


def test_beside_a_bar_stands_what_tells_the_variants_apart_and_it_fits(bench: Bench, tmp_path: Path) -> None:
    sweep.sweep(variants(["backend=extractive", "k=1,2"]), tmp_path / "few", {}, bench)
    page = (tmp_path / "few" / "sweep.html").read_text()
    assert ">k=1</text>" in page
    assert ">backend=extractive" not in page.split("<table>")[0]
    long = "x" * 40
    sweep.sweep(variants([f"local_model={long},{long}y", "k=1"]), tmp_path / "long", {}, bench)
    assert f">1. local_model={'x' * 13}…</text>" in (tmp_path / "long" / "sweep.html").read_text()
