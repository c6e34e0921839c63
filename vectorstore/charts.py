"""Charts whose labels were kept: figures in the order of what they are of, told as rows of a table.

Of a chart in a PDF its text is left: the figures that stood at its bars, series by series, then its axis and legend,
or a label for each slice. In one run they read as nonsense, and a reader takes any of the figures for the one asked
for. Where there are just as many figures as the labels want, the order says which is whose; where there are not,
nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from vectorstore.characters import Cleaned, clean
from vectorstore.furniture import Line

_FIGURE = re.compile(r"[-+−–]?[¥$€£]?(\d[\d,，]*(?:\.\d+)?)\s?([%％]|[万亿]|bn|[mMbB])?")
_YEAR = re.compile(r"((?:19|20)\d\d)\s?年?[度]?[AEFaef]?")
_UNIT = re.compile(
    r"[（(](?:单位[:：])?[^（）()]{0,8}(?:[元个家人次件台只倍亿万%％年]|US\$|RMB|million|billion|bn)[）)]",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:19|20)\d\d(?:\s?[-—–~至]\s?(?:19|20)?\d\d)?年?\D|[（(][^（）()]{1,12}[）)]$"
    r"|(?:情况|[占比]比[例重]?|比例|规模|分布|份额|估值|趋势|数量|结构|构成|变化|增速|排名|对比)$"
    r"|\b(?:share|size|distribution|growth|revenue|number of \w+)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.]|第[一二三四五六七八九十\d]{1,3}[章节条]|[（(]?\d{1,2}[)）、.]|图|表|注[:：]|figure|table|note",
    re.IGNORECASE,
)
"""How headings, captions and notes begin: they are no label and no legend."""
_PROSE = re.compile(r"[。；，,!?！？]")
_WIDEST, _WIDEST_LABEL = 90, 40
"""Display widths of an axis, a legend or a title, and of the label of one bar or slice."""
_MOST, _MOST_OF_A_WHOLE = 80, 12
"""Figures beyond which a run of them is no chart, and no whole that begins within other figures."""
_YEARS_ALONE = 6
"""Characters of a line up to which it may be a year and nothing else."""
_BEHIND = 4
"""Lines behind the figures among which the axis, the legend and the title stand."""
_LEAST = 3
"""Figures that are a chart without adding up to a whole."""
_WHOLE = range(99, 102)
"""What percentages of a whole add up to, rounded."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's title (empty where it has none), its rows of a label and of figures by the names of their series, and
    the offset at which its last line ends.
    """

    title: Cleaned
    rows: list[tuple[Cleaned, list[tuple[str, Cleaned]]]]
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of a line that belong together: a figure, a label, the name of a series; `line` is where that begins."""

    content: Cleaned
    text: str
    line: int


def charts(lines: Sequence[Line]) -> dict[int, Chart]:
    """The charts in lines, by the offset at which the first line of each begins."""
    found: dict[int, Chart] = {}
    end = -1
    for index, line in enumerate(lines):
        if line.start > end and (chart := _chart_at(lines, index)):
            found[line.start], end = chart, chart.end
    return found


def _chart_at(lines: Sequence[Line], index: int) -> Chart | None:
    """The chart that begins at line `index`, with its title or its first figure."""
    title = Cleaned()
    at = index
    if not _figures(lines[index]):
        if not _is_title(lines[index]):
            return None
        title, at = lines[index].content, _next(lines, index + 1)
        if at >= len(lines) or not _figures(lines[at]):
            return None
    within = _goes_on(lines, at)
    if within and not lines[at].text.endswith(("%", "％")):
        return None
    most = _MOST_OF_A_WHOLE if within else _MOST
    values, end = _run(lines, at, most)
    if len(values) > most or _is_scale(values) or (not _is_whole(values) and (within or len(values) < _LEAST)):
        return None
    behind = list(_following(lines, end))
    return _on_an_axis(lines, behind, values, title) or _beside_labels(lines, end, values, title)


def _next(lines: Sequence[Line], index: int) -> int:
    """The first line from `index` that is not blank."""
    while index < len(lines) and lines[index].blank:
        index += 1
    return index


def _goes_on(lines: Sequence[Line], index: int) -> bool:
    """Whether figures stand before the first of a run."""
    before = next((line for line in reversed(lines[max(0, index - 6) : index]) if not line.blank), None)
    return before is not None and bool(_figures(before))


