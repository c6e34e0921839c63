"""The kill trial and the synthetic reports: small, so that what runs for minutes on purpose is known to work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval import growth, kills, synthetic
from vectorstore.reading import Task, prepare


def test_a_report_is_the_same_for_its_number_and_version(tmp_path: Path) -> None:
    assert synthetic.text(7, 2) == synthetic.text(7, 2)
    assert len({synthetic.text(7, version) for version in range(12)}) == 12
    read = prepare(Task(synthetic.write(tmp_path, 7, 0)))
    changed = prepare(Task(synthetic.write(tmp_path, 7, 1)))
    assert 20 <= len(read.passages) <= 21
    assert 0 < len(set(changed.hashes) - set(read.hashes)) <= 8
    assert sum(synthetic.code(7) in passage.clean for passage in read.passages) >= 20


def test_the_cheap_embedder_finds_what_shares_characters() -> None:
    embedder = synthetic.CheapEmbedder()
    vectors = embedder.documents(["算力投入增长", "天气很好", ""])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    near = vectors @ embedder.query("算力的投入")
    assert near[0] > near[1]


@pytest.mark.slow
def test_a_small_trial_finds_nothing_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Starts a process for every run and check: slow on purpose."""
    assert kills.trial(2, 6, "cheap", 1, tmp_path) == []
    assert capsys.readouterr().out.splitlines()[-1].startswith("2 kills; at most ")


def test_growth_prints_pace_memory_and_where_the_time_went(capsys: pytest.CaptureFixture[str]) -> None:
    assert growth.main(["--reports", "2"]) == 0
    said = capsys.readouterr().out
    assert "100%" in said
    assert "2 reports, 42 passages in " in said
    assert "building" in said
