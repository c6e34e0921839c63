from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.models.base import Message
from assistant.settings import load
from eval import bench
from eval.dataset import Question
from eval.quickstart import CHUNK, TOP, QuickStart
from eval.retrieval import Sources
from tests.eval.conftest import QUESTIONS, TEXTS, FakeAssistant

LONG = "".join(f"第{n}段说的是工业机器人，产量为{n}万台。\n" for n in range(200))


class Characters:
    """Embeds a text as counts of its characters: enough for the nearest chunk to be the right one."""

    def embed_query(self, text: str) -> list[float]:
        counts = [0.001] * 64
        for character in text:
            counts[ord(character) % 64] += 1
        length = sum(count * count for count in counts) ** 0.5
        return [count / length for count in counts]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


class Parrot:
    """Says what it is told to, and remembers what it heard."""

    def __init__(self, says: str) -> None:
        self.says = says
        self.heard = ""

    def stream(self, messages: list[Message]) -> Iterator[str]:
        self.heard = messages[0].content
        yield from self.says


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> QuickStart:
    monkeypatch.setattr("assistant.opening.open_embedder_of", lambda settings: Characters())
    for name, text in {**TEXTS, "long.txt": LONG}.items():
        (tmp_path / name).write_bytes(text.encode())
    side = QuickStart(load(tmp_path / "home"))
    side.warm_up()
    assert side.index(sorted(tmp_path.glob("*.txt"))) > TOP
    return side


def test_the_quick_start_finds_five_chunks_at_their_places(plain: QuickStart) -> None:
    record = plain.retrieve("Germany sold robots in 2023").record("q")
    assert len(record["retrieved"]) == TOP
    assert record["retrieved"][0]["source"] == "abroad.txt"
    texts = {**TEXTS, "long.txt": LONG}
    for hit in plain.retrieve("工业机器人").hits:
        assert hit.text == texts[hit.report.source][hit.passage.start : hit.passage.end] == hit.passage.clean
        assert len(hit.text) <= CHUNK


@pytest.mark.parametrize(
    ("says", "refused"),
    [
        ("64亿元。", False), ("我不知道。", True),
        ("I don't know.", True), ("The context does not mention it.", True),
    ],
)
def test_the_quick_start_answers_from_its_chunks_by_the_stock_prompt(
    plain: QuickStart, monkeypatch: pytest.MonkeyPatch, says: str, refused: bool
) -> None:
    parrot = Parrot(says)
    monkeypatch.setattr(bench, "chat_model", lambda settings, context: parrot)
    record = plain.answer("海外销售额多少？").record("q")
    assert (record["answer"], record["refused"], record["citations"]) == (says, refused, [])
    assert parrot.heard.startswith("You are an assistant for question-answering tasks")
    assert "主要市场是越南" in parrot.heard


def measured(questions: list[Question]) -> dict[str, Any]:
    assistant = FakeAssistant(questions, ["q-6"])
    return {
        "index_s": 2.0, "passages": 10, "stages": {"embedding": 1.5}, "memory_mb": 100.0, "memory_end_mb": 120.0,
        "searched": [json.loads(bench.ask(assistant, q, retrieval_only=True)) for q in questions],
        "answered": [json.loads(bench.ask(assistant, q, retrieval_only=False)) for q in questions],
    }


def test_the_table_has_a_column_for_each_side(questions: list[Question], sources: Sources) -> None:
    column = dict(bench.rows(measured(questions), questions, sources))
    assert column["passages a second"] == "5.0"
    assert column["evidence in 4,000 characters, zh"] == "1.00 (n=2)"
    assert column["accuracy, en"] == "1.00 (n=2)"
    assert column["errors"] == "1 (RuntimeError: the model fell over at q-6)"
    text = bench.table({"A": column, "B": {"passages": "7"}})
    assert "| | A | B |" in text
    assert "| passages | 10 | 7 |" in text
    assert "| accuracy, en | 1.00 (n=2) | - |" in text


def test_memory_is_measured_in_megabytes() -> None:
    assert 10 < bench.peak_memory() < 20_000


def test_a_folder_without_reports_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(q.line()) + "\n" for q in QUESTIONS))
    assert bench.main(["--reports", str(tmp_path), "--dataset", str(path)]) == 1
    assert "holds no .txt or .md report" in capsys.readouterr().err


@pytest.mark.slow
def test_both_sides_are_measured_in_processes_of_their_own(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(cache))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    reports = tmp_path / "reports"
    reports.mkdir()
    for name, text in TEXTS.items():
        (reports / name).write_bytes(text.encode())
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(q.line()) + "\n" for q in QUESTIONS))
    assert bench.main(["--reports", str(reports), "--dataset", str(path)]) == 0
    table = capsys.readouterr().out
    assert "| | LangChain quick-start | Wenju |" in table
    assert "| errors | 0 | 0 |" in table