def _figures(line: Line) -> list[_Part]:
    """The figures of a line that holds nothing else; years one after the other are an axis."""
    if line.blank or line.cells or line.width > _WIDEST:
        return []
    parts = [_part(line, found) for found in re.finditer(r"\S+", line.raw)]
    if not all(_FIGURE.fullmatch(part.text) for part in parts) or _are_years([part.text for part in parts]):
        return []
    return parts


def _part(line: Line, found: re.Match[str]) -> _Part:
    content = clean(line.raw, found.start(), found.end()).moved(line.start)
    return _Part(content, content.text, line.start)


def _are_years(texts: Sequence[str]) -> bool:
    """Whether texts are years, each after the one before."""
    found = [_YEAR.fullmatch(text) for text in texts]
    years = [int(year[1]) for year in found if year]
    return 2 <= len(years) == len(texts) and all(later > year for year, later in pairwise(years))


def _run(lines: Sequence[Line], index: int, most: int) -> tuple[list[_Part], int]:
    """The figures from line `index` on, hardly more than `most`, and where the lines that hold nothing else end."""
    values: list[_Part] = []
    end = index
    while index < len(lines) and len(values) <= most and (lines[index].blank or (here := _figures(lines[index]))):
        if not lines[index].blank:
            values += here
            end = index + 1
        index += 1
    return values, end


def _amount(text: str) -> Decimal:
    found = _FIGURE.fullmatch(text)
    return Decimal(re.sub("[,，]", "", found[1])) if found else Decimal(0)


def _is_whole(values: Sequence[_Part]) -> bool:
    """Whether values are percentages of one whole."""
    if len(values) < 2 or not all(part.text.endswith(("%", "％")) for part in values):
        return False
    return round(sum(_amount(part.text) for part in values)) in _WHOLE


def _is_scale(values: Sequence[_Part]) -> bool:
    """Whether values are the marks of an axis or mere numbers of items: the same distance apart, from 0 or 1 on, or
    four and more of them.
    """
    amounts = sorted(_amount(part.text) for part in values)
    steps = {later - amount for amount, later in pairwise(amounts)}
    return len(amounts) >= _LEAST and len(steps) == 1 and (amounts[0] in (0, 1) or len(amounts) > _LEAST)


def _following(lines: Sequence[Line], end: int) -> Iterator[int]:
    """The few lines behind the figures that may name them."""
    for _ in range(_BEHIND):
        end = _next(lines, end)
        if end >= len(lines) or not _may_name(lines[end]):
            return
        yield end
        end += 1


def _may_name(line: Line) -> bool:
    return not (line.blank or line.cells or line.width > _WIDEST or _PROSE.search(line.text) or _figures(line))


def _is_title(line: Line) -> bool:
    plain = not re.match(r"\d+\.\d", line.text) and len(line.text) > _YEARS_ALONE
    return plain and _may_name(line) and bool(_TITLE.search(line.text))


def _names(line: Line) -> list[_Part]:
    """The names that stand in a line one after the other; a space between Latin letters may be part of a name."""
    parts = [_part(line, found) for found in re.finditer(r"\S+(?:(?<=[A-Za-z]) +(?=[A-Za-z])\S+)*", line.raw)]
    return [] if any(_FIGURE.fullmatch(part.text) and not _YEAR.fullmatch(part.text) for part in parts) else parts


def _on_an_axis(
    lines: Sequence[Line], behind: Sequence[int], values: Sequence[_Part], title: Cleaned
) -> Chart | None:
    """A chart whose labels stand in one line: figures series by series, of which a legend tells the names."""
    for place, number in enumerate(behind):
        labels = _names(lines[number])
        years = _are_years([label.text for label in labels])
        series = _split(values, len(labels), years) if len(labels) > 1 else None
        if series is None or (not years and any(_YEAR.fullmatch(label.text) for label in labels)):
            continue
        if len(series) == 1 and all(_UNIT.search(label.text) for label in labels):  # a legend: no title is needed
            told = [(label.text, value.content) for label, value in zip(labels, values, strict=True)]
            return None if place else Chart(title, [(Cleaned(), told)], lines[number].end)
        found = _named(lines, behind[:place], behind[place + 1 : place + 3], len(series), title)
        if found and (years or len(series) > 1 or _says_of_what(found[0][0], behind[:place], values)):
            names, head, last = found
            rows = [
                (label.content, [(name, own[at].content) for name, own in zip(names, series, strict=True) if at in own])
                for at, label in enumerate(labels)
            ]
            return Chart(head, rows, lines[max(number, last)].end)
    return None


