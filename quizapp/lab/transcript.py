"""A run as it becomes known, frame by frame. What a worker says is data: each frame is checked, and bounded again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from quizapp.cards.proof import Bars, Chart, Check, Environment, Heat, Line, Run, Table, Verdict
from quizapp.errors import ProtocolError
from quizapp.lab.protocol import Frame, Kind

CHECKS = 1_000
CHARTS = 50
NOTICE = 200
"""Characters beyond the limit of output, for the line that says how much was left out."""


class _End(BaseModel):
    """The body of an END frame."""

    model_config = ConfigDict(extra="ignore")

    verdict: Verdict
    error: str = ""
    observed: str | None = None
    seconds: float = Field(0.0, ge=0)
    environment: Environment | None = None


_CHECK = TypeAdapter(Check)
_CHARTS: dict[str, TypeAdapter[Any]] = {
    "bars": TypeAdapter(Bars),
    "heat": TypeAdapter(Heat),
    "line": TypeAdapter(Line),
    "table": TypeAdapter(Table),
}


class Transcript:
    """Gathers the frames of one run."""

    def __init__(self, output_limit: int, on_output: Callable[[str], None]) -> None:
        self._room = output_limit + NOTICE
        self._on_output = on_output
        self._output: list[str] = []
        self._checks: dict[int, Check] = {}
        self._charts: list[Chart] = []

    def add(self, frame: Frame) -> Run | None:
        """Take a frame; the run, when it was the last.

        Raises:
            ProtocolError: the body is not what its kind has.
        """
        try:
            return self._take(frame)
        except (ValidationError, KeyError, TypeError) as error:
            raise ProtocolError(
                f"The worker does not keep to the protocol: a {frame.kind} frame says something else."
            ) from error

    def _take(self, frame: Frame) -> Run | None:
        if frame.kind is Kind.OUTPUT:
            self._print(str(frame.body["text"]))
        elif frame.kind is Kind.CHECK:
            self._check(dict(frame.body))
        elif frame.kind is Kind.CHART and len(self._charts) < CHARTS:
            self._charts.append(_CHARTS[frame.body["chart"]].validate_python(_without(frame.body, "chart")))
        elif frame.kind is Kind.END:
            end = _End.model_validate(frame.body)
            return self.so_far(end.verdict, end.error, end)
        return None

    def _print(self, text: str) -> None:
        text = text[: self._room]
        self._room -= len(text)
        if text:
            self._output.append(text)
            self._on_output(text)

    def _check(self, body: dict[str, Any]) -> None:
        """A new check, a change of its outcome, or the message of one that failed."""
        index = int(body.pop("index"))
        if set(body) == {"message"}:
            self._checks[index] = replace(self._checks[index], message=str(body["message"]))
        elif len(self._checks) < CHECKS or index in self._checks:
            self._checks[index] = _CHECK.validate_python(body)

    def so_far(self, verdict: Verdict, error: str, end: _End | None = None) -> Run:
        """What is known so far, under this verdict."""
        return Run(
            verdict=verdict,
            checks=tuple(self._checks[index] for index in sorted(self._checks)),
            charts=tuple(self._charts),
            output="".join(self._output),
            error=error,
            observed=end.observed if end else None,
            seconds=end.seconds if end else 0.0,
            environment=end.environment if end else None,
        )


def _without(body: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != key}
