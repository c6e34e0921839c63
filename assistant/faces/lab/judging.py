"""The addresses where people judge: drafts, feedback, labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from assistant.conversations import Conversations, Feedback
from assistant.errors import WenjuError
from assistant.faces.guard import at_this_machine
from assistant.faces.lab import review
from assistant.faces.lab.answering import Again, apart, filed, named, shown, text, to
from assistant.faces.lab.frame import Say, note
from assistant.faces.lab.runs import NoRun, Runs
from assistant.faces.owners import Owner, owner_of

if TYPE_CHECKING:
    from assistant.settings import Settings
    from eval.dataset import Question
    from eval.drafts import Draft
    from eval.labelling import Judgement

_LOCK = Lock()
"""Files of drafts and sets are written anew as a whole: one at a time."""


def judging(app: FastAPI, runs: Runs, conversations: Conversations, settings: Settings) -> None:
    """Add the addresses to the server."""
    _drafts(app, runs)
    _feedback(app, runs, conversations, settings.host)
    _labels(app, runs)


def _drafts(app: FastAPI, runs: Runs) -> None:
    place = runs.place / "drafts"

    def file_of(name: str) -> Path:
        file = place / named(name)
        if not file.is_file():
            raise NoRun(f"there are no drafts called {name!r}")
        return file

    @app.get("/evaluation/drafts", include_in_schema=False)
    def files(request: Request) -> Response:
        def build(say: Say) -> str:
            from eval import drafts

            found = [(file.name, drafts.load(file)) for file in sorted(place.glob("*.jsonl"))]
            return review.draft_files(say, [
                (name, sum(item.status == "waiting" for item in items), len(items)) for name, items in found
            ])

        return shown(request, build)

    @app.post("/evaluation/drafts", include_in_schema=False)
    async def bring(request: Request, mine: Owner) -> Response:
        name, raw = await filed(request)

        def build(say: Say) -> str:
            kept = place / named(Path(name).stem.replace(" ", "-") + ".jsonl")
            if kept.exists():
                raise WenjuError(f"there are drafts called {kept.name} already; choose another name")
            place.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(raw)
            try:
                return review.drafts(say, kept.name, _loaded(kept))
            except WenjuError:
                kept.unlink()
                raise

        return shown(request, build)

    @app.get("/evaluation/drafts/{name}", include_in_schema=False)
    def one(request: Request, name: str) -> Response:
        return shown(request, lambda say: review.drafts(say, name, _loaded(file_of(name))))

    @app.post("/evaluation/drafts/{name}", include_in_schema=False)
    async def decide(request: Request, mine: Owner, name: str) -> Response:
        async with request.form() as form:
            said = form

        def build(say: Say) -> str:
            file = file_of(name)
            with _LOCK:
                told = _decided(say, file, runs.place / "sets" / "reviewed.jsonl", said)
            return review.drafts(say, name, _loaded(file), told)

        return await apart(shown, request, build)  # type: ignore[no-any-return]


def _loaded(file: Path) -> list[Any]:
    from eval import drafts

    return drafts.load(file)


def _decided(say: Say, file: Path, into: Path, form: FormData) -> str:
    """Do what a reviewer said of one draft; returns what to tell."""
    from eval import drafts

    id, act = text(form, "id"), text(form, "do")
    into.parent.mkdir(parents=True, exist_ok=True)
    if act == "undo":
        drafts.decide(file, into, id, "waiting")
        return note(say(f"{id} waits again.", f"{id} 重新待审。"))
    if act == "reject":
        drafts.decide(file, into, id, "rejected")
        return note(say(f"{id} was rejected.", f"已拒绝 {id}。"))
    if act != "accept":
        raise WenjuError(f"a draft can be accepted, rejected or taken back, not {act!r}")
    _accept(say, file, into, id, form)
    return note(say(f"{id} is in {into.name} now.", f"{id} 已加入 {into.name}。"))


def _accept(say: Say, file: Path, into: Path, id: str, form: FormData) -> None:
    """Put a draft as edited into the set; raises `Again` with what was typed where that cannot be."""
    from eval import drafts
    from eval.errors import BadDataset

    items = _loaded(file)
    chosen = next((item for item in items if item.question.id == id), None)
    if chosen is None:
        raise NoRun(f"there is no draft {id!r}")
    edited = _edited(chosen.question, form)
    try:
        if not (why := _unfit(say, edited, chosen)):
            return drafts.decide(file, into, id, "accepted", edited)
    except BadDataset as error:
        why = say(str(error), f"{into.name} 中另有一题的编号也是 {id}，请改其中一个的编号。")
    typed = [replace(item, question=edited) if item is chosen else item for item in items]
    raise Again(review.drafts(say, file.name, typed, note(why, "trouble"), id))


def _edited(before: Question, form: FormData) -> Question:
    """The draft as the form has it, be it a question or not."""
    question, answer, kind, lang = (text(form, key) for key in ("question", "answer", "type", "lang"))
    facts = tuple(map(tuple, review.facts_of(text(form, "facts"))))
    return replace(before, question=question, answer=answer, type=kind, lang=lang, key_facts=facts)


def _unfit(say: Say, question: Question, item: Draft) -> str:
    """Why a draft as edited cannot be accepted, "" when it can."""
    from eval.dataset import question_of
    from eval.drafts import unfounded

    try:
        question_of(question.line())
    except ValueError as error:
        return say(f"This is no question yet: {error}", f"这还不是一道题：{error}")
    if question.answerable and not question.key_facts:
        return say("This is no question yet: say at least one key fact, or that it cannot be answered.",
                   "这还不是一道题：请至少写一个要点，或把题型改为不可回答。")  # fmt: skip
    if not (strange := " · ".join(unfounded(question, item))):
        return ""
    return say(
        f"Key facts that stand nowhere in the excerpt: {strange}; write them as they stand there.",
        f"摘录中找不到这些要点：{strange}；请按摘录中的写法填写。",
    )


def _feedback(app: FastAPI, runs: Runs, conversations: Conversations, host: str) -> None:
    """Everybody's opinions are for whoever sits at the machine; elsewhere each sees their own."""
    target = runs.place / "drafts" / "feedback.jsonl"

    def visible(request: Request) -> list[Feedback]:
        person = owner_of(request.cookies)
        if at_this_machine(host, request.headers):
            return conversations.feedback()
        return conversations.feedback(person) if person else []

    @app.get("/evaluation/feedback", include_in_schema=False)
    def listed(request: Request) -> Response:
        def build(say: Say) -> str:
            taken = {item.question.question for item in _loaded(target)} if target.exists() else set()
            return review.feedback(say, visible(request), taken, at_this_machine(host, request.headers))

        return shown(request, build)

    @app.post("/evaluation/feedback", include_in_schema=False)
    async def take(request: Request, mine: Owner) -> Response:
        from eval import drafts

        async with request.form() as form:
            answer = text(form, "answer")
        item = next((item for item in visible(request) if item.answer == answer), None)
        if item is None:
            raise HTTPException(404, "There is no such feedback; it may have been deleted.")
        with _LOCK:
            drafts.add(target, drafts.of_feedback(item.question, item.text, item.helpful, item.comment, item.model))
        return to("/evaluation/feedback")


