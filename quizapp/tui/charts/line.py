"""A series as columns from the left to the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from textual.content import Content

from quizapp.cards.proof import Line
from quizapp.tui.charts.parts import NOTHING, ends, finite, share
from quizapp.tui.text import lines

LEVELS = " ▁▂▃▄▅▆▇█"
HEIGHT = 5
WIDEST = 4
"""Cells that one value takes where there are few."""
ODD = "?"


@dataclass(frozen=True, slots=True)
class _Column:
    """One cell of the width: the largest of the numbers in it, and whether something in it is no finite number."""

    top: float | None
    odd: bool


def draw_line(chart: Line, width: int) -> Content:
    """Columns over an axis that counts the values from 0; the highest and the lowest number are at the left."""
    known = finite(chart.values)
    if not chart.values:
        return NOTHING
    if not known:
        return Content(f"  ({ODD} all {len(chart.values)} are infinite or not a number)")
    low, high = min(known), max(known)
    least, most = ends(low, high)
    axis = max(len(least), len(most))
    columns = _columns(chart.values, max(8, width - axis - 5))
    height = HEIGHT if low < high else 1
    body = []
    for level in range(height - 1, -1, -1):
        number = most if level == height - 1 else least if level == 0 else ""
        cells = "".join(_cell(column, level, low, high) for column in columns)
        body.append(Content.assemble("  ", (number.rjust(axis), "dim"), " │", (cells, "$accent")))
    count = chart.count or len(chart.values)
    last = f" {count - 1}".rjust(len(columns) - 1) if count > 1 else ""
    foot = " " * (axis + 3) + "└0" + last
    below = (foot[:width], *_notes(chart, count, columns, axis, width))
    return lines(*body, *(Content.styled(line, "dim") for line in below))


def _notes(chart: Line, count: int, columns: Sequence[_Column], axis: int, width: int) -> list[str]:
    notes = []
    if count > len(columns):
        notes.append(f"a column is the largest of up to {math.ceil(count / len(columns))}")
    if len(finite(chart.values)) < len(chart.values):
        notes.append(f"{ODD} infinite or not a number")
    return [" " * max(0, min(axis + 4, width - len(note))) + note[:width] for note in notes]


def _cell(column: _Column, level: int, low: float, high: float) -> str:
    if column.odd and level == 0:
        return ODD
    if column.top is None:
        return " "
    eighths = 1 + round(share(column.top, low, high) * (HEIGHT * 8 - 1))
    return LEVELS[max(0, min(8, eighths - level * 8))]


def _columns(values: tuple[float, ...], room: int) -> list[_Column]:
    """At most `room` of them, each of as many values as the next, or nearly; a few values are widened to fill space."""
    count = min(len(values), room)
    bounds = [i * len(values) // count for i in range(count + 1)]
    columns = [_column(values[start:end]) for start, end in pairwise(bounds)]
    wide = max(1, min(WIDEST, room // count))
    return [column for column in columns for _ in range(wide)]


def _column(values: Sequence[float]) -> _Column:
    known = finite(values)
    return _Column(max(known) if known else None, not all(map(math.isfinite, values)))
