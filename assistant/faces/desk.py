"""Answers the questions of all browsers and keeps their conversations."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from assistant.conversations import Conversations
from assistant.errors import Cancelled, WenjuError
from assistant.faces import kept
from assistant.faces.bodies import whole
from assistant.faces.stream import events
from assistant.faces.texts import both
from assistant.faces.turns import Turn, render
from assistant.schema import Event
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from assistant.assistant import Assistant

log = logging.getLogger(__name__)

EVERY = 0.05
NAME = re.compile(r"[\w-]{1,40}")
AskedLanguage = Literal["auto", "zh", "en"]
Update = tuple[str | None, str]
"""What is shown of the earlier turns (None: as before) and of the current one, as HTML."""


class Desk:
    """Each session (a browser's tab) has at most one answer under way; a conversation is its owner's alone."""

    def __init__(self, assistant: Assistant, conversations: Conversations) -> None:
        self._assistant = assistant
        self._conversations = conversations
        self._under_way: dict[str, threading.Event] = {}

    def stop(self, session: str) -> None:
        """Cancel the session's answer, if one is under way."""
        if cancel := self._under_way.pop(session, None):
            cancel.set()

    def stop_all(self) -> None:
        """Cancel every answer under way."""
        for session in list(self._under_way):
            self.stop(session)

    def turns(self, owner: str, conversation: str) -> list[Turn]:
        """A conversation as it was kept, with what its owner thought of the answers."""
        turns = [kept.turn(one) for one in self._conversations.exchanges(owner, conversation)]
        opinions = {one.answer: one.helpful for one in self._conversations.feedback(owner)} if turns else {}
        return [replace(turn, helpful=opinions.get(turn.key)) for turn in turns]

    def open(self, said: dict[str, Any], owner: str, session: str) -> Update:
        """Show a conversation that was kept."""
        self.stop(session)
        turns = self.turns(owner, _name(said.get("conversation")))
        gone = f'<p class="notice" role="status">{both("conversation_gone")}</p>'
        return "".join(map(render, turns)) or gone, ""

    async def ask(self, said: dict[str, Any], owner: str, session: str) -> AsyncIterator[Update]:
        """Answer what the browser said, in the conversation it names.

        The question is kept before the work begins, and what became of it afterwards. One that fails is
        shown, but does not join the conversation.
        """
        self.stop(session)
        cancel = self._under_way[session] = threading.Event()
        shown: Lang = "zh" if said.get("page") == "zh" else "en"
        limit = said.get("reports")
        turn = Turn(
            whole(str(said.get("question", ""))), _name(said.get("key")), shown, self._assistant.model_name,
            limit=len(limit) if isinstance(limit, list) else 0,
        )  # fmt: skip
        conversation, instead_of = _name(said.get("conversation")), str(said.get("instead_of") or "")
        earlier = _before(self.turns(owner, conversation), instead_of)
        keep = partial(self._conversations.put, owner, conversation)
        keep(kept.exchange(turn))
        yield "".join(map(render, earlier)), render(turn)
        try:
            asking = partial(self._events, turn.question, [one.question for one in earlier], said)
            async for batch in events(asking, cancel):
                for event in batch:
                    turn = turn.after(event)
                if turn.state == "working":  # what is done shows below, once it is kept: the next question builds on it
                    yield None, render(turn)
                    await asyncio.sleep(EVERY)
            turn = turn.stopped() if turn.state == "working" else turn
        except Cancelled:
            turn = turn.stopped()
        except WenjuError as error:
            turn = turn.failed(str(error))
        except Exception:
            log.exception("a question could not be answered")
            turn = turn.failed("")
        finally:
            if self._under_way.get(session) is cancel:
                del self._under_way[session]
            if turn.state == "failed":
                self._conversations.drop(owner, conversation, turn.key)
            else:
                keep(kept.exchange(turn), instead_of)
        yield None, render(turn)

    def _events(
        self, question: str, history: Sequence[str], said: dict[str, Any], cancel: threading.Event
    ) -> Iterator[Event]:
        return self._assistant.ask(
            question,
            history=history,
            language=_language(said.get("language")),
            cancel=cancel,
            reports=self._limit(said.get("reports")),
        )

    def _limit(self, said: object) -> Collection[str] | None:
        """The reports the question is limited to; those removed since do not count."""
        if not isinstance(said, list) or not said:
            return None
        wanted = {str(id) for id in said}
        found = frozenset(report.id for report in self._assistant.library.reports() if report.id in wanted)
        if not found:
            raise WenjuError("the chosen reports are no longer in the library; choose others, or none for all")
        return found


def _before(turns: list[Turn], instead_of: str) -> list[Turn]:
    """The turns that stand before the one that is asked again."""
    at = next((place for place, turn in enumerate(turns) if turn.key == instead_of), len(turns))
    return turns[:at]


def _name(said: object) -> str:
    """A name that the browser made up, if it looks like one."""
    return said if isinstance(said, str) and NAME.fullmatch(said) else "unnamed"


def _language(said: object) -> AskedLanguage:
    return "zh" if said == "zh" else "en" if said == "en" else "auto"
