from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ModelUnavailable
from assistant.schema import Answer
from eval.dataset import Dataset, Invalid, Question
from eval.errors import BadRun
from eval.metrics import METRICS, RETRIEVAL
from eval.runner import run
from eval.scores import REFUSAL_F1
from tests.eval.conftest import QUESTIONS, TEXTS, FakeAssistant

ROOT = Path(__file__).parents[2]


def ran(
    questions: Sequence[Question], out: Path, **options: Any
) -> tuple[FakeAssistant, dict[str, Any]]:
    assistant = FakeAssistant(questions, options.pop("failing", ()))
    return assistant, run(lambda: assistant, questions, out, text=TEXTS.__getitem__, **options)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def untimed(out: Path) -> dict[str, Any]:
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    del summary["timing"]
    return summary


def many(count: int) -> list[Question]:
    """Copies of the sample questions with ids and wordings of their own."""
    return [
        replace(QUESTIONS[n % 6], id=f"n-{n:05}", question=f"{QUESTIONS[n % 6].question} ({n})")
        for n in range(count)
    ]


def test_a_run_writes_records_in_the_sets_order_and_a_summary(
    questions: list[Question], tmp_path: Path
) -> None:
    assistant, summary = ran(questions, tmp_path / "out", workers=3)
    out = tmp_path / "out"
    records = lines(out / "results.jsonl")
    assert [record["id"] for record in records] == [question.id for question in questions]
    assert records[0]["citations"][0]["quote"] in TEXTS["robots.txt"]
    assert sorted(assistant.asked) == [question.id for question in questions]
    assert summary == json.loads((out / "summary.json").read_text("utf-8"))
    assert set(summary) == {"n", "errors", "overall", "by", "timing", "usage", "run"}
    assert summary["overall"]["accuracy"].items() >= {"value": 1.0, "stderr": 0.0, "n": 4, "unscored": 2}.items()
    assert summary["by"]["lang"].keys() == {"zh", "en"}
    assert (out / "report.html").stat().st_size > 1000


def test_history_is_handed_on(questions: list[Question], tmp_path: Path) -> None:
    heard: list[Sequence[str]] = []

    class Listening(FakeAssistant):
        def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
            heard.append(history)
            return super().answer(question, history, language)

    run(lambda: Listening(questions), [questions[3]], tmp_path, text=TEXTS.__getitem__)
    assert heard == [("Where are robots made?",)]


def test_a_question_that_fails_is_a_record_and_the_run_goes_on(
    questions: list[Question], tmp_path: Path
) -> None:
    _, summary = ran(questions, tmp_path, failing=["q-2"])
    record = lines(tmp_path / "results.jsonl")[1]
    assert record["error"] == "RuntimeError: the model fell over at q-2"
    assert (record["answer"], record["refused"], record["retrieved"]) == ("", False, [])
    assert (summary["n"], summary["errors"]) == (6, 1)
    assert summary["overall"]["accuracy"]["value"] == 0.75


def test_an_answer_that_cannot_be_written_down_is_an_error_too(
    questions: list[Question], tmp_path: Path
) -> None:
    class Odd(FakeAssistant):
        def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
            answer = super().answer(question, history, language)
            return replace(answer, text="\ud800") if history else replace(answer, confidence=float("nan"))

    summary = run(lambda: Odd(questions), questions, tmp_path, text=TEXTS.__getitem__)
    assert summary["errors"] == len(lines(tmp_path / "results.jsonl")) == 6


def test_an_assistant_that_cannot_be_made_ends_the_run(questions: list[Question], tmp_path: Path) -> None:
    def factory() -> FakeAssistant:
        raise ModelUnavailable("there is no model called x")

    with pytest.raises(ModelUnavailable, match="no model called x"):
        run(factory, questions, tmp_path, text=TEXTS.__getitem__, workers=2)


def test_the_search_alone_is_scored_by_what_it_found(questions: list[Question], tmp_path: Path) -> None:
    _, summary = ran(questions, tmp_path, retrieval_only=True)
    assert set(summary["overall"]) == set(RETRIEVAL)
    assert summary["overall"]["evidence_all"]["value"] == 1.0
    assert all(record["answer"] == "" for record in lines(tmp_path / "results.jsonl"))


def test_limit_takes_the_first_and_quick_a_fixed_thirty(tmp_path: Path) -> None:
    assistant, _ = ran(many(10), tmp_path / "limit", limit=3)
    assert sorted(assistant.asked) == ["n-00000", "n-00001", "n-00002"]
    first, _ = ran(many(100), tmp_path / "one", quick=True)
    second, _ = ran(many(100), tmp_path / "two", quick=True)
    assert len(first.asked) == 30
    assert first.asked == second.asked


