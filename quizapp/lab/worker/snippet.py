"""Runs one snippet in this process and says how it ended.

The verdict follows from the checks: *refuted* when one failed, even where the code raised later (the error is told
too); else *error* when the code raised, or when no check was reached; else *verified*.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quizapp.lab.worker.charts import Chart, Show
from quizapp.lab.worker.checks import NAME, Checks, transform
from quizapp.lab.worker.memory import is_shortage
from quizapp.lab.worker.values import cut, literal

CODE = "<snippet>"
PREDICT = "<predict>"
ERROR = 4_000
"""Characters of a traceback that are kept: its beginning and its end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a snippet ended."""

    verdict: str
    error: str
    observed: str | None
    short: bool = False
    """Whether the code raised for want of memory."""


def execute(
    code: str,
    predict: str | None,
    names: Mapping[str, Any],
    on_check: Callable[..., None],
    on_chart: Callable[[Chart], None],
) -> Outcome:
    """Run the code with these names bound, then evaluate the expression; whatever it raises is in the outcome."""
    namespace: dict[str, Any] = {"__name__": "__main__", **names, "show": Show(on_chart)}
    checks = Checks([], on_check)
    observed, error, short = None, "", False
    try:
        tree, assertions = transform(code, CODE)
        namespace[NAME] = checks = Checks(assertions, on_check)
        linecache.cache[CODE] = (len(code), None, code.splitlines(keepends=True), CODE)
        exec(compile(tree, CODE, "exec", dont_inherit=True), namespace)
        if predict is not None:
            linecache.cache[PREDICT] = (len(predict), None, [predict], PREDICT)
            observed = literal(eval(compile(predict.strip(), PREDICT, "eval", dont_inherit=True), namespace))
    except BaseException as raised:
        error, short = explain(raised), is_shortage(raised)
    if not error and not checks.reached:
        error = "No check was reached."
    verdict = "refuted" if checks.refuted else "error" if error else "verified"
    return Outcome(verdict, error, observed, short)


def explain(raised: BaseException) -> str:
    """The traceback, without the lines that are not the snippet's own."""
    told = traceback.TracebackException.from_exception(raised)
    for part in _chain(told):
        part.stack = traceback.StackSummary.from_list([f for f in part.stack if f.filename in (CODE, PREDICT)])
    text = "".join(told.format()).strip()
    return text if len(text) <= ERROR else f"{cut(text, ERROR // 2)}\n{text[-ERROR // 2 :]}"


def _chain(told: traceback.TracebackException | None) -> Iterator[traceback.TracebackException]:
    """The exception and those it came from."""
    while told is not None:
        yield told
        yield from (part for group in told.exceptions or () for part in _chain(group))
        told = told.__cause__ or told.__context__
