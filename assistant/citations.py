"""Check a finished answer against its evidence: every sentence proved, every mark a quote, or it goes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant import drafts, quoting
from assistant.alignment import find
from assistant.borrowed import (
    Borrowed,
    borrowed,
    joined_by_a_publisher,
    made_of_one,
    taken_for_a_doer,
    unsaid,
)
from assistant.claims import direction
from assistant.crediting import as_told, without_lead
from assistant.drafts import Draft, Piece
from assistant.evidence import with_its_row
from assistant.marks import MARK, normalise
from assistant.names import in_chinese
from assistant.opinion import Claim
from assistant.orders import without_orders
from assistant.pieces import around, behind_its_first_cell, caption, headings
from assistant.quantities import unsupported_numbers
from assistant.schema import Citation, Evidence, Sentence, State
from assistant.support import Flaw, Judge, Similarity
from vectorstore import filters
from vectorstore.schema import Lang

Second = Callable[[Sequence[Evidence], Sequence[Claim]], Sequence[bool | None]]
"""Whether evidence bears out each of several claims, as somebody else sees it; None without an opinion."""

_ADDS = 0.1  # the least share of the wording for which a further mark is worth its place
_DESCRIBES_SHARE = 0.8  # of a sentence that only names a report
_MOST_MARKS = 3
_JOINTLY = re.compile(r"联[手合]|携手|合作|\b(?:jointly|partner\w*|collaborat\w*|together with)\b", re.IGNORECASE)
"""What two did together, one passage has to tell of both."""
_ABOUT = "本报告 该报告 报告 发布 撰写 标题 题为 report published released titled title author"


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer whose marks run 1..k in order of appearance; `removed` are the sentences left out.

    `contradicted` says that evidence speaks of what was left out and says something else: another number,
    another year, another subject. Otherwise only names or wording were not found, or a rise that the question
    itself speaks of is a fall. `unsaid` is what the sentences left out take from the question and no evidence holds.
    """

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    removed: tuple[Sentence, ...] = ()
    contradicted: bool = False
    unsaid: tuple[Borrowed, ...] = ()


def check(
    answer: str,
    evidence: Sequence[Evidence],
    *,
    question: str,
    lang: Lang,
    report_text: Callable[[str], str],
    similarity: Similarity | None = None,
    unsupported: Literal["remove", "mark"] = "remove",
    page_at: Callable[[str, int], int | None] | None = None,
    second: Second | None = None,
) -> Checked:
    """Check `answer` sentence by sentence against the numbered `evidence` it was written from.

    A sentence keeps the marks that support it (`supported`), gets those of the evidence that does
    (`repaired`), or is `unverified`: then it is removed, or stays without support, as `unsupported` says.
    What counts as support is defined in docs/supported.md. `lang` is the answer's language: it
    says how marks are set. `second` is asked about wording and meaning, never about numbers and names, which code
    compares. `report_text` gives a report's text as read, `page_at(report, offset)` a page.
    `text` is '' when nothing remains.
    """
    checker = _Checker(evidence, question, similarity)
    draft = drafts.read(normalise(answer, [item.n for item in evidence]))
    checker.prepare(draft)
    for piece in draft.pieces:
        piece.state, piece.marks = checker.state(piece, searching=second is None or not checker.is_open(piece))
    if second:
        checker.reconsider(draft.pieces, second)
    if unsupported == "remove":
        for line in draft.lines:
            line.pieces = [part for piece in line.pieces for part in checker.parted(piece)]
    removed = draft.prune() if unsupported == "remove" else ()
    left_out = tuple(_sentence(piece, {}) for piece in removed)
    contradicted = any(checker.contradicts(piece.claim) for piece in removed)
    brought = tuple(dict.fromkeys(word for piece in removed for word in checker.unsaid(piece.claim)))
    if not any(piece.kind == "claim" or piece.kind == "silence" for piece in draft.pieces):
        return Checked("", (), (), left_out, contradicted, brought)
    text = _with_marks_of(draft.write(lang), {n for piece in draft.pieces for n in piece.marks})
    order = {n: place for place, n in enumerate(dict.fromkeys(map(int, MARK.findall(text))), start=1)}
    citations = [
        checker.cite(n, [piece for piece in draft.pieces if n in piece.marks], report_text, page_at)
        for n in order
    ]
    return Checked(
        MARK.sub(lambda mark: f"[{order[int(mark[1])]}]", text),
        tuple(_sentence(piece, order) for piece in draft.pieces if piece.kind != "structure"),
        tuple(_renumbered(citation, order[citation.n]) for citation in citations),
        left_out,
        contradicted,
        brought,
    )


