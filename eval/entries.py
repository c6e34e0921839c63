"""One question in the report: what was asked and answered, the evidence, and why it failed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from eval.highlight import marked
from eval.terms import METRICS, TYPES, VERDICTS, both, named

Item = Mapping[str, Any]


def entry(question: Item, record: Item, scored: Item) -> str:
    """The question as HTML to be unfolded, with what the filters look at as data attributes."""
    facts = [fact for group in question["key_facts"] for fact in group]
    reports = "\t".join(dict.fromkeys(item["file"] for item in scored.get("evidence", ())))
    why, lang = scored["verdict"], escape(question["lang"])
    left = terms(
        (("Why", "原因"), escape(_reason(scored))),
        (("Earlier questions", "之前的问题"), escape(" → ".join(question["history"]))),
        (("Error", "错误"), escape(record["error"] or "")), (("Answer", "回答"), _answer(record, facts)),
    ) + _citations(record, facts)
    right = terms(
        (("Reference", "参考答案"), marked(question["answer"], facts)),
        (("Key facts", "要点"), escape("; ".join(" / ".join(group) for group in question["key_facts"]))),
    ) + _evidence(scored, facts) + terms(
        (("Note", "说明"), escape(question["note"])),
    ) + _scores(scored)
    return (
        f'<details class="q" data-why="{escape(why)}" data-tongue="{lang}" data-type="{escape(question["type"])}"'
        f' data-report="{escape(reports)}"><summary><span class="ask" lang="{lang}">{escape(question["question"])}'
        f'</span><span class="why{" right" if why == "right" else ""}">{named(VERDICTS, why)}</span>'
        f"<small>{escape(question['id'])} · {named(TYPES, question['type'])}</small></summary>"
        f'<div class="body" lang="{lang}"><div>{left}</div><div>{right}</div></div></details>\n'
    )


def _reason(scored: Item) -> str:
    """What the scorer said that decided; nothing for what is right."""
    deciding = {"wrong language": "language", "wrong citation": "citation_right", "not retrieved": "evidence_all",
                "not refused": "refusal", "refused": "false_refusal"}
    if scored["verdict"] in ("right", "error", "not scored"):
        return ""
    said = scored["scores"].get(deciding.get(scored["verdict"], "accuracy"), ["", ""])[1]
    return str(said)


def _scores(scored: Item) -> str:
    rows = "".join(
        f"<tr><th>{named(METRICS, name)}</th><td>{value:.2f}</td><td>{escape(said)}</td></tr>"
        for name, (value, said) in scored["scores"].items() if value is not None
    )
    return f'<details class="scores"><summary>{both("All scores", "全部得分")}</summary><table>{rows}</table></details>'


def _answer(record: Item, facts: list[str]) -> str:
    text = marked(record["answer"], facts)
    for sentence in record["sentences"]:
        said = marked(sentence["text"], facts)
        if sentence["state"] == "unverified" and said in text:
            text = text.replace(said, f'<span class="unverified">{said}</span>', 1)
    return text


def _citations(record: Item, facts: list[str]) -> str:
    return "".join(
        f"<blockquote>{marked(item['quote'], facts)}<small>[{item['n']}] {escape(item['source'])}"
        f"{_page_of(item)}</small></blockquote>"
        for item in record["citations"]
    )


def _page_of(item: Item) -> str:
    if page := item.get("page"):
        return f" · {both(f'page {page}', f'第 {page} 页')}"
    span = f"{item['start']}–{item['end']}"
    return f" · {both(f'characters {span}', f'字符 {span}')}"


def _evidence(scored: Item, facts: list[str]) -> str:
    parts = []
    for item in scored.get("evidence", ()):
        rank = item["rank"]
        found = both(f"retrieved at rank {rank}", f"检索排名第 {rank}") if rank else both("not retrieved", "未检索到")
        lines = f"{item['start']}" if item["start"] == item["end"] else f"{item['start']}–{item['end']}"
        place = f"{escape(item['file'])} · {both(f'line {lines}', f'第 {lines} 行')} · {found}"
        parts.append(f"<blockquote>{marked(item['text'], facts)}<small>{place}</small></blockquote>")
    return f"<dl><dt>{both('Evidence', '证据')}</dt></dl>{''.join(parts)}" if parts else ""


def terms(*rows: tuple[tuple[str, str], str]) -> str:
    """A list of terms in both languages and their HTML; those that are empty are left out."""
    shown = "".join(f"<dt>{both(*name)}</dt><dd>{html}</dd>" for name, html in rows if html)
    return f"<dl>{shown}</dl>" if shown else ""
