"""Charts drawn with characters: pure functions from a chart and a width (cells) to content.

Each is readable without colour: lengths, shades and numbers carry the meaning.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import singledispatch

from textual.content import Content

from quizapp.cards.proof import Bars, Chart, Heat, Line, Table
from quizapp.tui.text import fit, lines, one_line

EIGHTHS = " ▏▎▍▌▋▊▉█"
LEVELS = " ▁▂▃▄▅▆▇█"
SHADES = "·░▒▓█"
LABEL_WIDTH = 20
LINE_HEIGHT = 5
HEAT_CELLS_MIN = 2


def draw(chart: Chart, width: int) -> Content:
    """The chart, its title above it, no line wider than `width` cells."""
    body = _body(chart, max(width, 24))
    return lines(one_line(chart.title, "bold").truncate(width, ellipsis=True), body)


@singledispatch
def _body(chart: Chart, width: int) -> Content:  # noqa: ARG001
    raise TypeError(f"no way to draw a {type(chart).__name__}")


def bar(share: float, width: int) -> str:
    """A horizontal bar that fills `share` (0–1) of `width` cells, to an eighth of a cell; any share above 0 shows."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    if share > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(width)


def _label(text: str) -> Content:
    """A name on one line; one that would not be seen, such as a space, as Python writes it."""
    return one_line(text if text.strip() else repr(text))


def _label_width(labels: Sequence[Content], width: int) -> int:
    """Cells for the labels at the left: what they need, at most a third of the width."""
    return min(LABEL_WIDTH, width // 3, max((label.cell_length for label in labels), default=1))


@_body.register
def _bars(chart: Bars, width: int) -> Content:
    labels = [_label(label) for label in chart.labels]
    label_width = _label_width(labels, width)
    top = max((abs(value) for value in chart.values if math.isfinite(value)), default=0.0)
    numbers = [_number(value) for value in chart.values]
    number_width = max(map(len, numbers), default=1)
    bar_width = max(4, min(40, width - label_width - number_width - 4))
    return lines(
        *(
            Content.assemble(
                "  ",
                fit(label, label_width, right=True),
                " ",
                (bar(abs(value) / top if top and math.isfinite(value) else 0.0, bar_width), "$accent"),
                " ",
                number.rjust(number_width),
            )
            for label, value, number in zip(labels, chart.values, numbers, strict=False)
        )
    )


@_body.register
def _heat(chart: Heat, width: int) -> Content:
    rows = [_label(row) for row in chart.rows]
    label_width = _label_width(rows, width)
    free = width - label_width - 5
    cell = max(HEAT_CELLS_MIN, min(4, free // max(1, len(chart.columns))))
    room = max(1, free // cell)
    finite = [value for row in chart.values for value in row if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    binary = set(finite) <= {0.0, 1.0}
    header = Content(" " * (label_width + 3)) + "".join(
        str(i).rjust(cell) for i in range(min(room, len(chart.columns)))
    )
    body = [
        Content.assemble(
            "  ",
            fit(row, label_width),
            " ",
            ("".join(_shade(v, low, high, binary).rjust(cell) for v in values[:room]), "$accent"),
            " …" if len(values) > room else "",
        )
        for row, values in zip(rows, chart.values, strict=False)
    ]
    legend = "■ 1   · 0" if binary else f"· {_number(low)}   █ {_number(high)}"
    return lines(
        header.stylize("dim"), *body, Content.styled(" " * (label_width + 3) + legend, "dim"), _key(chart, width)
    )


def _key(chart: Heat, width: int) -> Content:
    """Which column is which, where the columns have names of their own."""
    if all(name == str(i) for i, name in enumerate(chart.columns)):
        return Content()
    names = " ".join(f"{i} {name}" for i, name in enumerate(chart.columns))
    return Content("   ") + one_line(names, "dim").truncate(width - 4, ellipsis=True)


def _shade(value: float, low: float, high: float, binary: bool) -> str:
    if not math.isfinite(value):
        return "?"
    if binary:
        return "■" if value else "·"
    return SHADES[min(len(SHADES) - 1, int(_share(value, low, high) * len(SHADES)))]


def _share(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, 0–1; halves, since the span of two floats can be beyond every float."""
    span = high / 2 - low / 2
    return max(0.0, min(1.0, (value / 2 - low / 2) / span)) if span > 0 else 0.0


@_body.register
def _line(chart: Line, width: int) -> Content:
    finite = [value for value in chart.values if math.isfinite(value)]
    if not finite:
        return Content("  (no finite values)")
    low, high = min(finite), max(finite)
    axis = max(len(_number(low)), len(_number(high)))
    columns = _resample(chart.values, max(8, width - axis - 5))
    top = LINE_HEIGHT * 8 - 1
    heights = [1 + round(_share(value, low, high) * top) if math.isfinite(value) else 0 for value in columns]
    body = []
    for level in range(LINE_HEIGHT - 1, -1, -1):
        label = _number(high) if level == LINE_HEIGHT - 1 else _number(low) if level == 0 else ""
        cells = "".join(LEVELS[max(0, min(8, height - level * 8))] for height in heights)
        body.append(Content.assemble("  ", (label.rjust(axis), "dim"), " │", (cells, "$accent")))
    last = str(len(chart.values) - 1)
    foot = " " * (axis + 3) + "└0" + last.rjust(max(len(last) + 1, len(columns) - 1))[: width - axis - 5]
    return lines(*body, Content.styled(foot, "dim"))


def _resample(values: tuple[float, ...], room: int) -> list[float]:
    """At most `room` values, evenly picked; few values are widened so that the curve fills some space."""
    if len(values) <= room:
        repeat = max(1, min(4, room // max(1, len(values))))
        return [value for value in values for _ in range(repeat)]
    return [values[i * len(values) // room] for i in range(room)]


@_body.register
def _table(chart: Table, width: int) -> Content:
    cells = [[one_line(cell) for cell in row] for row in (chart.columns, *chart.rows)]
    count = max(map(len, cells), default=0)
    widths = [max((row[i].cell_length for row in cells if i < len(row)), default=0) for i in range(count)]
    room = max(4, (width - 2 - 2 * count) // max(1, count))
    if sum(widths) + 2 * count + 2 > width:
        widths = [min(w, room) for w in widths]
    drawn = [
        Content("  ") + Content("  ").join([fit(c, w) for c, w in zip(row, widths, strict=False)]) for row in cells
    ]
    return lines(drawn[0].stylize("bold"), *drawn[1:])


def _number(value: float) -> str:
    """A short number: whole ones whole, the rest with four significant digits."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.3f}" if 0.001 <= abs(value) < 100 else f"{value:.3g}"
