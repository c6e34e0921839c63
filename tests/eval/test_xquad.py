"""XQuAD: which questions are asked, and when a first hit is right."""

from __future__ import annotations

from pathlib import Path

from eval.xquad import Asked, first_right, sample
from tests.vectorstore.conftest import HashingEmbedder
from vectorstore.library import Library


def part(number: int, lang: str) -> dict[str, object]:
    return {
        "context": "",
        "qas": [{"id": f"{number}-{n}", "question": f"{lang}{number}{n}"} for n in range(3)],
    }


def test_the_same_questions_for_the_same_seed() -> None:
    zh, en = ([part(number, lang) for number in range(4)] for lang in ("zh", "en"))
    asked = sample(zh, en, 5, 0)
    assert asked == sample(zh, en, 5, 0) != sample(zh, en, 5, 1)
    assert all(item.zh[2:] == item.en[2:] and int(item.zh[2]) == item.paragraph for item in asked)
    assert len(sample(zh, en, 99, 0)) == 12


def test_the_share_of_right_first_hits(tmp_path: Path, cache: Path) -> None:
    for number, text in enumerate(("智能算力规模持续增长。", "天气很好，适合散步。")):
        (tmp_path / f"zh00{number}.txt").write_text(text * 5, "utf-8")
    library = Library(tmp_path / "home", HashingEmbedder(), cache / "words")
    library.add(sorted(tmp_path.glob("*.txt")))
    asked = [Asked(0, "算力规模", "compute"), Asked(1, "算力规模", "compute")]
    assert first_right(library, asked, "zh", lambda text: None) == 0.5
    assert first_right(library, asked, "en", lambda text: "算力规模") == 0.5
