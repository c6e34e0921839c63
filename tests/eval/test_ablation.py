"""Parts of the search switched off in turn: a row each, compared question by question."""

from __future__ import annotations

from pathlib import Path

from eval.ablation import VARIANTS, Row, ablate, table
from eval.dataset import question_of
from tests.vectorstore.conftest import HashingEmbedder
from vectorstore.library import Library


def test_a_row_for_each_variant_and_the_recipe_is_put_back(tmp_path: Path, cache: Path) -> None:
    report = tmp_path / "a.txt"
    report.write_text(
        "智能算力规模持续增长，2023年达到414.1EFLOPS。\n天气很好，适合出门散步，也适合读书。\n", "utf-8"
    )
    library = Library(tmp_path / "home", HashingEmbedder(), cache / "words")
    library.add([report])
    line = {
        "id": "q", "lang": "zh", "type": "number", "question": "2023年智能算力规模有多大？", "answer": "414.1EFLOPS",
        "key_facts": [["414.1"]], "evidence": [{"file": "a.txt", "start": 1, "end": 1}],
    }  # fmt: skip
    recipe = library.recipe
    rows = ablate(library, [question_of(line)], {})
    assert [row.name for row in rows] == [variant.name for variant in VARIANTS]
    assert rows[0].mean("4,000", "zh") == rows[0].mean("MRR", "zh") == 1.0
    assert rows[0].mean("4,000", "en") == 0.0
    assert library.recipe is recipe
    assert table(rows).count("\n") == len(rows) + 1


def test_rows_are_compared_question_by_question() -> None:
    one = Row("one", {("MRR", "zh"): [1.0, 0.5, 0.0], ("MRR", "en"): [1.0]})
    two = Row("two", {("MRR", "zh"): [0.5, 0.5, 1.0], ("MRR", "en"): [0.5]})
    assert two.against(one, "MRR") == (1, 2)
    assert one.against(one, "MRR") == (0, 0)
