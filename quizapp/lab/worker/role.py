"""The role zygote: holds one role's weights and one spare, and watches over the run under way.

It is the guard between a snippet and the app: it numbers the frames of a run, keeps the clock, drains the output, and
says how the process ended where that said nothing itself.
"""

from __future__ import annotations

import gc
import os
import select
from collections import deque
from typing import Any

from quizapp.lab.protocol import Frame, Kind, Malformed, encode
from quizapp.lab.worker.loading import Revision, RoleFailed, environment, load, located
from quizapp.lab.worker.memory import limit_in_words
from quizapp.lab.worker.output import PIPE_PIECES
from quizapp.lab.worker.processes import sweep
from quizapp.lab.worker.scratch import Scratch, remove
from quizapp.lab.worker.spare import Spare, fork_spare
from quizapp.lab.worker.underway import Limits, UnderWay, how_it_ended, reported
from quizapp.lab.worker.wire import Channel

ATTEMPTS = 3
"""Spares that may die before they are ready until the role is given up."""

GARBLED = (
    "The process was ended: what arrived over the lab's own pipe is no report of a run. "
    "Charts or assertions of several threads or processes at once can come to that too."
)


class RoleZygote:
    """One role of one worker. There is always exactly one spare: idle, or running a snippet."""

    def __init__(self, role: str, path: str, device: str, limits: Limits, scratch: Scratch, app: Channel) -> None:
        self._role = role
        self._limits = limits
        self._scratch = scratch
        self._app = app
        path = located(path)
        self._model = load(role, path, device)
        self._revision = Revision(self._model, path)
        self._jobs: deque[Frame] = deque()
        self._run: UnderWay | None = None
        self._attempts = 0
        self._ready = False
        gc.collect()
        gc.freeze()  # the collector would copy every page of the weights' owners into each spare
        self._renew()

    def serve(self) -> None:
        """Answer until the zygote ends the connection."""
        try:
            while self._turn():
                continue
        finally:
            sweep()

    def _turn(self) -> bool:
        """Wait for something to happen and deal with it; False when there is nobody to answer any more."""
        spare, run = self._spare, self._run
        watched = [self._app.incoming, spare.channel.incoming, spare.exit]
        if run is not None and not run.output.ended:
            watched.append(spare.output)
        readable = select.select(watched, [], [], self._patience())[0]
        if spare.output in readable and run is not None:
            run.output.drain()
        if spare.channel.incoming in readable and not self._listen(spare) and self._spare is spare:
            spare.kill()
        if spare.exit in readable and self._spare is spare:
            self._bury()
        if self._app.incoming in readable and not self._hear():
            return False
        if self._run is not None:
            self._run.keep_time()
        elif not readable:
            self._revision.advance()
        return True

    def _patience(self) -> float | None:
        """Seconds until something is due by itself; None when nothing is."""
        if self._run is not None:
            return self._run.patience()
        return 0.0 if self._revision.pending else None

    def _hear(self) -> bool:
        """Take orders; False at their end."""
        frames = self._app.receive()
        for frame in frames or ():
            if frame.kind is Kind.RUN:
                self._jobs.append(frame)
            elif frame.kind is Kind.STOP:
                self._stop(frame.run)
        self._begin()
        return frames is not None

    def _stop(self, number: int) -> None:
        if self._run is not None and self._run.number == number:
            self._run.stop("Stopped by you")
        for job in [job for job in self._jobs if job.run == number]:
            self._jobs.remove(job)
            self._app.send(Kind.END, number, verdict="timeout", error="Stopped by you before it began.")

    def _begin(self) -> None:
        """Give the next job to the spare, if both are there."""
        if self._run is not None or not self._ready or not self._jobs:
            return
        if not os.access(self._spare.scratch, os.W_OK):  # another role's snippet, or another worker's, removed it
            self._spare.kill()
            return  # the job waits for the next
        job = self._jobs[0]
        try:
            self._spare.channel.write(encode(job))
        except BrokenPipeError:
            return  # it has just died; the job waits for the next
        self._jobs.popleft()
        self._run = UnderWay(job, self._spare, self._limits, self._app)
        self._app.send(Kind.STARTED, job.run)

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
            if self._run is not None:
                self._finish(verdict="died", error=GARBLED)
            return False
        return frames is not None

    def _report(self, frame: Frame) -> None:
        if self._run is None:
            if frame.kind is Kind.FAILED:
                raise RoleFailed(
                    f"A process on {self._model.device} cannot be made ready: {frame.body.get('message')}\n"
                    "`lab.device` in the settings names it."
                )
            if frame.kind is Kind.READY and not self._ready:
                self._ready, self._attempts = True, 0
                self._app.send(Kind.READY, role=self._role)
                self._begin()
        elif frame.kind in {Kind.CHECK, Kind.CHART}:
            self._run.pass_on(frame)
        elif frame.kind is Kind.END:
            self._finish(**reported(frame.body))

    def _bury(self) -> None:
        """The spare has ended: hear its last words, or say how it died."""
        spare = self._spare
        for _ in range(PIPE_PIECES):  # bounded: something the snippet left behind may report on until it is swept
            if self._spare is not spare or not self._listen(spare):
                break
        if self._spare is not spare:
            return
        code = os.waitstatus_to_exitcode(os.waitpid(spare.pid, 0)[1])
        ended = how_it_ended(code, limit_in_words(self._model.device, self._limits.memory))
        if self._run is not None:
            self._finish(verdict="died", error=ended)
            return
        self._attempts += 1
        if self._attempts >= ATTEMPTS:
            raise RoleFailed(f"{ATTEMPTS} processes ended before they were ready. {ended}")
        self._retire(spare)
        self._renew()

    def _finish(self, **outcome: Any) -> None:
        """End the run: nothing it started goes on, then its verdict, then the next spare."""
        run, spare = self._run, self._spare
        assert run is not None
        judged = run.judged(outcome)
        spare.kill()
        run.output.finish()
        told = environment(self._model, self._revision.value())
        self._app.send(Kind.END, run.number, environment=told, **judged)
        self._run = None
        self._retire(spare)
        self._renew()

    def _retire(self, spare: Spare) -> None:
        spare.close()
        sweep()
        remove(spare.scratch)

    def _renew(self) -> None:
        self._ready = False
        self._scratch = self._scratch.or_new()
        self._spare = fork_spare(self._model, self._scratch.path, self._limits.memory)
