"""What requests say as JSON: no field that nobody knows, and text that can be written down."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator


def whole(text: str) -> str:
    """Text that can be kept and printed: half a character (a lone surrogate) becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Body(BaseModel):
    """The base of what a request may hold.

    JSON can spell half a character (`"\\ud800"`), which no file, database or answer can hold.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _writable(cls, said: Any) -> Any:
        try:
            json.dumps(said, ensure_ascii=False, default=repr).encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half a character (a lone surrogate); send whole ones") from None
        return said
