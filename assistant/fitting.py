"""Whether a text may speak of the very thing that a question asks about: of that version, that year, that place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant import claims
from assistant.asking import asks_when, gives_in_the_unit, gives_of_the_named, gives_what_is_asked
from assistant.borrowed import of_a_part, of_a_whole, of_another_place
from vectorstore.characters import has_han

_SHORTEST = 2
"""Letters of a name that can be looked for without its version: the H of H100 cannot."""
_VERSION = r"(?:\d\.\d|\d(?![\d.]))(?!\s?[\u4e00-\u9fff%]|\s[a-z])"
"""A version: no day (2月), no amount (5天, 6 offices)."""
_VARIANT = r"(?!\.?\d)(?:[\s\-_]*(?P<variant>turbo|vision|pro|plus|mini|ultra|lite|max|nano|[ov])(?![a-z]))?"
"""What a variant of a version is called, of a model or of a device."""
_SPAN = re.compile(r"((?:19|20)\d\d)\s?年?\s?(?:[-—–~～至到]+|to)\s?((?:19|20)\d\d)")
_PLAIN = (None, "1", "1.0")


def fits(ways: Sequence[str], text: str) -> bool:
    """Whether nothing in a text says that it is of another version, year or place than a question, in any of its
    forms: Llama 2 for Llama, 2022 for 2023, Shenzhen for China or the other way round.
    """
    own = [way for way in ways if has_han(way) == has_han(text)] or ways
    elsewhere = any(of_a_part(way, text) or of_a_whole(way, text) or of_another_place(way, text) for way in own)
    return not (elsewhere or _of_another_year(ways, text) or _of_another_version(own, text))


def gives_the_thing(asked: str, ways: Sequence[str], text: str) -> bool:
    """Whether a text gives the one thing that a question asks for: a figure in the unit that it names, one of its year,
    place and version, or the time asked for of the versions that it names.
    """
    if gives_in_the_unit(ways, text) or (gives_what_is_asked(ways, text) and fits(ways, text)):
        return True
    versions = claims.versions(asked)
    if not versions or not asks_when(asked):
        return False
    return gives_of_the_named(ways, text) and not claims.names_absent(versions, text)


def years_within(text: str) -> frozenset[int]:
    """The years that a text names, and those between two that it names as a span."""
    spans = (range(int(span[1]), int(span[2])) for span in _SPAN.finditer(text))
    return claims.years(text).union(*spans)


def _of_another_year(ways: Sequence[str], text: str) -> bool:
    asked, told = frozenset[int]().union(*map(claims.years, ways)), years_within(text)
    return bool(asked and told and not asked & told)


def _of_another_version(ways: Sequence[str], text: str) -> bool:
    """Whether something that is asked about by a name is first named in a text in another version; a first version is
    what bears none.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    wanted = frozenset[str]().union(*map(claims.versions, ways))
    for name in frozenset[str]().union(*map(claims.names, ways)):
        bare = name.rstrip(".0123456789")
        own = [version for version in wanted if version.startswith(bare)]
        if len(bare) < _SHORTEST:
            continue
        found = re.search(rf"(?<![a-z\d]){re.escape(bare)}(?![a-z])(?:[-\s]?v?({_VERSION}))?", plain)
        if found and own and not any(version in claims.squeezed(text) for version in own):
            return True
        if found and not own and bare == name and found[1] not in _PLAIN:
            return True
    return any(_in_a_variant_alone(version, ways, text) for version in wanted)


def _in_a_variant_alone(version: str, ways: Sequence[str], text: str) -> bool:
    """Whether a text speaks of a variant of a version (GPT-4 Turbo for GPT-4) that no form of the question names, and
    not of the version itself.
    """
    pattern = re.compile(r"[\s\-_]*".join(map(re.escape, version)) + _VARIANT, re.IGNORECASE)

    def named(said: str) -> set[str]:
        return {(found["variant"] or "").lower() for found in pattern.finditer(said)}

    told = named(text)
    return bool(told) and told.isdisjoint(named("\n".join(ways)))
