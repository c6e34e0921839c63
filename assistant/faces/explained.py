"""Why a question found what it found, as a page: what was searched in which language, and what that gave each hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse

from assistant.errors import BadQuestion
from assistant.faces.failures import failure
from assistant.faces.look import Look
from assistant.faces.reports import html_page
from assistant.faces.texts import both, label
from assistant.faces.viewer import language
from vectorstore.errors import WenjuError
from vectorstore.explain import Trace
from vectorstore.schema import Hit

if TYPE_CHECKING:
    from assistant.assistant import Assistant

SHOWN = 20
"""Hits on the page."""
EXCERPT = 160


def register(app: FastAPI, assistant: Assistant) -> None:
    """Add the page to the server."""

    @app.get("/search", response_class=HTMLResponse)
    def search(request: Request, q: str = "", before: list[str] = Query(default=[])) -> HTMLResponse:  # noqa: B008
        """The search behind a question; `before` are the questions of the conversation before it."""
        lang = language(request)
        status, body = 200, ""
        if q.strip():
            trace = Trace()
            try:
                answer = assistant.retrieve(q, before, trace=trace)
                body = explanation(trace, answer.hits)
            except WenjuError as error:
                status = 400 if isinstance(error, BadQuestion) else 503
                body = f'<p class="problem">{failure(str(error))}</p>'
        return HTMLResponse(html_page(label("explain", lang), _frame(q, before, body), lang), status_code=status)


def explanation(trace: Trace, hits: Sequence[Hit]) -> str:
    """The whole of it as HTML; all text is escaped."""
    return _summary(trace) + _stages(trace) + _hits(hits[:SHOWN])


def _frame(q: str, before: Sequence[str], body: str) -> str:
    kept = "".join(f'<input type="hidden" name="before" value="{escape(text)}">' for text in before)
    return (
        '<header class="bar"><a class="brand" href="/">Wenju <span lang="zh">问据</span></a></header>'
        f'<main class="reading explained"><h1>{both("explain")}</h1><p class="quiet">{both("explain_more")}</p>'
        f'<form action="/search" class="asking"><label for="q" class="hidden">{both("explain_ask")}</label>'
        f'<input id="q" name="q" type="search" value="{escape(q)}" maxlength="2000" required>{kept}'
        f'<button type="submit" class="small">{both("explain_do")}</button></form>{body}</main>'
    )


def _summary(trace: Trace) -> str:
    facts = [both("explain_time", seconds=f"{sum(trace.seconds.values()):.2f}")]
    if trace.confidence is not None:
        facts.append(both("explain_confidence", share=f"{100 * trace.confidence:.0f}"))
    if trace.named:
        facts.append(both("explain_named", titles="; ".join(trace.named.values())))
    if trace.reranked:
        facts.append(both("explain_reranked", what=trace.reranked))
    return f'<ul class="summary">{"".join(f"<li>{fact}</li>" for fact in facts)}</ul>'


def _stages(trace: Trace) -> str:
    rows = (
        (both(f"explain_{stage.name.split()[-1]}"), escape(stage.query), stage.lang, f"{stage.weight:.2f}",
         str(stage.found), f"{stage.best:.3f}", f"{1000 * stage.seconds:.0f}")
        for stage in trace.stages
    )  # fmt: skip
    return f"<h2>{both('explain_stages')}</h2>" + _table(
        ("ranking", "query", "language", "weight", "found", "best", "ms"), rows, "explain_stages"
    )


def _hits(hits: Sequence[Hit]) -> str:
    if not hits:
        return f"<p>{both('explain_nothing')}</p>"
    rows = (
        (str(hit.rank), f"{_link(hit)}<p>{escape(' '.join(hit.text.split())[:EXCERPT])}</p>", f"{hit.score:.2f}",
         "<br>".join(f"{escape(name)} {given:.2f}" for name, given in sorted(hit.parts.items())),
         f"{hit.similarity:.3f}")
        for hit in hits
    )  # fmt: skip
    return f"<h2>{both('explain_hits')}</h2>" + _table(
        ("rank", "passage", "score", "parts", "cosine"), rows, "explain_hits"
    )


def _link(hit: Hit) -> str:
    place = Look(hit.report.id, hit.passage.start, hit.passage.end)
    page = f" · {both('page_number', page=hit.passage.page)}" if hit.passage.page else ""
    return f'<a href="{place.href()}#quote" target="_blank">{escape(hit.report.title)}</a>{page}'


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]], name: str) -> str:
    """A table of finished HTML that scrolls by itself where the page is narrow."""
    head = "".join(f'<th scope="col">{both(f"column_{key}")}</th>' for key in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>" for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label(name, "zh")} · {label(name, "en")}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
