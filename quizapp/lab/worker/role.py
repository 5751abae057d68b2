"""The role zygote: holds one role's weights and its spares, and watches over the runs under way.

It is the guard between snippets and the app: it numbers the frames of a run, keeps the clock, drains the output, and
says how the process ended where that said nothing itself.
"""

from __future__ import annotations

import gc
import select
from collections import deque
from pathlib import Path

from quizapp.lab.protocol import Frame, Kind
from quizapp.lab.worker.loading import environment, load
from quizapp.lab.worker.processes import sweep
from quizapp.lab.worker.revision import Revision
from quizapp.lab.worker.sandbox import Sandbox
from quizapp.lab.worker.scratch import Scratch
from quizapp.lab.worker.seat import Seat, Surroundings
from quizapp.lab.worker.spare import practise
from quizapp.lab.worker.underway import Limits
from quizapp.lab.worker.wire import Channel


class RoleZygote:
    """One role of one worker, with a seat for each run that there may be at once."""

    def __init__(
        self, role: str, path: str, device: str, limits: Limits, sandbox: Sandbox, scratch: Scratch, app: Channel
    ) -> None:
        self._role = role
        self._scratch = scratch
        self._app = app
        model = load(role, path, device)
        self._revision = Revision(model, path)
        self._jobs: deque[Frame] = deque()
        practise(model)
        gc.collect()
        gc.freeze()  # the collector would copy every page of the weights' owners into each spare
        around = Surroundings(
            model,
            limits,
            sandbox,
            app,
            environment=lambda: environment(model, self._revision.value(), sandbox.level),
            scratch=self._folder,
            on_ready=self._seat_ready,
        )
        self._seats = [Seat(around) for _ in range(limits.jobs)]

    def serve(self) -> None:
        """Answer until the zygote ends the connection."""
        try:
            while self._turn():
                continue
        finally:
            sweep()

    def _turn(self) -> bool:
        """Wait for something to happen and deal with it; False when there is nobody to answer any more."""
        watched = [self._app.incoming, *(descriptor for seat in self._seats for descriptor in seat.watched())]
        readable = select.select(watched, [], [], self._patience())[0]
        for seat in self._seats:
            seat.turn(readable)
        if self._app.incoming in readable and not self._hear():
            return False
        self._begin()
        if not readable and not any(seat.run for seat in self._seats):
            self._revision.advance()
        return True

    def _patience(self) -> float | None:
        """Seconds until something is due by itself; None when nothing is."""
        runs = [seat.run for seat in self._seats if seat.run is not None]
        if not runs:
            return 0.0 if self._revision.pending else None
        return min((wait for run in runs if (wait := run.patience()) is not None), default=None)

    def _hear(self) -> bool:
        """Take orders; False at their end."""
        frames = self._app.receive()
        for frame in frames or ():
            if frame.kind is Kind.RUN:
                self._jobs.append(frame)
            elif frame.kind is Kind.STOP:
                self._stop(frame.run)
        return frames is not None

    def _stop(self, number: int) -> None:
        for seat in self._seats:
            if seat.run is not None and seat.run.number == number:
                seat.run.stop("Stopped by you")
        for job in [job for job in self._jobs if job.run == number]:
            self._jobs.remove(job)
            self._app.send(Kind.END, number, verdict="timeout", error="Stopped by you before it began.")

    def _begin(self) -> None:
        """Give the jobs that wait to spares that are ready."""
        for seat in self._seats:
            if self._jobs and seat.begin(self._jobs[0]):
                self._jobs.popleft()

    def _seat_ready(self) -> None:
        self._app.send(Kind.READY, role=self._role)

    def _folder(self) -> Path:
        self._scratch = self._scratch.or_new()
        return self._scratch.path
