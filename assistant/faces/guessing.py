"""Who tries passwords: after ten wrong ones within a minute an address has to wait for a minute.

A right one has to wait, too; else whoever guesses would learn that it is right. What is known of an address is
forgotten when `ADDRESSES` others have failed after it, so nobody fills the memory.
"""

from __future__ import annotations

import logging
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

log = logging.getLogger(__name__)

FAILURES = 10
MINUTE = 60.0
ADDRESSES = 4096
LONGEST = 45
"""Characters of an address; what a proxy passes on may be no address at all."""


class Guesses:
    """The wrong passwords of the last minutes, by address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Whole seconds until passwords from an address are looked at again; 0 when they are."""
        times = self._wrong.get(address)
        if times is None or len(times) < FAILURES or times[-1] - times[0] > MINUTE:
            return 0
        return max(0, math.ceil(times[-1] + MINUTE - self._clock()))

    def note(self, address: str) -> None:
        """A password from an address was wrong."""
        times = self._wrong.setdefault(address, deque(maxlen=FAILURES))
        times.append(self._clock())
        self._wrong.move_to_end(address)
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)
        if self.wait(address):
            log.warning("%r sent %d wrong passwords within a minute; it has to wait for one", address, FAILURES)
