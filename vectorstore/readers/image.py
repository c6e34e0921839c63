"""Pictures of pages (PNG, JPEG): their words by character recognition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.errors import ReadError
from vectorstore.readers import ocr, pages
from vectorstore.schema import Document

MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
MAX_PIXELS = 100_000_000


def read(path: Path) -> Document:
    """Read a picture as one page. Raises `ReadError` when it is damaged, too large, or the extra is missing."""
    if not ocr.available():
        raise ReadError(f"{path.name} is a picture, and {ocr.INSTALL}")
    with opened(path) as upright:
        upright.thumbnail((2 * ocr.LONG_SIDE, 2 * ocr.LONG_SIDE))
        found = ocr.recognise(np.asarray(upright))
    text, places = pages.joined(pages.written([found]))
    return Document(text=text, format="image", pages=places)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A picture, upright and in red, green and blue. Raises `ReadError` when it is damaged or too large."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ReadError(
                    f"{path.name} has {picture.width} x {picture.height} pixels; the limit is "
                    f"{MAX_PIXELS // 10**6} million"
                )
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise ReadError(f"{path.name} is not a readable picture (damaged or cut short)") from None
    with upright:
        yield upright
