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
from assistant.faces.guard import is_loopback
from assistant.faces.lab import review
from assistant.faces.lab.answering import apart, filed, named, shown, text, to
from assistant.faces.lab.frame import Say, note
from assistant.faces.lab.runs import NoRun, Runs
from assistant.faces.owners import Owner, owner_of

if TYPE_CHECKING:
    from assistant.settings import Settings
    from eval.dataset import Question
    from eval.labelling import Judgement

_LOCK = Lock()
"""Files of drafts and sets are written anew as a whole: one at a time."""


def judging(app: FastAPI, runs: Runs, conversations: Conversations, settings: Settings) -> None:
    """Add the addresses to the server."""
    _drafts(app, runs)
    _feedback(app, runs, conversations, is_loopback(settings.host))
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
    drafts.decide(file, into, id, "accepted", _edited(_loaded(file), id, form))
    return note(say(f"{id} is in {into.name} now.", f"{id} 已加入 {into.name}。"))


def _edited(items: list[Any], id: str, form: FormData) -> Question:
    """The draft as the form has it; raises `WenjuError` with everything that makes it no question."""
    from eval.dataset import question_of

    before = next((item.question for item in items if item.question.id == id), None)
    if before is None:
        raise WenjuError(f"there is no draft {id!r}")
    said = {key: text(form, key) for key in ("question", "answer", "type", "lang")}
    facts = review.facts_of(text(form, "facts"))
    line = before.line() | said | {"key_facts": facts}
    try:
        question = question_of(line)
    except ValueError as error:
        raise WenjuError(f"this is no question yet: {error}") from None
    if question.answerable and not question.key_facts:
        raise WenjuError("this is no question yet: say at least one key fact, or that it cannot be answered")
    return question


def _feedback(app: FastAPI, runs: Runs, conversations: Conversations, here: bool) -> None:
    """Everybody's opinions are for whoever sits at the machine; elsewhere each sees their own."""
    target = runs.place / "drafts" / "feedback.jsonl"

    def visible(request: Request) -> list[Feedback]:
        person = owner_of(request.cookies)
        return conversations.feedback() if here else conversations.feedback(person) if person else []

    @app.get("/evaluation/feedback", include_in_schema=False)
    def listed(request: Request) -> Response:
        def build(say: Say) -> str:
            taken = {item.question.question for item in _loaded(target)} if target.exists() else set()
            return review.feedback(say, visible(request), taken, here)

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

            labelling.add(store, _last(runs, store, name, mine) if said.get("undo") else _said(runs, name, mine, said))
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


def _said(runs: Runs, name: str, person: str, form: FormData) -> Judgement:
    from eval.agreement import fingerprint
    from eval.labelling import Judgement

    id, accurate = text(form, "id"), text(form, "accurate")
    found = next((record for _, record in _answers(runs, name) if record["id"] == id), None)
    if found is None or accurate not in ("0", "1"):
        raise WenjuError("say of an answer of this run whether it is right or wrong")
    sentences = tuple(f"s{n}" in form for n in range(len(found["sentences"])))
    return Judgement(name, id, fingerprint(found), found["lang"], person, accurate == "1", sentences)


def _last(runs: Runs, store: Path, name: str, person: str) -> Judgement:
    """What takes a person's latest label of a run back."""
    mine = [item for item in _of_run(runs, store, name) if item.person == person]
    if not mine:
        raise WenjuError("you have labelled nothing here that could be taken back")
    return replace(max(mine, key=lambda item: item.at), accurate=None, at=0.0)

