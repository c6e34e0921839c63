"""Passages that repeat one another: one answers, the others are linked to it and do not crowd the results."""

from __future__ import annotations

from tests.vectorstore.conftest import Write
from vectorstore.duplicates import Print
from vectorstore.library import Library

SAID = "2023年我国人工智能核心产业规模达到1751亿元，同比增长11.9%；智能语音与计算机视觉仍是最大的两个领域。"


def test_other_punctuation_is_the_same_passage() -> None:
    copy = SAID.replace("，", ", ").replace("；", "; ")
    assert Print("a", copy).repeats(Print("a", SAID))


def test_another_figure_is_another_statement() -> None:
    assert not Print("a", SAID.replace("1751", "2137")).repeats(Print("a", SAID))
    assert not Print("a", f"{SAID}其中芯片占20%。").repeats(Print("a", SAID))


def test_another_report_is_another_witness() -> None:
    assert not Print("a", SAID).repeats(Print("b", SAID))


def test_different_passages() -> None:
    assert not Print("a", "企业对算力的需求继续上升，国内厂商加快布局。").repeats(Print("a", SAID))
    assert Print("a", "").repeats(Print("a", ""))


def test_a_report_that_prints_itself_twice_answers_once(library: Library, write: Write) -> None:
    others = [f"# 第{n}章\n\n{'甲乙丙丁戊己庚辛'[n] * 40}产业规模的说明，与别处不同。\n\n" for n in range(8)]
    text = f"# 概况\n\n{SAID}\n\n{''.join(others)}# 附录\n\n{SAID.replace('，', ', ')}\n"
    library.add([write("twice.txt", text), write("other.txt", f"# 引用\n\n{SAID}\n")])
    hits = library.search("2023年人工智能核心产业规模是多少？", 6)
    holding = [hit for hit in hits if "1751" in hit.text]
    assert sorted(hit.report.source for hit in holding) == ["other.txt", "twice.txt"]
    twice = next(hit for hit in holding if hit.report.source == "twice.txt")
    (copy,) = twice.duplicates
    assert "1751" in library.text(copy.report)[copy.start : copy.end]
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
