"""Plots of a run as inline SVG, coloured by the page's own style; nothing is drawn by script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from eval.scores import quantile
from eval.statistics import binned, calibration_error, interval
from eval.terms import LANGUAGES, TYPES

WIDTH, HEIGHT = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 18, 14, 40
Point = tuple[float, float]


def bars(groups: Mapping[str, Mapping[str, Any]], kind: str = "type", left: int = 118) -> str:
    """Values with their intervals, a bar a group: `{name: {"value", "low", "high", "n"}}`.

    `left` is the room for names, in units of the drawing.
    """
    rows = [(name, item) for name, item in groups.items() if item["value"] is not None]
    if not rows:
        return ""
    step, height = 24, 24 * len(rows) + 34
    names = {"type": TYPES, "lang": LANGUAGES}.get(kind, {})

    def x(value: float) -> float:
        return left + value * (WIDTH - left - 98)

    parts = [_grid(x(tick), 6, x(tick), height - 26) for tick in (0, 0.25, 0.5, 0.75, 1)]
    parts += [_text(x(tick), height - 10, f"{tick:.0%}", "middle") for tick in (0, 0.5, 1)]
    for n, (name, item) in enumerate(rows):
        y = 8 + n * step
        parts.append(_label(left - 8, y + 13, names.get(name, (name, name)), "end"))
        parts.append(f'<rect class="bar" x="{x(0):.1f}" y="{y}" width="{x(item["value"]) - x(0):.1f}" height="16"/>')
        if item["low"] is not None:
            parts.append(_line("whisker", x(item["low"]), y + 8, x(item["high"]), y + 8))
        parts.append(_text(WIDTH - 92, y + 13, f"{item['value']:.0%}  n={item['n']}"))
    return _svg(parts, height)


def histogram(seconds: Sequence[float], bins: int = 24) -> str:
    """How the answer times are spread, with the median and the 95th percentile."""
    if not seconds:
        return ""
    top = _round_up(max(quantile(seconds, 0.99), 1e-3))
    counts = [0] * bins
    for second in seconds:
        counts[min(bins - 1, int(second / top * bins))] += 1
    most = max(counts)
    x, y = _scales((0, top), (0, most))
    wide = (x(top) - x(0)) / bins
    parts = _axes(x, y, _ticks(top), [0, most], f"{top:g}", counted=True)
    parts += [
        f'<rect class="bar" x="{x(0) + n * wide + 0.5:.1f}" y="{y(count):.1f}" width="{wide - 1:.1f}" '
        f'height="{y(0) - y(count):.1f}"/>'
        for n, count in enumerate(counts)
        if count
    ]
    for q, name, lift in ((0.5, ("median", "中位数"), 0), (0.95, ("p95", "p95"), 14)):
        at = quantile(seconds, q)
        spot = x(min(at, top))
        side = "end" if spot > WIDTH * 0.7 else "start"
        parts.append(_line("rule", spot, y(0), spot, TOP))
        shift = -4 if side == "end" else 4
        said = (f"{name[0]} {at:.2f} s", f"{name[1]} {at:.2f} 秒")
        parts.append(_label(spot + shift, TOP + 10 + lift, said, side))
    parts.append(_label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, ("seconds", "秒"), "middle"))
    return _svg(parts, HEIGHT)


def trade_off(questions: Iterable[Mapping[str, Any]]) -> str:
    """What refusing below a confidence would give: false refusals against unanswerable ones refused.

    Each question has `answerable`, `refused` and `confidence`; the dot is the run as it was.
    """
    items = list(questions)
    no = [item for item in items if not item["answerable"]]
    yes = [item for item in items if item["answerable"]]
    if not no or not yes:
        return ""

    def at(threshold: float) -> Point:
        return _share(yes, threshold), _share(no, threshold)

    thresholds = sorted({item["confidence"] for item in items})
    points = [at(-math.inf), *map(at, thresholds), (1.0, 1.0)]
    x, y = _scales((0, 1), (0, 1))
    parts = _axes(x, y, [0, 0.25, 0.5, 0.75, 1], [0, 0.5, 1], "")
    parts.append(_path(points, x, y))
    (a, b), side = points[0], "start" if points[0][0] < 0.6 else "end"
    parts.append(f'<circle class="dot" cx="{x(a):.1f}" cy="{y(b):.1f}" r="5"/>')
    said = (f"this run: {a:.0%} / {b:.0%}", f"本次：{a:.0%} / {b:.0%}")
    parts.append(_label(x(a) + (9 if side == "start" else -9), y(b) + (16 if b > 0.1 else -10), said, side))
    parts += _captions(("answerable questions refused", "有答案却拒答"), ("unanswerable refused", "无答案而拒答"))
    return _svg(parts, HEIGHT)


def _share(items: Sequence[Mapping[str, Any]], threshold: float) -> float:
    return float(sum(item["refused"] or item["confidence"] < threshold for item in items) / len(items))


def calibration(pairs: Sequence[Point], bins: int = 8) -> str:
    """How often answers were right at each level of confidence, in parts of equal size with intervals."""
    if len(pairs) < 2 * bins:
        return ""
    low, high = min(pair[0] for pair in pairs), max(pair[0] for pair in pairs)
    if low == high:
        return ""
    x, y = _scales((low, high), (0, 1))
    parts = _axes(x, y, [low + (high - low) * n / 4 for n in range(5)], [0, 0.5, 1], "", plain=True)
    points = []
    for part in binned(pairs, bins):
        at = sum(pair[0] for pair in part) / len(part)
        right = sum(pair[1] for pair in part)
        points.append((at, right / len(part)))
        bounds = interval({1.0: int(right), 0.0: len(part) - int(right)})
        if bounds:
            parts.append(_line("whisker", x(at), y(bounds[0]), x(at), y(bounds[1])))
        parts.append(f'<circle class="dot" cx="{x(at):.1f}" cy="{y(right / len(part)):.1f}" r="4"/>')
    parts.append(_path(points, x, y))
    error = calibration_error(pairs, bins)
    said = (f"calibration error {error:.2f}", f"校准误差 {error:.2f}")
    parts.append(_label(WIDTH - RIGHT, HEIGHT - 6, said, "end"))
    parts += _captions(("confidence", "置信度"), ("right", "正确"))
    return _svg(parts, HEIGHT)


# ---- the parts of a plot


def _scales(across: Point, up: Point) -> tuple[Any, Any]:
    def x(value: float) -> float:
        return LEFT + (value - across[0]) / (across[1] - across[0]) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - up[0]) / (up[1] - up[0]) * (HEIGHT - TOP - BOTTOM)

    return x, y


def _axes(
    x: Any, y: Any, across: Sequence[float], up: Sequence[float], unit: str, *,
    counted: bool = False, plain: bool = False,
) -> list[str]:
    parts = [_grid(x(across[0]), y(tick), x(across[-1]), y(tick)) for tick in up]
    parts += [_grid(x(tick), y(up[0]), x(tick), y(up[-1])) for tick in across]
    for tick in across:
        said = f"{tick:.2f}" if plain else f"{tick:g}" if unit else f"{tick:.0%}"
        parts.append(_text(x(tick), HEIGHT - BOTTOM + 16, said, "middle"))
    parts += [_text(LEFT - 7, y(tick) + 4, f"{tick:g}" if counted else f"{tick:.0%}", "end") for tick in up]
    return parts


def _captions(across: tuple[str, str], up: tuple[str, str]) -> list[str]:
    middle = (TOP + HEIGHT - BOTTOM) / 2
    turned = f' transform="rotate(-90 12 {middle:.0f})"'
    return [
        _label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across, "middle"),
        _label(12, middle, up, "middle", turned),
    ]


def _ticks(top: float) -> list[float]:
    return [top * n / 4 for n in range(5)]


def _round_up(value: float) -> float:
    """The next 1, 2, 4, 6 or 8 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return float(next((m * power for m in (1, 2, 4, 6, 8) if m * power >= value), 10 * power))


def _svg(parts: Iterable[str], height: int) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(parts)}</svg>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _grid(x1: float, y1: float, x2: float, y2: float) -> str:
    return _line("grid", x1, y1, x2, y2)


def _path(points: Sequence[Point], x: Any, y: Any) -> str:
    return f'<polyline points="{" ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)}"/>'


def _text(x: float, y: float, said: str, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{said}</text>'


def _label(x: float, y: float, said: tuple[str, str], anchor: str = "start", more: str = "") -> str:
    en, zh = map(escape, said)
    return _text(x, y, en, anchor, f'{more} class="en"') + _text(x, y, zh, anchor, f'{more} class="zh"')