def _named(
    lines: Sequence[Line], before: Sequence[int], after: Sequence[int], count: int, title: Cleaned
) -> tuple[list[str], Cleaned, int] | None:
    """The names of so many series, the title, and the last line behind the axis that they stand in, -1 for none. Each
    line from the figures to the last of these has to be one of them: text would be lost.
    """
    legend = next((o for o in [*before, *after] if _is_legend(lines[o], count)), None)
    if not title.chars:
        near = (lines[o] for o in [*before, *after[:1]] if o != legend)
        title = next((line.content for line in near if _is_title(line)), title)
    last = max([o for o in after if o == legend or lines[o].content is title], default=-1)
    between = [*before, *(o for o in after if o < last)]
    others = [lines[o] for o in between if o != legend and lines[o].content is not title]
    if legend is not None:
        names = [part.text for part in _names(lines[legend])] if count > 1 else [lines[legend].text]
    elif count == 1 and len(others) <= 1:
        # What stands between figures and axis names the only series, beside the title.
        names = [" ".join(filter(None, dict.fromkeys([title.text, *(line.text for line in others)])))]
        others = []
    else:
        return None
    if others or not any(names):
        return None
    return names, title, last


def _is_legend(line: Line, count: int) -> bool:
    """Whether a line names so many series: one by its unit, several by as many names."""
    if count == 1:
        return bool(_UNIT.search(line.text))
    own = bool(_UNIT.search(line.text)) or not _is_title(line)
    return own and len(_names(line)) == count and not (_YEAR.match(line.text) or _NUMBERED.match(line.text))


def _says_of_what(name: str, before: Sequence[int], values: Sequence[_Part]) -> bool:
    """Whether figures over words, which any line may hold, are said to be some: by a unit, a line above, as shares."""
    return bool(_UNIT.search(name) or before or all(value.text.endswith(("%", "％")) for value in values))


def _split(values: Sequence[_Part], count: int, years: bool) -> list[dict[int, _Part]] | None:
    """Values as series over so many labels; None where they do not come out even, or a line holds figures of two
    series, or one is the marks of an axis. Of two series over years the second may begin later: forecasts of another
    course do.
    """
    ends, late = [*range(count, len(values) + 1, count)], 0
    if len(values) % count:
        if not (years and count < len(values) < 2 * count):
            return None
        ends, late = [count, len(values)], 2 * count - len(values)
    series = [list(values[start:end]) for start, end in pairwise([0, *ends])]
    crossing = any(one[-1].line == other[0].line for one, other in pairwise(series))
    if not series or crossing or any(map(_is_scale, series)):
        return None
    return [*(dict(enumerate(own)) for own in series[:-1]), dict(enumerate(series[-1], late))]


def _beside_labels(lines: Sequence[Line], end: int, values: Sequence[_Part], title: Cleaned) -> Chart | None:
    """A chart whose labels follow its figures, each in a line of its own, and its title behind them or above."""
    labels: list[Line] = []
    at = _next(lines, end)
    while at < len(lines) and len(labels) < len(values) and _is_label(lines[at]):
        labels.append(lines[at])
        at = _next(lines, at + 1)
    if len(labels) != len(values):
        return None
    last, name = labels[-1], title.text
    if not name and at < len(lines) and _is_title(lines[at]):
        behind = _next(lines, at + 1)
        if behind < len(lines) and _figures(lines[behind]):
            return None  # the name of the next column of a table
        last, title = lines[at], lines[at].content
        name = " ".join(part.text for part in _names(last)) or title.text  # charts side by side have two
    elif not name or (at < len(lines) and _is_label(lines[at])):
        return None
    rows = [(label.content, [(name, value.content)]) for label, value in zip(labels, values, strict=True)]
    return Chart(title, rows, last.end)


def _is_label(line: Line) -> bool:
    short = _may_name(line) and line.width <= _WIDEST_LABEL and not _is_title(line)
    return short and not _NUMBERED.match(line.text)
