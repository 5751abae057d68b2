"""Rows of text under their heads."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from quizapp.cards.proof import Table
from quizapp.tui.charts.parts import NOTHING
from quizapp.tui.text import fit, lines, one_line

GAP = 2
NARROWEST = 4
"""Cells that a column keeps."""


def draw_table(chart: Table, width: int) -> Content:
    """The rows; columns of numbers end together, what is too wide is cut, and columns without room are left out."""
    if not chart.columns:
        return NOTHING
    room = width - GAP
    count = min(len(chart.columns), (room + GAP) // (NARROWEST + GAP))
    cells = [[one_line(cell) for cell in row[:count]] for row in (chart.columns, *chart.rows)]
    needed = [max((row[i].cell_length for row in cells if i < len(row)), default=0) for i in range(count)]
    widths = _fitting(needed, room - GAP * (count - 1))
    numeric = [_is_numeric([row[i] for row in chart.rows if i < len(row)]) for i in range(count)]
    drawn = [
        Content(" " * GAP)
        + Content(" " * GAP).join([fit(c, w, right=right) for c, w, right in zip(row, widths, numeric, strict=False)])
        for row in cells
    ]
    left_out = len(chart.columns) - count
    note = Content.styled(f"  columns left out: {left_out}", "dim") if left_out else Content()
    return lines(drawn[0].stylize("bold"), *drawn[1:], note)


def _fitting(needed: Sequence[int], room: int) -> list[int]:
    """The widths, the widest cut until they fit into `room` cells together."""
    widest = max(needed, default=0)
    while sum(min(width, widest) for width in needed) > room:
        widest -= 1
    return [min(width, widest) for width in needed]


def _is_numeric(cells: Sequence[str]) -> bool:
    try:
        return bool([float(cell) for cell in cells if cell])
    except ValueError:
        return False
