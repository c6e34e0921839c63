"""Which segments to write anew as one."""

from __future__ import annotations

from collections.abc import Mapping

WORN = 0.25
"""Share of removed passages from which a segment is written anew."""


def worth_merging(built: Mapping[str, int], live: Mapping[str, int], most: int) -> set[str]:
    """The segments to merge: those that are worn, and when there are more than `most`, the small ones.

    `built` are the passages each was written with, `live` those that are left. Segments of about a size go
    together, so that a passage is written a few times however large the library becomes, and a small addition
    to a large library costs little (the logarithmic method of Bentley and Saxe, 1980).
    """
    chosen = {name for name, count in built.items() if count - live.get(name, 0) > WORN * count}
    if len(built) > most:
        together = 0
        for place, name in enumerate(sorted(built, key=lambda name: live.get(name, 0))):
            if place > 1 and live.get(name, 0) > together:
                break
            together += live.get(name, 0)
            chosen.add(name)
    return chosen
