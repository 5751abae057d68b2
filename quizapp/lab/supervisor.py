"""One worker from its start to its end: what it is busy with, and the runs it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from quizapp.cards.proof import Verdict
from quizapp.errors import LabError, ProtocolError
from quizapp.lab.bodies import AboutWorker, read
from quizapp.lab.pending import PendingRun
from quizapp.lab.process import WorkerProcess
from quizapp.lab.protocol import Frame, Kind, encode
from quizapp.lab.sending import told
from quizapp.lab.settings import LabSettings
from quizapp.lab.state import Phase

SILENCE_SECONDS = 120.0
"""A worker that says nothing for so long while something is awaited (its libraries, a model, a spare) is killed."""
STOP_SECONDS = 1.0
"""So is one that has not ended a stopped run by then."""


class Supervisor:
    """Starts a worker and follows it. `on_change` is called when anything public has changed."""

    def __init__(
        self, settings: LabSettings, jobs: int, private: Sequence[Path], on_change: Callable[[], None]
    ) -> None:
        self.phase = Phase.STARTING
        self.message = "starting…"
        self.device = settings.device
        self.sandbox = ""
        self.why_not_strong = ""
        self._settings = settings
        self._on_change = on_change
        self._process: WorkerProcess | None = None
        self._unsent = [encode(_configure(settings, jobs, private))]
        self._imported = False
        self._loading: set[str] = set()
        self._failures: dict[str, str] = {}
        self._runs: dict[int, PendingRun] = {}
        self._silence: asyncio.TimerHandle | None = None
        self._closing = False
        self._why = "The worker was let go."
        self.alive = True
        """Whether it takes orders."""
        self._life = asyncio.get_running_loop().create_task(self._live())
        self._life.add_done_callback(self._over)

    def send(self, frame: Frame) -> None:
        """Order something; kept until there is a process to tell.

        Raises:
            Malformed: the frame is too long.
        """
        line = encode(frame)
        if self._process is None:
            self._unsent.append(line)
        else:
            self._process.write(line)

    def prepare(self, role: str) -> None:
        """Have a spare of the role."""
        self._loading.add(role)
        self.send(Frame(Kind.PREPARE, body={"role": role}))
        self._assess(f"preparing {role}…" if self._imported else "")

    def order(self, run: PendingRun, body: dict[str, object]) -> None:
        """Order a run, and follow it to its end, whoever else still waits for it.

        Raises:
            Malformed: the body is too long.
        """
        self.send(Frame(Kind.RUN, run.number, body))
        self._runs[run.number] = run
        self._listen_on()

    def stop(self, run: PendingRun) -> None:
        """Stop a run; no effect on one that has ended."""
        if run.ended.done():
            return
        self.send(Frame(Kind.STOP, run.number))
        if run.started:
            run.expect_within(STOP_SECONDS, "Stopped by you", self.kill)
        else:
            run.end(Verdict.TIMEOUT, "Stopped by you before it began.")

    def kill(self, why: str = "The worker was killed.") -> None:
        """End the worker at once; its runs end with it."""
        if self._process is not None:
            self._process.kill()
        self._end(why)

    def _end(self, why: str) -> None:
        """End its life, once: its output may go on where others hold the pipe."""
        if self.alive:
            self.alive, self._why = False, why
            self._life.cancel()

    async def close(self) -> None:
        """End the worker and all that it started."""
        self._closing = True
        self._end("The lab was closed.")
        await asyncio.wait({self._life})

    async def _live(self) -> None:
        try:
            self._why = await self._follow()
        except LabError as error:
            self._why = str(error)
        finally:
            self.alive = False
            if self._process is not None:
                await self._process.close()

    def _over(self, _: asyncio.Task[None]) -> None:
        """Its life has ended, or was over before it began."""
        if self._silence is not None:
            self._silence.cancel()
        for run in self._runs.values():
            run.end(Verdict.DIED if run.started else Verdict.UNAVAILABLE, self._why)
        if not self._closing:
            self.phase, self.message = Phase.BROKEN, self._why
            self._on_change()

    async def _follow(self) -> str:
        """Take frames until there are no more; why that is, in words."""
        self._process = process = await WorkerProcess.spawn(self._settings)
        for line in self._unsent:
            process.write(line)
        self._listen_on()
        async for frame in process.frames():
            self._take(frame)
            self._listen_on()
        self.alive = False
        return f"The worker has ended. {await process.last_words()}".strip()

    def _take(self, frame: Frame) -> None:
        """Take a frame.

        Raises:
            ProtocolError: the worker says something of itself that makes no sense.
        """
        if frame.run:
            self._tell(frame)
        elif frame.kind in {Kind.STATUS, Kind.READY, Kind.FAILED}:
            said = read(AboutWorker, frame)
            self._note(frame.kind, said)
            self._assess(said.message if frame.kind is Kind.STATUS else "")

    def _tell(self, frame: Frame) -> None:
        """Give a frame to its run; one that makes no sense ends that run, not the worker."""
        run = self._runs.get(frame.run)
        if run is None:
            return
        if not run.ended.done():
            try:
                run.take(frame, self.kill)
            except ProtocolError as error:
                run.end(Verdict.DIED, str(error))
                self.send(Frame(Kind.STOP, run.number))
        if frame.kind is Kind.END:
            del self._runs[frame.run]

    def _listen_on(self) -> None:
        """Give it up after too long a silence, as long as something is awaited; a run that goes on may be silent."""
        if self._silence is not None:
            self._silence.cancel()
        self._silence = None
        if any(run.started and not run.ended.done() for run in self._runs.values()):
            return  # it has an alarm of its own, and others may wait for its end
        if self._runs or not self._imported or self._loading:
            self._silence = asyncio.get_running_loop().call_later(SILENCE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        busy = f" while it was busy with “{self.message}”" if self.message else ""
        self.kill(
            f"The worker said nothing for {SILENCE_SECONDS:g} s{busy}; it was killed. The next run starts another."
        )

    def _note(self, kind: Kind, said: AboutWorker) -> None:
        """Remember what the worker says about itself."""
        if kind is Kind.READY and not said.role:
            self._imported = True
            self.device, self.sandbox = said.device or self.device, said.sandbox
            self.why_not_strong = said.message
        elif kind is Kind.READY:
            self._loading.discard(said.role)
            self._failures.pop(said.role, None)
        elif kind is Kind.FAILED:
            self._loading.discard(said.role)
            self._failures[said.role] = said.message

    def _assess(self, status: str = "") -> None:
        """Say how far it is."""
        busy = not self._imported or bool(self._loading)
        failure = next(iter(self._failures.values()), "")
        phase = Phase.STARTING if busy else Phase.BROKEN if failure else Phase.READY
        message = (status or self.message) if busy else failure
        if (phase, message) != (self.phase, self.message):
            self.phase, self.message = phase, message
            self._on_change()


def _configure(settings: LabSettings, jobs: int, private: Sequence[Path]) -> Frame:
    body = {
        "jobs": jobs,
        "private": [str(path) for path in private],
        "sandbox": settings.sandbox,
        "models": {role: told(model) for role, model in settings.models.items()},
        "elsewhere": bool(settings.command),
        "device": settings.device,
        "imports": settings.imports,
        "memory": int(settings.memory_gb * (1 << 30)),
        "output": settings.output_kb << 10,
    }
    return Frame(Kind.CONFIGURE, body=body)
