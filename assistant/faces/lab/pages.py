"""The pages of runs: the list with the form that starts one, a run, and two of them beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.faces.lab.frame import Say, button, field, form, note, page, percent, select, table
from assistant.faces.lab.runs import Job

if TYPE_CHECKING:
    from eval.compare import Comparison

Summaries = Sequence[tuple[str, dict[str, Any] | None]]
_COLUMNS = ("accuracy", "evidence_all", "citation_recall", "refusal_f1")


def home(
    say: Say, runs: Summaries, sets: Iterable[str], backend: str | None, said: str = "", job: Job | None = None
) -> str:
    """The list of runs, and what starts and compares them; `said` is finished HTML to be told first.

    `backend` is the configured model, None for who may not choose another.
    """
    from eval.terms import METRICS

    named = [say(*METRICS[name]) for name in _COLUMNS]
    rows = [_row(say, name, summary, job) for name, summary in runs]
    heads = [say("Run", "运行"), say("Questions", "题数"), say("Model", "模型"), *named, say("Report", "报告")]
    listed = table(heads, rows, say("Runs", "评测")) if rows else note(say("There is no run yet.", "还没有评测。"))
    finished = [name for name, summary in runs if summary]
    body = said + _starting(say, sets, backend) + f"<h2>{say('Runs', '评测记录')}</h2>{listed}"
    return page(say, ("Evaluation", "评测"), body + _comparing(say, finished), "/evaluation")


def _starting(say: Say, sets: Iterable[str], backend: str | None) -> str:
    samples = say("the samples' questions", "示例题目")
    choices = [(name, samples if name == "samples" else escape(name)) for name in sets]
    picked = field(say("Question set", "题集"), select("set", choices))
    model = "" if backend is None else field(
        say("Model", "模型"),
        f'<input name="backend" value="{escape(backend)}" placeholder="{escape(backend)}" autocomplete="off">',
    )  # fmt: skip
    limit = field(say("At most", "最多题数"), '<input name="limit" type="number" min="1" max="100000">')
    how = field(say("Ask", "范围"), select("how", [
        ("all", say("every question", "全部")), ("quick", say("a fixed sample of 30", "固定抽样30题")),
        ("retrieval", say("search alone, no answers", "只检索不作答")),
    ]))  # fmt: skip
    tools = button(say("Start", "开始"), "do", "start", "primary") + button(say("Estimate", "预估"), "do", "estimate")
    start = form("/evaluation/runs", f'<div class="row">{picked}{model}{how}{limit}</div><p>{tools}</p>')
    file = field(say("Bring a question set (JSONL)", "上传题集（JSONL）"), '<input type="file" name="file" required>')
    bring = form("/evaluation/sets", f'<div class="row">{file}{button(say("Check and keep", "检查并保存"))}</div>',
                 files=True)  # fmt: skip
    return f'<section class="card"><h2>{say("Start a run", "开始评测")}</h2>{start}{bring}</section>'


def _row(say: Say, name: str, summary: Mapping[str, Any] | None, job: Job | None) -> list[str]:
    link = f'<a href="/evaluation/runs/{escape(name)}">{escape(name)}</a>'
    if summary is None:
        running = job is not None and job.name == name and job.state == "running"
        state = say("running", "进行中") if running else say("not finished", "未完成")
        return [link, f"<em>{state}</em>", "", *[""] * len(_COLUMNS), ""]
    figures = [percent(summary["overall"].get(column)) for column in _COLUMNS]
    report = f'<a href="/evaluation/runs/{escape(name)}/report.html">{say("open", "打开")}'
    report += f'<span class="hidden"> {escape(name)}</span></a>'
    return [link, str(summary["n"]), escape(str(summary["run"].get("model") or "–")), *figures, report]


def _comparing(say: Say, finished: Sequence[str]) -> str:
    if len(finished) < 2:
        return ""
    options = [(name, escape(name)) for name in finished]
    before = field(say("Before", "之前"), select("a", options, finished[1]))
    after = field(say("After", "之后"), select("b", options, finished[0]))
    return (
        f'<section class="card"><h2>{say("Compare two runs", "比较两次评测")}</h2>'
        f'<form action="/evaluation/compare"><div class="row">{before}{after}'
        f"{button(say('Compare', '比较'), kind='primary')}</div></form></section>"
    )


def run(say: Say, name: str, job: Job | None, summary: Mapping[str, Any] | None, labelled: int,
        resumable: bool = True) -> str:  # fmt: skip
    """One run: how far it is, or what came of it; gone on with where that is `resumable` for who looks at it."""
    at = f"/evaluation/runs/{escape(name)}"
    body = ""
    if job is not None and job.state == "running":
        label = say("questions answered", "已答题数")
        body += (
            f'<div class="card" data-watch="{at}/state"><p><progress max="{job.total}" value="{job.done}" '
            f'aria-label="{label}"></progress> <output>{job.done} / {job.total}</output></p>'
            + form(f"{at}/stop", button(say("Stop", "停止"))) + "</div>"
        )
    elif summary is None:
        why = escape(job.why) if job and job.why else say("It was stopped before its end.", "它未完成即停止。")
        again = form(f"{at}/resume", button(say("Go on", "继续"), kind="primary"))
        body += note(why, "trouble" if job and job.state == "failed" else "") + (again if resumable else "")
    if summary is not None:
        from eval.terms import METRICS

        rows = [
            [say(*METRICS.get(metric, (metric, metric))), percent(item), str(item["n"]), str(item["unscored"])]
            for metric, item in summary["overall"].items()
        ]
        heads = [say("Metric", "指标"), say("Value", "值"), "n", say("not scored", "未评分")]
        body += (
            f'<p class="links"><a class="primary" href="{at}/report.html">{say("Open the report", "打开报告")}</a> '
            f'<a href="{at}/label">{say("Label its answers", "人工标注回答")}</a> '
            f'<a href="{at}/labels">{say(f"Agreement ({labelled} labels)", f"标注一致性（{labelled} 条）")}</a></p>'
            + table(heads, rows, say("Figures", "指标"))
        )
    return page(say, (name, name), body, "/evaluation")


def comparison(say: Say, names: tuple[str, str], found: Comparison, folders: tuple[Path, Path]) -> str:
    """Two runs: what changed, and each question that flipped with both answers side by side."""
    from eval.results import read_lines
    from eval.terms import METRICS, VERDICTS

    rows = [
        [
            say(*METRICS[item.metric]), str(item.n), f"{item.before:.3f}", f"{item.after:.3f}",
            f"{item.difference:+.3f}", f"{item.low:+.3f} – {item.high:+.3f}", f"{item.p:.4f}",
        ]
        for item in found.changes.values()
    ]
    heads = [say("Metric", "指标"), "n", say("before", "之前"), say("after", "之后"), say("difference", "差"),
             say("95% interval", "95% 区间"), "p"]  # fmt: skip
    flipped = {flip.id for flip in found.flips}
    answers = [
        {item["id"]: item["answer"] for item in read_lines(folder / "results.jsonl") if item["id"] in flipped}
        for folder in folders
    ]
    parts = []
    for flip in found.flips:
        sides = "".join(
            f"<div><h3>{escape(name)}: {say(*VERDICTS.get(verdict, (verdict, verdict)))}</h3>"
            f"<p>{escape(said.get(flip.id, '')) or '–'}</p></div>"
            for name, verdict, said in zip(names, (flip.before, flip.after), answers, strict=True)
        )
        turn = say("better", "变好") if flip.better else say("worse", "变差")
        parts.append(
            f'<details class="card"><summary><b>{turn}</b> {escape(flip.question)} <small>{escape(flip.id)}</small>'
            f'</summary><div class="sides">{sides}</div></details>'
        )
    n = note(say(f"{found.n} questions in both; {found.left_out} in one only.",
                 f"两次共有 {found.n} 题；仅一次有的 {found.left_out} 题。"))  # fmt: skip
    head = f"<h2>{say(f'What flipped ({len(parts)})', f'对错翻转的题（{len(parts)}）')}</h2>"
    body = n + table(heads, rows, say("Changes", "变化")) + head + "".join(parts)
    return page(say, ("Comparison", "比较"), body, "/evaluation")


def estimated(say: Say, said: str) -> str:
    """A dry run's outcome as a note."""
    return note(f"<b>{say('Estimate', '预估')}</b> {escape(said)}")
