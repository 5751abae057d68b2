"""`show(…)`: what a snippet wants seen, as plain data of bounded size. The shapes are those of `cards.proof`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
            x: probabilities or other numbers (one dimension), a matrix (two), a mapping, or a list of mappings or of
                rows that hold text.
            labels: a tokenizer (the `k` largest values as bars, named by their tokens), names for bars, for a matrix
                the names of both sides or a pair of lists, rows and columns, and for rows the heads of their columns.
            title: what it is.
            k: how many bars.

        Raises:
            TypeError: it is nothing that can be charted.
        """
        self._shown += 1
        if self._shown <= CHARTS:
            self._emit(chart(x, labels, title or "", k))
        elif self._shown == CHARTS + 1:
            print(f"show(): a run may show {CHARTS} charts; the others are left out.")  # noqa: T201


def chart(x: Any, labels: Any, title: str, k: int | None) -> Chart:
    """The chart of a value; see `Show`."""
    title = cut(str(title), TEXT)
    if not is_tensor(x) and not isinstance(x, str | bytes | Mapping) and isinstance(x, Iterable):
        x = list(x)
    if rows := _rows(x):
        return _table(*rows, labels, title)
    numbers = _numbers(x)
    if numbers.ndim == 1:
        return _line(numbers, title) if labels is None else _bars(numbers, labels, title, k)
    if numbers.ndim == 2:
        return _heat(numbers, labels, title)
    wanted = "index or squeeze them first" if numbers.ndim else "a single number is for print()"
    raise TypeError(f"show() takes numbers in one or two dimensions, not in {numbers.ndim}; {wanted}.")


def _numbers(x: Any) -> Any:
    """A tensor of numbers on the CPU, as exact as Python's own."""
    import torch  # the worker has it loaded; this module alone does not need it

    if not is_tensor(x) and not isinstance(x, list):
        raise TypeError(f"show() takes numbers, a matrix or a table, not {type(x).__name__}.")
    if getattr(x, "dtype", None) in (torch.complex32, torch.complex64, torch.complex128):
        raise TypeError("show() takes no complex numbers; show their .abs(), .real or .imag.")
    try:
        if isinstance(x, torch.Tensor):
            return x.detach().to("cpu").to_dense().to(torch.float64)
        return torch.tensor(_plain(x), dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise TypeError(f"show() takes numbers, a matrix or a table; of this it can make none: {error}.") from error


def _plain(x: Any) -> Any:
    """Lists of numbers, whatever they were in."""
    if is_tensor(x):
        return x.tolist()
    return [_plain(item) for item in x] if isinstance(x, list | tuple | range) else x


def _noted(title: str, note: str) -> str:
    """The title, shortened so that the note is seen."""
    return f"{cut(title, TEXT - len(note) - 3)} ({note})".strip()


def _bars(numbers: Any, labels: Any, title: str, k: int | None) -> Chart:
    if k is not None and k < 1:
        raise TypeError(f"show() got k={k}; `k` is how many bars: 1 or more.")
    if hasattr(labels, "decode"):
        top = numbers.topk(min(k or BARS, SIDE, len(numbers)))
        names = [labels.decode([index]) or f"#{index}" for index in top.indices.tolist()]
        values = top.values.tolist()
    else:
        names, values = [_name(label) for label in labels], numbers.tolist()
        if len(names) != len(values):
            raise TypeError(f"show() got {len(values)} numbers and {len(names)} labels.")
        most = min(k or SIDE, SIDE)
        if len(names) > most:
            title, names, values = _noted(title, f"the first {most} of {len(names)}"), names[:most], values[:most]
    return {"chart": "bars", "title": title, "labels": [cut(name, TEXT) for name in names], "values": values}


def _line(numbers: Any, title: str) -> Chart:
    """At most `POINTS` of the values: of more, the largest of each few, so that no spike and no nan is lost."""
    few = -(-len(numbers) // POINTS) or 1
    values = numbers.tolist() if few == 1 else [part.amax().item() for part in numbers.split(few)]
    return {"chart": "line", "title": title, "values": values, "count": len(numbers)}


def _heat(numbers: Any, labels: Any, title: str) -> Chart:
    if hasattr(labels, "decode"):
        raise TypeError("show() names the sides of a matrix by lists; a tokenizer names one dimension, as of x[0].")
    height, width = numbers.shape
    if max(height, width) > SIDE:
        title = _noted(title, f"the first {SIDE} of {height} × {width}")
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
    names = list(range(count) if labels is None else labels)
    if len(names) != count:
        raise TypeError(f"show() got {len(names)} labels for {count} rows or columns.")
    return [_name(name) for name in names[:SIDE]]


def _name(label: Any) -> str:
    return cut(label if isinstance(label, str) else describe(label), TEXT)


def _rows(x: Any) -> tuple[list[Any], list[list[Any]]] | None:
    """The heads and rows of what is a table: a mapping, a list of mappings, or a list of rows that hold text."""
    if isinstance(x, Mapping):
        return ["name", "value"], [list(pair) for pair in x.items()]
    if not isinstance(x, list) or not x:
        return None
    if all(isinstance(row, Mapping) for row in x):
        heads = list(dict.fromkeys(key for row in x[:ROWS] for key in row))
        return heads, [[row.get(name, "") for name in heads] for row in x]
    if all(isinstance(row, list | tuple) for row in x) and any(isinstance(cell, str) for row in x for cell in row):
        return list(range(max(map(len, x)))), [list(row) for row in x]
    return None


def _table(heads: list[Any], rows: list[list[Any]], labels: Any, title: str) -> Chart:
    """A table; `labels` are its heads where they are not those it has."""
    heads = heads if labels is None else list(labels)
    left_out = [(ROWS, len(rows), "rows"), (COLUMNS, len(heads), "columns")]
    if notes := [f"the first {most} of {count} {what}" for most, count, what in left_out if count > most]:
        title = _noted(title, ", ".join(notes))
    return {
        "chart": "table",
        "title": title,
        "columns": [_name(head) for head in heads[:COLUMNS]],
        "rows": [[_name(cell) for cell in row[:COLUMNS]] for row in rows[:ROWS]],
    }
