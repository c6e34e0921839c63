"""One page that shows a run: figures, every question with its answer, and why it failed. No network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from eval.results import read_json, read_lines, replacing

# What a page may do: its own style and script, nothing from elsewhere.
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Wenju 问据 · evaluation 评测</title><style>
:root { color-scheme: light dark; --line: #d4d4d8; --soft: #71717a; --good: #15803d; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3f3f46; --soft: #a1a1aa; --good: #4ade80; --bad: #f87171; }
}
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; } caption { text-align: left; font-weight: 600; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .8rem .2rem 0; }
th, td { text-align: left; vertical-align: top; }
td.figure { text-align: right; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
details { border-top: 1px solid var(--line); padding: .35rem 0; content-visibility: auto; }
summary { cursor: pointer; } small, dt { color: var(--soft); }
dd { margin: 0 0 .4rem; white-space: pre-wrap; }
blockquote { margin: .2rem 0; padding-left: .7rem; border-left: 3px solid var(--line); }
.right { color: var(--good); } .failed { color: var(--bad); }
label { margin-right: 1rem; } input, select { font: inherit; padding: .2rem; }
</style></head><body>
"""
_SCRIPT = """<script>
const search = document.querySelector("#search"), why = document.querySelector("#why");
const items = [...document.querySelectorAll("details")], count = document.querySelector("#count");
const texts = items.map(item => item.textContent.toLowerCase());
function show() {
  const words = search.value.toLowerCase();
  let shown = 0;
  items.forEach((item, n) => {
    item.hidden = !texts[n].includes(words) || (why.value && item.dataset.why !== why.value);
    shown += !item.hidden;
  });
  count.textContent = shown;
}
search.addEventListener("input", show); why.addEventListener("input", show); show();
</script></body></html>
"""
_WHY = {
    "right": "正确", "not retrieved": "未检索到", "retrieved but not used": "检索到但未使用", "wrong": "答错",
    "refused": "误拒答", "not refused": "应拒未拒", "wrong language": "语言不对",
    "wrong citation": "引用不对",
    "error": "出错", "not scored": "未评分",
}
_NAMES = {
    "accuracy": "准确率", "evidence_all": "证据全找到（4,000字）", "evidence_any": "证据找到其一（4,000字）",
    "evidence_all_2000": "证据全找到（2,000字）", "evidence_any_2000": "证据找到其一（2,000字）",
    "refusal": "应拒即拒", "false_refusal": "误拒", "quote_exact": "引文逐字相符",
    "citation_right": "引用正确",
    "invented_number": "无据数字", "language": "语言正确", "supported": "句子有据", "repaired": "引用经修正",
    "unverified": "句子未证实",
}


def write(out: Path) -> Path:
    """Write `out/report.html` from a finished run's files; returns its path. Raises `BadRun`."""
    summary = read_json(out / "summary.json")
    path = out / "report.html"
    with replacing(path) as file:
        file.writelines(_page(summary, out))
    return path


def _page(summary: Mapping[str, Any], out: Path) -> Iterator[str]:
    counts: dict[str, int] = {}
    for scored in read_lines(out / "scores.jsonl"):
        counts[scored["verdict"]] = counts.get(scored["verdict"], 0) + 1
    yield _HEAD
    yield "<h1>Wenju 问据 <small>evaluation 评测</small></h1>\n"
    yield f"<p>{summary['n']} questions 题 · {summary['errors']} errors 出错</p>\n"
    yield _figures(summary)
    yield _times(summary["timing"])
    yield _choices(counts)
    lines = {name: read_lines(out / f"{name}.jsonl") for name in ("dataset", "results", "scores")}
    # The three files are in the same order; a question without a record is in none but the first.
    questions = lines["dataset"]
    for record, scored in zip(lines["results"], lines["scores"], strict=True):
        question = next(item for item in questions if item["id"] == record["id"])
        yield _question(question, record, scored)
    yield f"<h2>Run 运行</h2>\n<dl>{_made(summary['run'])}</dl>\n"
    yield _SCRIPT


