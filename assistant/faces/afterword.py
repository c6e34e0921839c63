"""What stands below an answer: what it rests on, how its sentences were checked, and what can be done with it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assistant.faces.references import gbt7714, markdown, plain
from assistant.faces.sheets import tables
from assistant.faces.texts import both
from assistant.marks import without_marks
from assistant.schema import Answer

if TYPE_CHECKING:
    from assistant.faces.turns import Turn

REASONS = ("wrong", "sources_wrong", "incomplete", "language", "else")
"""Why an answer was not helpful; the same ones as in Slack."""


def foot(turn: Turn) -> str:
    """Facts, checks and actions; nothing while the answer is being written."""
    if turn.state in ("working", "failed"):
        return ""
    answer = turn.answer
    if answer is None:
        return f'<div class="acts">{_again()}</div>'
    facts = [f'<span class="ai">{both("by_ai")}</span>']
    if turn.limit:
        facts.append(f"<span>{both('limited_turn', count=turn.limit)}</span>")
    facts.append(f"<span>{escape(answer.model)}</span>")
    facts.append(f"<span>{both('seconds', seconds=f'{answer.timing.total_s:.1f}')}</span>")
    if tokens := answer.usage.prompt_tokens + answer.usage.completion_tokens:
        facts.append(f"<span>{both('tokens', count=f'{tokens:,}')}</span>")
    if answer.cost is not None:
        facts.append(f"<span>{both('cost', cost=f'{answer.cost:.4f}')}</span>")
    checks = _checks(answer) if answer.sentences and not answer.refused else ""
    again = _again("explain")
    return (
        f'{checks}<div class="facts">{"".join(facts)}</div>'
        f'<div class="acts">{_copies(turn, answer)}{_thumbs(turn)}{again}</div>'
    )


def _checks(answer: Answer) -> str:
    """How many sentences the sources confirm, and on demand each one with what the check said."""
    total = len(answer.sentences)
    checked = sum(sentence.state != "unverified" for sentence in answer.sentences)
    if checked < total:
        title = both("checked_some", checked=checked, total=total)
    else:
        title = both("checked_one" if total == 1 else "checked_all", checked=checked)
    items = "".join(
        f'<li data-check="{sentence.state}"><span class="state">{both(f"check_{sentence.state}")}</span>'
        f"{escape(without_marks(sentence.text))}</li>"
        for sentence in answer.sentences
    )
    return f'<details class="checks"><summary>{title}</summary><ul>{items}</ul></details>'


def _copies(turn: Turn, answer: Answer) -> str:
    """Copy, and a menu with what else can be taken along; CSV and Excel where there is a table."""
    written = (("copy_markdown", markdown(turn)), ("copy_gbt", gbt7714(answer, turn.cited)))
    copies = "".join(_copy(key, text) for key, text in written)
    files = "".join(exporting(kind) for kind in ("docx", *(("xlsx", "csv") if tables([turn]) else ())))
    return _copy("copy", plain(answer, turn.cited)) + menu(both("export"), copies + files)


def _copy(key: str, text: str) -> str:
    return f'<button type="button" class="tool copy" data-copy="{escape(text)}">{both(key)}</button>'


def exporting(kind: str) -> str:
    """A button that downloads a file of this format."""
    return f'<button type="button" class="tool" data-do="export" data-kind="{kind}">{both(f"file_{kind}")}</button>'


def menu(title: str, inner: str) -> str:
    """A small menu that opens below its title."""
    return f'<details class="menu"><summary class="tool">{title}</summary><div>{inner}</div></details>'


def _thumbs(turn: Turn) -> str:
    return "".join(
        f'<button type="button" class="tool" data-do="judge" data-helpful="{int(helpful)}" '
        f'aria-pressed="{str(turn.helpful is helpful).lower()}">{both(key)}</button>'
        for helpful, key in ((True, "helpful"), (False, "unhelpful"))
    )


def _again(*more: str) -> str:
    return "".join(
        f'<button type="button" class="tool" data-do="{key}">{both(key)}</button>' for key in ("retry", "edit", *more)
    )


def why() -> str:
    """The form that asks what was wrong; the script puts it below the answer it is about."""
    reasons = "".join(
        f'<label><input type="radio" name="reason" value="{reason}"><span>{both(f"reason_{reason}")}</span></label>'
        for reason in REASONS
    )
    return (
        f'<form class="why"><fieldset><legend>{both("why")}</legend>{reasons}</fieldset>'
        f'<label for="why-comment">{both("comment")}</label>'
        '<textarea id="why-comment" name="comment" rows="2" maxlength="1000"></textarea>'
        f'<div class="acts"><button type="submit" class="small">{both("send_feedback")}</button>'
        f'<button type="button" class="tool" data-do="unwhy">{both("skip_feedback")}</button></div></form>'
    )
