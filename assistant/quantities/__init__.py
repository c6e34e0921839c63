"""Numbers and units in Chinese and English: find, restate exactly, check a claim's against its sources."""

from assistant.quantities.calendar import in_full, spelt
from assistant.quantities.check import SMALL, numbers, unsupported_numbers
from assistant.quantities.columns import spread
from assistant.quantities.notation import phrase, restate
from assistant.quantities.numerals import chinese_numeral
from assistant.quantities.parse import Quantity, find_quantities
from assistant.quantities.small import unsaid_counts, unsaid_ordinals

__all__ = [
    "SMALL",
    "Quantity",
    "chinese_numeral",
    "find_quantities",
    "in_full",
    "numbers",
    "phrase",
    "restate",
    "spelt",
    "spread",
    "unsaid_counts",
    "unsaid_ordinals",
    "unsupported_numbers",
]
