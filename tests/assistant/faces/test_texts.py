from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from assistant.faces import texts
from assistant.faces.afterword import REASONS
from assistant.faces.exports import FORMATS
from assistant.faces.parts import KEYS
from assistant.faces.texts import LANGS, both, label, labels, preferred
from assistant.faces.uploads import State
from assistant.schema import Phase
from assistant.schema import State as SentenceState

FACES = Path(texts.__file__).parent


@pytest.mark.parametrize("key", sorted(labels()))
def test_every_label_is_there_in_both_languages_with_the_same_values(key: str) -> None:
    said = labels()[key]
    assert set(said) == set(LANGS)
    assert all(text.strip() for text in said.values())
    holes = {lang: sorted(re.findall(r"{(\w+)}", text)) for lang, text in said.items()}
    assert holes["zh"] == holes["en"]


def test_no_label_is_written_twice() -> None:
    keys = [key for file in FACES.glob("*.json") for key in json.loads(file.read_text("utf-8"))]
    assert len(keys) == len(set(keys))


def test_every_label_is_used_and_every_one_used_is_there() -> None:
    code = "".join(path.read_text("utf-8") for path in [*FACES.glob("*.py"), *FACES.glob("static/*.js")])
    used = set(re.findall(r"""["'](\w+)["']""", code))
    families = {
        "phase": get_args(Phase),
        "job": get_args(State),
        "report": ("again", "remove"),
        "check": get_args(SentenceState),
        "reason": REASONS,
        "file": FORMATS,
        "key": [what for what, _ in KEYS],
        "backend": ("auto", "extractive", "local", "remote"),
        "from": ("environment", "command"),
        "pull": ("pulling", "there", "stopped", "failed"),
        "unsupported": ("remove", "mark"),
        "explain": ("dense", "lexical"),
        "column": (
            "ranking", "query", "language", "weight", "found", "best", "ms",
            "rank", "passage", "score", "parts", "cosine",
        ),
    }
    made = {f"{family}_{one}" for family, ones in families.items() for one in ones}
    assert set(labels()) - used - made == set()
    assert made <= set(labels())


def test_both_languages_are_in_the_html_and_escaped() -> None:
    assert both("page_number", page="<3>") == (
        '<span class="t" lang="zh">第 &lt;3&gt; 页</span><span class="t" lang="en">p. &lt;3&gt;</span>'
    )


def test_a_missing_value_is_an_error_not_a_hole() -> None:
    with pytest.raises(KeyError):
        label("page_number", "en")


@pytest.mark.parametrize(
    ("header", "chosen", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", None, "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", None, "en"),
        ("fr-FR,zh-TW;q=0.6,en;q=0.7", None, "en"),
        ("en;q=0.1,zh", None, "zh"),
        ("de", None, "en"),
        ("", None, "en"),
        (None, None, "en"),
        ("zh;q=x", None, "en"),
        ("zh-CN", "en", "en"),
        ("en", "nonsense", "en"),
    ],
)
def test_the_page_speaks_the_browsers_language_unless_told(
    header: str | None, chosen: str | None, expected: str
) -> None:
    assert preferred(header, chosen) == expected
