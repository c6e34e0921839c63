"""How sure a figure is: bootstrap intervals, standard errors and paired tests. Seeded: always the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Interval = tuple[float, float]
RESAMPLES = 2_000
SEED = 20_240_613
_LEVEL = (0.025, 0.975)
_Z = 1.959964  # the normal quantile that leaves 2.5% on either side
_CELLS = 4_000_000  # how many drawn counts are held at once


def interval(counts: Mapping[float, int]) -> Interval | None:
    """The 95% percentile bootstrap interval of a mean (Efron 1979); None for fewer than two values.

    `counts` says how often each value came. How often each value stands in a resample is multinomial, so
    resamples are drawn as counts, which is exact and takes memory by distinct values alone. Where all
    values are 0, or all are 1, resampling cannot vary: there it is Wilson's interval (1927).
    """
    counts = {value: times for value, times in counts.items() if times}
    n = sum(counts.values())
    if n < 2:
        return None
    if len(counts) == 1 and (only := next(iter(counts))) in (0.0, 1.0):
        return wilson(round(only * n), n)
    import numpy as np

    means = resampled_means(counts)
    low, high = np.quantile(means, _LEVEL)
    return float(low), float(high)


def resampled_means(counts: Mapping[float, int]) -> np.ndarray:
    """The mean of each of `RESAMPLES` resamples, shape (RESAMPLES,)."""
    import numpy as np

    ordered = sorted(counts)
    values = np.asarray(ordered, dtype=float)
    weights = np.asarray([counts[value] for value in ordered], dtype=float)
    n, random = int(weights.sum()), np.random.default_rng(SEED)
    block = max(1, _CELLS // len(values))
    drawn = [
        random.multinomial(n, weights / n, size=min(block, RESAMPLES - done)) @ values
        for done in range(0, RESAMPLES, block)
    ]
    return np.concatenate(drawn) / n


def wilson(right: int, n: int) -> Interval:
    """Wilson's 95% score interval of a proportion."""
    middle = (right + _Z**2 / 2) / (n + _Z**2)
    half = _Z / (n + _Z**2) * math.sqrt(right * (n - right) / n + _Z**2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference_interval(differences: Sequence[float]) -> Interval:
    """The 95% bootstrap interval of the mean of paired differences; (d, d) when there is but one."""
    counts = Counter(differences)
    if len(counts) == 1:
        only = float(differences[0])
        return only, only
    import numpy as np

    low, high = np.quantile(resampled_means(counts), _LEVEL)
    return float(low), float(high)


def sign_test(gained: int, lost: int) -> float:
    """How likely so lopsided changes are if either way is as likely: exact, two-sided, ties left out.

    Twice the binomial tail of the rarer way at one half, at most 1. For values of 0 and 1 it is McNemar's
    exact test (McNemar 1947; Liddell 1983); for others it looks at the direction alone.
    """
    changed, rarer = gained + lost, min(gained, lost)
    tail = sum(math.comb(changed, k) for k in range(rarer + 1))
    return float(min(1.0, 2 * tail / 2**changed))


def f1(right: int, wrong: int, missed: int) -> float | None:
    """F1 from true positives, false positives and false negatives; None when there are none of them."""
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else None


def f1_spread(right: int, wrong: int, missed: int, neither: int) -> tuple[float, Interval] | None:
    """The bootstrap standard error and 95% interval of F1 over questions; None where F1 has no value.

    Where nothing is wrong or missed, resampling cannot vary: there it is Wilson's interval of the right.
    """
    n = right + wrong + missed + neither
    if n < 2 or f1(right, wrong, missed) is None:
        return None
    if not wrong and not missed:
        return 0.0, wilson(right, right)
    import numpy as np

    random = np.random.default_rng(SEED)
    drawn = random.multinomial(n, np.array([right, wrong, missed, neither]) / n, size=RESAMPLES)
    below = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    values = 2 * drawn[:, 0][below > 0] / below[below > 0]
    low, high = np.quantile(values, _LEVEL)
    return float(values.std(ddof=1)), (float(low), float(high))


def median_interval(ordered: Sequence[float]) -> Interval | None:
    """The 95% interval of a median by order statistics (ranks n/2 -/+ 0.98 sqrt n); `ordered` ascending."""
    n = len(ordered)
    if n < 6:
        return None
    half = _Z * math.sqrt(n) / 2
    low, high = max(0, math.floor(n / 2 - half)), min(n - 1, math.ceil(n / 2 + half))
    return ordered[low], ordered[high]


def calibration_error(pairs: Sequence[tuple[float, float]], bins: int = 10) -> float | None:
    """The expected calibration error over bins of equal size (Naeini 2015) of (confidence, right) pairs."""
    if not pairs:
        return None
    total = sum(len(part) * abs(_mean(part, 0) - _mean(part, 1)) for part in binned(pairs, bins))
    return total / len(pairs)


def binned(pairs: Sequence[tuple[float, float]], bins: int) -> list[Sequence[tuple[float, float]]]:
    """The pairs in order of confidence, cut into `bins` parts of as equal size as can be."""
    ordered = sorted(pairs)
    edges = [len(ordered) * n // bins for n in range(bins + 1)]
    return [ordered[a:b] for a, b in pairwise(edges) if a < b]


def _mean(part: Sequence[tuple[float, float]], side: int) -> float:
    return sum(pair[side] for pair in part) / len(part)