def test_progress_counts_what_was_there_before(questions: list[Question], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    ran(questions, tmp_path, failing=["q-1", "q-2"])
    ran(questions, tmp_path, resume=True, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(5, 6), (6, 6)]


def test_a_finished_run_is_not_overwritten(questions: list[Question], tmp_path: Path) -> None:
    ran(questions, tmp_path)
    before = (tmp_path / "results.jsonl").read_bytes()
    with pytest.raises(BadRun, match="already holds a run; go on with it by --resume"):
        ran(questions, tmp_path)
    assert (tmp_path / "results.jsonl").read_bytes() == before


def test_resuming_a_fresh_directory_starts_anew(questions: list[Question], tmp_path: Path) -> None:
    assistant, _ = ran(questions, tmp_path / "new", resume=True)
    assert len(assistant.asked) == 6


def test_a_resumed_run_asks_what_failed_again_and_nothing_else(
    questions: list[Question], tmp_path: Path
) -> None:
    ran(questions, tmp_path, failing=["q-2"])
    again, summary = ran(questions, tmp_path, resume=True)
    assert again.asked == ["q-2"]
    assert summary["errors"] == 0
    assert summary["overall"]["accuracy"]["value"] == 1.0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"retrieval_only": True}, "retrieval_only (was False, is True)"),
        ({"limit": 2}, "dataset.n (was 6, is 2)"),
        ({"made_by": {"model": "other"}}, "model (was None, is other)"),
    ],
)
def test_another_run_is_not_resumed(
    questions: list[Question], tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    ran(questions, tmp_path)
    with pytest.raises(BadRun, match="cannot be resumed") as caught:
        ran(questions, tmp_path, resume=True, **change)
    assert said in str(caught.value)


def test_results_of_unknown_making_are_left_alone(questions: list[Question], tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_text("")
    with pytest.raises(BadRun, match=r"without run\.json"):
        ran(questions, tmp_path, resume=True)


def test_one_process_at_a_time_writes_to_a_directory(questions: list[Question], tmp_path: Path) -> None:
    from filelock import FileLock

    with FileLock(tmp_path / ".lock"), pytest.raises(BadRun, match="another process is writing"):
        ran(questions, tmp_path)


def test_a_directory_that_cannot_be_made_is_one_sentence(questions: list[Question], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadRun, match="cannot be made"):
        ran(questions, tmp_path / "file" / "out")


def test_no_question_is_an_error(questions: list[Question], tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="no question to ask"):
        ran(questions, tmp_path, limit=0)


def test_what_was_left_out_is_recorded(questions: list[Question], tmp_path: Path) -> None:
    _, summary = ran(Dataset(questions, [Invalid(7, "is not JSON (…)")]), tmp_path)
    assert summary["run"]["dataset"]["left_out"] == ["line 7: is not JSON (…)"]


def test_workers_ask_at_the_same_time_and_each_has_an_assistant(tmp_path: Path) -> None:
    together = threading.Barrier(3, timeout=10)
    made: list[int] = []
    questions = many(3)

    class Waiting(FakeAssistant):
        def answer(self, question: str, history: Sequence[str] = (), language: str = "auto") -> Answer:
            together.wait()
            return super().answer(question, history, language)

    def factory() -> FakeAssistant:
        made.append(1)
        return Waiting(questions)

    summary = run(factory, questions, tmp_path, text=TEXTS.__getitem__, workers=3)
    assert (summary["errors"], len(made)) == (0, 3)


KILLED = """
import os, sys, time
from pathlib import Path
from eval.runner import run
from tests.eval.conftest import FakeAssistant, TEXTS
from tests.eval.test_runner import many

questions = many(60)
class Slow(FakeAssistant):
    def answer(self, *a, **k):
        time.sleep(0.005)
        with open(sys.argv[2], "a") as log:
            log.write(self.known[a[0]].id + "\\n")
        return super().answer(*a, **k)
print("ready", flush=True)
run(lambda: Slow(questions), questions, Path(sys.argv[1]), text=TEXTS.__getitem__, workers=2, resume=True)
"""


def written(out: Path) -> int:
    results = out / "results.jsonl"
    return results.read_bytes().count(b"\n") if results.exists() else 0


def test_killed_at_any_moment_and_resumed_the_summary_is_the_same(tmp_path: Path) -> None:
    out, log = tmp_path / "killed", tmp_path / "asked"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for reached in (1, 17, 40):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(out), str(log)], stdout=subprocess.PIPE, env=env, cwd=ROOT
        )
        assert process.stdout
        with process.stdout:
            process.stdout.readline()
            while written(out) < reached and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert reached <= written(out) < 60
    again, _ = ran(many(60), out, resume=True)
    ran(many(60), tmp_path / "whole")
    assert untimed(out) == untimed(tmp_path / "whole")
    assert (out / "results.jsonl").read_bytes() == (tmp_path / "whole" / "results.jsonl").read_bytes()
    # Nothing that was written down is asked again: at most the two answers in flight at each of 3 kills.
    asked = log.read_text().split() if log.exists() else []
    assert len(asked) + len(again.asked) <= 60 + 6


@pytest.mark.slow
def test_ten_thousand_questions_take_bounded_memory_and_five_milliseconds_each(tmp_path: Path) -> None:
    questions = many(10_000)
    ran(questions[:50], tmp_path / "warm")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    _, summary = ran(questions, tmp_path / "all")
    each, grown = (time.process_time() - began) / 10_000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    print(f"\n{each * 1000:.1f} ms of processor time a question, {grown / 1024:.0f} MB more")
    assert each < 0.005
    assert grown < 100_000  # kilobytes
    assert summary["n"] == 10_000
    assert set(summary["overall"]) == {*METRICS, REFUSAL_F1}