def _with_marks_of(text: str, carried: Collection[int]) -> str:
    """`text` without marks that no sentence carries: what stood around a mark taken out may look like one."""
    while any(int(n) not in carried for n in MARK.findall(text)):
        text = MARK.sub(lambda mark: mark[0] if int(mark[1]) in carried else "", text)
    return text


class _Checker:
    """One answer's check: its evidence, and the judge that knows the question."""

    def __init__(self, evidence: Sequence[Evidence], question: str, similarity: Similarity | None) -> None:
        self.evidence = {item.n: item for item in evidence}
        self.texts = {item.n: behind_its_first_cell(item.hit, item.text) for item in evidence}
        self.passages = {item.n: _passage(item) for item in evidence}
        self.reports = {item.hit.report.id: item.hit.report for item in evidence}
        reports = self.reports.values()
        dates = [report.date for report in reports if report.date]
        known = [(r.title, r.publisher, _spoken_date(r.date), r.source) for r in reports]
        described = "\n".join([_ABOUT, *(without_orders(part) for parts in known for part in parts if part)])
        passages = [item.hit.passage for item in evidence]
        above = dict.fromkeys(heading for passage in passages for heading in headings(passage))
        captions = "\n".join(dict.fromkeys(map(caption, passages)))
        years = [int(found[0]) for date in dates if (found := re.match(r"\d{4}", date))]
        self.described = Judge("", described)
        about = "\n".join([described, *above])
        self.judge = Judge(question, about, max(years, default=None), similarity, captions)

    def prepare(self, draft: Draft) -> None:
        """Embed once what will be compared across languages."""
        wanted = [piece.claim for piece in draft.pieces if piece.kind == "claim"]
        self.judge.prepare_across(wanted, list(self.texts.values()))

    def parted(self, piece: Piece) -> tuple[Piece, ...]:
        """A sentence; before one that nothing supports the beginning of it that holds a figure and is supported."""
        if piece.state != "unverified":
            return (piece,)
        for beginning in piece.beginnings():
            if not find(beginning.claim):
                continue
            beginning.state, beginning.marks = self.state(beginning)
            if beginning.state != "unverified" and beginning.marks:
                return beginning, piece
        return (piece,)

    def state(self, piece: Piece, *, searching: bool = True) -> tuple[State, tuple[int, ...]]:
        """What the check says of one sentence, and the marks it should carry; not `searching`, its own."""
        if piece.kind != "claim":
            return "supported", ()
        state, marks = self._stands(piece, searching)
        if state != "unverified" and piece.head and self._heads_strange(piece.head, marks):
            return "unverified", marks
        return state, marks

    def _heads_strange(self, head: str, marks: Sequence[int]) -> bool:
        """Whether the head over a row holds a number or a year that what the row cites does not."""
        held = [self.passages[n] for n in marks]
        return bool(unsupported_numbers(head, [*held, self.judge.about], allowed=[self.judge.question]))

    def _stands(self, piece: Piece, searching: bool) -> tuple[State, tuple[int, ...]]:
        """The same of a claim by itself."""
        cited = tuple(n for n in piece.marks if n in self.texts)
        if cited and self._supported(piece.claim, cited):
            return "supported", self._contributing(piece.claim, cited)
        if self._only_describes(piece.claim):
            return "supported", ()
        found = self._search(piece.claim) if searching else ()
        return ("repaired", found) if found else ("unverified", cited)

    def is_open(self, piece: Piece) -> bool:
        """Whether a sentence lacks, beside what it cites itself, the wording alone: a second opinion reads it there."""
        cited = tuple(n for n in piece.marks if n in self.texts)
        if piece.kind != "claim" or not cited:
            return False
        worded = self.judge.verdict(piece.claim, [self.texts[n] for n in cited], worded=True)
        return worded.supported and self._fits(piece.claim, cited)

    def reconsider(self, pieces: Sequence[Piece], second: Second) -> None:
        """Let a second opinion take support from sentences, and give it to those that lack only the wording. Of what it
        has no opinion on, the evidence that fits best is looked for.
        """
        open_to = [piece for piece in pieces if piece.kind == "claim" and piece.marks and self._arguable(piece)]
        cited = [item for n, item in self.evidence.items() if any(n in piece.marks for piece in open_to)]
        told = (without_lead(piece.claim) for piece in open_to)
        said = [(" | ".join(filter(None, [p.head, text])), p.marks) for p, text in zip(open_to, told, strict=True)]
        borne_out = second(cited, said) if open_to else ()
        for piece, held in zip(open_to, [*borne_out, *[None] * len(open_to)], strict=False):
            if held is False:
                piece.state = "unverified"
            elif held and piece.state == "unverified":
                piece.state = "supported"
            elif held is None and piece.state == "unverified":
                piece.state, piece.marks = self.state(piece)

    def _arguable(self, piece: Piece) -> bool:
        """Whether what the check says of a sentence is a matter of its wording and meaning alone."""
        return piece.state != "unverified" or self.is_open(piece)

    def contradicts(self, claim: str) -> bool:
        """Whether evidence speaks of what an unsupported claim says, and says something else than it; that a question
        takes a fall for a rise is not the claim's doing.
        """
        flaw = self.flaw(claim)
        asked = direction(self.judge.question)
        return flaw not in ("name", "wording") and not (flaw == "direction" and asked and asked == direction(claim))

    def flaw(self, claim: str) -> Flaw:
        """What is wrong with an unsupported claim, by the evidence that fits it best."""
        if not self.texts:
            return "name"
        best = max(self.texts, key=lambda n: quoting.fit(self.judge, claim, self.texts[n]))
        if borrowed(claim, self.passages[best]):
            return "subject"
        return self.judge.verdict(claim, [self.texts[best]]).flaw or "name"

    def cite(
        self,
        n: int,
        pieces: Iterable[Piece],
        report_text: Callable[[str], str],
        page_at: Callable[[str, int], int | None] | None,
    ) -> Citation:
        """The citation for mark `n`: the smallest quote that holds what all the sentences take from it."""
        item, pieces = self.evidence[n], list(pieces)
        if not all(self.judge.verdict(piece.claim, [item.text]).supported for piece in pieces):
            item = with_its_row(item)
        quotes = [quoting.span(self.judge, piece.claim, item.text) for piece in pieces]
        start, end = quoting.locate(item, min(s for s, _ in quotes), max(e for _, e in quotes))
        report = item.hit.report
        return Citation(
            n=n, report=report.id, source=report.source, title=report.title,
            page=page_at(report.id, start) if page_at else item.page,
            start=start, end=end,
            quote=report_text(report.id)[start:end],
            supported=any(piece.state != "unverified" for piece in pieces),
        )  # fmt: skip

    def _only_describes(self, claim: str) -> bool:
        """Whether a sentence names no more than a report's own title, publisher and date."""
        verdict = self.described.verdict(claim, [])
        return verdict.flaw in ("", "wording") and verdict.share >= _DESCRIBES_SHARE

    def _supported(self, claim: str, marks: Sequence[int]) -> bool:
        texts = [self.texts[n] for n in marks]
        return self.judge.verdict(claim, texts).supported and self._fits(claim, marks)

    def _fits(self, claim: str, marks: Sequence[int]) -> bool:
        """Whether what a claim cites is by whom it says, about what it says, and of one report for each fact; of those
        who did something together, one passage speaks.
        """
        known, passages = list(self.reports.values()), "\n".join(self.passages[n] for n in marks)
        said = self._said_by_those_named(claim, marks)
        claim = as_told(claim, self.judge.question, self.judge.about)
        said = said and not borrowed(claim, passages)
        apart = _JOINTLY.search(claim) and all(
            borrowed(claim, self.passages[n])
            or joined_by_a_publisher(claim, self.evidence[n].hit.passage.clean, known)
            for n in marks
        )
        whole = made_of_one(claim, [(self.evidence[n], self.passages[n]) for n in marks], self.judge.about)
        return said and not apart and whole

    def unsaid(self, claim: str) -> tuple[Borrowed, ...]:
        """What a claim takes from the question that stands in no evidence at all."""
        return unsaid(claim, "\n".join(self.passages.values()))

    def _said_by_those_named(self, claim: str, marks: Sequence[int]) -> bool:
        """Whether of each report that a claim names (据某研究院) something is cited, or what is cited names it."""
        texts = [self.texts[n] for n in marks]
        cited = {self.evidence[n].hit.report.id for n in marks}
        known = list(self.reports.values())
        if taken_for_a_doer(claim, known, texts):
            return False  # who publishes a report is not what it counts
        named = filters.named([claim, in_chinese(claim)], known)
        return all(id in cited or filters.named(texts, [self.reports[id]]) for id in named)

    def _contributing(self, claim: str, marks: tuple[int, ...]) -> tuple[int, ...]:
        """The marks without those that add no number, no name beyond the question's and hardly a word."""
        for n in sorted(marks, key=lambda n: quoting.fit(self.judge, claim, self.texts[n])):
            rest = tuple(m for m in marks if m != n)
            if rest and not self._adds(claim, rest, marks, asked=False) and self._supported(claim, rest):
                marks = rest
        return marks

    def _adds(self, claim: str, fewer: Sequence[int], more: Sequence[int], *, asked: bool = True) -> bool:
        """Whether more marks hold more of a claim than fewer; the question's names count where they are `asked` for."""
        one, other = [self.texts[n] for n in fewer], [self.texts[n] for n in more]
        if self.judge.anchors(claim, other, asked=asked) > self.judge.anchors(claim, one, asked=asked):
            return True
        return self.judge.share(claim, other) >= self.judge.share(claim, one) + _ADDS

    def _search(self, claim: str) -> tuple[int, ...]:
        """The mark, or the few marks, of the evidence that supports the claim; () when nothing does."""
        ranked = sorted(self.texts, key=lambda n: quoting.fit(self.judge, claim, self.texts[n]), reverse=True)
        alone = next((n for n in ranked if self._supported(claim, [n])), None)
        if alone is not None:
            return (alone,)
        chosen = tuple(ranked[:1])
        for n in ranked[1:]:
            if self._adds(claim, chosen, (*chosen, n)):
                chosen = (*chosen, n)
                if self._supported(claim, chosen):
                    # What seemed to fit best at first may add nothing to those that came after it.
                    marks = self._contributing(claim, tuple(sorted(chosen)))
                    return marks if len(marks) <= _MOST_MARKS else ()
        return ()


def _passage(item: Evidence) -> str:
    """All that stands around a piece of evidence, with what its report says of itself."""
    report = item.hit.report
    named = (without_orders(name) for name in (report.publisher, report.source) if name)
    return "\n".join([around(item.hit), *named])


def _spoken_date(date: str | None) -> str:
    """A report's date as a text would give it, so that no lone month or day passes for a figure."""
    if not date:
        return ""
    year, *rest = re.findall(r"\d+", date) or [""]
    names = itertools.chain(zip(rest, "月日", strict=False))
    return f"{year}年" + "".join(f"{int(number)}{name}" for number, name in names) if year else date


def _sentence(piece: Piece, order: dict[int, int]) -> Sentence:
    marks = tuple(sorted(order[n] for n in piece.marks if n in order))
    return Sentence(piece.claim, marks, piece.state)


def _renumbered(citation: Citation, n: int) -> Citation:
    fields = {name: getattr(citation, name) for name in Citation.__slots__}
    return Citation(**{**fields, "n": n})
