"""Passages that say the same in the same words: a report that prints itself twice, tables carried forward.

Likeness is the share of runs of five characters in common (Broder, "On the resemblance and containment of
documents", 1997), over letters and digits alone, since copies differ in punctuation.
"""

from __future__ import annotations

import re

RUN = 5
ALIKE = 0.7
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


class Print:
    """What of a passage is compared: its runs of characters and its figures."""

    __slots__ = ("figures", "report", "runs")

    def __init__(self, report: str, text: str) -> None:
        """`text` is the clean text of a passage of `report`."""
        bare = "".join(char for char in text.lower() if char.isalnum())
        self.report = report
        self.runs = {bare[at : at + RUN] for at in range(max(1, len(bare) - RUN + 1))}
        self.figures = set(_FIGURE.findall(text))

    def repeats(self, better: Print) -> bool:
        """Whether this passage says nothing that `better`, of the same report, does not say, figures above all.

        Copies that disagree in a figure are two statements, and so are the same words in another report.
        """
        if self.report != better.report or not self.figures <= better.figures:
            return False
        return len(self.runs & better.runs) >= ALIKE * len(self.runs | better.runs)
