"""The names of a claim beside those of its evidence, in one language or across two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import claims
from assistant.names import chinese_in

_BODY = re.compile(
    r"\b(?:association|institute|exchange|university|academy|cent(?:er|re)|committee|bureau|court|ministry|government)\b"
)


def absent_names(claim: str, sources: Sequence[str], about: str, question: str) -> frozenset[str]:
    """Names that ought to stand in the evidence and do not; `about` is what stands around it.

    A company's English name need not stand in Chinese text, and the question may bring a name; but a
    model or a version (a name with a digit) has to be there.
    """
    told = frozenset[str]().union(*map(claims.known, [*sources, about, question]))
    known = claims.known(claim)
    bodies = [name for name in told if _BODY.search(name)]  # the Shenzhen association names Shenzhen
    unknown = (name for name in known - told if not any(name in body for body in bodies))
    held = {claims.squeezed(name) for name in known & told}  # The9 stands there as 第九城市
    parts = {claims.squeezed(word) for name in known for word in name.split()}  # known as a whole
    absent = claims.names_absent(claims.names(claim), "\n".join([*sources, about])) - held - parts
    translated = claims.language(claim) == "en" and all(claims.language(s) == "zh" for s in sources)
    strange = claims.misspelt(claim, "\n".join(sources)) if translated else frozenset()
    asked = absent - claims.names_absent(absent, question)
    return strange.union(
        unknown, (name for name in absent if any(c.isdigit() for c in name) or not (translated or name in asked))
    )


def names_alone(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim, as an item of a list may, holds nothing but names that its sources hold in another language."""
    rest = claim
    for name in sorted(chinese_in(claim), key=len, reverse=True):
        rest = rest.replace(name, " ")
    known, held = claims.known(claim), frozenset[str]().union(*map(claims.known, sources))
    return bool(known) and not re.search(r"[^\W\d_]", rest) and known <= held
