"""Units that the head of a table gives to the bare numbers below it: 单位：亿元, 融资金额（亿元）, （%）."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.quantities.lexicon import AFTER, any_of, key, normalise
from assistant.quantities.numerals import chinese_numeral

_COUNTED = "个家人起项件台辆吨座所名次款套倍"
_COLUMN = re.compile(
    rf"(?:单位[:：]\s?|[(（])(?P<scale>[十百千]?[万亿]{{0,2}})(?P<unit>(?i:{any_of(AFTER)})|个|家|人|%)?\s?(?:[)）\n，,；;/]|$)"
)
_PARAMETERS = re.compile(r"(?:参数(?:规模|数?量|数)|[Pp]arameters?)\s?[（(](?P<scale>[BM])[）)]")
"""The size of a model, in billions or millions of parameters."""
_UNIT = rf"(?=[^)）\s])(?P<unit>[十百千]?[万亿]{{0,2}}(?:[美港欧日]?元|人民币|[{_COUNTED}]|%)?)"
_CELL = re.compile(
    rf"(?P<label>[^|:：\n]{{1,60}}?)[（(]{_UNIT}[）)]: (?P<number>-?\d[\d,]*(?:\.\d+)?)(?=\s*(?:\||\n|$))"
)
_BARE_CELL = re.compile(r"(?P<label>[^|:：\n]{1,60}): (?P<number>-?\d[\d,]*(?:\.\d+)?)(?=\s*(?:\||\n|$))")
_DECLARED = re.compile(rf"单位[:：]\s?{_UNIT}(?=\s*(?:[，,、/]\s?[%％]\s*)?(?:[)）\n]|$))")
_OF_ITS_OWN = re.compile(r"[年月日率比增序号名排%（(]|份额|rank|year|no\b", re.IGNORECASE)
"""In the name of a column: its numbers are years, ranks or shares, whatever the table's unit is."""
_NO_MONEY = re.compile(rf"{_OF_ITS_OWN.pattern}|数(?!据|字|额)|时间", re.IGNORECASE)
"""The same for a unit of money: nor are they counts or times."""


def units(text: str) -> Iterator[tuple[int, str]]:
    """The powers of ten and units that a text gives to bare numbers, each once."""
    seen: set[tuple[int, str]] = set()
    for match in _COLUMN.finditer(normalise(text)):
        scale, unit = match["scale"], (match["unit"] or "").lower()
        if scale or unit:
            value = chinese_numeral(scale) if scale else 1
            if value is not None:
                seen.add((len(f"{value:f}") - 1, AFTER.get(key(unit), "%" if unit == "%" else "")))
    seen |= {(9 if found["scale"] == "B" else 6, "parameter") for found in _PARAMETERS.finditer(normalise(text))}
    yield from sorted(seen)


def spread(rows: str, above: str = "") -> str:
    """Rows of a table with the unit behind each number rather than in the head, where a reader has to look for it:
    `融资金额（亿元）: 346.8` gives `融资金额: 346.8亿元`. `above` is the table's caption.
    """
    told = _CELL.sub(lambda cell: f"{cell['label']}: {cell['number']}{cell['unit']}", rows)
    declared = {found["unit"] for found in _DECLARED.finditer(above)}
    if len(declared) != 1:
        return told
    (unit,) = declared
    other = _NO_MONEY if "元" in unit else _OF_ITS_OWN
    return _BARE_CELL.sub(lambda cell: cell[0] if other.search(cell["label"]) else f"{cell[0]}{unit}", told)
