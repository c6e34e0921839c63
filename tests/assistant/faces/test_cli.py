"""The command line: its contracts, and one clear line for everything that can go wrong."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import IO, Any

import click
import pytest
from click.testing import CliRunner

import samples
from assistant.faces import cli as face
from tests.conftest import ROOT
from vectorstore.embedders import E5Embedder
from vectorstore.library import Library

SIZE = "按艾瑞咨询的口径，中国的AI产业在2023年有多大？"
HEAVY = {"chromadb", "gradio", "langchain", "langchain_core", "numpy", "onnxruntime", "openai", "tqdm"}


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one line of JSON on stdout."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def complaint(self) -> str:
        """The one line on stderr of a command that failed, without a word on stdout."""
        assert self.code != 0
        assert self.out == ""
        (line,) = [line for line in self.err.splitlines() if line.strip()]
        assert line.startswith("wenju: ")
        assert "Traceback" not in line
        return line


Wenju = Callable[..., Ran]


@pytest.fixture
def wenju(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], opened_once: None) -> Wenju:
    """Runs a command as the console script does, without a chat model unless one is named."""
    monkeypatch.setenv("WENJU_BACKEND", "extractive")

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["wenju", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            face.main()
        out, err = capsys.readouterr()
        return Ran(int(end.value.code or 0), out, err)

    return run


@pytest.fixture
def indexed(samples_library: Library, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the sample reports, which no test changes."""
    monkeypatch.setenv("WENJU_HOME", str(samples_library.home))
    return samples_library.home


@pytest.fixture
def copied(samples_library: Library, home: Path) -> Path:
    """A home of the sample reports to be changed."""
    shutil.copytree(samples_library.home, home, dirs_exist_ok=True)
    return home


def process(*words: str, stdin: IO[str] | int = subprocess.DEVNULL, **environment: str) -> subprocess.Popen[bytes]:
    """A command in a process of its own, which hears Ctrl-C even where its parent does not."""
    return subprocess.Popen(
        [sys.executable, "-m", "assistant.faces.cli", *words],
        cwd=ROOT,
        env={**os.environ, "WENJU_BACKEND": "extractive", **environment},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


# What scripts build on


def test_the_record_of_an_answer(wenju: Wenju, indexed: Path, samples_library: Library) -> None:
    record = wenju("ask", SIZE, "--json").json
    assert (record["question"], record["lang"], record["answer_lang"]) == (SIZE, "zh", "zh")
    assert (record["model"], record["error"], record["refused"]) == ("extractive", None, False)
    assert record["citations"]
    for citation in record["citations"]:
        text = samples_library.text(citation["report"])
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['n']}]" in record["answer"]
    assert [hit["rank"] for hit in record["retrieved"]] == list(range(1, len(record["retrieved"]) + 1))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_language_of_an_answer_can_be_chosen(wenju: Wenju, indexed: Path, lang: str) -> None:
    record = wenju("ask", SIZE, "--lang", lang, "--json").json
    assert record["answer_lang"] == lang
    assert any("\u4e00" <= char <= "\u9fff" for char in record["answer"]) == (lang == "zh")


def test_an_answer_for_reading_lists_its_sources(wenju: Wenju, indexed: Path) -> None:
    ran = wenju("ask", SIZE)
    assert ran.code == 0
    assert "[1]" in ran.out.splitlines()[0]
    assert "\n[1] " in ran.out
    assert any(report.name in ran.out for report in samples.reports())


