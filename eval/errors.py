"""Errors of the evaluation, each shown as one clear message and never as a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vectorstore.errors import WenjuError

if TYPE_CHECKING:
    from eval.dataset import Invalid

__all__ = ["BadDataset", "BadLines", "BadRun", "BadSweep", "WenjuError"]


class BadDataset(WenjuError):
    """A question set cannot be used; lists every invalid line with its number and reason."""

    exit_code = 2


class BadLines(BadDataset):
    """Lines of a question set are no questions: `name` is the set's, `invalid` each such line with its reason."""

    def __init__(self, name: str, invalid: Sequence[Invalid]) -> None:
        self.name, self.invalid = name, tuple(invalid)
        unit, n = invalid[0].unit, len(invalid)
        said = f"{unit} is" if n == 1 else f"{unit}s are"
        listed = "".join(f"\n  {item}" for item in invalid)
        super().__init__(f"{name}: {n} {said} invalid (--skip-invalid leaves them out):{listed}")


class BadRun(WenjuError):
    """A run's directory cannot be written, resumed or compared."""

    exit_code = 2


class BadSweep(WenjuError):
    """A sweep cannot be made as it was asked for."""

    exit_code = 2
