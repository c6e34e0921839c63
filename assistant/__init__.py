"""A question in, a cited answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings


def open_assistant(settings: Settings) -> Assistant:
    """An assistant over the library in the settings' home, with the chat model that the settings choose."""
    from assistant.assistant import Assistant
    from assistant.models.choose import choose, successors
    from assistant.opening import open_library

    return Assistant(open_library(settings), choose(settings).model, settings, successors(settings))
