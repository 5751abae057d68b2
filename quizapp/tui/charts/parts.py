"""What several charts are made of: names, numbers, and where a value lies between two others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from textual.content import Content

from quizapp.cards.sanitize import clean
from quizapp.tui.text import one_line

LABEL_WIDTH = 20
NOTHING = Content("  (nothing to draw)")
SPACE = "␣"
ESCAPED = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t"})


def label(text: str) -> Content:
    """A name on one line, with all that tells tokens apart: a space at an end is `␣`.

    One that would not be seen, such as a space, is shown as Python writes it.
    """
    if not clean(text).strip():
        return one_line(repr(text))
    before, after = len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))
    inner = text.strip(" ").translate(ESCAPED)
    return one_line(SPACE * before + inner + SPACE * after)


def label_width(labels: Sequence[Content], width: int) -> int:
    """Cells for the labels at the left: what they need, at most a third of the width."""
    return min(LABEL_WIDTH, width // 3, max((label.cell_length for label in labels), default=1))


def finite(values: Iterable[float]) -> list[float]:
    """The values that are numbers."""
    return [value for value in values if math.isfinite(value)]


def share(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, 0–1; halves, since the span of two floats can be beyond every float."""
    span = high / 2 - low / 2
    return max(0.0, min(1.0, (value / 2 - low / 2) / span)) if span > 0 else 0.0


def number(value: float) -> str:
    """A short number: whole ones whole, the rest with about three significant digits."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.3f}" if 0.001 <= abs(value) < 100 else f"{value:.3g}"


def ends(low: float, high: float) -> tuple[str, str]:
    """Two numbers, with as many digits as tell them apart."""
    short = number(low), number(high)
    for digits in range(4, 18):
        if low == high or short[0] != short[1]:
            break
        short = f"{low:.{digits}g}", f"{high:.{digits}g}"
    return short
