"""One page that shows a run: figures, plots, every question with its answer, and why it failed. No network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from sys import intern
from typing import Any

from eval import plots
from eval.entries import entry
from eval.frame import page
from eval.results import read_json, read_lines, replacing
from eval.terms import GROUPS, LANGUAGES, METRICS, STAGES, TYPES, USAGE, VERDICTS, both, named

HEADLINES = (
    "accuracy", "evidence_all", "citation_recall", "refusal_f1", "false_refusal", "invented_number", "language",
)
COLUMNS = ("accuracy", "evidence_all", "ndcg_10", "citation_recall", "citation_precision",
           "refusal", "false_refusal", "invented_number")
Item = Mapping[str, Any]


def write(out: Path) -> Path:
    """Write `out/report.html` from a finished run's files; returns its path. Raises `BadRun`."""
    summary = read_json(out / "summary.json")
    path = out / "report.html"
    with replacing(path) as file:
        file.writelines(_page(summary, out))
    return path


def markdown(out: Path) -> str:
    """A finished run's figures as a Markdown table, to be pasted into a pull request. Raises `BadRun`."""
    summary = read_json(out / "summary.json")
    columns = {"all": summary["overall"], **summary["by"]["lang"]}
    lines = [
        f"**{summary['n']} questions**, {summary['errors']} errors, model "
        f"`{summary['run'].get('model') or '-'}`, version {summary['run'].get('version', '-')}", "",
        "| metric | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns),
    ]
    for name in summary["overall"]:
        cells = " | ".join(_cell(group.get(name)) for group in columns.values())
        lines.append(f"| {METRICS.get(name, (name,))[0]} | {cells} |")
    for stage, times in summary["timing"].items():
        said = f"{times['median']:.2f} s median, {times['p95']:.2f} s p95"
        lines.append(f"| time {STAGES.get(stage, (stage,))[0]} | {said} |" + " |" * (len(columns) - 1))
    return "\n".join(lines)


def _cell(item: Item | None) -> str:
    if item is None or item["value"] is None:
        return "-"
    bounds = "" if item.get("low") is None else f" ({item['low']:.2f} to {item['high']:.2f})"
    return f"{item['value']:.3f}{bounds}, n={item['n']}"


def _page(summary: Item, out: Path) -> Iterator[str]:
    return page(("evaluation", "评测"), _subtitle(summary), _body(summary, out), "report.js")


def _body(summary: Item, out: Path) -> Iterator[str]:
    points = [_point(scored, record) for scored, record in _records(out)]
    yield f'<h2>{both("Headline figures", "主要指标")}</h2>\n<div class="cards">{_cards(summary)}</div>\n'
    yield f'<h2>{both("Plots", "图表")}</h2>\n<div class="plots">{"".join(_plots(summary, points))}</div>\n'
    yield f'<h2>{both("Breakdown", "分组")}</h2>\n'
    for kind in GROUPS:
        yield _breakdown(summary, kind)
    yield _every_figure(summary)
    yield _filters(points)
    questions = read_lines(out / "dataset.jsonl")
    for scored, record in _records(out):
        # The three files are in the same order; a question without a record is in the first alone.
        question = next(item for item in questions if item["id"] == record["id"])
        yield entry(question, record, scored)
    yield f'<h2>{both("What made this run", "运行记录")}</h2>\n<dl class="made">{_made(summary["run"])}</dl>\n'


def _records(out: Path) -> Iterator[tuple[Item, Item]]:
    """(scores, record) of every question, one at a time: a large run does not fit into memory."""
    return zip(read_lines(out / "scores.jsonl"), read_lines(out / "results.jsonl"), strict=True)


def _point(scored: Item, record: Item) -> dict[str, Any]:
    """What plots and filters need of a question, and none of its texts."""
    return {
        "verdict": intern(scored["verdict"]), "lang": intern(scored["lang"]), "type": intern(scored["type"]),
        "reports": tuple({intern(item["file"]) for item in scored.get("evidence", ())}),
        "answerable": scored["type"] != "unanswerable", "refused": record["refused"],
        "confidence": float(record.get("confidence") or 0.0), "right": scored["scores"].get("accuracy", [None])[0],
        "seconds": None if record["error"] else float(record["timing"]["total_s"]),
    }


