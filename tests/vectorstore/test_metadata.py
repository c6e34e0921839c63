"""What a report says of itself: language, title, publisher, date."""

from __future__ import annotations

from pathlib import Path

import pytest

from vectorstore import metadata
from vectorstore.layout import layout
from vectorstore.schema import Document

SENTENCE = "人工智能产业在本年度继续保持增长，企业数量和融资规模都有所上升。"


def report(text: str, **facts: str) -> Document:
    return Document(text=text, format="text", **facts)


def title(text: str, name: str = "file-7.txt", **facts: str) -> str:
    return metadata.title(report(text, **facts), layout(text), Path(name))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (SENTENCE, "zh"),
        ("The AI industry grew.", "en"),
        ("GPT-4 与 Claude 3 的对比：能力、价格和上下文长度", "zh"),
        ("The term 人工智能 means artificial intelligence in the Chinese language.", "en"),
        ("", "en"),
        ("2023 13.9%", "en"),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert metadata.language(text) == lang


def test_the_files_own_title_comes_first() -> None:
    assert title("中国人工智能产业发展报告\n", title="自带的题名") == "自带的题名"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"中国人工智能产业发展报告\n\n{SENTENCE}\n", "中国人工智能产业发展报告"),
        (f"# Artificial Intelligence Review\n\n{SENTENCE}", "Artificial Intelligence Review"),
        (f"短\n\n中国算力发展白皮书（2024年）\n\n{SENTENCE}", "中国算力发展白皮书（2024年）"),
        (f"{SENTENCE}\n", "file-7"),
        (f"1. Introduction to it\n\n{SENTENCE}\n", "file-7"),
        (f"一、行业发展背景\n\n中国算力发展白皮书\n\n{SENTENCE}\n", "中国算力发展白皮书"),
    ],
)
def test_the_first_line_that_can_be_a_title(text: str, wanted: str) -> None:
    assert title(text) == wanted


def test_the_maker_is_named_where_the_file_is_silent() -> None:
    text = "".join(f"{SENTENCE}\n\n来源：青山咨询，{n}号数据\n\n" for n in range(6))
    assert metadata.publisher(report(text), text) == "青山咨询"
    assert title(f"2024年6月3日。\n\n{text}") == "青山咨询报告 2024-06"


def test_who_made_it_together_is_named_together() -> None:
    text = "".join(f"{SENTENCE}\n\n数据来源：海关，青山研究院、远洋分析\n\n" for n in range(6))
    assert metadata.publisher(report(text), text) == "青山研究院、远洋"
    once = text.replace("、远洋分析", "整理", 4)
    assert metadata.publisher(report(once), once) == "青山研究院"


def test_nobody_is_named_without_evidence() -> None:
    assert metadata.publisher(report(SENTENCE), SENTENCE) is None
    assert metadata.publisher(report(SENTENCE, publisher="某院"), SENTENCE) == "某院"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024年6月12日", "2024-06-12"),
        ("2024 年 6 月", "2024-06"),
        ("2024-06-12", "2024-06-12"),
        ("2024.6", "2024-06"),
        ("2023/12/05 发布", "2023-12-05"),
        ("发布于2023年12月", "2023-12"),
        ("12 June 2024", "2024-06-12"),
        ("June 12, 2024", "2024-06-12"),
        ("published in Sept. 2023", "2023-09"),
        ("2023年2月31日", "2023-02"),
        ("31 June 2023", "2023-06"),
        ("2023-2025年展望", None),
        ("2023年8亿元投资", None),
        ("2023年人工智能", None),
        ("Global AI Market 2024", None),
        ("Declined 2023", None),
        ("", None),
    ],
)
def test_date(text: str, date: str | None) -> None:
    assert metadata.date(report(text), text) == date


def test_the_files_own_date_comes_first() -> None:
    assert metadata.date(report("2024-06-12", date="2023-01-02"), "2024-06-12") == "2023-01-02"
