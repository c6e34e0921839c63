"""How sure one can be that a library answers at all."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.vectorstore.conftest import HashingEmbedder, Write
from vectorstore.confidence import confidence
from vectorstore.explain import Stage, Trace
from vectorstore.library import Library
from vectorstore.schema import Lang


def ranked(lang: Lang, best: float, name: str = "dense", found: int = 9) -> Stage:
    return Stage(name, "?", lang, 1.0, found, best, 0.0)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_nearer_is_surer(one: float, other: float) -> None:
    low, high = (confidence([ranked("zh", best)], {"zh"}, "e5") for best in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 1


def test_cosines_across_languages_are_lower() -> None:
    same, across = (confidence([ranked("en", 0.82)], {lang}, "e5") for lang in ("en", "zh"))
    assert same is not None
    assert across is not None
    assert same < 0.1 < 0.8 < across


def test_the_librarys_own_language_decides() -> None:
    both = [ranked("en", 0.82), ranked("zh", 0.93)]
    assert confidence(both, {"zh"}, "e5") == confidence(both[1:], {"zh"}, "e5")


def test_nothing_is_said_of_what_was_not_calibrated() -> None:
    assert confidence([ranked("zh", 0.9)], {"zh"}, "another model") is None
    assert confidence([ranked("zh", 0.9, "lexical"), ranked("zh", 0.9, found=0)], {"zh"}, "e5") is None


def test_a_search_tells_it_in_its_trace(home: Path, cache: Path, write: Write) -> None:
    for name, said in (("e5", True), ("hashing", False)):
        library = Library(home / name, HashingEmbedder(name), cache / "words")
        library.add([write("a.txt", "智能算力规模持续增长。" * 9)])
        trace = Trace()
        library.search("智能算力规模", trace=trace)
        assert (trace.confidence is not None) is said
