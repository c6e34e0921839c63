"""Words for the lexical index: Chinese words and their sub-words, Latin terms, numbers; the same for questions.

Traditional characters count as the simplified ones (opencc's tables, Apache-2.0).
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

_TERM = re.compile(
    r"[a-z0-9][a-z0-9.+#]*(?:[-_/&][a-z0-9.+#]+)*|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_LATIN_PART = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_DIGIT_GROUPS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LOCK = threading.Lock()
_FUNCTION_WORDS = """
    的 了 和 是 在 与 及 或 为 对 等 中 将 也 以 被 有 从 其 这 那 哪 哪些 哪个 什么 多少 几
    如何 怎么 怎样 请问 吗 呢 分别 根据
    the a an of in on at to for and or is are was were be been by with from as that this these those it its
    what which who how many much did does do has have had when where why according
"""
_STOP = frozenset(_FUNCTION_WORDS.split())


def words(text: str) -> list[str]:
    """Lower-case words of a text in order, sub-words beside words (`人工智能` gives 人工, 智能, 人工智能).

    A Latin term gives itself and its parts (`gpt-3.5` gives gpt, 3.5, gpt-3.5). Common function words are
    left out.
    """
    plain = simplified(_DIGIT_GROUPS.sub("", unicodedata.normalize("NFKC", text).lower()))
    found: list[str] = []
    for match in _TERM.finditer(plain):
        term = match.group().rstrip(".+-/")
        if not term or term in _STOP:
            continue
        if term[0] > "\u3400":
            found.extend(word for word in tokenizer().cut_for_search(term) if word not in _STOP)
        else:
            parts = _LATIN_PART.findall(term)
            found.extend([term] if parts == [term] else [*parts, term])
    return found


def simplified(text: str) -> str:
    """`text` with traditional Chinese characters as simplified ones; what is not Chinese stays."""
    if text.isascii():
        return text
    # A lone surrogate, which a command line can hold, is nothing that can be converted.
    return str(_converter().convert(text.encode("utf-8", "replace").decode("utf-8")))


def cut(text: str) -> list[str]:
    """Chinese text cut into words that do not overlap."""
    return list(tokenizer().cut(text, HMM=False))


def familiarity(word: str) -> int:
    """How often the dictionary's corpus holds a word; 0 for one it does not know."""
    return int(tokenizer().FREQ.get(word) or 0)


def keep_in(folder: Path) -> None:
    """Let the dictionary, once parsed (1 s), be kept in this folder for the processes to come (0.3 s)."""
    global _folder
    _folder = folder


def load() -> None:
    """Load the dictionary and the characters now rather than with the first Chinese word."""
    tokenizer()
    _converter()


_folder: Path | None = None
_tokenizer: Any = None


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def tokenizer() -> Any:
    """The dictionary that cuts Chinese text into words, read once."""
    global _tokenizer
    with _LOCK:
        if _tokenizer is None:
            import jieba

            jieba.setLogLevel(logging.CRITICAL)  # a full disk costs the next process a second, no traceback
            tokenizer = jieba.Tokenizer()
            if _folder is not None:
                _folder.mkdir(parents=True, exist_ok=True)
                tokenizer.tmp_dir = str(_folder)
                tokenizer.cache_file = "jieba.cache"
            tokenizer.initialize()
            _tokenizer = tokenizer
    return _tokenizer
