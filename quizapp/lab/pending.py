"""A run that has not ended: what is known of it, and who waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quizapp.cards.proof import Run, Verdict
from quizapp.lab.protocol import Frame, Kind
from quizapp.lab.transcript import Transcript

LATE_SECONDS = 5.0
"""A worker that has not ended a run so long after its limit is killed."""
LAST_LOOK = 0.1
"""Seconds to read what came while this process itself was halted, as by ctrl+z, before the worker is blamed."""


class PendingRun:
    """One run from its order to its verdict."""

    def __init__(self, number: int, transcript: Transcript, timeout: float) -> None:
        self.number = number
        self.started = False
        self.ended: asyncio.Future[Run] = asyncio.get_running_loop().create_future()
        self._transcript = transcript
        self._timeout = timeout
        self._alarm: asyncio.TimerHandle | None = None
        self._excuse: str | None = None

    def take(self, frame: Frame, kill: Callable[[], None]) -> None:
        """Take a frame of this run; `kill` ends the worker should it never send the last one.

        Raises:
            ProtocolError: the frame is not what its kind is.
        """
        if frame.kind is Kind.STARTED:
            self.started = True
            self.expect_within(self._timeout + LATE_SECONDS, "The time was up", kill)
        elif run := self._transcript.add(frame):
            self._settle(run)

    def expect_within(self, seconds: float, why: str, kill: Callable[[], None]) -> None:
        """Call `kill` when it has not ended by then; why is what is said of it in that case.

        An alarm that is due before stands: whoever asks again and again does not put it off.
        """
        loop = asyncio.get_running_loop()
        if self._alarm is not None:
            if self._alarm.when() <= loop.time() + seconds:
                return
            self._alarm.cancel()

        def give_up() -> None:
            self._excuse = f"{why}, and the worker did not answer; it was killed."
            kill()

        def look_once_more() -> None:
            self._alarm = loop.call_later(LAST_LOOK, give_up)

        self._alarm = loop.call_later(seconds, look_once_more)

    def end(self, verdict: Verdict, error: str) -> None:
        """End it from this side, with what is known; no effect on one that has ended."""
        if self._excuse is not None:
            verdict, error = Verdict.TIMEOUT, self._excuse
        self._settle(self._transcript.so_far(verdict, error))

    def _settle(self, run: Run) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        if not self.ended.done():
            self.ended.set_result(run)
