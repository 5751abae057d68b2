"""One spare, and the run it was given: from the fork to the verdict, and then the next."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quizapp.lab.protocol import Frame, Kind, Malformed, encode
from quizapp.lab.worker.burial import Burial
from quizapp.lab.worker.loading import Model, RoleFailed
from quizapp.lab.worker.memory import limit_in_words
from quizapp.lab.worker.output import PIPE_PIECES
from quizapp.lab.worker.sandbox import Sandbox
from quizapp.lab.worker.spare import Spare, fork_spare
from quizapp.lab.worker.underway import Limits, UnderWay, how_it_ended, reported
from quizapp.lab.worker.wire import Channel

ATTEMPTS = 3
"""Spares that may die before they are ready until the role is given up."""

MOST_BURIALS = 1
"""Earlier spares of a seat that may still be on their way when it takes a job: what they filled is held until then."""

GARBLED = (
    "The process was ended: what arrived over the lab's own pipe is no report of a run. "
    "Charts or assertions of several threads or processes at once can come to that too."
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every seat of a role has in common."""

    model: Model
    limits: Limits
    sandbox: Sandbox
    app: Channel
    environment: Callable[[], dict[str, str]]
    """Where a verdict is reached, as END frames tell it."""
    scratch: Callable[[], Path]
    """The folder for working folders, which a snippet may have removed meanwhile."""
    on_ready: Callable[[], None]


class Seat:
    """There is always exactly one spare in it: getting ready, idle, or running a snippet."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._attempts = 0
        self._ready = False
        self._burials: list[Burial] = []
        self.run: UnderWay | None = None
        """The run that its spare was given."""
        self._take_new()

    def watched(self) -> list[int]:
        """Descriptors that become readable when `turn` has something to do."""
        watched = [self._spare.channel.incoming, self._spare.exit]
        watched += [burial.awaited() for burial in self._burials]
        if self.run is not None and not self.run.output.ended:
            watched.append(self._spare.output)
        return watched

    def turn(self, readable: list[int]) -> None:
        """Deal with what has happened.

        Raises:
            RoleFailed: no spare can be made ready.
        """
        spare, run = self._spare, self.run
        if spare.output in readable and run is not None:
            run.output.drain()
        if spare.channel.incoming in readable and not self._listen(spare) and self._spare is spare:
            spare.kill()
        if spare.exit in readable and self._spare is spare:
            self._ended()
        if self.run is not None:
            self.run.keep_time()
        self._burials = [burial for burial in self._burials if not burial.over()]

    def begin(self, job: Frame) -> bool:
        """Give a job to the spare; False when it cannot take one now."""
        if self.run is not None or not self._ready or len(self._burials) > MOST_BURIALS:
            return False
        if not (self._around.sandbox.apart or os.access(self._spare.here, os.W_OK)):
            self._spare.kill()  # another role's snippet, or another worker's, removed its folder
            return False
        try:
            self._spare.channel.write(encode(job))
        except BrokenPipeError:
            return False  # it has just died
        self.run = UnderWay(job, self._spare, self._around.limits, self._around.app)
        self._around.app.send(Kind.STARTED, job.run)
        return True

    def _listen(self, spare: Spare) -> bool:
        """Take what a spare reports, up to its verdict; False when it says no more.

        One that breaks the protocol is not heard to the end: what it says after that would count or not by chance.
        """
        try:
            frames = spare.channel.receive()
            for frame in frames or ():
                if self._spare is spare:  # what follows the verdict is nobody's, least of all the next spare's
                    self._report(frame)
        except Malformed:  # or grown beyond a frame, as text does that came unescaped
            if self.run is not None:
                self._finish(verdict="died", error=GARBLED)
            return False
        return frames is not None

    def _report(self, frame: Frame) -> None:
        if self.run is None:
            if frame.kind is Kind.FAILED:
                raise RoleFailed(
                    f"A process on {self._around.model.device} cannot be made ready: {frame.body.get('message')}\n"
                    "`lab.device` in the settings names it."
                )
            if frame.kind is Kind.READY and not self._ready:
                self._ready, self._attempts = True, 0
                self._around.on_ready()
        elif frame.kind in {Kind.CHECK, Kind.CHART}:
            self.run.pass_on(frame)
        elif frame.kind is Kind.END:
            self._finish(**reported(frame.body))

    def _ended(self) -> None:
        """The spare has ended: hear its last words, or say how it died."""
        spare = self._spare
        for _ in range(PIPE_PIECES):  # bounded: something the snippet left behind may report on until it is swept
            if self._spare is not spare or not self._listen(spare):
                break
        if self._spare is not spare:
            return
        how = how_it_ended(spare.exit_code(), limit_in_words(self._around.model.device, self._around.limits.memory))
        if self.run is not None:
            self._finish(verdict="died", error=how)
            return
        self._attempts += 1
        if self._attempts >= ATTEMPTS:
            raise RoleFailed(f"{ATTEMPTS} processes ended before they were ready. {how}")
        self._renew()

    def _finish(self, **outcome: Any) -> None:
        """End the run: nothing it started goes on, then its verdict, then the next spare."""
        run, spare = self.run, self._spare
        assert run is not None
        judged = run.judged(outcome)
        spare.kill()
        run.output.finish()
        self._around.app.send(Kind.END, run.number, environment=self._around.environment(), **judged)
        self.run = None
        self._renew()

    def _renew(self) -> None:
        """Leave nothing of the spare, and have the next."""
        burial = Burial(self._spare)
        if not burial.over():
            self._burials.append(burial)
        self._take_new()

    def _take_new(self) -> None:
        self._ready = False
        around = self._around
        self._spare = fork_spare(around.model, around.sandbox, around.scratch(), around.limits.memory)
