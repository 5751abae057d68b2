"""`show(…)`: what a snippet wants seen, as plain data of bounded size. The shapes are those of `cards.proof`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quizapp.lab.protocol import COLUMNS, POINTS, ROWS, SIDE
from quizapp.lab.worker.values import cut, describe, is_tensor

BARS = 10
"""Bars of tokens where `k` does not say."""
TEXT = 80
CHARTS = 20
"""Charts one run may show."""

Chart = dict[str, Any]


class Show:
    """The function `show` of a snippet; `emit` takes each chart."""

    def __init__(self, emit: Callable[[Chart], None]) -> None:
        self._emit = emit
        self._shown = 0

    def __call__(self, x: Any, labels: Any = None, title: str | None = None, k: int | None = None) -> None:
        """Show a value as a chart.

        Args:
            x: probabilities or other numbers (one dimension), a matrix (two), a mapping, or a list of mappings.
            labels: a tokenizer (the `k` largest values as bars, named by their tokens), names for bars, or for a
                matrix the names of both sides or a pair of lists, rows and columns.
            title: what it is.
            k: how many bars.

        Raises:
            TypeError: it is nothing that can be charted.
        """
        self._shown += 1
        if self._shown <= CHARTS:
            self._emit(chart(x, labels, title or "", k))


def chart(x: Any, labels: Any, title: str, k: int | None) -> Chart:
    """The chart of a value; see `Show`."""
    title = cut(str(title), TEXT)
    if isinstance(x, Mapping) or (isinstance(x, Sequence) and x and all(isinstance(row, Mapping) for row in x)):
        return _table(x, title)
    numbers = _numbers(x)
    if numbers.ndim == 1:
        return _line(numbers, title) if labels is None else _bars(numbers, labels, title, k)
    if numbers.ndim == 2:
        return _heat(numbers, labels, title)
    raise TypeError(
        f"show() takes numbers in one or two dimensions, not in {numbers.ndim}; index or squeeze them first."
    )


def _numbers(x: Any) -> Any:
    """A float tensor on the CPU."""
    import torch  # the worker has it loaded; this module alone does not need it

    if not is_tensor(x) and not isinstance(x, Sequence):
        raise TypeError(f"show() takes numbers, a matrix or a table, not {type(x).__name__}.")
    return torch.as_tensor(x).detach().to("cpu", torch.float32)


def _bars(numbers: Any, labels: Any, title: str, k: int | None) -> Chart:
    if k is not None and k < 1:
        raise TypeError(f"show() got k={k}; `k` is how many bars: 1 or more.")
    if hasattr(labels, "decode"):
        top = numbers.topk(min(k or BARS, SIDE, len(numbers)))
        names = [labels.decode([index]) for index in top.indices.tolist()]
        values = top.values.tolist()
    else:
        most = min(k or SIDE, SIDE)
        names, values = list(labels)[:most], numbers[:most].tolist()
    if len(names) != len(values):
        raise TypeError(f"show() got {len(numbers)} numbers and {len(names)} labels.")
    return {"chart": "bars", "title": title, "labels": [cut(str(name), TEXT) for name in names], "values": values}


def _line(numbers: Any, title: str) -> Chart:
    stride = -(-len(numbers) // POINTS) or 1
    if stride > 1:
        title = f"{title} (every {stride}th of {len(numbers)})".strip()
    return {"chart": "line", "title": title, "values": numbers[::stride].tolist()}


def _heat(numbers: Any, labels: Any, title: str) -> Chart:
    height, width = numbers.shape
    if max(height, width) > SIDE:
        title = f"{title} (the first {SIDE} of {height} × {width})".strip()
    rows, columns = labels if _is_pair_of_lists(labels) else (labels, labels)
    return {
        "chart": "heat",
        "title": title,
        "rows": _names(rows, height),
        "columns": _names(columns, width),
        "values": numbers[:SIDE, :SIDE].tolist(),
    }


def _is_pair_of_lists(labels: Any) -> bool:
    return isinstance(labels, tuple | list) and len(labels) == 2 and not any(isinstance(part, str) for part in labels)


def _names(labels: Any, count: int) -> list[str]:
    names = range(count) if labels is None else list(labels)
    if len(names) != count:
        raise TypeError(f"show() got {len(names)} labels for {count} rows or columns.")
    return [cut(str(name), TEXT) for name in names[:SIDE]]


def _table(x: Any, title: str) -> Chart:
    if isinstance(x, Mapping):
        columns: list[Any] = ["name", "value"]
        rows = [[str(key), _cell(value)] for key, value in list(x.items())[:ROWS]]
    else:
        columns = list(dict.fromkeys(key for row in x[:ROWS] for key in row))[:COLUMNS]
        rows = [[_cell(row.get(name, "")) for name in columns] for row in x[:ROWS]]
    if len(x) > ROWS:
        title = f"{title} (the first {ROWS} of {len(x)} rows)".strip()
    return {
        "chart": "table",
        "title": title,
        "columns": [cut(str(name), TEXT) for name in columns],
        "rows": [[cut(cell, TEXT) for cell in row] for row in rows],
    }


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else describe(value)
