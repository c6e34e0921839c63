"""Writing one answer: drafted from the evidence, checked, completed, and carried into the asker's language."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from typing import Literal

from assistant import citations, claims, evidence, names, opinion, phrases
from assistant.afterthought import Afterthought
from assistant.asking import asks_for_one_thing, asks_who, tells_how_much
from assistant.borrowed import Borrowed
from assistant.cells import is_named
from assistant.citations import Checked, Second
from assistant.completion import (
    LONGEST,
    LONGEST_TO_CARRY,
    as_it_stands,
    completed,
    instead,
    nearest,
    with_more,
)
from assistant.crossing import carry, gathered, readable
from assistant.errors import ModelFailed, ModelUnavailable, stop_if
from assistant.faults import fault, in_language, spoken_in
from assistant.fitting import gives_the_thing
from assistant.inquiry import Clock, Searched
from assistant.marks import normal, without_marks
from assistant.models import extractive
from assistant.models.base import ChatModel, Reply, prompted
from assistant.opinion import Claim
from assistant.orders import without_links
from assistant.people import holds_no_office
from assistant.question import in_context
from assistant.reading import Reading, Task, times
from assistant.relevance import Similarity
from assistant.repetition import without_echoes, without_repeats
from assistant.schema import Event, Evidence, Notice, Progress, Sentence, Token
from assistant.sentences import split_sentences
from assistant.sides import asks_several, without_verdicts
from assistant.telling import rests_on
from vectorstore.characters import has_han
from vectorstore.library import Library
from vectorstore.schema import Lang


@dataclass(slots=True)
class Writer:
    """Writes the answer to one question from the evidence chosen for it. `model` None: by quotation."""

    searched: Searched
    chosen: Sequence[Evidence]
    model: ChatModel | None
    library: Library
    similarity: Similarity
    clock: Clock
    unsupported: Literal["remove", "mark"] = "remove"
    read_chars: int = 220
    second_look: bool = True
    cancel: Flag | None = None
    reply: Reply = field(default_factory=Reply)
    notices: list[str] = field(default_factory=list)
    task: Task = "answer"
    _unsaid: tuple[Borrowed, ...] = field(default=(), init=False)
    _ahead: dict[str, str] | None = field(default=None, init=False)

    def write(self) -> Generator[Event, None, Checked | None]:
        """The answer, written and checked; None when the evidence does not answer."""
        checked = yield from self._written()
        return self._corrected(checked) if checked and self._unsaid else checked

    def _corrected(self, checked: Checked) -> Checked:
        """An answer behind the word that its question holds and no report says: it may rest on a mistake."""
        lang = self.searched.question.lang
        word = self._unsaid[0]
        lead = phrases.UNSAID[lang].format(word.text if lang == "zh" else word.english)
        told = (Sentence(lead, (), "supported"), *checked.sentences)
        return replace(checked, text=lead + ("\n" if lang == "zh" else " ") + checked.text, sentences=told)

    def _written(self) -> Generator[Event, None, Checked | None]:
        asked, lang = self.searched.question, self.searched.question.lang
        if self.model is None:
            return (yield from self._quote())
        if self._crosses():
            return (yield from self._write_across(self.model))
        question = in_context(asked, self.searched.translation)
        draft = yield from self._drafted(self.model, question, lang, shown=True)
        if not draft:
            return (yield from self._quote(phrases.UNUSABLE[lang]))
        yield Progress("checking")
        checked = self._checked(draft, asked.standalone, lang)
        if checked is None and self.task == "summary":
            return (yield from self._quote())
        if checked and not all(spoken_in(sentence.text, lang) for sentence in checked.sentences):
            checked = self._carried(checked)
        return checked

    def nearest(self) -> Generator[Event, None, Checked | None]:
        """What the evidence says that comes nearest to a question it does not answer, in the asker's language."""
        lang = self.searched.question.lang
        said = nearest(self.chosen, self.searched.ways, self.similarity)
        near = self._check(said, self.searched.question.standalone, "zh" if has_han(said) else "en")
        if not near.citations:
            return None
        told = near
        if not in_language(near.text, lang):
            yield Progress("writing")
            told = self._carried(near)
            stop_if(self.cancel)
        if told.text:
            return replace(told, text=phrases.NEAREST[lang].format(told.text))
        place = Sentence(phrases.NEAREST_AT[lang], (1,), "supported")
        return gathered([place], near.citations, lang)

    def _carried(self, checked: Checked) -> Checked:
        """`checked` in the asker's language; without a text where nothing of it comes through."""
        lang = self.searched.question.lang
        said = self._carry(checked, lang, self.model) if self.model else ()
        sentences = [piece for piece in said if isinstance(piece, Sentence)]
        return gathered(sentences, checked.citations, lang, listed=self.task == "summary")

    def _carry(self, checked: Checked, lang: Lang, model: ChatModel) -> Iterator[str | Sentence]:
        """`checked` as it is put into `lang`; terms, and companies that file here, are called what the asker does."""
        asked = self.searched.question.standalone
        named = {zh: en for en, zh in (names.terms_in(asked) | self.library.companies_in(asked)).items()}
        return carry(checked, lang, model, named=named, told=self._ahead, cancel=self.cancel, reply=self.reply)

    def _quote(self, notice: str = "") -> Generator[Event, None, Checked | None]:
        """The evidence's own words as the answer; `notice` says why, where a model was to write."""
        asked = self.searched.question
        if notice:
            self.notices.append(notice)
            yield Notice(notice)
        draft = extractive.write(self.chosen, asked.lang, listed=self.task == "summary")
        self.clock.first_word()
        yield Token(draft)
        checked = self._check(draft, asked.standalone, asked.lang)
        return checked if checked.text.strip() else None

    def _drafted(
        self, model: ChatModel, question: str, lang: Lang, *, shown: bool
    ) -> Generator[Event, None, str]:
        """The model's reply; asked once more, firmly, when it is no answer, and '' when it is none then either.

        A reply in another language is kept: it can be translated. What is not `shown` is to be carried over, of
        which the beginning is shown as soon as it is there.
        """
        reading = Reading(self.searched, model, self.similarity, self.task, self.read_chars, self.cancel, self.reply)
        draft = ""
        read = reading.read(self.chosen)
        numbered = [replace(item, n=place) for place, item in enumerate(read, 1)]
        messages = reading.messages(question, lang, numbered)
        given = {place: item.n for place, item in enumerate(read, 1)}
        for piece in reading.said(messages, lang, given):
            if shown and not draft:
                self.clock.first_word()
                yield Progress("writing")
            draft += piece
            if shown:
                yield Token(piece)
            elif self._ahead is None and len(split_sentences(draft)) > 1:
                yield from self._told_ahead(draft, question, model)
        stop_if(self.cancel)
        if phrases.is_refusal(draft):
            return draft
        if fault(draft, messages, lang):
            yield Progress("reading")
            firmly = prompted("firmly", lang, request=messages[-1].content)  # rules that nothing else looks like
            draft = "".join(reading.said(firmly, lang, given))
            stop_if(self.cancel)
        if fault(draft, messages, lang) not in ("", "language"):
            return ""
        if not shown and self._ahead is None:
            yield from self._told_ahead(draft, question, model)
        draft = phrases.without_questions(draft)
        return without_repeats(without_links(draft, [item.text for item in self.chosen]), times(model))

    def _checked(self, draft: str, question: str, lang: Lang) -> Checked | None:
        """The draft checked; a small model's is completed from the evidence, or replaced where only its
        wording failed; None when it is a refusal or nothing of it is left.
        """
        if phrases.is_refusal(draft) or not re.search(r"\w", without_marks(draft)):
            return None
        if lang == "zh" and holds_no_office(self.searched.ways, [item.hit.passage.clean for item in self.chosen]):
            return None
        several = self.searched.several or asks_several(self.searched.question.standalone)
        if several and self.model and self.model.small:
            draft = without_verdicts(draft)
        if self.model and self.model.small and self.task == "answer" and in_language(draft, lang):
            draft = as_it_stands(draft, self.chosen, self.similarity)
        answering = without_echoes(draft, question)
        checked = self._check(answering or draft, question, lang, self._second(lang))
        self._unsaid = tuple(filter(self._is_denied, checked.unsaid))
        if self.model and self.model.small and self.task == "answer" and in_language(draft, lang):
            look = Afterthought(self.searched, self.model, self.similarity, self.cancel, self.reply)
            longest = LONGEST if lang == self.searched.question.lang else LONGEST_TO_CARRY
            uncited = not any(said.marks or said.state == "unverified" for said in checked.sentences)
            own = self._completing(checked, lang)
            bearing = own, self.searched.ways, self.similarity, longest, self.searched.sides.ids
            if checked.text and answering and not uncited:
                if nearer := look.nearer(checked, own, lang):
                    answering = f"{nearer}\n{answering}"
                    checked = self._check(answering, question, lang)
                more = completed(checked, answering, *bearing)
            else:
                lacking = self.searched.lacks(self.library.kept_in(question))
                more = "" if lacking or self._is_refuted(checked) else instead(*bearing)
            if more not in ("", answering):
                checked = self._check(more, question, lang)
            if checked.text and (open_to := look.unanswered(checked, own, lang)):
                more = with_more(more or answering, checked.text, open_to, longest)
                checked = self._check(more, question, lang)
            if not tells_how_much(self.searched.ways, checked.text):
                return None  # the reports do not say
            checked = self._with_the_others(checked, more or answering, question, lang, look)
        return checked if checked.text.strip() else None

    def _completing(self, checked: Checked, lang: Lang) -> list[Evidence]:
        """The evidence that may complete an answer: in its language, and only the rows that a superlative picked, where
        it did; none where the whole answer rests on such a row and says what it is of.
        """
        same = [item for item in self.chosen if has_han(item.text) == (lang == "zh")]
        rows = self.searched.rows_in(same)
        if not checked.removed and any(rests_on(checked, item) for item in rows):
            told = [checked.text, *self.searched.ways]
            return [] if any(is_named(item.text, told) for item in rows) else rows
        return rows or same

    def _is_refuted(self, checked: Checked) -> bool:
        """Whether the one thing that a question asks for was told, and the evidence tells another or, of a person,
        none: its own words are no answer either, unless they give the time asked for of what it names, a figure in
        the unit that it names, or one of that year, place and version.
        """
        asked, ways = self.searched.question.standalone, self.searched.ways
        if self.searched.several or not asks_for_one_thing(asked):
            return False
        if not (checked.contradicted or asks_who(asked)):
            return False
        return not gives_the_thing(asked, ways, nearest(self.chosen, ways, self.similarity))

    def _with_the_others(self, checked: Checked, draft: str, question: str, lang: Lang, look: Afterthought) -> Checked:
        """The answer with what others tell otherwise, each behind the name of who says it."""
        against = look.others(checked, self.chosen, lang)
        if not against:
            return checked
        self.chosen = [*self.chosen, *against]
        reports = [item.hit.report.id for item in against]
        said = instead(against, self.searched.ways, self.similarity, 2 * LONGEST, reports)
        return self._check(f"{draft}\n{said}", question, lang)

    def _is_denied(self, word: Borrowed) -> bool:
        """Whether the asker's own word, not one of a translation, stands nowhere in the evidence. A name that nobody
        knows in Chinese may stand there in Chinese.
        """
        untranslated = self._crosses() and not has_han(word.text) and not claims.known(word.text)
        return word.stands_in(self.searched.question.standalone) and not untranslated

    def _crosses(self) -> bool:
        """Whether a small model is to write English from mostly Chinese evidence: better in two steps."""
        if self.model is None or not self.model.small or not self.searched.translation:
            return False
        chinese = sum(has_han(item.text) for item in self.chosen)
        return self.searched.question.lang == "en" and 2 * chinese >= len(self.chosen)

    def _write_across(self, model: ChatModel) -> Generator[Event, None, Checked | None]:
        """Write and check in Chinese, then carry what stood the check into English."""
        # With the original beside it, a poor translation misleads the model less.
        question = f"{self.searched.translation}（{self.searched.question.text}）"
        draft = yield from self._drafted(model, question, "zh", shown=False)
        if not draft:
            return (yield from self._quote(phrases.UNUSABLE["en"]))
        yield Progress("checking")
        checked = self._checked(draft, question, "zh")
        if checked is None:
            return (yield from self._quote()) if self.task == "summary" else None
        yield Progress("writing")
        sentences: list[Sentence] = []
        for said in self._carry(checked, "en", model):
            self.clock.first_word()
            if isinstance(said, Sentence):
                sentences.append(said)
                yield Token(f" {normal(said.marks)} ")
            else:
                yield Token(said)
        stop_if(self.cancel)
        if not sentences:  # what stood the check did not come through: the figures themselves still can
            return (yield from self._quote(phrases.UNUSABLE["en"]))
        return gathered(sentences, checked.citations, "en", listed=self.task == "summary")

    def _told_ahead(self, draft: str, question: str, model: ChatModel) -> Iterator[Event]:
        """The first sentence of a draft in English, once it stands the check: while the rest is being written, since
        two replies at once take the model hardly longer than one, and before anything is looked at again.
        """
        self._ahead = {}
        first = draft[slice(*split_sentences(draft)[0])]
        if phrases.is_refusal(first) or not (claims.shared(first, question) and without_echoes(first, question)):
            return
        checked = self._check(first, question, "zh")
        if len(checked.sentences) != 1:
            return
        yield Progress("writing")
        for said in self._carry(checked, "en", model):
            if isinstance(said, Sentence):
                self._ahead[checked.sentences[0].text] = said.text
            else:
                self.clock.first_word()
                yield Token(said)

    def _second(self, lang: Lang) -> Second | None:
        """A large model's opinion of an answer's sentences; where it fails to give one, the check stands as it is."""
        model = self.model
        if model is None or model.small or not self.second_look:
            return None

        def ask(cited: Sequence[Evidence], claims: Sequence[Claim]) -> Sequence[bool | None]:
            lines = evidence.prompt_lines(cited, lambda text: readable(text, lang))
            try:
                return opinion.borne_out(claims, lines, lang, model, cancel=self.cancel, reply=self.reply)
            except (ModelFailed, ModelUnavailable) as error:
                self.notices.append(phrases.UNREVIEWED[lang].format(error))
                return ()

        return ask

    def _check(self, draft: str, question: str, lang: Lang, second: Second | None = None) -> Checked:
        """The draft checked against its evidence, without what it says of not finding anything."""
        return citations.check(
            phrases.without_refusals(draft),
            self.chosen,
            question=question,
            lang=lang,
            similarity=self.similarity,
            report_text=self.library.text,
            unsupported=self.unsupported,
            page_at=self.library.page_at,
            second=second,
        )
