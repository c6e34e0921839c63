"""Character recognition, Chinese and English, by RapidOCR: the extra `ocr`, with its models in the package."""

from __future__ import annotations

import os
import threading
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from vectorstore.readers.geometry import Box, Part, lines_of, segments, unruled

INSTALL = "character recognition is not installed: pip install 'wenju[ocr]', then index it again"
LONG_SIDE = 1900
"""Pixels of a page's longer side: RapidOCR scales down what is longer than 2,000."""
_LOCK = threading.Lock()
_SURE = 0.6


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("rapidocr") is not None and find_spec("cv2") is not None


def recognise(image: np.ndarray) -> list[Part]:
    """Lines and tables of a picture of a page; `image` is height x width x 3 (red, green, blue) of uint8."""
    with _LOCK:  # the engine keeps state between its steps
        found = _engine()(np.ascontiguousarray(image[:, :, ::-1]), use_cls=False)
    if found.boxes is None:
        return []
    height = image.shape[0]
    words = []
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        if score >= _SURE and text.strip():
            xs, ys = [float(x) for x, _ in corners], [height - float(y) for _, y in corners]
            words.append(Box(f"{text} ", min(xs), min(ys), max(xs), max(ys)))
    return list(unruled([segments(line) for line in lines_of(words)]))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = min(4, os.cpu_count() or 1)
    return RapidOCR(
        params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": threads}
    )
