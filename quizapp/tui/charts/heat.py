"""A matrix as shades, its columns counted above, its rows named at the left."""

from __future__ import annotations

import math
from collections.abc import Iterable

from textual.content import Content

from quizapp.cards.proof import Heat
from quizapp.tui.charts.parts import NOTHING, finite, label, label_width, number, share
from quizapp.tui.text import fit, lines

SHADES = "·░▒▓█"
WIDEST = 4
"""Cells of a column."""
SHORT_LABEL = 10
"""Cells that row names keep where the columns need the room."""
KEY_NAME = 12
"""Cells of a column's name under the matrix."""
MORE = " …"


def draw_heat(chart: Heat, width: int) -> Content:
    """The matrix, what its shades mean, and which column is which.

    Where both sides have the same names, as in attention, the rows are numbered like the columns; columns with names
    of their own have these listed below.
    """
    columns = max(map(len, chart.values), default=0)
    if not columns:
        return NOTHING
    alike = chart.rows == chart.columns and not _are_numbers(chart.rows)
    names = _numbered(chart.rows) if alike else [label(row) for row in chart.rows]
    left = label_width(names, width)
    if width - left - 3 < columns:
        left = min(left, SHORT_LABEL)
    free = width - left - 3
    cell = max(1, min(WIDEST, free // columns))
    shown = columns if cell * columns <= free else free - len(MORE)
    scale = _Scale([value for row in chart.values for value in row])
    body = [
        Content.assemble(
            "  ",
            fit(name, left),
            " ",
            ("".join(scale.shade(value).rjust(cell) for value in values[:shown]), "$accent"),
            MORE if len(values) > shown else "",
        )
        for name, values in zip(names, chart.values, strict=False)
    ]
    below = [scale.words, *(["columns are numbered as the rows"] if alike else _key(chart, shown, width))]
    if shown < columns:
        below.append(f"columns {shown} to {columns - 1} have no room here")
    head = Content.styled(" " * (left + 3) + _ticks(shown, cell), "dim")
    folded = (part for line in below for part in Content.styled(line, "dim").wrap(width - 3))
    return lines(head, *body, *(Content("   ") + part for part in folded))


def _are_numbers(names: Iterable[str]) -> bool:
    return all(name == str(i) for i, name in enumerate(names))


def _numbered(names: tuple[str, ...]) -> list[Content]:
    digits = len(str(len(names) - 1))
    return [Content(f"{i:>{digits}} ") + label(name) for i, name in enumerate(names)]


def _ticks(count: int, cell: int) -> str:
    """The numbers of the columns, of as many as keep a space between them, each ending where its column does."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if cell * step > len(str(count - 1)))
    line = ""
    for i in range(0, count, step):
        line += str(i).rjust((i + 1) * cell - len(line))
    return line


def _key(chart: Heat, shown: int, width: int) -> list[str]:
    """The names of the columns with their numbers, in lines; none where the names are the numbers."""
    if _are_numbers(chart.columns):
        return []
    told = [""]
    for i, name in enumerate(chart.columns[:shown]):
        entry = f"{i} " + label(name).truncate(KEY_NAME, ellipsis=True).plain
        longer = f"{told[-1]}   {entry}".strip()
        if told[-1] and Content(longer).cell_length > width - 3:
            told.append(entry)
        else:
            told[-1] = longer
    return told


class _Scale:
    """The shades of some values."""

    def __init__(self, values: list[float]) -> None:
        known = finite(values)
        self._low, self._high = (min(known), max(known)) if known else (0.0, 0.0)
        self._binary = set(known) <= {0.0, 1.0}
        self._from_nothing = self._low == 0 < self._high
        """Whether there is a true zero, such as the weight of what is hidden: it looks like nothing else."""
        self._odd = len(known) < len(values)

    def shade(self, value: float) -> str:
        """The character of a value."""
        if not math.isfinite(value):
            return "?"
        if self._binary:
            return "■" if value else "·"
        if self._from_nothing and value == 0:
            return SHADES[0]
        shades = self._shades
        return shades[min(len(shades) - 1, int(share(value, self._low, self._high) * len(shades)))]

    @property
    def _shades(self) -> str:
        """Those that are shared out evenly over the values."""
        return SHADES[1:] if self._from_nothing else SHADES

    @property
    def words(self) -> str:
        """What the shades mean."""
        odd = "   ? infinite or not a number" if self._odd else ""
        if self._binary:
            return "■ 1   · 0" + odd
        if self._low == self._high:
            return f"all are {number(self._low)}{odd}"
        shades = self._shades
        step = (self._high / 2 - self._low / 2) / len(shades) * 2
        zero = f"{SHADES[0]} 0   " if self._from_nothing else ""
        return f"{zero}{shades} from {number(self._low)} to {number(self._high)} in steps of {number(step)}{odd}"
