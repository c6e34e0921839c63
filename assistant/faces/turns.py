"""One question and its answer, in whatever state it is, as a piece of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

from assistant.faces.afterword import foot
from assistant.faces.failures import failure
from assistant.faces.markup import Place, prose, unverified
from assistant.faces.references import tidy
from assistant.faces.suggestions import follow_ups
from assistant.faces.texts import both, label
from assistant.schema import Answer, Done, Event, Evidence, Found, Glimpsed, Notice, Phase, Progress, Token
from vectorstore.schema import Lang, Report

TurnState = Literal["working", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of the conversation and what has become of it so far. `key` is the browser's name for it.

    `limit` is the number of reports it was limited to, 0 for none; `helpful` what the asker thought of it.
    """

    question: str
    key: str = ""
    lang: Lang = "en"
    model: str = ""
    state: TurnState = "working"
    phase: Phase = "searching"
    glimpsed: tuple[Place, ...] = ()
    found: tuple[Place, ...] = ()
    written: str = ""
    notices: tuple[str, ...] = ()
    answer: Answer | None = None
    cited: tuple[Place, ...] = ()
    problem: str = ""
    follow: tuple[str, ...] = ()
    limit: int = 0
    helpful: bool | None = None

    def after(self, event: Event) -> Turn:
        """The turn once `event` has happened."""
        match event:
            case Progress(phase):
                return replace(self, phase=phase)
            case Glimpsed(evidence):
                return replace(self, glimpsed=tuple(replace(_of_evidence(item), n=0) for item in evidence))
            case Found(evidence):
                return replace(self, found=tuple(map(_of_evidence, evidence)))
            case Token(text):
                return replace(self, written=self.written + text, phase="writing")
            case Notice(text):
                return replace(self, notices=(*self.notices, text))
            case Done(answer):
                notices = tuple(dict.fromkeys((*self.notices, *answer.notices)))
                return replace(
                    self, answer=answer, cited=_cited(answer), follow=follow_ups(answer), notices=notices, state="done"
                )

    def stopped(self) -> Turn:
        """The turn when the person stopped it: what was written stays."""
        return replace(self, state="stopped")

    def failed(self, problem: str) -> Turn:
        """The turn when it could not be answered; `problem` is one sentence, empty for a bug."""
        return replace(self, state="failed", problem=problem)


def render(turn: Turn) -> str:
    """The turn as HTML. The parts keep their order in every state, so the page changes in place."""
    places = _places(turn)
    return (
        f'<article class="turn" data-state="{turn.state}" data-key="{escape(turn.key)}">'
        f'<h2 class="question"><span class="hidden">{both("you_asked")}</span>'
        f'<span class="asked">{escape(turn.question)}</span></h2>'
        f'<p class="status">{_status(turn)}</p>'
        f'<div class="notices">{"".join(f"<p>{escape(text)}</p>" for text in turn.notices)}</div>'
        f'<div class="found">{_cards(turn, places)}</div>'
        f'<div class="answer" aria-live="polite" aria-busy="{str(turn.state == "working").lower()}">'
        f"{_body(turn, places)}</div>"
        f'<footer class="foot">{foot(turn)}</footer>{_follow(turn)}'
        "</article>"
    )


def _places(turn: Turn) -> dict[int, Place]:
    return {place.n: place for place in reversed(turn.found if turn.answer is None else turn.cited)}


def _of_evidence(item: Evidence) -> Place:
    return _place(item.hit.report, item.n, item.page, item.start, item.end, item.quote)


def _cited(answer: Answer) -> tuple[Place, ...]:
    reports = {hit.report.id: hit.report for hit in answer.hits}
    return tuple(
        _place(reports[c.report], c.n, c.page, c.start, c.end, c.quote)
        if c.report in reports
        else Place(c.n, c.report, c.title, None, c.page, c.start, c.end, c.quote, source=c.source)
        for c in answer.citations
    )


def _place(of: Report, n: int, page: int | None, start: int, end: int, quote: str) -> Place:
    return Place(n, of.id, of.title, of.publisher, page, start, end, quote, of.date, of.source)


def _status(turn: Turn) -> str:
    if turn.state != "working":
        return ""
    return (
        f'<span class="pulse" aria-hidden="true"></span>{both(f"phase_{turn.phase}")}'
        f'<span class="aside">{both("model")} {escape(turn.model)}</span>'
    )


def _cards(turn: Turn, places: Mapping[int, Place]) -> str:
    shown: Iterable[Place] = sorted(places.values(), key=lambda place: place.n)
    if turn.answer is None:
        title, shown = "found", _steady(turn.glimpsed, turn.found)
    elif turn.answer.refused:
        title, shown = "closest", [*shown, *_others(turn.found, turn.cited)]
    else:
        title = "sources"
    cards = "".join(f"<li>{_card(place)}</li>" for place in shown)
    return f'<p class="label">{both(title)}</p><ol class="cards">{cards}</ol>' if cards else ""


def _others(found: Sequence[Place], cited: Sequence[Place]) -> Iterable[Place]:
    """What was found beside what is cited; without a number, since the marks of the answer count anew."""
    for place in found:
        if not any(_meet(place, other) for other in cited):
            yield replace(place, n=0)


def _meet(place: Place, other: Place) -> bool:
    return place.report == other.report and place.start < other.end and other.start < place.end


def _steady(glimpsed: Sequence[Place], found: Sequence[Place]) -> list[Place]:
    """What was seen first stays where it is, and gets its number; what was found afterwards follows."""
    left, shown = list(found), []
    for early in glimpsed:
        same = [place for place in left if _meet(place, early)]
        shown.append(same[0] if same else early)
        left = [place for place in left if place not in same[:1]]
    return shown + left


def _card(place: Place) -> str:
    page = f'<span class="where">{both("page_number", page=place.page)}</span>' if place.page else ""
    return (
        f'<button type="button" class="card" {place.attributes}>'
        f'<span class="source"><span class="n">{place.n or "·"}</span>'
        f'<span class="title">{escape(place.title)}</span>{page}</span>'
        f'<span class="quote">{escape(tidy(place.quote)[:160])}</span></button>'
    )


def _body(turn: Turn, places: Mapping[int, Place]) -> str:
    if turn.state == "failed":
        return f'<p class="problem">{both("failed")}{failure(turn.problem)} {both("failed_more")}</p>'
    if turn.answer is None:
        stopped = f'<p class="quiet">{both("stopped")}</p>' if turn.state == "stopped" else ""
        return prose(turn.written, places) + stopped
    text = turn.answer.text
    calm = f'<p class="refused">{both("refused")}</p>' if turn.answer.refused else ""
    weak = unverified(text, turn.answer.sentences)
    return calm + prose(text, places, weak, label("unverified", turn.lang))


def _follow(turn: Turn) -> str:
    """What could be asked next; shown below the last answer only."""
    if not turn.follow:
        return ""
    items = "".join(
        f'<li><button type="button" class="example">{escape(question)}</button></li>' for question in turn.follow
    )
    return f'<div class="follow"><p class="label">{both("follow")}</p><ul class="examples">{items}</ul></div>'