def test_search_gives_places_in_reports(wenju: Wenju, indexed: Path, samples_library: Library) -> None:
    hits = wenju("search", "人形机器人有多重", "-k", "5", "--json").json["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5]
    for hit in hits:
        assert hit.keys() == {
            "rank", "report", "source", "page", "page_end", "start", "end", "score", "text"
        }  # fmt: skip
        assert samples_library.text(hit["report"])[hit["start"] : hit["end"]] == hit["text"]
        assert (hit["page"] is None) == (not hit["source"].endswith(".pdf"))


def test_a_search_can_be_limited_and_explained(wenju: Wenju, indexed: Path, samples_library: Library) -> None:
    found = wenju("search", "AI", "--language", "en", "--since", "2000", "--explain", "--json").json
    languages = {report.id: report.lang for report in samples_library.reports()}
    assert {languages[hit["report"]] for hit in found["hits"]} <= {"en"}
    assert {stage["name"] for stage in found["explain"]["stages"]} >= {"dense", "lexical"}
    assert [hit["rank"] for hit in found["explain"]["hits"]] == [hit["rank"] for hit in found["hits"]]
    said = wenju("search", "AI", "--explain").out
    assert "why each ranks where it does" in said
    assert wenju("search", "AI", "--publisher", "nobody at all", "--json").json["hits"] == []


def test_a_search_can_be_kept_to_a_report(wenju: Wenju, indexed: Path, samples_library: Library) -> None:
    id = samples_library.reports()[1].id
    hits = wenju("search", "AI", "--report", id, "--json").json["hits"]
    assert {hit["report"] for hit in hits} == {id}


def test_a_question_can_be_kept_to_reports(wenju: Wenju, indexed: Path, samples_library: Library) -> None:
    for report in samples_library.reports():
        record = wenju("ask", SIZE, "--report", report.id, "--json").json
        assert {hit["source"] for hit in record["retrieved"]} == {report.source}
    dated = [report for report in samples_library.reports() if report.date]
    latest = max(report.date or "" for report in dated)
    found = {hit["source"] for hit in wenju("ask", SIZE, "--since", latest, "--json").json["retrieved"]}
    assert found <= {report.source for report in dated if report.date == latest}


def test_the_list_of_reports(wenju: Wenju, indexed: Path) -> None:
    listed = wenju("docs", "list", "--json").json["reports"]
    assert [report["source"] for report in listed] == [file.name for file in samples.reports()]
    assert all(report["passages"] > 0 and report["characters"] > 0 for report in listed)
    assert [report["pages"] > 0 for report in listed] == [
        report["source"].endswith(".pdf") for report in listed
    ]


def test_the_canonical_text_is_printed_byte_for_byte(indexed: Path, samples_library: Library) -> None:
    for report in samples_library.reports():
        ran = CliRunner().invoke(face.cli, ["docs", "show", report.id, "--text"])
        assert ran.stdout_bytes == samples_library.text(report.id).encode()


def test_line_ends_of_a_text_stay_as_they_are(
    library_of: Callable[..., Library], tmp_path: Path, home: Path
) -> None:
    library = library_of()
    file = tmp_path / "windows.txt"
    file.write_bytes("规模为2137亿元。\r\n增长14.6%。\r\n\x0c第二页。".encode())
    library.add([file])
    ran = CliRunner().invoke(face.cli, ["docs", "show", library.reports()[0].id, "--text"])
    assert ran.stdout_bytes == file.read_bytes()


def test_one_report_shows_what_is_known_of_it(wenju: Wenju, indexed: Path, samples_library: Library) -> None:
    report = samples_library.reports()[0]
    shown = wenju("docs", "show", report.id).out
    assert report.title in shown
    assert report.sha256 in shown


def test_indexing_tells_what_it_did_and_a_second_run_changes_nothing(wenju: Wenju, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "one.txt").write_text("星海公司2023年的收入为55亿元。", "utf-8")
    (folder / "two.md").write_text("# Robots\n\nThe robot weighs 52 kg.\n", "utf-8")
    first = wenju("index", str(folder), "--json").json
    assert (first["added"], first["updated"], first["unchanged"]) == (["one.txt", "two.md"], [], [])
    assert first["failed"] == []
    assert first["passages"] == 2
    assert first["seconds"] > 0
    second = wenju("index", str(folder), "--json").json
    assert (second["added"], second["unchanged"]) == ([], ["one.txt", "two.md"])
    (folder / "one.txt").write_text("星海公司2023年的收入为56亿元。", "utf-8")
    third = wenju("index", str(folder), "--json").json
    assert (third["updated"], third["unchanged"]) == (["one.txt"], ["two.md"])


def test_some_of_a_folder_is_indexed_and_what_is_gone_is_removed(wenju: Wenju, tmp_path: Path) -> None:
    for name in ("one.txt", "draft one.txt", "two.md"):
        (tmp_path / name).write_text(f"{name}：星海公司2023年的收入为55亿元。", "utf-8")
    ran = wenju("index", str(tmp_path), "--include", "*.TXT", "--exclude", "draft*", "--json").json
    assert ran["added"] == ["one.txt"]
    assert set(ran["stages"]) == {"reading", "storing", "embedding", "building"}
    (tmp_path / "one.txt").unlink()
    said = wenju("index", str(tmp_path)).out
    assert said.startswith("2 added, 0 updated, 0 unchanged, 1 removed, 0 failed; ")
    assert [report["source"] for report in wenju("docs", "list", "--json").json["reports"]] == [
        "draft one.txt",
        "two.md",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="presses Ctrl-C")
def test_watching_follows_a_folder_until_ctrl_c(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    command = [sys.executable, "-c", "from assistant.faces.cli import main; main()", "index", str(folder), "--watch"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline().startswith("0 added")
        (folder / "one.txt").write_text("星海公司2023年的收入为55亿元。", "utf-8")
        assert running.stdout.readline().startswith("1 added")
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
        assert said.splitlines()[-1] == "stopped watching"
        assert running.returncode == 0


def test_a_report_is_corrected_and_removed(wenju: Wenju, copied: Path) -> None:
    id = wenju("docs", "list", "--json").json["reports"][0]["id"]
    assert "New title" in wenju("docs", "set", id, "--title", "New title", "--date", "2024-05").out
    assert "chips, q1-2024" in wenju("docs", "set", id, "--tags", "Chips, Q1 2024").out
    listed = wenju("docs", "list", "--json").json["reports"][0]
    assert (listed["date"], listed["tags"]) == ("2024-05", ["chips", "q1-2024"])
    assert wenju("docs", "remove", id, id, "--yes").out.startswith("removed 1: ")
    assert len(wenju("docs", "list", "--json").json["reports"]) == 2
    assert not any(hit["report"] == id for hit in wenju("search", "AI", "--json").json["hits"])


@pytest.mark.parametrize(("said", "code", "left"), [(b"", 0, 2), (b"y\n", 0, 2), (b"n\n", 1, 3)])
def test_without_a_terminal_only_a_no_keeps_a_report(
    wenju: Wenju, copied: Path, tmp_path: Path, said: bytes, code: int, left: int
) -> None:
    id = wenju("docs", "list", "--json").json["reports"][0]["id"]
    (tmp_path / "said").write_bytes(said)
    with (tmp_path / "said").open() as file:
        ran = process("docs", "remove", id, stdin=file, WENJU_HOME=str(copied))
        out, err = ran.communicate()
    assert ran.returncode == code
    assert (b"removed 1: " in out) is (code == 0)
    assert (b"nothing was removed" in err) is (code == 1)
    assert len(wenju("docs", "list", "--json").json["reports"]) == left


def test_an_open_input_that_says_nothing_is_not_waited_for(wenju: Wenju, copied: Path) -> None:
    id = wenju("docs", "list", "--json").json["reports"][0]["id"]
    read, write = os.pipe()
    ran = process("docs", "remove", id, stdin=read, WENJU_HOME=str(copied))
    out, _ = ran.communicate(timeout=60)
    os.close(write)
    os.close(read)
    assert out.startswith(b"removed 1: ")


@pytest.mark.parametrize(("said", "left"), [(b"n\n", 3), (b"y\n", 2)])
def test_a_terminal_is_asked(wenju: Wenju, copied: Path, said: bytes, left: int) -> None:
    id = wenju("docs", "list", "--json").json["reports"][0]["id"]
    ours, theirs = pty.openpty()
    ran = process("docs", "remove", id, stdin=theirs, WENJU_HOME=str(copied))
    os.write(ours, said)
    _, err = ran.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert b"from the library?" in err
    assert len(wenju("docs", "list", "--json").json["reports"]) == left


def test_the_samples_are_indexed_only_into_an_empty_library(
    wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_EMBEDDER", "nonsense")  # so that touching the embedder would fail
    assert wenju("index", "--samples", "--if-empty") == Ran(0, "", "")


def test_models_are_listed(wenju: Wenju) -> None:
    listed = wenju("model", "list", "--json").json["models"]
    shown = wenju("model", "list").out
    assert listed
    assert all(model["name"] in shown and model["licence"] in shown for model in listed)
    assert wenju("model", "path").out.strip().endswith(".gguf")


def test_the_home_is_an_option_or_a_variable(
    wenju: Wenju, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(wenju("docs", "list", "--json").json["reports"]) == 3
    assert wenju("--home", str(tmp_path / "new"), "docs", "list", "--json").json == {"reports": []}
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "other"))
    assert len(wenju("--home", str(indexed), "docs", "list", "--json").json["reports"]) == 3


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", list(commands(face.cli)), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(face.cli, [*path, "--help"])
    assert ran.exit_code == 0
    assert "Usage:" in ran.output


def test_every_command_of_the_contract_is_there() -> None:
    assert {"index", "docs", "search", "ask", "model", "eval", "serve", "doctor"} <= face.cli.commands.keys()
    assert {"run", "compare"} <= face.cli.commands["eval"].commands.keys()  # type: ignore[attr-defined]


def test_help_loads_nothing_heavy() -> None:
    out, _ = process("--help").communicate()
    assert b"Usage" in out
    script = (
        f"import assistant.faces.cli, sys; print(*{HEAVY!r} & {{m.partition('.')[0] for m in sys.modules}})"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout.split() == []


# What goes wrong


@pytest.mark.parametrize("question", ["", "   ", "。。。", "😀😀", "?!", "长" * 50_000])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_what_is_no_question(wenju: Wenju, indexed: Path, command: str, question: str) -> None:
    complaint = wenju(command, question).complaint
    assert "the question" in complaint
    assert len(complaint) < 200


def test_bytes_that_are_no_text_in_a_question(wenju: Wenju, indexed: Path) -> None:
    record = wenju("ask", os.fsdecode(b"\xff\xfe ") + SIZE, "--json").json
    assert record["question"].endswith(SIZE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("index",), "nothing to index"),
        (("ask", SIZE, "--backend", "nonsense"), "'nonsense' does not exist; choose auto"),
        (("ask", SIZE, "--lang", "fr"), "'fr' is not one of"),
        (("ask",), "Missing argument 'QUESTION'; see `wenju ask --help`"),
        (("ask", SIZE, "--nonsense"), "No such option"),
        (("nonsense",), "No such command 'nonsense'"),
        (("search", "AI", "-k", "0"), "0 is not in the range"),
        (("search", "AI", "--report", "nonsense"), "no report has the id 'nonsense'"),
        (("search", "AI", "--since", "2023-02-31"), "'2023-02-31' is no date"),
        (("ask", SIZE, "--report", "nonsense"), "no report has the id 'nonsense'"),
        (("ask", SIZE, "--until", "0000"), "'0000' is no date"),
        (("ask", SIZE, "--publisher", "nobody at all"), "no report is within these limits"),
        (("docs", "show", "nonsense"), "no report has the id 'nonsense'"),
        (("docs", "show", "nonsense", "--text"), "no report has the id 'nonsense'"),
        (("docs", "remove", "nonsense", "--yes"), "no report has the id 'nonsense'"),
        (("docs", "set", "nonsense", "--title", "x"), "no report has the id 'nonsense'"),
        (("docs", "set", "nonsense"), "nothing to set"),
        (("docs", "set", "nonsense", "--date", "May 2024"), "'May 2024' is no date"),
        (("docs", "set", "nonsense", "--date", "2024-13"), "'2024-13' is no date"),
        (("docs", "set", "nonsense", "--date", "2023-02-31"), "'2023-02-31' is no date"),
        (("model", "pull", "nonsense"), "no local model named 'nonsense'; choose one of"),
        (("model", "path", "nonsense"), "no local model named 'nonsense'; choose one of"),
        (("eval", "run", "nonsense.jsonl", "--out", "o"), "nonsense.jsonl cannot be read"),
        (("eval", "compare", "nonsense", "other"), "holds no finished run"),
    ],
)
def test_a_bad_command_is_one_line(wenju: Wenju, indexed: Path, words: tuple[str, ...], said: str) -> None:
    assert said in wenju(*words).complaint


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WENJU_PORT", "banana", "WENJU_PORT"),
        ("WENJU_EMBEDDER", "nonsense", "unknown embedder 'nonsense'"),
        ("WENJU_BACKEND", "nonsense", "'nonsense' does not exist"),
        ("WENJU_LOG_LEVEL", "loud", "WENJU_LOG_LEVEL"),
        ("WENJU_UNSUPPORTED", "hide", "WENJU_UNSUPPORTED"),
    ],
)
def test_a_bad_setting_is_one_line(
    wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    complaint = wenju("ask", SIZE).complaint
    assert said in complaint
    assert value in complaint


def test_a_misspelt_variable_is_noted_and_ignored(
    wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_BAKEND", "local")
    ran = wenju("docs", "list", "--json")
    assert ran.json["reports"]
    assert ran.err == "note: WENJU_BAKEND is no setting of Wenju and is ignored; did you mean WENJU_BACKEND?\n"
    monkeypatch.delenv("WENJU_BAKEND")
    monkeypatch.setenv("WENJU_BOGUS", "1")
    assert wenju("docs", "list").err == "note: WENJU_BOGUS is no setting of Wenju and is ignored\n"


@pytest.mark.parametrize("words", [("docs", "list"), ("doctor",)])
def test_a_backend_that_does_not_exist_is_said_whatever_is_asked(
    wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("WENJU_BACKEND", "zzz")
    assert "WENJU_BACKEND" in wenju(*words).complaint


def test_an_unknown_local_model(wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LOCAL_MODEL", "nonsense")
    for backend in ("local", "auto"):
        assert "no local model named 'nonsense'" in wenju("ask", SIZE, "--backend", backend).complaint


def test_a_local_model_that_is_not_there(
    wenju: Wenju, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LOCAL_MODEL", str(tmp_path / "no.gguf"))
    assert "no.gguf" in wenju("ask", SIZE, "--backend", "local").complaint
    fallen = wenju("ask", SIZE, "--backend", "auto")
    assert fallen.code == 0
    assert "no.gguf" in fallen.err  # says why no model wrote it


def test_a_cache_inside_the_home(wenju: Wenju, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(home / "cache"))
    assert "lies inside the home" in wenju("docs", "list").complaint


@pytest.mark.parametrize("content", ["port = = 1", 'portt = "1"', "port = -5"])
def test_a_bad_settings_file(wenju: Wenju, home: Path, content: str) -> None:
    (home / "settings.toml").write_text(content, "utf-8")
    assert "port" in wenju("docs", "list").complaint or "settings.toml" in wenju("docs", "list").complaint


@pytest.mark.parametrize("words", [("docs", "list"), ("ask", SIZE), ("index", "x"), ("doctor",)])
def test_a_home_that_is_a_file(wenju: Wenju, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert "is not a folder" in wenju("--home", str(tmp_path / "file"), *words).complaint


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can write")
@pytest.mark.parametrize("words", [("docs", "list"), ("ask", SIZE), ("index", "x"), ("doctor",)])
def test_a_home_that_cannot_be_made(wenju: Wenju, words: tuple[str, ...]) -> None:
    complaint = wenju("--home", "/proc/wenju/home", *words).complaint
    assert "/proc/wenju/home cannot be made" in complaint
    assert "WENJU_HOME" in complaint


def test_a_database_that_is_none(wenju: Wenju, home: Path) -> None:
    (home / "library.db").write_bytes(b"not a database " * 1000)
    assert "library.db" in wenju("docs", "list").complaint


def test_an_index_made_with_another_embedder(wenju: Wenju, copied: Path) -> None:
    with sqlite3.connect(copied / "library.db") as db:
        db.execute("UPDATE meta SET value='other (8 dimensions, version 1)' WHERE key='embedder'")
    for words in (("ask", SIZE), ("search", "AI"), ("doctor",)):
        complaint = wenju(*words).complaint
        assert "other (8 dimensions, version 1)" in complaint
        assert "wenju doctor --repair" in complaint
    assert wenju("docs", "list", "--json").code == 0


def test_files_that_cannot_be_indexed_are_named_and_the_rest_go_on(wenju: Wenju, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "fake.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (tmp_path / "good.txt").write_text("星海公司2023年的收入为55亿元。", "utf-8")
    names = ("absent.txt", "empty.txt", "binary.txt", "fake.pdf", "good.txt")
    ran = wenju("index", *(str(tmp_path / name) for name in names))
    assert ran.code == 1
    assert ran.out.startswith("1 added, 0 updated, 0 unchanged, 4 failed")
    assert "Traceback" not in ran.err
    for name, line in zip(names, ran.err.splitlines(), strict=False):
        assert line.startswith("not read: ")
        assert name in line
    ran = wenju("index", str(tmp_path / "empty.txt"), "--json")
    assert (ran.code, ran.json["failed"][0]["reason"]) == (1, "empty.txt is empty (0 bytes)")


def test_an_empty_library(wenju: Wenju, tmp_path: Path) -> None:
    assert "empty" in wenju("docs", "list").out
    assert wenju("search", "AI", "--json").json == {"hits": []}
    record = wenju("ask", SIZE, "--json").json
    assert record["refused"] is True
    assert "报告库是空的" in record["answer"]
    complaint = wenju("eval", "run", str(samples.questions()), "--out", str(tmp_path / "out")).complaint
    assert "is empty; index reports first" in complaint


# A chat model far away


class Refusing(BaseHTTPRequestHandler):
    """Refuses every key."""

    def do_POST(self) -> None:
        body = json.dumps({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def refusing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()


def test_a_key_that_is_refused(
    wenju: Wenju, indexed: Path, refusing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_BASE_URL", refusing)
    monkeypatch.setenv("WENJU_API_KEY", "open-sesame")
    complaint = wenju("ask", SIZE, "--backend", "openai:gpt-4o-mini").complaint
    assert "key" in complaint
    assert "open-sesame" not in complaint


def test_an_address_nobody_answers_at(wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("WENJU_API_KEY", "open-sesame")
    monkeypatch.setenv("WENJU_RETRIES", "0")
    complaint = wenju("ask", SIZE, "--backend", "openai:gpt-4o-mini").complaint
    assert "http://127.0.0.1:9/v1 cannot be reached" in complaint


def test_a_backend_of_the_settings_has_a_successor(
    wenju: Wenju, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_BACKEND", "openai:gpt-4o-mini")
    monkeypatch.setenv("WENJU_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("WENJU_RETRIES", "0")
    record = wenju("ask", SIZE, "--json").json
    assert record["model"] == "extractive"
    assert record["citations"]
    assert "http://127.0.0.1:9/v1 cannot be reached" in record["notices"][0]
    monkeypatch.setenv("WENJU_FALLBACK", "none")
    assert "cannot be reached" in wenju("ask", SIZE, "--json").complaint


# As a process


def test_a_failure_of_a_process(tmp_path: Path) -> None:
    ran = process("ask", " ", WENJU_HOME=str(tmp_path / "home"))
    out, err = ran.communicate()
    assert (ran.returncode, out) == (1, b"")
    assert err.decode().splitlines() == ["wenju: the question is empty; ask something about the reports"]


def test_a_reader_that_goes_away_is_no_failure_to_report(indexed: Path) -> None:
    ran = process("docs", "list", WENJU_HOME=str(indexed))
    assert ran.stdout is not None
    assert ran.stderr is not None
    ran.stdout.close()
    assert b"Traceback" not in ran.stderr.read()
    assert ran.wait(30) == 1


def test_ctrl_c_while_a_module_loads_blames_no_model(
    wenju: Wenju, home: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hit(folder: Path) -> None:
        raise ImportError("initialization failed") from KeyboardInterrupt()

    (tmp_path / "one.txt").write_text("星海公司2023年的收入为55亿元。", "utf-8")
    monkeypatch.setattr("vectorstore.e5.E5", hit)
    monkeypatch.setattr("assistant.opening.open_embedder_of", lambda settings: E5Embedder(cache, 1))
    assert wenju("index", str(tmp_path / "one.txt")) == Ran(130, "", "stopped\n")


def test_ctrl_c_while_indexing_leaves_the_library_as_it_was(
    wenju: Wenju, copied: Path, tmp_path: Path
) -> None:
    before = wenju("docs", "list", "--json").json
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(f"{n}号公司的收入为{n * 37}亿元，" * 12 for n in range(3000)), "utf-8")
    ran = process("index", str(long))
    with sqlite3.connect(copied / "library.db") as db:
        deadline = time.monotonic() + 60
        while not db.execute("SELECT 1 FROM reports WHERE state='building'").fetchone():
            assert ran.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    ran.send_signal(signal.SIGINT)
    out, err = ran.communicate(timeout=60)
    assert (ran.returncode, out) == (130, b"")
    assert err.decode().split() == ["stopped"]
    assert wenju("docs", "list", "--json").json == before
    assert wenju("doctor").code == 0
    assert wenju("ask", SIZE, "--json").json["citations"]
