"""A run as it becomes known, frame by frame. What a worker says is data: each frame is checked, and bounded again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from quizapp.cards.proof import Chart, Check, Run, Verdict
from quizapp.cards.sanitize import Cleaner
from quizapp.errors import ProtocolError
from quizapp.lab.bodies import Checked, Ended, Explained, Printed, read, read_chart
from quizapp.lab.protocol import Frame, Kind

CHECKS = 1_000
CHARTS = 50
NOTICE = 200
"""Characters beyond the limit of output, for the line that says how much was left out."""


class Transcript:
    """Gathers the frames of one run. What it printed is cleaned on the way, for its pieces may be cut anywhere."""

    def __init__(self, output_limit: int, on_output: Callable[[str], None]) -> None:
        self._room = output_limit + NOTICE
        self._on_output = on_output
        self._cleaner = Cleaner()
        self._output: list[str] = []
        self._checks: dict[int, Check] = {}
        self._charts: list[Chart] = []

    def add(self, frame: Frame) -> Run | None:
        """Take a frame; the run, when it was the last.

        Raises:
            ProtocolError: the body is not what its kind has.
        """
        if frame.kind is Kind.OUTPUT:
            self._print(read(Printed, frame).text)
        elif frame.kind is Kind.CHECK:
            self._check(frame)
        elif frame.kind is Kind.CHART and len(self._charts) < CHARTS:
            self._charts.append(read_chart(frame))
        elif frame.kind is Kind.END:
            end = read(Ended, frame)
            return self.so_far(end.verdict, end.error, end)
        return None

    def _print(self, piece: str, *, last: bool = False) -> None:
        text = self._cleaner.feed(piece, last=last)[: self._room]
        self._room -= len(text)
        if text:
            self._output.append(text)
            self._on_output(text)

    def _check(self, frame: Frame) -> None:
        """A new check, a change of its outcome, or the message of one that failed."""
        if frame.body.keys() == {"index", "message"}:
            told = read(Explained, frame)
            if told.index not in self._checks:
                raise ProtocolError("The worker does not keep to the protocol: it explains a check that it never told.")
            self._checks[told.index] = replace(self._checks[told.index], message=told.message)
            return
        new = read(Checked, frame)
        if len(self._checks) < CHECKS or new.index in self._checks:
            self._checks[new.index] = new.check()

    def so_far(self, verdict: Verdict, error: str, end: Ended | None = None) -> Run:
        """What is known so far, under this verdict; nothing is expected any more."""
        self._print("", last=True)
        return Run(
            verdict=verdict,
            checks=tuple(self._checks[index] for index in sorted(self._checks)),
            charts=tuple(self._charts),
            output="".join(self._output),
            error=error,
            observed=end.observed if end else None,
            seconds=end.seconds if end else 0.0,
            memory=end.memory if end else None,
            environment=end.environment if end else None,
        )
