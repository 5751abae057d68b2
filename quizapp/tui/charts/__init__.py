"""Charts drawn with characters: pure functions from a chart and a width (cells) to content.

Each is readable without colour: lengths, shades and numbers carry the meaning.
"""

from __future__ import annotations

from textual.content import Content

from quizapp.cards.proof import Bars, Chart, Heat, Line
from quizapp.tui.charts.bars import draw_bars
from quizapp.tui.charts.heat import draw_heat
from quizapp.tui.charts.line import draw_line
from quizapp.tui.charts.table import draw_table
from quizapp.tui.text import lines, one_line

__all__ = ["draw"]

NARROWEST = 24
"""Cells; in fewer nothing is drawn narrower."""


def draw(chart: Chart, width: int) -> Content:
    """The chart, its title above it, no line wider than `width` cells."""
    width = max(width, NARROWEST)
    return lines(*one_line(chart.title, "bold").wrap(width), _body(chart, width))


def _body(chart: Chart, width: int) -> Content:
    match chart:
        case Bars():
            return draw_bars(chart, width)
        case Heat():
            return draw_heat(chart, width)
        case Line():
            return draw_line(chart, width)
        case _:
            return draw_table(chart, width)