def _labels(app: FastAPI, runs: Runs) -> None:
    at, store = "/evaluation/runs/{name}/label", runs.place / "labels.jsonl"

    @app.get(at, include_in_schema=False)
    def ask(request: Request, name: str) -> Response:
        return shown(request, lambda say: _next(say, runs, store, name, owner_of(request.cookies) or ""))

    @app.post(at, include_in_schema=False)
    async def keep(request: Request, mine: Owner, name: str) -> Response:
        async with request.form() as form:
            said = form

        def build(say: Say) -> str:
            from eval import labelling

            if said.get("undo"):
                labelling.add(store, _last(runs, store, name, mine))
            else:
                labelling.add(store, _said(say, runs, name, mine, said))
            return _next(say, runs, store, name, mine)

        return await apart(shown, request, build)  # type: ignore[no-any-return]

    @app.get("/evaluation/runs/{name}/labels", include_in_schema=False)
    def agreement(request: Request, name: str) -> Response:
        def build(say: Say) -> str:
            from eval import labelling
            from eval.results import read_lines

            said = _of_run(runs, store, name)
            scores = {item["id"]: item["scores"] for item in read_lines(runs.folder(name) / "scores.jsonl")}
            return review.agreements(say, labelling.between(said), labelling.labels(said, scores))

        return shown(request, build)


def _of_run(runs: Runs, store: Path, name: str) -> list[Judgement]:
    from eval import labelling

    runs.folder(name)
    return [item for item in labelling.load(store) if item.run == name]


def _answers(runs: Runs, name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(question, record) of every answer that can be labelled: no error, no refusal."""
    from eval.results import read_lines

    folder = runs.folder(name)
    asked = {item["id"]: item for item in read_lines(folder / "dataset.jsonl")}
    return [
        (asked[record["id"]], record) for record in read_lines(folder / "results.jsonl")
        if record["answer"] and not record["refused"] and not record["error"]
    ]


def _next(say: Say, runs: Runs, store: Path, name: str, person: str) -> str:
    said = {item.id for item in _of_run(runs, store, name) if item.person == person}
    answers = _answers(runs, name)
    waiting = [(question, record) for question, record in answers if record["id"] not in said]
    if not waiting:
        return review.all_labelled(say, name)
    return review.label(say, name, *waiting[0], (len(answers) - len(waiting) + 1, len(answers)))


def _said(say: Say, runs: Runs, name: str, person: str, form: FormData) -> Judgement:
    """The label in a form; raises `Again` with what was chosen while anything is not judged."""
    from eval.agreement import fingerprint
    from eval.labelling import Judgement

    answers = _answers(runs, name)
    place = next((n for n, (_, record) in enumerate(answers) if record["id"] == text(form, "id")), None)
    if place is None:
        raise WenjuError("say of an answer of this run whether it is right or wrong")
    question, record = answers[place]
    parts = ["accurate", *(f"s{n}" for n in range(len(record["sentences"])))]
    entered = {part: text(form, part) for part in parts}
    if missing := [n for n, part in enumerate(parts) if entered[part] not in ("0", "1")]:
        why = note(review.unjudged(say, missing), "trouble")
        raise Again(review.label(say, name, question, record, (place + 1, len(answers)), entered, why))
    accurate, *sentences = (entered[part] == "1" for part in parts)
    return Judgement(name, record["id"], fingerprint(record), record["lang"], person, accurate, tuple(sentences))


def _last(runs: Runs, store: Path, name: str, person: str) -> Judgement:
    """What takes a person's latest label of a run back."""
    mine = [item for item in _of_run(runs, store, name) if item.person == person]
    if not mine:
        raise WenjuError("you have labelled nothing here that could be taken back")
    return replace(max(mine, key=lambda item: item.at), accurate=None, at=0.0)