def _figures(summary: Mapping[str, Any]) -> str:
    """Overall figures, then one column for each language and type."""
    groups = {"all 全部": summary["overall"], **summary["by"]["lang"], **summary["by"]["type"]}
    head = "".join(f"<th>{escape(name)}</th>" for name in groups)
    rows = "".join(
        f"<tr><th>{escape(name)}<br><small>{_NAMES.get(name, '')}</small></th>"
        + "".join(f'<td class="figure">{_figure(group[name])}</td>' for group in groups.values())
        + "</tr>\n"
        for name in summary["overall"]
    )
    table = f"<table><caption>Figures 指标</caption><tr><th></th>{head}</tr>\n{rows}</table>"
    return f'<div class="scroll">{table}</div>\n'


def _figure(item: Mapping[str, Any]) -> str:
    if item["value"] is None:
        return "<small>–</small>"
    error = "" if item["stderr"] is None else f" ± {item['stderr']:.3f}"
    return f"{item['value']:.3f}<br><small>{error} n={item['n']}</small>"


def _times(timing: Mapping[str, Mapping[str, float]]) -> str:
    rows = "".join(
        f'<tr><th>{escape(stage)}</th><td class="figure">{item["median"]:.3f}</td>'
        f'<td class="figure">{item["p95"]:.3f}</td></tr>\n'
        for stage, item in timing.items()
    )
    head = "<tr><th></th><th>median 中位数</th><th>p95</th></tr>"
    return f"<table><caption>Seconds 秒</caption>{head}\n{rows}</table>\n"


def _choices(counts: Mapping[str, int]) -> str:
    options = "".join(
        f'<option value="{escape(why)}">{escape(why)} {_WHY[why]} ({counts[why]})</option>'
        for why in _WHY
        if why in counts
    )
    return (
        '<h2>Questions 题目 (<span id="count"></span>)</h2>\n'
        '<p><label>Search 搜索 <input id="search" type="search"></label>'
        '<label>Outcome 结果 <select id="why"><option value="">all 全部</option>'
        f"{options}</select></label></p>\n"
    )


def _question(question: Mapping[str, Any], record: Mapping[str, Any], scored: Mapping[str, Any]) -> str:
    why = scored["verdict"]
    style = "right" if why == "right" else "failed"
    citations = "".join(
        f"<blockquote>[{item['n']}] {escape(item['quote'])} <small>{escape(item['source'])}"
        f" {item['start']}–{item['end']}</small></blockquote>"
        for item in record["citations"]
    )
    scores = "; ".join(
        f"{name} {value:.2f} ({said})"
        for name, (value, said) in scored["scores"].items()
        if value is not None
    )
    facts = "; ".join(" / ".join(group) for group in question["key_facts"])
    places = "; ".join(f"{item['file']} {item['start']}–{item['end']}" for item in question["evidence"])
    rows = _terms(
        ("History 之前的问题", " → ".join(question["history"])), ("Error 错误", record["error"] or ""),
        ("Answer 回答", record["answer"]), ("Expected 参考答案", question["answer"]),
        ("Key facts 要点", facts), ("Evidence 证据", places),
        ("Note 说明", question["note"]), ("Scores 得分", scores),
    )
    return (
        f'<details data-why="{escape(why)}" lang="{escape(question["lang"])}">'
        f'<summary><span class="{style}">{escape(why)} {_WHY.get(why, "")}</span>'
        f" {escape(question['question'])}"
        f" <small>{escape(question['id'])} · {escape(question['type'])}</small></summary>"
        f"<dl>{rows}</dl>{citations}</details>\n"
    )


def _terms(*rows: tuple[str, str]) -> str:
    return "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows if text)


def _made(run: Mapping[str, Any]) -> str:
    return _terms(*_flat(run))


def _flat(item: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, str]]:
    for key, value in item.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield escape(f"{path}{key}"), str(value)
