"""Numbers and units in Chinese and English: find, restate exactly, check a claim's against its sources."""

from assistant.quantities.calendar import spelt
from assistant.quantities.check import SMALL, numbers, unsupported_numbers
from assistant.quantities.columns import spread
from assistant.quantities.notation import phrase, restate
from assistant.quantities.numerals import chinese_numeral
from assistant.quantities.ordinals import unsaid_ordinals
from assistant.quantities.parse import Quantity, find_quantities

__all__ = [
    "SMALL",
    "Quantity",
    "chinese_numeral",
    "find_quantities",
    "numbers",
    "phrase",
    "restate",
    "spelt",
    "spread",
    "unsaid_ordinals",
    "unsupported_numbers",
]
