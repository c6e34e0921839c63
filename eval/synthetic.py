"""Reports and an embedder for measuring volume: nothing in them means anything, all of it is the same every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vectorstore.embedders import Embedder, Progress, Vectors

SECTIONS = 20
"""Each becomes one passage."""
_TOPICS = (
    "算力", "芯片", "数据", "算法", "人才", "资本", "政策", "伦理", "医疗", "能源",
    "交通", "教育", "金融", "制造", "农业", "航天", "材料", "通信", "安全", "环境",
)  # fmt: skip
_SAID = (
    "{a}领域在{year}年投入{n}亿元，同比增长{m}%，覆盖{k}座城市的企业与研究机构。",
    "调查的{n}家企业中有{m}%把{a}与{b}列为今后{k}年的重点，其余仍在观望。",
    "{year}年{a}的市场规模约为{n}亿元，{b}贡献了其中的{m}%，比上一年多{k}个百分点。",
    "受{b}影响，{a}项目的平均周期由{n}天缩短到{k}天，单位成本下降{m}%。",
)


class CheapEmbedder(Embedder):
    """Pairs of neighbouring characters, counted into 384 numbers: no model, so that volume takes minutes."""

    name = "cheap"

    @property
    def dimension(self) -> int:
        """As many as e5 has."""
        return 384

    @property
    def version(self) -> str:
        """Never changes."""
        return "1"

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See `Embedder.documents`."""
        return np.stack([self._vector(text) for text in texts])

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.queries`."""
        return self.documents(texts)

    def _vector(self, text: str) -> Vectors:
        codes = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
        counts = np.bincount((codes[:-1] * 31 + codes[1:]) % self.dimension, minlength=self.dimension)
        return (counts / np.linalg.norm(counts)).astype(np.float32)


def code(number: int) -> str:
    """A word that stands in every passage of one report and in no other."""
    return f"zx{number:05d}"


def text(number: int, version: int, sections: int = SECTIONS) -> str:
    """A report: always the same for its number and version; a version differs in one section in five."""
    parts = [f"# 第{number}号报告：{_TOPICS[number % len(_TOPICS)]}年度观察\n"]
    for section in range(sections):
        edition = version if section % 5 == version % 5 else 0
        chance = random.Random(f"{number} {section} {edition}")
        said = [
            chance.choice(_SAID).format(
                a=chance.choice(_TOPICS), b=chance.choice(_TOPICS), year=chance.randint(2015, 2025),
                n=chance.randint(10, 9999), m=chance.randint(1, 90), k=chance.randint(2, 300),
            )
            for _ in range(7)
        ]  # fmt: skip
        parts.append(
            f"## {code(number)}之{section + 1}\n\n{code(number)}第{edition}次统计。{''.join(said)}\n"
        )
    return "\n".join(parts)


def write(folder: Path, number: int, version: int, sections: int = SECTIONS) -> Path:
    """Put a report into a folder, in place of an earlier version; returns its path."""
    place = folder / f"{number:05d}.txt"
    part = place.with_suffix(".part")
    part.write_text(text(number, version, sections), "utf-8", newline="")
    return part.replace(place)
