"""Labelled values as horizontal bars."""

from __future__ import annotations

import math

from textual.content import Content

from quizapp.cards.proof import Bars
from quizapp.tui.charts.parts import NOTHING, finite, label, label_width, number, share
from quizapp.tui.text import fit, lines

EIGHTHS = " ▏▎▍▌▋▊▉█"
HALF = "▐"
LONGEST = 40


def bar(share: float, width: int) -> str:
    """A horizontal bar that fills `share` (0–1) of `width` cells, to an eighth of a cell; any share above 0 shows."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(width)


def draw_bars(chart: Bars, width: int) -> Content:
    """A line for each: its name, its bar, its number. Values below 0 go to the left of an axis."""
    pairs = list(zip(chart.labels, chart.values, strict=False))
    if not pairs:
        return NOTHING
    labels, numbers = [label(name) for name, _ in pairs], [number(value) for _, value in pairs]
    right = max(map(len, numbers))
    left = min(label_width(labels, width), width - right - 8)
    axis = _Axis([value for _, value in pairs], min(LONGEST, width - left - right - 4))
    return lines(
        *(
            Content.assemble("  ", fit(name, left, right=True), " ", (axis.bar(value), "$accent"), f" {told:>{right}}")
            for name, (_, value), told in zip(labels, pairs, numbers, strict=True)
        )
    )


class _Axis:
    """Where bars begin, and how long they are: all from one zero, at one scale."""

    def __init__(self, values: list[float], width: int) -> None:
        known = finite(values)
        self._low, self._high = min([0.0, *known]), max([0.0, *known])
        least = 1 if self._high > 0 else 0
        before = round((width - 1) * share(0.0, self._low, self._high))
        self._left = max(1, min(before, width - 1 - least)) if self._low < 0 else 0
        self._right = width - self._left - (1 if self._left else 0)

    def bar(self, value: float) -> str:
        """The bar of a value; none of one that is no number."""
        known = value if math.isfinite(value) else 0.0
        right = bar(known / self._high if known > 0 else 0.0, self._right)
        if not self._left:
            return right
        halves = max(1, round(known / self._low * self._left * 2)) if known < 0 else 0
        return (HALF * (halves % 2) + "█" * (halves // 2)).rjust(self._left) + "│" + right
