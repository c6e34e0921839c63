"""The prompts: one file per task and language, `TASK.LANG.md`.

A file begins with the line `variables: a, b` (or `variables:` for none), then one section a message, each
headed `--- system`, `--- user` or `--- assistant`. `{{a}}` is replaced by the variable's value, once, so
that a value that holds braces is never expanded again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Role = Literal["system", "user", "assistant"]
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_SECTION = re.compile(r"^--- (system|user|assistant)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt template: its messages in order, and the variables they use."""

    name: str
    variables: frozenset[str]
    messages: tuple[tuple[Role, str], ...]

    def render(self, **values: str) -> list[tuple[Role, str]]:
        """The messages with every variable filled in. Raises `ValueError` naming all that are missing or extra."""
        missing, extra = self.variables - values.keys(), values.keys() - self.variables
        if missing or extra:
            raise ValueError(f"prompt {self.name}: missing {sorted(missing)}, unknown {sorted(extra)}")
        return [(role, _SLOT.sub(lambda slot: values[slot.group(1)], text)) for role, text in self.messages]


@cache
def load(task: str, lang: str) -> Prompt:
    """Read and validate one prompt. Raises `ValueError` with everything that is wrong in it."""
    name = f"{task}.{lang}"
    return parse(name, files("prompts").joinpath(f"{name}.md").read_text("utf-8"))


def parse(name: str, source: str) -> Prompt:
    """A prompt from its file's text."""
    first, _, body = source.partition("\n")
    if not first.startswith("variables:"):
        raise ValueError(f"prompt {name}: the first line must be `variables: ...`, found {first!r}")
    declared = frozenset(part.strip() for part in first.removeprefix("variables:").split(",") if part.strip())
    pieces = _SECTION.split(body)
    if pieces[0].strip() or len(pieces) < 3:
        raise ValueError(f"prompt {name}: text before the first `--- role` line, or no section at all")
    messages = tuple(
        (cast(Role, role), text.strip("\n")) for role, text in zip(pieces[1::2], pieces[2::2], strict=True)
    )
    used = frozenset(slot for _, text in messages for slot in _SLOT.findall(text))
    if used != declared:
        raise ValueError(
            f"prompt {name}: used but not declared {sorted(used - declared)}, "
            f"declared but not used {sorted(declared - used)}"
        )
    return Prompt(name, declared, messages)


def names() -> list[str]:
    """Every prompt there is, as `task.lang`."""
    return sorted(
        item.name.removesuffix(".md") for item in files("prompts").iterdir() if item.name.endswith(".md")
    )


def fingerprint() -> dict[str, str]:
    """A short hash of each prompt's file, to record what made a run."""
    return {
        name: hashlib.sha256(files("prompts").joinpath(f"{name}.md").read_bytes()).hexdigest()[:16]
        for name in names()
    }
