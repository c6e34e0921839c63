"""What answers cost: the price table of the settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.errors import BadSetting
from assistant.schema import Usage

_ENTRY = re.compile(r"(\S+)=(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, read and written; the currency is the user's own."""

    read: float
    written: float

    def of(self, usage: Usage) -> float:
        """What these tokens cost."""
        return (usage.prompt_tokens * self.read + usage.completion_tokens * self.written) / 1e6


def table(said: str) -> dict[str, Price]:
    """The prices by backend, as in `openai:gpt-4.1-mini=0.40/1.60, deepseek:deepseek-chat=0.28/0.42`.

    Raises `BadSetting` for an entry that is none.
    """
    prices = {}
    for entry in filter(None, map(str.strip, said.split(","))):
        found = _ENTRY.fullmatch(entry)
        if not found:
            raise BadSetting(
                f"setting prices (WENJU_PRICES) holds {entry!r}: write BACKEND=READ/WRITTEN, the prices of a million "
                "tokens, with commas between"
            )
        prices[found[1]] = Price(float(found[2]), float(found[3]))
    return prices
