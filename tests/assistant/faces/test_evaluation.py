"""`wenju eval`: a run's files, going on with it, and comparing two."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import samples
from assistant.faces.cli import cli
from vectorstore.library import Library

Run = Callable[..., Result]


@pytest.fixture
def wenju(samples_library: Library, monkeypatch: pytest.MonkeyPatch, opened_once: None) -> Run:
    monkeypatch.setenv("WENJU_BACKEND", "extractive")
    monkeypatch.setenv("WENJU_HOME", str(samples_library.home))
    return lambda *words: CliRunner().invoke(cli, [*map(str, words)])


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def finished(samples_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run over four questions, which no test changes."""
    place = tmp_path_factory.mktemp("run") / "out"
    words = [
        "--home",
        str(samples_library.home),
        "eval",
        "run",
        str(samples.questions()),
        "--out",
        str(place),
    ]
    ran = CliRunner().invoke(cli, [*words, "--limit", "4", "--backend", "extractive"])
    assert ran.exit_code == 0, ran.output
    return place


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A finished run to be changed."""
    return Path(shutil.copytree(finished, tmp_path / "out"))


def test_a_run_writes_a_record_a_question_a_summary_and_a_report(out: Path, samples_library: Library) -> None:
    records = lines(out / "results.jsonl")
    wanted = [json.loads(line)["id"] for line in samples.questions().read_text("utf-8").splitlines()[:4]]
    assert [record["id"] for record in records] == wanted
    for record in records:
        assert record["error"] is None
        assert record["answer"]
        assert record["answer_lang"] == record["lang"]
        for citation in record["citations"]:
            text = samples_library.text(citation["report"])
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["n"] == 4
    assert {"value", "stderr", "n"} <= summary["overall"]["accuracy"].keys()
    assert summary["by"].keys() >= {"lang", "type"}
    assert {"timing", "run"} <= summary.keys()
    assert summary["run"]["model"] == "extractive"
    assert "<html" in (out / "report.html").read_text("utf-8")


def test_a_run_is_not_overwritten_but_gone_on_with(out: Path, wenju: Run) -> None:
    before = (out / "results.jsonl").read_bytes()
    again = wenju("eval", "run", samples.questions(), "--out", out, "--limit", 4)
    assert again.exit_code != 0
    assert "already holds a run; go on with it by --resume" in str(again.exception)
    assert (out / "results.jsonl").read_bytes() == before
    (out / "results.jsonl").write_bytes(b"".join(before.splitlines(keepends=True)[:2]))
    ran = wenju("eval", "run", samples.questions(), "--out", out, "--limit", 4, "--resume")
    assert ran.exit_code == 0
    resumed = (out / "results.jsonl").read_bytes()
    assert resumed.splitlines()[:2] == before.splitlines()[:2]
    assert len(resumed.splitlines()) == 4


def test_resuming_what_was_never_begun_begins_it(tmp_path: Path, wenju: Run) -> None:
    place = tmp_path / "fresh"
    ran = wenju("eval", "run", samples.questions(), "--out", place, "--limit", 1, "--resume")
    assert ran.exit_code == 0
    assert len(lines(place / "results.jsonl")) == 1


def test_another_run_is_not_resumed(out: Path, wenju: Run) -> None:
    ran = wenju("eval", "run", samples.questions(), "--out", out, "--limit", 3, "--resume")
    assert ran.exit_code != 0
    assert "holds another run" in str(ran.exception)


def test_the_figures_are_printed(out: Path, wenju: Run, tmp_path: Path) -> None:
    ran = wenju("eval", "run", samples.questions(), "--out", tmp_path / "b", "--limit", 2)
    assert "accuracy" in ran.output
    assert "2 questions" in ran.output
    assert "report.html" in ran.output


def test_retrieval_alone_writes_no_answers(tmp_path: Path, wenju: Run) -> None:
    place = tmp_path / "r"
    assert wenju(
        "eval", "run", samples.questions(), "--out", place, "--limit", 2, "--retrieval-only"
    ).exit_code == 0  # fmt: skip
    for record in lines(place / "results.jsonl"):
        assert record["answer"] == ""
        assert record["retrieved"]
    assert "accuracy" not in json.loads((place / "summary.json").read_text("utf-8"))["overall"]


def test_several_workers_give_the_same_answers(out: Path, tmp_path: Path, wenju: Run) -> None:
    wenju("eval", "run", samples.questions(), "--out", tmp_path / "w", "--limit", 4, "--workers", 3)
    one, many = lines(out / "results.jsonl"), lines(tmp_path / "w" / "results.jsonl")
    assert [(r["id"], r["answer"]) for r in one] == [(r["id"], r["answer"]) for r in many]


def test_a_run_is_as_good_as_itself(out: Path, wenju: Run) -> None:
    ran = wenju("eval", "compare", out, out)
    assert ran.exit_code == 0
    assert "accuracy" in ran.output
    assert wenju("eval", "compare", out, out, "--max-drop", "0").exit_code == 0
    assert wenju("eval", "compare", out, out, "--fail-under", "1.01").exit_code != 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no question"),
        ("not json\n", "line 1"),
        ('{"id": "a"}\n', "line 1"),
        ("\xff\xfe", "bad.jsonl"),
    ],
)
def test_a_bad_question_set_is_refused(tmp_path: Path, wenju: Run, content: str, said: str) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(content.encode("latin-1"))
    ran = wenju("eval", "run", bad, "--out", tmp_path / "out")
    assert ran.exit_code != 0
    assert said in str(ran.exception)
    assert not (tmp_path / "out" / "results.jsonl").exists()


def test_everything_that_is_wrong_with_a_set_is_listed_at_once_in_order(tmp_path: Path, wenju: Run) -> None:
    good = json.loads(samples.questions().read_text("utf-8").splitlines()[0])
    astray = good | {"evidence": [{"file": "none.txt", "start": 1, "end": 1}]}
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_text(f"{json.dumps(astray)}\nnot json\n", "utf-8")
    said = str(wenju("eval", "run", mixed, "--out", tmp_path / "out").exception)
    assert "2 lines are invalid (--skip-invalid leaves them out)" in said
    assert said.index("line 1: the library holds no report called 'none.txt'") < said.index("line 2: is not JSON")


def test_what_a_run_would_cost_goes_by_the_prices_given_or_set(wenju: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("eval", "run", samples.questions(), "--out", "none", "--dry-run", "--limit", 1)
    assert wenju(*words, "--max-cost", 1).exception
    assert wenju(*words, "--max-cost", 1, "--price-in", 2).exit_code == 0
    monkeypatch.setenv("WENJU_PRICES", "extractive=1/2")
    assert wenju(*words, "--max-cost", 1).exit_code == 0


def test_an_invalid_line_can_be_left_out(tmp_path: Path, wenju: Run) -> None:
    mixed = tmp_path / "mixed.jsonl"
    good = samples.questions().read_text("utf-8").splitlines()[0]
    mixed.write_text(f"not json\n{good}\n", "utf-8")
    ran = wenju("eval", "run", mixed, "--out", tmp_path / "out", "--skip-invalid")
    assert ran.exit_code == 0
    assert "left out: " in ran.stderr
    assert len(lines(tmp_path / "out" / "results.jsonl")) == 1


def test_a_run_in_which_every_question_fails_is_a_failure(
    tmp_path: Path, wenju: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LOCAL_MODEL", str(tmp_path / "no.gguf"))
    ran = wenju("eval", "run", samples.questions(), "--out", tmp_path / "out", "--limit", 2,
                "--backend", "local")  # fmt: skip
    assert ran.exit_code == 1
    assert "2 of 2 questions ended in an error; --resume asks them again" in ran.stderr
    assert all("no.gguf" in record["error"] for record in lines(tmp_path / "out" / "results.jsonl"))


def test_an_unknown_backend_asks_nothing(tmp_path: Path, wenju: Run) -> None:
    ran = wenju("eval", "run", samples.questions(), "--out", tmp_path / "out", "--backend", "nonsense")
    assert "'nonsense' does not exist" in str(ran.exception)
    assert not (tmp_path / "out").exists()


def test_a_sweep_makes_one_table_of_several_settings_and_passages_cut_anew(wenju: Run, tmp_path: Path) -> None:
    words = ("eval", "sweep", samples.questions(), "--out", tmp_path / "s", "--limit", "2", "--retrieval-only")
    ran = wenju(*words, "--vary", "passage_chars=200,380", "--vary", "lexical=0.5")
    assert ran.exit_code == 0, ran.output
    assert [line[:28] for line in ran.output.splitlines() if line.startswith("| passage")] == [
        "| passage_chars=200 lexical=", "| passage_chars=380 lexical=",
    ]  # fmt: skip
    made = json.loads((tmp_path / "s" / "sweep.json").read_text())["rows"]
    small, usual = (json.loads((tmp_path / "s" / row["folder"] / "run.json").read_text()) for row in made)
    assert small["index"] != usual["index"]
    assert small["constants"] == {"passage_chars": 200, "lexical": 0.5}
    again = wenju(*words, "--vary", "passage_chars=200,380")
    assert "another sweep" in str(again.exception)
    assert again.exception.exit_code == 2  # type: ignore[union-attr]
    assert "cannot be varied" in str(wenju(*words, "--vary", "port=1").exception)
