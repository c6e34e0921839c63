"""`wenju eval`: run a question set, compare two runs."""

from __future__ import annotations

import click


@click.group("eval")
def evaluation() -> None:
    """Measure answer accuracy in batch."""
