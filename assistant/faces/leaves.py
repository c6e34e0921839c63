"""A page of a report as a picture, with boxes drawn over the quoted words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.faces.look import Look
from assistant.faces.texts import both
from vectorstore.errors import ReadError
from vectorstore.schema import Page, Report

if TYPE_CHECKING:
    from vectorstore.readers.pictures import Box

SCALES = {100: 2, 150: 3, 200: 3, 300: 4}
"""Zoom in percent -> pixels a point of the picture."""
_WIDE = 1000.0
"""The drawing's width in its own units; its height follows the page's."""


def leaf(report: Report, text: str, here: Page, look: Look) -> str | None:
    """Page `here` with the part of the quote that stands on it marked; None when it cannot be shown.

    The quote stands in one `<mark>`, whole and as text; where it is on the page is not known of recognised
    pages, and then the words stand above the picture.
    """
    from vectorstore.readers import pictures

    path = Path(report.path)
    low, high = max(look.start, here.start), min(look.end, here.end)
    quoted = text[low:high].rstrip()
    try:
        width, height = pictures.page_size(path, here.number)
        begin = low - here.start
        boxes = pictures.boxes(path, here.number, begin, begin + len(quoted), quoted) if low < high else []
    except ReadError:
        return None
    above = ""
    if low < high and quoted and not boxes:
        above = f'<p class="quoted">{both("not_located")} <mark id="quote">{escape(quoted)}</mark></p>'
    source = escape(f"/reports/{report.id}/pages/{here.number}.png?scale={SCALES[look.zoom]}&v={report.sha256[:8]}")
    name = both("page_picture", page=here.number)
    return (
        f'{above}<div class="words stage" tabindex="0" role="region" aria-labelledby="leaf-name">'
        f'<span class="hidden" id="leaf-name">{name}</span>'
        f'<p class="problem" hidden>{both("picture_failed")}</p>'
        f'<div class="leaf zoom-{look.zoom}"><img src="{source}" width="{width:.0f}" height="{height:.0f}" alt="" '
        f'loading="lazy" decoding="async">{_drawing(boxes, height / width, text[look.start : look.end])}</div></div>'
    )


def _drawing(boxes: Sequence[Box], tall: float, quote: str) -> str:
    """The boxes as a drawing over the picture: sizes as attributes, which the content policy allows everywhere."""
    if not boxes:
        return ""
    high = _WIDE * tall
    drawn = "".join(
        f'<rect x="{box.left * _WIDE - 2:.1f}" y="{box.top * high - 2:.1f}" rx="3" '
        f'width="{(box.right - box.left) * _WIDE + 4:.1f}" height="{(box.bottom - box.top) * high + 4:.1f}"/>'
        for box in boxes
    )
    left, top = min(box.left for box in boxes) * _WIDE, min(box.top for box in boxes) * high
    right, bottom = max(box.right for box in boxes) * _WIDE, max(box.bottom for box in boxes) * high
    return (
        f'<svg class="boxes" viewBox="0 0 {_WIDE:.0f} {high:.1f}" role="presentation">{drawn}'
        f'<foreignObject x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}">'
        f'<mark id="quote" class="over"><span>{escape(quote)}</span></mark></foreignObject></svg>'
    )
