"""The model in this process: real tokens, real stops, and one sentence for everything that goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assistant.errors import Cancelled, ModelFailed, ModelUnavailable
from assistant.models.base import Message, Reply
from assistant.models.local import SPINS, LocalModel

EVIDENCE = "2024年，中国人工智能核心产业规模接近6000亿元，同比增长约24%，企业数量超过5300家。"


@pytest.fixture(scope="module")
def model(local_model: Path) -> LocalModel:
    pytest.importorskip("xllamacpp")
    # Threads that wait for each other lose most where another process of tests uses the cores.
    threads = 1 if "PYTEST_XDIST_WORKER" in os.environ else os.cpu_count() or 2
    return LocalModel(local_model, name="qwen2.5-coder-1.5b", context=2048, threads=threads)


def ask(text: str) -> list[Message]:
    return [Message("system", "只根据证据回答，尽量简短。"), Message("user", text)]


@pytest.mark.model
def test_answers_token_by_token_and_says_what_it_cost(model: LocalModel) -> None:
    reply = Reply()
    pieces = list(model.stream(ask(f"{EVIDENCE}\n问题：核心产业规模是多少？"), max_tokens=40, reply=reply))
    assert len(pieces) > 3
    assert "6000亿元" in reply.text == "".join(pieces)
    assert reply.usage.prompt_tokens > 40
    assert 3 < reply.usage.completion_tokens <= 40


@pytest.mark.model
def test_what_two_answers_cost_adds_up(model: LocalModel) -> None:
    one, two = Reply(), Reply()
    list(model.stream(ask(EVIDENCE), max_tokens=4, reply=one))
    for _ in range(2):
        list(model.stream(ask(EVIDENCE), max_tokens=4, reply=two))
    assert two.usage.completion_tokens == 2 * one.usage.completion_tokens


@pytest.mark.model
def test_tells_which_of_two_words_it_would_rather_begin_with(model: LocalModel) -> None:
    question = ask("天空是蓝色的。天空是蓝色的吗？只答“是”或“否”。")
    odds = model.odds(question, ("是", "否"))
    assert odds is not None
    assert odds > 0
    assert model.odds(question, ("否", "是")) == pytest.approx(-odds, abs=0.5)


@pytest.mark.model
def test_says_the_same_twice(model: LocalModel) -> None:
    once, again = ("".join(model.stream(ask(EVIDENCE + "企业数量？"), max_tokens=24)) for _ in range(2))
    assert once == again


@pytest.mark.slow
@pytest.mark.model
def test_never_splits_a_character(model: LocalModel) -> None:
    question = ask("请原样重复：龘靐齉🙂👩‍🔬𠮷")
    for limit in range(3, 9):
        for piece in model.stream(question, max_tokens=limit):
            assert "�" not in piece
            piece.encode("utf-8")


@pytest.mark.model
def test_keeps_to_a_grammar(model: LocalModel) -> None:
    text = "".join(model.stream(ask(EVIDENCE + "规模？"), max_tokens=12, grammar="root ::= [0-9a-z ]+"))
    assert text
    assert all(letter in "0123456789abcdefghijklmnopqrstuvwxyz " for letter in text)


@pytest.mark.model
def test_a_bad_grammar_is_one_sentence(model: LocalModel) -> None:
    with pytest.raises(ModelFailed, match="grammar"):
        list(model.stream(ask("好"), grammar="root ::= ]["))


@pytest.mark.model
def test_too_long_a_prompt_is_one_sentence(model: LocalModel) -> None:
    with pytest.raises(ModelFailed, match=r"takes \d+ tokens .* holds 2048"):
        list(model.stream(ask(EVIDENCE * 100)))


@pytest.mark.slow
@pytest.mark.model
def test_stops_while_reading_the_prompt_and_answers_the_next_one(model: LocalModel) -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    asked = time.monotonic()
    with pytest.raises(Cancelled):
        list(model.stream(ask("乙" + EVIDENCE * 30), cancel=cancel))
    assert time.monotonic() - asked < 2.3
    assert "".join(model.stream(ask("你好"), max_tokens=4))


@pytest.mark.model
def test_stops_while_writing(model: LocalModel) -> None:
    cancel = threading.Event()
    stream = model.stream(ask("从一数到一百"), max_tokens=300, cancel=cancel)
    next(stream)
    cancel.set()
    stopped = time.monotonic()
    with pytest.raises(Cancelled):
        list(stream)
    assert time.monotonic() - stopped < 2


@pytest.mark.slow
@pytest.mark.model
def test_serves_two_people_at_once(model: LocalModel) -> None:
    answers: dict[str, str] = {}

    def one(question: str) -> None:
        answers[question] = "".join(model.stream(ask(EVIDENCE + question), max_tokens=12))

    people = [threading.Thread(target=one, args=(question,)) for question in ("规模？", "增长？")]
    for person in people:
        person.start()
    for person in people:
        person.join(120)
    assert all(answers[question] for question in ("规模？", "增长？"))


@pytest.mark.model
def test_counts_with_the_models_own_tokenizer(model: LocalModel) -> None:
    assert model.count_tokens("") == 0
    assert 1 <= model.count_tokens("人工智能") <= 4
    assert model.count_tokens(EVIDENCE) < len(EVIDENCE)


@pytest.mark.slow
@pytest.mark.model
def test_loading_leaves_ctrl_c_and_both_outputs_alone(local_model: Path) -> None:
    """Loaded from another thread, it is silent, Ctrl-C stops it, and nothing crashes when the interpreter goes."""
    script = (
        "import sys, threading, pathlib\n"
        "from assistant.models.local import LocalModel\n"
        "from assistant.models.base import Message\n"
        "model = LocalModel(pathlib.Path(sys.argv[1]), context=1024)\n"
        "warm = threading.Thread(target=model.preload); warm.start(); warm.join()\n"
        "stream = model.stream([Message('user', 'count to one hundred')], max_tokens=500)\n"
        "try:\n"
        "    next(stream); print('ready', flush=True)\n"
        "    for piece in stream: pass\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(local_model)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("interrupted\n", "", 0)


@pytest.mark.slow
@pytest.mark.model
def test_a_program_that_ends_at_once_after_loading_ends(local_model: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from assistant.models.local import LocalModel\n"
        "LocalModel(pathlib.Path(sys.argv[1]), context=1024).preload()\n"
    )
    command = [sys.executable, "-c", script, str(local_model)]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert (outcome.stdout, outcome.stderr, outcome.returncode) == ("", "", 0)


def test_a_missing_file_says_what_to_run(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    with pytest.raises(ModelUnavailable, match="wenju model pull"):
        list(LocalModel(tmp_path / "none.gguf").stream(ask("好")))


def test_a_file_of_the_catalogue_is_fetched_by_its_own_name(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    path = tmp_path / "known.gguf"
    with pytest.raises(ModelUnavailable, match=r"; run: wenju model pull known$"):
        LocalModel(path, name="known").preload()
    path.write_text("not a model")
    with pytest.raises(ModelUnavailable, match=r"; delete it and run: wenju model pull known$"):
        LocalModel(path, name="known").preload()
    with pytest.raises(ModelUnavailable, match="; name another file in WENJU_LOCAL_MODEL"):
        LocalModel(path).preload()


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    path = tmp_path / "text.gguf"
    path.write_text("not a model")
    with pytest.raises(ModelUnavailable, match="not a GGUF model"):
        LocalModel(path).preload()


def test_a_damaged_model_says_so(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    path = tmp_path / "cut.gguf"
    path.write_bytes(b"GGUF" + b"\x03\0\0\0" + b"\xff" * 400)
    with pytest.raises(ModelUnavailable, match="damaged or incomplete"):
        LocalModel(path).preload()


def test_a_missing_library_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'wenju\[local\]'"):
        LocalModel(tmp_path / "any.gguf").preload()


def test_threads_spin_a_little_before_they_sleep_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    for told, spins in [("ACTIVE", None), (None, SPINS)]:
        with monkeypatch.context() as environment:
            environment.setenv("GOMP_SPINCOUNT", "")
            environment.delenv("GOMP_SPINCOUNT")
            environment.setenv("OMP_WAIT_POLICY", told or "")
            if told is None:
                environment.delenv("OMP_WAIT_POLICY")
            with pytest.raises(ModelUnavailable):
                LocalModel(tmp_path / "any.gguf").preload()
            assert os.environ.get("GOMP_SPINCOUNT") == spins


def test_the_fingerprint_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "any.gguf"
    model = LocalModel(path)
    assert model.fingerprint == "absent"
    path.write_bytes(b"GGUF")
    assert model.fingerprint.startswith("4:")
