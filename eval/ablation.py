"""What each part of the search is worth: every part switched off in turn, over one set of questions.

    python -m eval.ablation QUESTIONS.jsonl [--home DIR] [--backend local|extractive]

The reports have to be indexed in the home. Translations come from the backend and are kept beside the home's
other replies, so that a second run asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.models.base import ChatModel
from assistant.question import detect, queries, translate, understand
from assistant.searching import CANDIDATES
from eval.dataset import Question
from eval.ranking import mrr
from eval.retrieval import Record, Sources, evidence_all
from eval.tool import opened
from vectorstore.library import Library
from vectorstore.schema import Hit, Lang, Query
from vectorstore.search import RECIPE, Recipe

MEASURES = {"4,000": evidence_all(4000), "2,000": evidence_all(2000), "MRR": mrr(10)}
Ways = Callable[[Library, Question, str | None], list[Query]]


def everything(library: Library, asked: Question, translation: str | None) -> list[Query]:
    """The ways of asking, as the product has them."""
    return queries(understand(asked.question, asked.history), translation, library.terms_in)


def _untranslated(library: Library, asked: Question, translation: str | None) -> list[Query]:
    return everything(library, asked, None)


def _without_glossary(library: Library, asked: Question, translation: str | None) -> list[Query]:
    return queries(understand(asked.question, asked.history), None)


def _as_asked(library: Library, asked: Question, translation: str | None) -> list[Query]:
    return everything(library, asked, None)[:1]


def _translation_alone(library: Library, asked: Question, translation: str | None) -> list[Query]:
    return [way for way in _without_terms(library, asked, translation) if translation is None or way.weight == 1]


def _without_terms(library: Library, asked: Question, translation: str | None) -> list[Query]:
    return everything(library, asked, translation)[: 2 if translation else None]


def _without_history(library: Library, asked: Question, translation: str | None) -> list[Query]:
    return queries(understand(asked.question), None, library.terms_in)


@dataclass(frozen=True, slots=True)
class Variant:
    """The search with one part changed."""

    name: str
    recipe: Recipe = RECIPE
    ways: Ways = everything


VARIANTS = (
    Variant("as it is"),
    Variant("dense ranking alone", replace(RECIPE, lexical=0.0)),
    Variant("lexical ranking alone", replace(RECIPE, lexical=1.0)),
    Variant("lexical counts in full whatever it covers", replace(RECIPE, covered=0.0)),
    Variant("reports named count as any other", replace(RECIPE, named=0.0)),
    Variant("repeated passages stay", replace(RECIPE, collapse=False)),
    Variant("60 candidates of each ranking", replace(RECIPE, depth=60)),
    Variant("the translation alone", ways=_translation_alone),
    Variant("no names and glossary beside the translation", ways=_without_terms),
    Variant("no translation: names and glossary", ways=_untranslated),
    Variant("no translation, no glossary: names", ways=_without_glossary),
    Variant("the question as asked alone", ways=_as_asked),
    Variant("no translation, follow-ups without history", ways=_without_history),
)


@dataclass(frozen=True, slots=True)
class Row:
    """Values by (measure, language), one for each question in order."""

    name: str
    values: Mapping[tuple[str, Lang], Sequence[float]]

    def mean(self, measure: str, lang: Lang) -> float:
        """The mean over the questions of a language; 0 where there are none."""
        values = self.values[measure, lang]
        return sum(values) / len(values) if values else 0.0

    def against(self, other: Row, measure: str) -> tuple[int, int]:
        """On how many questions this row does better and worse than another."""
        pairs = [
            pair
            for (name, lang), values in self.values.items()
            if name == measure
            for pair in zip(values, other.values[name, lang], strict=True)
        ]
        return sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)


def ablate(
    library: Library,
    questions: Sequence[Question],
    translations: Mapping[str, str | None],
    variants: Sequence[Variant] = VARIANTS,
) -> list[Row]:
    """A row for each variant, over the questions that name evidence; the library's recipe is put back."""
    ids = {report.source: report.id for report in library.reports()}
    sources = Sources(lambda name: library.text(ids[name]))
    chosen = [question for question in questions if question.evidence]
    kept = library.recipe
    rows = []
    try:
        for variant in variants:
            library.recipe = variant.recipe
            values: dict[tuple[str, Lang], list[float]] = {
                (m, la): [] for m in MEASURES for la in ("zh", "en")
            }
            for question in chosen:
                ways = variant.ways(library, question, translations.get(question.id))
                found = _record(library.search(ways, CANDIDATES))
                for name, scorer in MEASURES.items():
                    values[name, "zh" if question.lang == "zh" else "en"].append(
                        scorer(found, question, sources).value or 0.0
                    )
            rows.append(Row(variant.name, values))
    finally:
        library.recipe = kept
    return rows


def translated(questions: Sequence[Question], model: ChatModel | None) -> dict[str, str | None]:
    """The translation of each English question by id; {} without a model."""
    if model is None:
        return {}
    asked = {q.id: understand(q.question, q.history) for q in questions if detect(q.question) == "en"}
    return {id: translate(question, model) for id, question in asked.items()}


def _record(hits: Sequence[Hit]) -> Record:
    return {
        "retrieved": [
            {"rank": h.rank, "source": h.report.source, "start": h.passage.start, "end": h.passage.end}
            for h in hits
        ]
    }


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table: shares, and on how many questions a row's MRR is better and worse."""
    columns: list[tuple[str, Lang]] = [(measure, lang) for lang in ("zh", "en") for measure in MEASURES]
    head = " | ".join(f"{lang} {measure}" for measure, lang in columns)
    lines = [f"| | {head} | better, worse |", "|---|" + "--:|" * (len(columns) + 1)]
    for row in rows:
        better, worse = row.against(rows[0], "MRR")
        cells = " | ".join(f"{row.mean(*column):.3f}" for column in columns)
        lines.append(f"| {row.name} | {cells} | {'' if row is rows[0] else f'{better}, {worse}'} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    library, model, _, questions = opened(__doc__)
    print(table(ablate(library, questions, translated(questions, model))))


if __name__ == "__main__":
    main()