def _subtitle(summary: Item) -> str:
    n, errors, model = summary["n"], summary["errors"], summary["run"].get("model") or "-"
    return both(f"{n} questions, {errors} errors, {model}", f"{n} 题，{errors} 题出错，{model}")


def _cards(summary: Item) -> str:
    cards = [_card(name, item) for name in HEADLINES if (item := summary["overall"].get(name))]
    if times := summary["timing"].get("total_s"):
        cards.append(
            f'<div class="card"><h3>{both("Time for an answer", "回答用时")}</h3><b>{times["median"]:.2f} s</b>'
            f"<small>{both('median', '中位数')} · p95 {times['p95']:.2f} s</small></div>"
        )
    return "".join(cards)


def _card(name: str, item: Item) -> str:
    if item["value"] is None:
        said = both(f"nothing to score in {item['unscored']} questions", f"{item['unscored']} 题均无可评分")
        return f'<div class="card"><h3>{named(METRICS, name)}</h3><b>–</b><small>{said}</small></div>'
    left_out = both(f", {item['unscored']} not scored", f"，{item['unscored']} 题未评分") if item["unscored"] else ""
    return (
        f'<div class="card"><h3>{named(METRICS, name)}</h3><b>{item["value"]:.1%}</b>{_scale(item)}'
        f"<small>{_bounds(item)} n={item['n']}{left_out}</small></div>"
    )


def _scale(item: Item) -> str:
    low, high = (item["value"] if item.get(end) is None else item[end] for end in ("low", "high"))
    return (
        '<svg class="scale" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" y="4" width="200" height="2"/>'
        f'<rect class="bar" x="{200 * low:.1f}" y="2" width="{max(1.0, 200 * (high - low)):.1f}" height="6"/>'
        f'<rect class="dot" x="{200 * item["value"] - 1.5:.1f}" width="3" height="10"/></svg>'
    )


def _bounds(item: Item) -> str:
    return "" if item.get("low") is None else f"95%: {item['low']:.1%} – {item['high']:.1%} ·"


def _plots(summary: Item, points: list[dict[str, Any]]) -> Iterator[str]:
    rated = [(point["confidence"], point["right"]) for point in points
             if point["right"] is not None and not point["refused"]]
    metric = "accuracy" if "accuracy" in summary["overall"] else "evidence_all"
    by_type = {name: group[metric] for name, group in summary["by"]["type"].items()}
    drawn = (
        (both(f"{METRICS[metric][0]} by type", f"各题型：{METRICS[metric][1]}"), plots.bars(by_type)),
        (both("Time for an answer", "回答用时"),
         plots.histogram([point["seconds"] for point in points if point["seconds"] is not None])),
        (both("Refusal trade-off: refusing below a confidence", "拒答取舍：低于某一置信度即拒答"),
         plots.trade_off(points) if "refusal" in summary["overall"] else ""),
        (both("Calibration: right answers by confidence", "校准：各置信度的正确率"), plots.calibration(rated)),
    )
    nothing = f'<small>{both("too few questions to draw it", "题目太少，无法绘制")}</small>'
    for title, plot in drawn:
        yield f'<div class="card"><h3>{title}</h3>{plot or nothing}</div>\n'


def _breakdown(summary: Item, kind: str) -> str:
    groups = summary["by"].get(kind, {})
    shown = [name for name in COLUMNS if summary["overall"].get(name, {}).get("value") is not None]
    names = {"lang": LANGUAGES, "type": TYPES}.get(kind, {})
    head = "".join(f"<th>{named(METRICS, name)}</th>" for name in shown)
    rows = "".join(
        f"<tr><th>{named(names, group)}</th>" + "".join(f"<td>{_figure(item[name])}</td>" for name in shown) + "</tr>\n"
        for group, item in groups.items()
    )
    if not groups:
        return ""
    table = f"<table><thead><tr><th>{named(GROUPS, kind)}</th>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{table}</div>\n'


