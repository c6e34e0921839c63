"""What a small model's answer still lacks, as its own judgement of single pieces of evidence shows.

Asked whether one piece of evidence holds what a question asks, a small model is a better reader than when it answers.
So three things are looked at again once its answer stands: the sentence that bears most on the question, where the
answer rests on others; of a question that asks for several things each that the answer leaves open; and what other
reports or places give instead of the one figure or date it tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event

from assistant import answerable, claims
from assistant.alignment import find
from assistant.asking import (
    asks_for_list,
    asks_how_much,
    asks_when,
    asks_why,
    gives_what_is_asked,
    parts,
)
from assistant.citations import Checked
from assistant.completion import nearest
from assistant.disagreement import contradicting
from assistant.inquiry import Searched
from assistant.marks import MARK, without_marks
from assistant.models.base import ChatModel, Reply
from assistant.pieces import under_names
from assistant.quantities import unsupported_numbers
from assistant.quantities.lexicon import DATES
from assistant.relevance import Similarity
from assistant.schema import Evidence
from assistant.sentences import split_sentences
from assistant.sides import asks_places
from assistant.telling import Telling, by_bearing, rests_on
from assistant.unheard import lacks_figures, new_numbers
from vectorstore.schema import Lang
from vectorstore.words import words

SURER = 0.5
"""How much likelier (log-odds) the sentence nearest to a question has to hold what is asked than what an answer cites:
of 110 answers to `dev.jsonl` 17 did not cite it; the three above this were wrong, nine of the fourteen below right.
"""
HELD, ANSWERS = 0.7, 1.0
"""Log-odds under which an answer is held to leave a part of a question open, and from which a sentence answers it."""
LOOKED_AT = 2
"""Sentences that are judged for a part left open."""
_SEVERAL = 2
_TELLING = 3
"""Words of a part of a question from which it says what it asks."""


@dataclass(frozen=True, slots=True)
class Afterthought:
    """A second look at the evidence of one answer."""

    searched: Searched
    model: ChatModel
    similarity: Similarity
    cancel: Event | None
    reply: Reply

    def nearer(self, checked: Checked, chosen: Sequence[Evidence], lang: Lang) -> str:
        """The sentence of the `chosen` evidence that bears most on the question, with its mark, where the answer cites
        nothing of that evidence and it is surer to hold what is asked than what the answer does cite; else ''. Of that
        piece of evidence a sentence that gives the figure or the time asked for is told before one that does not.
        """
        if self.searched.picked or self.searched.several:
            return ""
        said = nearest(chosen, self.searched.ways, self.similarity)
        mark = MARK.search(said)
        item = next((item for item in chosen if mark and item.n == int(mark[1])), None)
        cited = [item for item in chosen if rests_on(checked, item)]
        if item is None or item in cited or not cited:
            return ""
        sure, before = (self._odds(self.searched.asked_in(lang), evidence) for evidence in ([item], cited))
        if sure is None or before is None or sure < max(0.0, before + SURER):
            return ""
        ways = self.searched.ways
        gives = partial(gives_what_is_asked, ways)
        return said if gives(said) else nearest([item], ways, self.similarity, gives) or said

    def unanswered(self, checked: Checked, chosen: Sequence[Evidence], lang: Lang) -> list[Telling]:
        """Of each part of a question that asks for several things, where the answer is not held to answer it, the
        sentence that is, of the `chosen` evidence that the answer cites.
        """
        count = len(parts(self.searched.question.text))  # those of the questions before are no longer open
        asked = parts(self.searched.asked_in(lang))[-count:]
        if len(asked) < _SEVERAL or count < _SEVERAL or self.searched.several:
            return []
        said = without_marks(checked.text)
        own = [item for item in chosen if rests_on(checked, item)]
        found = list[Telling]()
        for part in _perhaps_open(asked, said):
            sure = self._held(part, said)
            if sure is None or sure >= HELD:
                continue
            told = {(sentence.item.n, sentence.start) for sentence in found}
            bearing = [s for s in by_bearing(own, [part], self.similarity) if (s.item.n, s.start) not in told]
            judged = [(self._held(part, sentence.text) or 0.0, sentence) for sentence in bearing[:LOOKED_AT]]
            best, sentence = max(judged, key=lambda pair: pair[0], default=(0.0, None))
            if sentence is not None and best >= ANSWERS:
                found.append(sentence)
        return found

    def others(self, checked: Checked, chosen: Sequence[Evidence], lang: Lang) -> list[Evidence]:
        """What tells otherwise than the answer to a question for one date or figure: of other reports, where none is
        named, or of other places of one, where it is about these; not of a row that was picked, from which the
        others differ.
        """
        asked, searched = self.searched.question, self.searched
        places = asks_places(asked.standalone)
        alone = answerable.beforehand(asked.standalone) and not searched.sides.ways
        if searched.picked or searched.several or not (places or alone):
            return []
        last = max(item.n for item in chosen)
        bearing = searched.read, searched.ways, self.similarity
        against = contradicting(checked.text, checked.citations, *bearing, last, lang, places=places)
        put = self.searched.asked_in(lang)
        if places:  # what follows says where to look
            put = put[slice(*split_sentences(put)[0])]
        own = {citation.report for citation in checked.citations}
        told: dict[str, Evidence] = {}
        for item in against:
            report = item.hit.report.id
            if report in told or not (report in own or not searched.sides.ways):
                continue
            sure = self._odds(put, [item])
            # Who asks for all places is to see them; and of a row that holds all that is asked about it is known.
            least = answerable.ANYTHING if places or _holds_all(put, item) else answerable.ONE_THING
            if sure is not None and sure >= least:
                told[report] = item
        return list(told.values())

    def _held(self, question: str, text: str) -> float | None:
        return answerable.odds_of(question, text, self.model, cancel=self.cancel, reply=self.reply)

    def _odds(self, question: str, evidence: Sequence[Evidence]) -> float | None:
        return answerable.odds(question, evidence, self.model, cancel=self.cancel, reply=self.reply)


def _perhaps_open(asked: Sequence[str], said: str) -> list[str]:
    """The parts of a question that may still be open: for figures and times where the answer gives fewer new ones than
    are asked for; none for reasons and lists, of which a part is an answer, nor one of a word or two, which tells too
    little.
    """
    times = sum(number.unit in DATES for number in new_numbers(asked, said)) >= sum(map(asks_when, asked))
    figures = not lacks_figures(asked, said)

    def settled(part: str) -> bool:
        if len(words(part)) < _TELLING:
            return True
        if asks_when(part):
            return times
        return figures if asks_how_much([part]) else asks_why(part) or asks_for_list(part)

    return [part for part in asked if not settled(part)]


def _holds_all(question: str, item: Evidence) -> bool:
    """Whether a piece of evidence holds every name and every figure of a question that has both."""
    said = under_names(item.hit, item.text)
    names = claims.names(question)
    if not names or not find(question) or claims.names_absent(names, said):
        return False
    return not unsupported_numbers(question, said.split("\n"))
