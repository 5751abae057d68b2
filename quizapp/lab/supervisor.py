"""One worker from its start to its end: what it is busy with, and the run it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quizapp.cards.proof import Verdict
from quizapp.errors import LabError
from quizapp.lab.pending import PendingRun
from quizapp.lab.process import WorkerProcess
from quizapp.lab.protocol import Frame, Kind, encode
from quizapp.lab.settings import LabSettings
from quizapp.lab.state import Phase


class Supervisor:
    """Starts a worker and follows it. `on_change` is called when anything public has changed."""

    def __init__(self, settings: LabSettings, on_change: Callable[[], None]) -> None:
        self.phase = Phase.STARTING
        self.message = "starting…"
        self.device = settings.device
        self.sandbox = ""
        self._settings = settings
        self._on_change = on_change
        self._process: WorkerProcess | None = None
        self._unsent = [encode(_configure(settings))]
        self._imported = False
        self._loading: set[str] = set()
        self._failures: dict[str, str] = {}
        self._run: PendingRun | None = None
        self._closing = False
        self._life = asyncio.get_running_loop().create_task(self._live())

    @property
    def alive(self) -> bool:
        """Whether it takes orders."""
        return not self._life.done()

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

    def attend(self, run: PendingRun | None) -> None:
        """The run whose frames come next; None for none."""
        self._run = run

    def kill(self) -> None:
        """End the worker at once; its run ends with it."""
        if self._process is not None:
            self._process.kill()

    async def close(self) -> None:
        """End the worker and all that it started."""
        self._closing = True
        if self._process is None:
            self._life.cancel()
        else:
            await self._process.close()
        await asyncio.wait({self._life})

    async def _live(self) -> None:
        why = "The worker was let go."
        try:
            why = await self._follow()
        except LabError as error:
            why = str(error)
        finally:
            if self._process is not None:
                await self._process.close()
            if self._run is not None:
                self._run.end(Verdict.DIED if self._run.started else Verdict.UNAVAILABLE, why)
        if not self._closing:
            self.phase, self.message = Phase.BROKEN, why
            self._on_change()

    async def _follow(self) -> str:
        """Take frames until there are no more; why that is, in words."""
        self._process = process = await WorkerProcess.spawn(self._settings)
        for line in self._unsent:
            process.write(line)
        async for frame in process.frames():
            self._take(frame)
        return f"The worker has ended. {await process.last_words()}".strip()

    def _take(self, frame: Frame) -> None:
        if frame.run:
            if self._run is not None and self._run.number == frame.run:
                self._run.take(frame, self.kill)
        else:
            self._note(frame)
            self._assess(str(frame.body.get("message", "")) if frame.kind is Kind.STATUS else "")

    def _note(self, frame: Frame) -> None:
        """Remember what a frame says about the worker itself."""
        role = str(frame.body.get("role", ""))
        if frame.kind is Kind.READY and not role:
            self._imported = True
            self.device = str(frame.body.get("device", self.device))
            self.sandbox = str(frame.body.get("sandbox", ""))
        elif frame.kind is Kind.READY:
            self._loading.discard(role)
            self._failures.pop(role, None)
        elif frame.kind is Kind.FAILED:
            self._loading.discard(role)
            self._failures[role] = str(frame.body.get("message", ""))

    def _assess(self, status: str = "") -> None:
        """Say how far it is."""
        busy = not self._imported or bool(self._loading)
        failure = next(iter(self._failures.values()), "")
        phase = Phase.STARTING if busy else Phase.BROKEN if failure else Phase.READY
        message = (status or self.message) if busy else failure
        if (phase, message) != (self.phase, self.message):
            self.phase, self.message = phase, message
            self._on_change()


def _configure(settings: LabSettings) -> Frame:
    body = {
        "models": settings.models,
        "device": settings.device,
        "memory": int(settings.memory_gb * (1 << 30)),
        "output": settings.output_kb << 10,
    }
    return Frame(Kind.CONFIGURE, body=body)
