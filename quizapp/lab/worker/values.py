"""Values of a snippet as text of bounded length. Nothing here imports torch: tensors are known by their attributes."""

from __future__ import annotations

import reprlib
from typing import Any

SHOWN = 200
"""Characters of a value beside a check."""
DIGITS = 6
"""Significant digits of a number beside a check."""
ALL_DIGITS = 17
"""As many as tell any two numbers apart."""
ELEMENTS = 64
"""Elements of a tensor or array that are still written out."""
LITERAL = 4_000
"""Characters of a predicted value."""

_short = reprlib.Repr()
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxfrozenset = _short.maxdict = 16
_short.maxstring = _short.maxother = _short.maxlong = SHOWN


def describe(value: Any, digits: int = DIGITS) -> str:
    """A value in a few words: `[2, 9]`, `3.25`, `tensor of (2, 9, 64), float32, -1.5 … 2.25`."""
    try:
        return cut(_describe(value, digits), SHOWN)
    except Exception as error:
        return f"<a {type(value).__name__} that cannot be shown: {type(error).__name__}>"


def _describe(value: Any, digits: int = DIGITS) -> str:
    if not is_tensor(value):
        return _short.repr(_rounded(plain(value), digits))
    if _count(value) <= ELEMENTS:
        return repr(_rounded(value.tolist(), digits))
    value = value.detach() if hasattr(value, "detach") else value  # torch warns of numbers taken out of a graph
    kind = str(value.dtype).removeprefix("torch.")
    text = f"tensor of {tuple(value.shape)}, {kind}"
    if "complex" in kind or "bool" in kind:
        return text
    return f"{text}, {_rounded(float(value.min()), digits)} … {_rounded(float(value.max()), digits)}"


def literal(value: Any) -> str:
    """A value as a Python literal where it has one, else as `repr` has it.

    Shapes become tuples, tensors and arrays of no dimension numbers, small ones nested lists, dtypes and devices
    texts: `'torch.float16'`, `'cpu'`.
    """
    if is_tensor(value) and _count(value) > ELEMENTS:
        return _describe(value)
    return cut(repr(plain(value, names=True)), LITERAL)


def plain(value: Any, *, names: bool = False) -> Any:
    """The same with Python's own containers and numbers, as far as that is short; with `names`, torch's as text."""
    if is_tensor(value):
        return value.tolist() if _count(value) <= ELEMENTS else value
    if isinstance(value, tuple | list | set | frozenset) and len(value) <= ELEMENTS:
        kind = next(k for k in (tuple, list, set, frozenset) if isinstance(value, k))
        return kind(plain(item, names=names) for item in value)
    if type(value) is dict and len(value) <= ELEMENTS:
        return {plain(key, names=names): plain(item, names=names) for key, item in value.items()}
    return str(value) if names and type(value).__module__ == "torch" else value


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor, an array or a scalar of one. Its class is asked: objects may answer to any name."""
    return all(hasattr(type(value), name) for name in ("dtype", "shape", "tolist", "ndim"))


def _count(value: Any) -> int:
    count = 1
    for size in value.shape:
        count *= int(size)
    return count


def _rounded(value: Any, digits: int) -> Any:
    """Floats to so many significant digits, in lists and tuples too."""
    if type(value) in (list, tuple):
        return type(value)(_rounded(item, digits) for item in value)
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"
