from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import load, located
from eval.errors import BadDataset
from eval.importers import read
from eval.metrics import METRICS
from eval.retrieval import Sources


def filed(tmp_path: Path, name: str, content: Any) -> Path:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, "utf-8")
    else:
        path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def lines(*items: Any) -> str:
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items) + "\n"


CONTEXT = "第一句。\n黑豹队丢了308分，排名第六。"


def squad(*questions: dict[str, Any]) -> dict[str, Any]:
    return {"data": [{"title": "T", "paragraphs": [{"context": CONTEXT, "qas": list(questions)}]}]}


def asked(id: str, text: str, start: int = -1) -> dict[str, Any]:
    return {"id": id, "question": "丢了多少分？", "answers": [{"text": text, "answer_start": start}]}


def test_squad_answers_are_key_facts_with_their_line_as_evidence(tmp_path: Path) -> None:
    found = read(filed(tmp_path, "x.json", squad(asked("a", "308分", 10), asked("b", "排名第六"))))
    first, second = found.questions
    assert (first.lang, first.type, first.answer, first.key_facts) == ("zh", "fact", "308分", (("308分",),))
    ((name, text),) = found.texts.items()
    for question in (first, second):
        (item,) = question.evidence
        assert (item.file, item.start_line, item.end_line) == (name, 2, 2)
    assert text.split("\n")[1] == "黑豹队丢了308分，排名第六。"


def test_squad_2_says_what_has_no_answer(tmp_path: Path) -> None:
    question = {"id": "a", "question": "Why?", "answers": [], "is_impossible": True}
    (found,) = read(filed(tmp_path, "x.json", squad(question))).questions
    assert (found.type, found.lang, found.answerable) == ("unanswerable", "en", False)


def test_the_first_format_of_cmrc_is_read_too(tmp_path: Path) -> None:
    whole = [{
        "context_id": "T1", "context_text": CONTEXT, "title": "黑豹",
        "qas": [{"query_id": "Q1", "query_text": "排名第几？", "answers": ["第六", "排名第六", "第六"]}],
    }]
    (found,) = read(filed(tmp_path, "cmrc.json", whole)).questions
    assert (found.id, found.key_facts) == ("Q1", (("第六", "排名第六"),))


def test_every_answer_that_does_not_stand_in_its_context_is_listed(tmp_path: Path) -> None:
    path = filed(tmp_path, "x.json", squad(asked("a", "309分"), asked("b", "308分"), asked("b", "308分")))
    with pytest.raises(BadDataset, match="2 questions are invalid") as caught:
        read(path)
    assert "question 1: a: the answer '309分' does not stand in its context" in str(caught.value)
    assert "question 3: the id 'b' stands already at question 2" in str(caught.value)
    kept = read(path, skip_invalid=True)
    assert ([q.id for q in kept.questions], len(kept.questions.left_out)) == (["b"], 2)


def test_rgb_asks_for_every_fact_in_one_of_its_variants(tmp_path: Path) -> None:
    path = filed(tmp_path, "zh_int.json", lines(
        {"id": 0, "query": "谁和谁？", "answer": [["甲", "甲方"], "乙"], "positive": [["甲来。"], ["乙来。"]],
         "negative": ["丙来。"]},
        {"id": 1, "query": "When?", "answer": ["2022"], "positive": ["It was 2022.", "In 2022."], "negative": []},
        {"id": 2, "query": "Who?", "answer": ["X"], "positive": [], "negative": ["Y."]},
    ))
    both, either, nobody = read(path).questions
    assert both.key_facts == (("甲", "甲方"), ("乙",))
    assert [item.start_line for item in both.evidence] == [1, 3]
    assert both.note == ""
    assert "suffices" in either.note
    assert (nobody.type, nobody.key_facts) == ("unanswerable", ())


def test_nomiracl_as_published_points_at_its_relevant_passages(tmp_path: Path) -> None:
    item = {
        "query_id": "1", "query": "南朝何时结束？", "subset": "relevant",
        "positive_passages": [{"docid": "2#1", "title": "南北朝", "text": "南朝结束于589年。"}],
        "negative_passages": [{"docid": "3#1", "title": "南宋", "text": "南宋。"}],
    }
    found = read(filed(tmp_path, "dev.jsonl", lines(item)))
    (question,) = found.questions
    (evidence,) = question.evidence
    assert found.texts[evidence.file].split("\n")[evidence.start_line - 1] == "南北朝: 南朝结束于589年。"
    missing = {**item, "subset": "non_relevant", "positive_passages": []}
    (question,) = read(filed(tmp_path, "none.jsonl", lines(missing))).questions
    assert (question.type, question.evidence) == ("unanswerable", ())


