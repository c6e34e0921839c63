"""Questions of XQuAD to its paragraphs: is the first hit the right one, in either language and in a mixed pool?

    python -m eval.xquad DIR [--home DIR] [--n 300] [--seed 0] [--backend local|extractive]

`DIR` holds `xquad.zh.json` and `xquad.en.json` (Artetxe et al., "On the Cross-lingual Transferability of
Monolingual Representations", ACL 2020). Indexes and translations are kept in the home and used again.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.question import queries, translate, understand
from vectorstore.library import Library


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in both languages and the number of its paragraph."""

    paragraph: int
    zh: str
    en: str


def paragraphs(path: Path) -> list[dict[str, Any]]:
    """The paragraphs of a file in SQuAD's format, each with its `context` and `qas`."""
    return [part for article in json.loads(path.read_text("utf-8"))["data"] for part in article["paragraphs"]]


def sample(zh: Sequence[dict[str, Any]], en: Sequence[dict[str, Any]], n: int, seed: int) -> list[Asked]:
    """`n` questions, the same for the same seed; the paragraphs of both languages are in one order."""
    found: dict[str, Asked] = {}
    for number, (one, other) in enumerate(zip(zh, en, strict=True)):
        chinese = {item["id"]: item["question"] for item in one["qas"]}
        found |= {item["id"]: Asked(number, chinese[item["id"]], item["question"]) for item in other["qas"]}
    return [found[id] for id in random.Random(seed).sample(sorted(found), min(n, len(found)))]


def first_right(
    library: Library, asked: Sequence[Asked], lang: str, translated: Callable[[str], str | None]
) -> float:
    """The share of questions whose first hit is the right paragraph, in whatever language; files are `zh007.txt`."""
    right = 0
    for item in asked:
        said = item.zh if lang == "zh" else item.en
        ways = queries(understand(said), translated(said) if lang == "en" else None, library.terms_in)
        hits = library.search(ways, 1)
        right += bool(hits) and int(hits[0].report.source[2:5]) == item.paragraph
    return right / len(asked)


def main() -> None:
    """Print a line for each pool and language of the questions."""
    from assistant.models.cache import CachedModel
    from assistant.models.choose import choose
    from assistant.opening import open_library
    from assistant.settings import load

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--backend", default="local")
    said = parser.parse_args()
    settings = load(said.home, backend=said.backend)
    texts = {lang: paragraphs(said.folder / f"xquad.{lang}.json") for lang in ("zh", "en")}
    asked = sample(texts["zh"], texts["en"], said.n, said.seed)
    model = choose(settings).model
    kept = CachedModel(model, settings.home / "eval-cache.db") if model else None
    for pool in (("zh",), ("en",), ("zh", "en")):
        home = settings.home / "xquad" / "-".join(pool)
        folder = home / "paragraphs"
        folder.mkdir(parents=True, exist_ok=True)
        for lang in pool:
            for number, part in enumerate(texts[lang]):
                (folder / f"{lang}{number:03}.txt").write_text(part["context"], "utf-8")
        library = open_library(load(home, backend=said.backend))
        library.add([folder])
        for lang in ("zh", "en"):
            share = first_right(
                library, asked, lang, lambda text: translate(understand(text), kept) if kept else None
            )
            print(f"{lang} questions, {'+'.join(pool)} paragraphs: {share:.3f} of {len(asked)}")


if __name__ == "__main__":
    main()
