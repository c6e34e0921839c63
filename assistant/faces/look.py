"""What a reader looks at: which place of which report, on which page, as picture or text, how large; and the controls.

Every look has an address of its own, `/reports/ID?page=3&start=120&end=160`; the pane beside the chat asks for the
same below `/passages`. So the controls are links, which work without a script, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from html import escape
from typing import Any
from urllib.parse import urlencode

from assistant.faces.texts import both
from vectorstore.schema import Page

ZOOMS = (100, 150, 200, 300)


@dataclass(frozen=True, slots=True)
class Look:
    """`start:end` is the quote's place; `page` the page shown, None for the quote's; `zoom` in percent."""

    id: str
    start: int = 0
    end: int = 0
    page: int | None = None
    quote: str = ""
    text: bool = False
    zoom: int = 100

    def href(self, **changes: Any) -> str:
        """The address of this look with `changes`, as the value of an HTML attribute."""
        look = replace(self, **changes)
        said = {name.name: getattr(look, name.name) for name in fields(look) if name.name != "id"}
        said |= {"text": "1" if look.text else "", "zoom": look.zoom if look.zoom != 100 else ""}
        kept = {name: value for name, value in said.items() if value not in ("", None)}
        return escape(f"/reports/{look.id}?{urlencode(kept)}")


def controls(look: Look, shown: int, pages: Sequence[Page], pictured: bool, hits: str = "") -> str:
    """Turn the page, zoom, picture or text, and the other hits: `hits`, or what the script fills in."""
    turn = zoom = switch = ""
    last = len(pages)
    if pages:
        turn = _group(
            _step("back", "‹", "page_before", look.href(page=shown - 1) if shown > 1 else None),
            f'<span class="where">{both("page_of", page=shown, pages=last)}</span>',
            _step("on", "›", "page_after", look.href(page=shown + 1) if shown < last else None),
        )
    if pictured:
        at = ZOOMS.index(look.zoom) if look.zoom in ZOOMS else 0
        if not look.text:
            zoom = _group(
                _step("less", "−", "zoom_out", look.href(zoom=ZOOMS[at - 1]) if at else None),
                f'<span class="where">{look.zoom}%</span>',
                _step("more", "+", "zoom_in", look.href(zoom=ZOOMS[at + 1]) if at + 1 < len(ZOOMS) else None),
            )
        switch = _group(
            _choice("picture", "as_page", look.href(text=False), not look.text),
            _choice("text", "as_text", look.href(text=True), look.text),
        )
    return f'<div class="controls">{turn}{zoom}{switch}{hits or _hits()}</div>'


def occurrences(look: Look, places: Sequence[tuple[int, int]]) -> str:
    """Where else the words of a link stand: the one before and after, empty for a single one."""
    if len(places) < 2:
        return ""
    at = next((n for n, place in enumerate(places) if place == (look.start, look.end)), 0)
    hrefs = [look.href(start=a, end=b, page=None) for a, b in places]
    return _group(
        _step("hit-back", "‹", "hit_before", hrefs[at - 1] if at else None),
        f'<span class="where">{both("hit_of", n=at + 1, count=len(places))}</span>',
        _step("hit-on", "›", "hit_after", hrefs[at + 1] if at + 1 < len(hrefs) else None),
    )


def _hits() -> str:
    """Buttons for the other quotes of an answer; the script knows them and shows the group."""
    buttons = [
        f'<button type="button" class="step" data-hit="{step}">{sign}'
        f'<span class="hidden"> {both(key)}</span></button>'
        for step, sign, key in (("-1", "‹", "hit_before"), ("1", "›", "hit_after"))
    ]
    where = f'<span class="where">{both("source_at")} <span class="count"></span></span>'
    return f'<span class="group hits" hidden>{buttons[0]}{where}{buttons[1]}</span>'


def _group(*parts: str) -> str:
    return f'<span class="group">{"".join(parts)}</span>'


def _step(name: str, sign: str, key: str, href: str | None) -> str:
    inner = f'<span aria-hidden="true">{sign}</span><span class="hidden">{both(key)}</span>'
    if href is None:
        return f'<a class="step" role="link" aria-disabled="true">{inner}</a>'
    return f'<a class="step" data-look="{name}" href="{href}">{inner}</a>'


def _choice(name: str, key: str, href: str, chosen: bool) -> str:
    current = ' aria-current="true"' if chosen else ""
    return f'<a class="step" data-look="{name}" href="{href}"{current}>{both(key)}</a>'