def _figure(item: Item) -> str:
    if item["value"] is None:
        return '<span class="soft">–</span>'
    bounds = "" if item.get("low") is None else f"{item['low']:.2f}–{item['high']:.2f} "
    return f"{item['value']:.3f}<small>{bounds}n={item['n']}</small>"


def _every_figure(summary: Item) -> str:
    heads = (("value", "值"), ("standard error", "标准误"), ("95% interval", "95% 区间"), ("n", "n"),
             ("not scored", "未评分"))
    rows = "".join(
        f"<tr><th>{named(METRICS, name)}</th>{_whole(item)}</tr>\n" for name, item in summary["overall"].items()
    )
    rows += "".join(
        f"<tr><th>{named(USAGE, name)}</th>{_whole(item)}</tr>\n" for name, item in summary.get("usage", {}).items()
    )
    times = "".join(
        f"<tr><th>{named(STAGES, stage)}</th><td>{item['median']:.3f} s</td><td>–</td>"
        f"<td>p95 {item['p95']:.3f} s</td><td></td><td></td></tr>\n"
        for stage, item in summary["timing"].items()
    )
    head = "".join(f"<th>{both(*name)}</th>" for name in heads)
    return (
        f'<details><summary>{both("Every figure", "全部指标")}</summary><div class="scroll" tabindex="0"><table>'
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{rows}{times}</tbody></table></div></details>\n"
    )


def _whole(item: Item) -> str:
    value, stderr = (("–" if item[key] is None else f"{item[key]:.4g}") for key in ("value", "stderr"))
    bounds = "–" if item.get("low") is None else f"{item['low']:.4g} – {item['high']:.4g}"
    return "".join(f"<td>{cell}</td>" for cell in (value, stderr, bounds, item["n"], item["unscored"]))


def _filters(points: list[dict[str, Any]]) -> str:
    counts = Counter(point["verdict"] for point in points)
    reports = Counter(name for point in points for name in point["reports"])
    choices = (
        ("why", ("all outcomes", "全部结果"), [(why, VERDICTS[why], counts[why]) for why in VERDICTS if counts[why]]),
        ("tongue", ("both languages", "全部语言"), _options(LANGUAGES, Counter(point["lang"] for point in points))),
        ("type", ("all types", "全部题型"), _options(TYPES, Counter(point["type"] for point in points))),
        ("report", ("all reports", "全部报告"), [(name, (name, name), n) for name, n in sorted(reports.items())]),
    )
    selects = "".join(
        f'<select name="{name}" data-en="{every[0]}" data-zh="{every[1]}">'
        f'<option value="" data-en="{every[0]}" data-zh="{every[1]}">{every[0]}</option>'
        + "".join(
            f'<option value="{escape(key)}" data-en="{escape(en)} ({n})" data-zh="{escape(zh)} ({n})">'
            f"{escape(en)} ({n})</option>"
            for key, (en, zh), n in options
        ) + "</select>"
        for name, every, options in choices
        if options
    )
    search = '<input id="search" type="search" data-en="search questions and answers" data-zh="搜索题目与回答">'
    return (
        f'<h2>{both("Questions", "题目")} (<span id="count" role="status">{len(points)}</span>)</h2>\n'
        f'<div class="filters">{search}{selects}</div>\n'
    )


def _options(
    names: Mapping[str, tuple[str, str]], counts: Mapping[str, int]
) -> list[tuple[str, tuple[str, str], int]]:
    return [(key, label, counts[key]) for key, label in names.items() if counts.get(key)]


def _made(run: Item) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in _flat(run))


def _flat(item: Item, path: str = "") -> Iterable[tuple[str, str]]:
    for key, value in item.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", "–" if value in (None, "", []) else str(value)