ROWS = (
    "编号,语言,类型,问题,参考答案,要点,证据,无关\n"
    '1,zh,number,"有多大？",2137亿元,"2137亿 | 213.7 billion; 30.6%","r.txt:12-15；r.txt:3",x\n'
    "\n"
    "2,,,How many?,7,7,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_is_read_with_columns_named_in_either_language(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = ROWS if delimiter == "," else ROWS.replace(",", "\t")
    first, second = read(filed(tmp_path, "t.csv", text.encode(encoding))).questions
    assert first.key_facts == (("2137亿", "213.7 billion"), ("30.6%",))
    assert [(e.file, e.start_line, e.end_line) for e in first.evidence] == [("r.txt", 12, 15), ("r.txt", 3, 3)]
    assert (second.id, second.lang, second.type) == ("2", "en", "fact")


def test_a_workbook_is_read_as_a_table_is(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["id", "question", "answer", "key_facts"])
    book.active.append([1.0, "多少？", 31, "31"])
    book.save(tmp_path / "t.xlsx")
    (question,) = read(tmp_path / "t.xlsx").questions
    assert (question.id, question.answer, question.key_facts) == ("1", "31", (("31",),))


def test_rows_that_are_no_questions_are_listed_by_their_line(tmp_path: Path) -> None:
    content = 'id,question,evidence,type\n1,"多\n少？",r.txt,\n2,几何？,,riddle\n3,何处？,,\n'
    with pytest.raises(BadDataset) as caught:
        read(filed(tmp_path, "t.csv", content))
    assert "line 2: evidence must read `file:12-15`, not 'r.txt'" in str(caught.value)
    assert "line 4: type must be one of" in str(caught.value)
    kept = read(tmp_path / "t.csv", skip_invalid=True)
    assert [q.id for q in kept.questions] == ["3"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", "a,b\n1,2\n", "names no column `question`"),
        ("t.csv", b"\xff\xff\xff\n", "neither UTF-8 nor GB 18030"),
        ("t.xlsx", "no workbook", "no workbook that can be read"),
        ("x.json", "{", "is not JSON"),
        ("x.json", "{}", "no list of articles"),
        ("x.json", {"data": []}, "holds no question"),
    ],
)
def test_what_is_no_set_is_one_sentence(tmp_path: Path, name: str, content: Any, said: str) -> None:
    with pytest.raises(BadDataset, match=said):
        read(filed(tmp_path, name, content))
    with pytest.raises(BadDataset, match="unknown"):
        read(tmp_path / name, format="parquet")


def test_an_imported_set_is_read_back_and_its_references_score(tmp_path: Path) -> None:
    found = read(filed(tmp_path, "x.json", squad(asked("a", "308分", 10))))
    found.write(tmp_path / "out" / "set.jsonl", tmp_path / "out" / "reports")
    (question,) = load(tmp_path / "out" / "set.jsonl")
    sources = Sources(lambda name: (tmp_path / "out" / "reports" / name).read_text("utf-8"))
    assert located(load(tmp_path / "out" / "set.jsonl"), sources.line_count) == [question]
    record = {"answer": "308分", "refused": False}
    for name in ("accuracy", "token_f1", "numeric"):
        assert METRICS[name].scorer(record, question, sources).value == 1.0


def test_evidence_outside_its_file_and_unknown_reports_are_listed(tmp_path: Path) -> None:
    path = filed(tmp_path, "s.jsonl", "\n" + lines(*(
        {"id": str(n), "lang": "zh", "type": "fact", "question": "？",
         "evidence": [{"file": file, "start": 1, "end": end}]}
        for n, (file, end) in enumerate([("a.txt", 2), ("a.txt", 3), ("b.txt", 1)])
    )))
    sources = Sources({"a.txt": "一\n二\n"}.__getitem__)
    with pytest.raises(BadDataset, match="2 lines are invalid") as caught:
        located(load(path), sources.line_count)
    assert "line 3: evidence on lines 1 to 3 lies outside a.txt: 2 lines" in str(caught.value)
    assert "line 4: the library holds no report called 'b.txt'" in str(caught.value)
    kept = located(load(path), sources.line_count, skip_invalid=True)
    assert ([q.id for q in kept], [item.line for item in kept.left_out]) == (["0"], [3, 4])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "lang", "type"),
    [
        ("xquad.zh.json", 1190, "zh", "fact"), ("xquad.en.json", 1190, "en", "fact"),
        ("nomiracl.zh.relevant.jsonl", 250, "zh", "fact"),
        ("nomiracl.zh.non_relevant.jsonl", 250, "zh", "unanswerable"),
    ],
)
def test_public_sets_are_read_whole(shared: Path, name: str, count: int, lang: str, type: str) -> None:
    found = read(shared / "benchmarks" / name, lang=lang)
    assert len(found.questions) == count
    assert {question.type for question in found.questions} == {type}
    assert all(question.question and question.lang == lang for question in found.questions)
    assert all(item.file in found.texts for question in found.questions for item in question.evidence)
    assert all(text.strip() for text in found.texts.values())
