"""The same questions under several settings: one table, one plot, each tested against the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval import plots
from eval.compare import Change, compare
from eval.errors import BadSweep
from eval.frame import page
from eval.results import read_json, replacing, write_json
from eval.terms import METRICS, both, named
from eval.variants import Variant, recorded

COLUMNS = ("accuracy", "numeric", "evidence_all", "ndcg_10", "citation_recall", "refusal", "false_refusal")
_LONGEST = 30  # characters beside a bar
Runner = Callable[[Variant, Path], dict[str, Any]]
Item = Mapping[str, Any]


def sweep(variants: Sequence[Variant], out: Path, asked: Item, run: Runner) -> dict[str, Any]:
    """Run every variant into a folder of its own and write `sweep.json`, `sweep.md` and `sweep.html`.

    `asked` is what is asked in all of them (the set's fingerprint, limits); `run(variant, folder)` makes a
    run or goes on with the one in `folder`, and returns its summary. What is finished is not run again.
    Raises `BadSweep` when `out` holds another sweep.
    """
    plan: dict[str, Any] = {"asked": dict(asked), "variants": [{"name": v.name, **_planned(v)} for v in variants]}
    out.mkdir(parents=True, exist_ok=True)
    record = out / "plan.json"
    if record.exists() and read_json(record) != plan:
        raise BadSweep(f"{out} holds another sweep: other questions or variants; choose another directory")
    write_json(record, plan)
    folders = [out / f"{n:02}-{_slug(v.name)}" for n, v in enumerate(variants)]
    for variant, folder in zip(variants, folders, strict=True):
        if not (folder / "summary.json").exists():
            run(variant, folder)
    found: dict[str, Any] = {"plan": plan, "rows": list(_rows(variants, folders))}
    write_json(out / "sweep.json", found)
    with replacing(out / "sweep.md") as file:
        file.write(table(found) + "\n")
    n = found["rows"][0]["n"]
    subtitle = both(f"{n} questions, {len(variants)} variants", f"{n} 题，{len(variants)} 个变体")
    with replacing(out / "sweep.html") as file:
        file.writelines(page(("sweep", "参数扫描"), subtitle, _body(found), "sweep.js"))
    return found


def _planned(variant: Variant) -> dict[str, Any]:
    return {"settings": dict(variant.settings), "constants": recorded(variant)}


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60]


def _rows(variants: Sequence[Variant], folders: Sequence[Path]) -> Iterator[dict[str, Any]]:
    for variant, folder in zip(variants, folders, strict=True):
        summary = read_json(folder / "summary.json")
        changes = compare(folders[0], folder).changes if folder != folders[0] else {}
        yield {
            "name": variant.name, "folder": folder.name, "n": summary["n"], "errors": summary["errors"],
            "overall": {name: item for name in COLUMNS if (item := summary["overall"].get(name))},
            "seconds": summary["timing"].get("total_s", {}).get("median"),
            "beside_first": {name: _said(changes[name]) for name in COLUMNS if name in changes},
        }


def _said(change: Change) -> dict[str, float]:
    return {"n": change.n, "difference": change.difference, "low": change.low, "high": change.high, "p": change.p}


def metric_of(found: Item) -> str:
    """What the sweep is judged by: accuracy, or evidence_all where only the search ran."""
    return "accuracy" if all("accuracy" in row["overall"] for row in found["rows"]) else "evidence_all"


def _shown(found: Item) -> list[str]:
    return [
        name for name in COLUMNS
        if any((row["overall"].get(name) or {}).get("value") is not None for row in found["rows"])
    ]


def table(found: Item) -> str:
    """The sweep as a Markdown table; difference, interval and p are of the paired test against the first row."""
    shown, judged = _shown(found), metric_of(found)
    head = ["variant", *shown, "seconds", f"{judged} beside the first", "95% interval", "p"]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    for row in found["rows"]:
        cells = [row["name"].replace("|", "\\|"), *(_value(row["overall"].get(name)) for name in shown)]
        lines.append("| " + " | ".join([*cells, *_last(row, judged)]) + " |")
    return "\n".join(lines)


def _value(item: Item | None) -> str:
    return "-" if item is None or item["value"] is None else f"{item['value']:.3f}"


def _last(row: Item, judged: str) -> list[str]:
    seconds = "-" if row["seconds"] is None else f"{row['seconds']:.2f}"
    change = row["beside_first"].get(judged)
    if change is None:
        return [seconds, "-", "-", "-"]
    bounds = f"{change['low']:+.3f} to {change['high']:+.3f}"
    return [seconds, f"{change['difference']:+.3f}", bounds, f"{change['p']:.4f}"]


def _body(found: Item) -> Iterator[str]:
    judged, rows, shown = metric_of(found), found["rows"], _shown(found)
    groups = {name: row["overall"][judged] for name, row in zip(_short(rows), rows, strict=True)}
    yield f'<h2>{named(METRICS, judged)}</h2>\n<div class="card">{plots.bars(groups, "variant", left=190)}</div>\n'
    yield f'<h2>{both("Every variant", "全部变体")}</h2>\n<div class="scroll" tabindex="0"><table><thead><tr>'
    beside = (both("difference from the first", "与第一个之差"), both("95% interval", "95% 区间"), "p")
    heads = [both("variant", "变体"), *(named(METRICS, name) for name in shown), both("seconds", "秒"), *beside]
    yield "".join(f"<th>{head}</th>" for head in heads) + "</tr></thead><tbody>\n"
    for row in rows:
        link = f'<a href="{escape(row["folder"])}/report.html">{escape(row["name"])}</a>'
        cells = [_value(row["overall"].get(name)) for name in shown] + _last(row, judged)
        yield f"<tr><th>{link}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"
    yield "</tbody></table></div>"


def _short(rows: Sequence[Item]) -> list[str]:
    """What tells the variants apart, short enough to stand beside a bar; their numbers where it is not."""
    parts = [row["name"].split(" ") for row in rows]
    common = set(parts[0]).intersection(*parts[1:]) if len(parts) > 1 else set()
    names = [" ".join(part for part in said if part not in common) for said in parts]
    fits = all(len(name) <= _LONGEST for name in names) and len(set(names)) == len(names)
    return names if fits else [f"{n}. {name[: _LONGEST - 5]}…" for n, name in enumerate(names, start=1)]
