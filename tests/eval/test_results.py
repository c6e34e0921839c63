from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import BadRun
from eval.results import Results, read_json, read_lines, replacing, write_json


def line(id: str, text: str = "", error: str | None = None) -> bytes:
    return json.dumps({"id": id, "text": text, "error": error}, ensure_ascii=False).encode()


def test_records_are_read_back_by_id_and_sorted_by_one_step(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    for id in ("c", "a", "b"):
        results.append(id, line(id, "第\u2028二行"))
    assert results.read("a") == {"id": "a", "text": "第\u2028二行", "error": None}
    assert results.read("d") is None
    results.sort(["a", "b", "d", "c"])
    assert [item["id"] for item in read_lines(tmp_path / "results.jsonl")] == ["a", "b", "c"]
    assert results.read("c") == {"id": "c", "text": "第\u2028二行", "error": None}
    results.append("d", line("d"))
    assert results.answered == {"a", "b", "c", "d"}


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 10_000))
def test_a_file_torn_anywhere_keeps_its_whole_lines_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / "results.jsonl"
    lines = [line(str(n), "报告" * n) + b"\n" for n in range(8)]
    whole = b"".join(lines)
    path.write_bytes(whole[: cut % (len(whole) + 1)])
    kept = path.read_bytes().count(b"\n")
    results = Results(path)
    assert results.answered == {str(n) for n in range(kept)}
    for n in range(kept, 8):
        results.append(str(n), lines[n][:-1])
    assert path.read_bytes() == whole


def test_a_later_record_replaces_an_error(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_bytes(line("a", error="fell over") + b"\n" + line("b") + b"\nnot a record\n")
    results = Results(path)
    assert results.answered == {"b"}
    results.append("a", line("a", "at last"))
    results.sort(["a", "b"])
    assert results.answered == {"a", "b"}
    assert [item["text"] for item in read_lines(path)] == ["at last", ""]


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    write_json(path, {"n": 1})
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(path, {"n": float("nan")})
    assert read_json(path) == {"n": 1}

    def interrupted() -> None:
        with replacing(path) as file:
            file.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [item.name for item in tmp_path.iterdir()] == ["summary.json"]


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match="holds no finished run"):
        read_json(tmp_path / "summary.json")
    with pytest.raises(BadRun, match=r"there is no scores\.jsonl; name the --out folder of wenju eval run"):
        list(read_lines(tmp_path / "scores.jsonl"))
    (tmp_path / "scores.jsonl").write_text("{}\n{")
    with pytest.raises(BadRun, match="line 2 is not JSON"):
        list(read_lines(tmp_path / "scores.jsonl"))
    (tmp_path / "scores.jsonl").write_text("[]\n")
    with pytest.raises(BadRun, match="line 1 is no JSON object"):
        list(read_lines(tmp_path / "scores.jsonl"))


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    results = Results(tmp_path / "results.jsonl")
    results._file = open("/dev/full", "wb")  # noqa: SIM115
    with pytest.raises(BadRun, match="No space left"):
        results.append("a", line("a"))
