"""Why a question could not be answered, or a setting not taken, in the page's language.

The assistant says it in one English sentence; here it is recognised by its words and said again in both
languages, what is particular about it kept. What the library says, `reasons` knows.
"""

from __future__ import annotations

import re

from assistant.faces import reasons
from assistant.faces.texts import both, label
from vectorstore.schema import Lang

_KNOWN: tuple[tuple[str, str], ...] = (
    ("fail_empty", r"the question is empty"),
    ("fail_long", r"the question has (?P<count>[\d,]+) characters; the limit is (?P<limit>[\d,]+)"),
    ("fail_no_word", r"the question .+ holds no word"),
    ("fail_reports_gone", r"the chosen reports are no longer in the library"),
    ("fail_silent", r"(?P<who>\S+) said nothing for (?P<seconds>[\d.]+) seconds"),
    ("fail_broke_off", r"(?P<who>\S+) broke off before the end"),
    ("fail_key_refused", r"the key was refused(?: by (?P<who>\S+))?"),
    ("fail_key_missing", r"(?P<who>\S+) needs a key"),
    ("fail_too_long", r"the prompt is longer than"),
    ("fail_no_model", r"(?P<who>\S+) knows no model '(?P<model>[^']+)'"),
    ("fail_busy", r"(?P<who>\S+) takes no more requests"),
    ("fail_unreachable", r"(?P<who>\S+) cannot be reached"),
    ("fail_nonsense", r"(?P<who>\S+) sent something that is no answer"),
    ("fail_no_provider", r"the backend '(?P<who>[^']+)' names no provider"),
    ("fail_no_backend", r"the backend '(?P<who>[^']*)' does not exist"),
    ("fail_package", r"needs the package (?P<package>\S+); run"),
    ("fail_no_xllamacpp", r"the local model needs xllamacpp"),
    ("fail_model_missing", r"the local model .*(?:cannot be read|is not here|is missing|not found)"),
    ("fail_model_damaged", r"it is damaged or incomplete|is not a GGUF model"),
    ("fail_ending", r"the program is ending"),
    ("fail_remote", r"(?P<who>\S+) failed(?: \(HTTP \d+\))?: (?P<words>.+)"),
    ("fail_local", r"the local model \S+ failed: (?P<words>.+)"),
    ("fail_settings", r"settings can be changed only at the server"),
    ("fail_other_model", r"the model '(?P<model>.*)' is not the one configured"),
    ("fail_fixed", r"(?P<name>\w+) is set by the environment or the command"),
    ("fail_new_key", r"another address needs its own key"),
    ("fail_address", r"the address '(?P<address>.*)' is none of a server"),
    ("fail_conversation", r"There is no such conversation"),
    ("fail_cookies", r"This browser keeps no cookies"),
    ("fail_table", r"There is no table in these answers"),
)


def _known(sentence: str) -> tuple[str, dict[str, str]] | None:
    for key, pattern in _KNOWN:
        if found := re.search(pattern, sentence):
            return key, {name: said or "" for name, said in found.groupdict().items()}
    return None


def failure(sentence: str) -> str:
    """The sentence as HTML in both languages; one that is not known stays as it is."""
    if not sentence:
        return both("failed_inside")
    found = _known(sentence)
    return both(found[0], **found[1]) if found else reasons.reason(sentence)


def plain(sentence: str, lang: Lang) -> str:
    """The sentence in the page's language, as text."""
    found = _known(sentence)
    return label(found[0], lang, **found[1]) if found else sentence
