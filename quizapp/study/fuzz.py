"""Fuzz: whole days near an interval, so that cards learnt together do not stay together.

The ranges are Anki's (`rslib/src/scheduler/states/fuzz.rs`): one day, plus a share of the days of the interval
that lie in each band. Intervals under 2.5 days are only rounded.
"""

from __future__ import annotations

import hashlib
import math

BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))
"""From day, to day, share."""
SHORTEST = 2.5
PRECISION = 64
"""Bits of the random fraction."""


def rounded(days: float) -> int:
    """The nearest whole number, halves upward (Python's own `round` goes to the even one)."""
    return math.floor(days + 0.5)


def reach(interval: float) -> float:
    """How many days an interval may move either way."""
    if interval < SHORTEST:
        return 0.0
    return 1.0 + sum(share * max(0.0, min(interval, end) - start) for start, end, share in BANDS)


def fuzz_range(interval: float, minimum: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest whole number of days an interval may become."""
    minimum = min(minimum, maximum)
    interval = min(max(interval, minimum), maximum)
    width = reach(interval)
    shortest, longest = (min(max(rounded(days), minimum), maximum) for days in (interval - width, interval + width))
    return shortest, longest


def fuzzed(interval: float, minimum: int, maximum: int, seed: int) -> int:
    """A whole number of days from the interval's range; the same seed gives the same place in it."""
    lower, upper = fuzz_range(interval, minimum, maximum)
    digest = hashlib.sha256(f"fuzz {seed}".encode()).digest()
    fraction = int.from_bytes(digest[: PRECISION // 8])
    return lower + (fraction * (upper - lower + 1) >> PRECISION)


def unfuzzed(interval: float, minimum: int, maximum: int) -> int:
    """The nearest whole number of days within the bounds."""
    return min(max(rounded(interval), min(minimum, maximum)), maximum)
