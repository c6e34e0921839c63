"""What the command line prints."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from assistant.faces import output
from assistant.models.catalogue import CATALOGUE
from assistant.schema import Answer, Citation, Done, Event, Notice, Progress, Sentence, Token
from tests.assistant.builders import hit
from vectorstore.schema import Failure, IndexSummary

CITATION = Citation(1, "r1", "r1.pdf", "产业报告", 3, 0, 8, "规模\n很大，真的", True)
ANSWER = Answer(
    "规模？", "zh", "规模很大[1]。", False, (CITATION,), (Sentence("规模很大。", (1,), "supported"),)
)


def events(answer: Answer = ANSWER, drafted: str = "规模很大[2]。") -> Iterator[Event]:
    yield Progress("searching")
    yield Notice("没有对话模型")
    for char in drafted:
        yield Token(char)
    yield Progress("checking")
    yield Done(answer)


def test_into_a_file_goes_the_checked_answer_once_and_its_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output.stream(events())
    out, err = capsys.readouterr()
    assert out.splitlines() == ["规模很大[1]。", "", "[1] 产业报告 (r1.pdf, p. 3)", "    规模 很大，真的"]
    assert err == "没有对话模型\n"
    assert "\x1b" not in out


def test_on_a_terminal_words_come_as_they_are_written_and_the_checked_text_follows_where_it_differs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    output.stream(events(drafted="规模很大[1]。"))
    assert capsys.readouterr().out.count("规模很大[1]。") == 1
    output.stream(events())
    out = capsys.readouterr().out
    assert out.index("规模很大[2]。") < out.index("checked:") < out.index("规模很大[1]。")


def test_unverified_sentences_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    output.stream([Done(Answer("?", "zh", "好。", False, (), (Sentence("好。", (), "unverified"),)))])
    assert "1 sentence(s) could not be verified" in capsys.readouterr().err


def test_text_goes_out_as_it_is(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    output.raw("一\r\n二\x0c\n")
    assert capfdbinary.readouterr().out == "一\r\n二\x0c\n".encode()


def test_json_is_one_line_in_plain_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    output.json_line({"answer": "规模\n很大"})
    out = capsys.readouterr().out
    assert out == '{"answer": "规模\\n很大"}\n'


def test_hits_for_reading_and_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    found = [hit("规模很大。")]
    output.hits(found, as_json=False)
    assert "1. 产业报告, at 0" in capsys.readouterr().out
    output.hits(found, as_json=True)
    (row,) = json.loads(capsys.readouterr().out)["hits"]
    assert (row["rank"], row["text"], row["page"]) == (1, "规模很大。", None)
    output.hits([], as_json=False)
    assert capsys.readouterr().out == "nothing found\n"


def test_an_empty_library_says_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    output.reports([], as_json=False)
    assert "wenju index" in capsys.readouterr().out


def test_files_that_were_not_read_are_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    summary = IndexSummary(["a.txt"], [], [], [Failure("b.txt", "b.txt is empty (0 bytes)")], 3, 1.25)
    output.index_summary(summary, as_json=False)
    out, err = capsys.readouterr()
    assert out == "1 added, 0 updated, 0 unchanged, 1 failed; 3 new passages in 1.2 s\n"
    assert err == "not read: b.txt is empty (0 bytes)\n"
    output.index_summary(summary, as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out)["failed"] == [{"path": "b.txt", "reason": "b.txt is empty (0 bytes)"}]
    assert err == ""


def test_every_model_is_listed_with_its_size_and_licence(capsys: pytest.CaptureFixture[str]) -> None:
    output.models(CATALOGUE, lambda model: model is CATALOGUE[0], as_json=False)
    out = capsys.readouterr().out
    assert out.count("GB memory") == len(CATALOGUE)
    assert out.count("; here") == 1
    output.models(CATALOGUE, lambda model: False, as_json=True)
    assert not any(row["present"] for row in json.loads(capsys.readouterr().out)["models"])


def test_no_bar_is_shown_for_a_download_that_does_not_begin(capsys: pytest.CaptureFixture[str]) -> None:
    with output.download_bar():
        pass
    assert capsys.readouterr().err == ""
    with output.download_bar() as tell:
        tell(50, 100, "a mirror")
        tell(100, 100, "a mirror")
    assert "a mirror" in capsys.readouterr().err


def test_no_bar_is_shown_for_indexing_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    from vectorstore.indexer import Step

    with output.progress_bar() as tell:
        tell(Step("reading", "a.txt", 0, 2))
        tell(Step("embedding", "", 3, 64))
    assert capsys.readouterr().err == ""


def test_figures_of_a_run_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    figure = {"value": 0.5, "stderr": 0.1, "n": 4}
    summary = {
        "n": 4,
        "overall": {"accuracy": figure, "recall": {"value": None, "stderr": None, "n": 0}},
        "by": {"lang": {"zh": {"accuracy": figure}}},
        "timing": {"total_s": {"median": 1.5, "p95": 2.5}},
    }
    output.evaluation_summary(summary, "out")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["accuracy", "0.500", "0.500"]
    assert lines[2].split() == ["recall", "-", "-"]
    assert lines[-1] == "4 questions; out/report.html shows each"
