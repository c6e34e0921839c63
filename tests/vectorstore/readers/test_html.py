"""Web pages: the main content, its headings and tables; navigation and the like left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectorstore.readers.conftest import refusal
from vectorstore import readers

PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>算力市场 - 某网</title>
<meta property="og:title" content="算力市场年度报告"><meta property="og:site_name" content="某研究院">
<meta property="article:published_time" content="2024-03-05T08:00:00+08:00"><style>p {color: red}</style></head>
<body><nav><a href="/">首页</a><a href="/a">行业</a></nav>
<div class="menu"><ul><li><a href="/1">栏目一</a></li><li><a href="/2">栏目二</a></li>
<li><a href="/3">栏目三</a></li></ul></div>
<div><h1>算力市场</h1><p>全年规模达到<b>2,137</b>亿元，<a href="/x">同比</a>增长。</p>第一行<br>第二行
<ul><li>训练</li><li>推理</li></ul>
<table><caption>表1 各地规模（亿元）</caption><thead><tr><th rowspan="2">地区</th><th colspan="2">2023年</th></tr>
<tr><th>规模</th><th>占比</th></tr></thead><tbody><tr><td rowspan="2">华北</td><td>5</td><td>40%</td></tr>
<tr><td>7</td><td>60%</td></tr></tbody></table><script>alert("no")</script></div>
<footer>版权所有</footer></body></html>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    return path


def test_the_main_content(page: Path) -> None:
    document = readers.read(page)
    assert document.format == "html"
    assert document.text == (
        "# 算力市场\n\n全年规模达到2,137亿元，同比增长。\n\n第一行\n第二行\n\n- 训练\n\n- 推理\n\n"
        "表1 各地规模（亿元）\n地区\t2023年 规模\t2023年 占比\n华北\t5\t40%\n华北\t7\t60%\n"
    )


def test_what_the_page_says_of_itself(page: Path) -> None:
    document = readers.read(page)
    assert (document.title, document.publisher, document.date) == (
        "算力市场年度报告",
        "某研究院",
        "2024-03-05",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])
def test_encodings(page: Path, encoding: str) -> None:
    page.write_bytes(PAGE.replace('charset="utf-8"', 'charset="gb2312"').encode(encoding))
    assert "2,137亿元" in readers.read(page).text


def test_known_by_content(page: Path) -> None:
    assert readers.read(page.rename(page.with_suffix(".txt"))).format == "html"


def test_an_article_is_preferred_to_what_stands_around_it(page: Path) -> None:
    page.write_text(
        "<html><body><p>广告</p><article><h1>题</h1><p>正文很长很长很长。</p></article></body></html>"
    )
    assert readers.read(page).text == "# 题\n\n正文很长很长很长。\n"


def test_hidden_words_are_left_out(page: Path) -> None:
    page.write_text(
        '<html><body><p>见</p><div style="display: none">不见</div><p hidden>无</p></body></html>'
    )
    assert readers.read(page).text == "见\n"


def test_a_table_that_only_arranges_the_page_is_read_as_text(page: Path) -> None:
    page.write_text(
        "<html><body><table><tr><td><h1>题</h1><p>正文</p></td><td>旁</td></tr></table></body></html>"
    )
    assert readers.read(page).text == "# 题\n\n正文\n\n旁\n"


def test_too_many_columns(page: Path) -> None:
    page.write_text(f"<html><body><table><tr>{'<td>1</td>' * 100_000}</tr></table></body></html>")
    assert "columns" in refusal(page)


def test_a_page_without_words(page: Path) -> None:
    page.write_text("<html><body><script>x</script></body></html>")
    assert "no text" in refusal(page)


def test_deep_nesting_is_bounded(page: Path) -> None:
    page.write_text("<html><body>" + "<div>" * 50_000 + "深" + "</div>" * 50_000)
    try:
        readers.read(page)
    except readers.ReadError:
        refusal(page)
