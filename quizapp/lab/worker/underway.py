"""One run as the role zygote watches it: its clock, its output, and what is said when it was cut short."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from typing import Any

from quizapp.lab.protocol import MOST_MEMORY, Frame, Kind, encode
from quizapp.lab.worker.output import Output
from quizapp.lab.worker.spare import Spare
from quizapp.lab.worker.values import cut
from quizapp.lab.worker.wire import Channel

DATA = 4 << 20
"""Bytes of checks and charts that a run may report. `show` and `assert` stay far below; forged frames need not."""
REPORTED = 10_000
"""Characters of each text in a verdict. A spare keeps to fewer; forged frames need not."""
GRACE = 0.3
"""Seconds between the interrupt and the kill."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What every run is held to."""

    memory: int
    """Bytes of address space it may add on a CPU, of memory on a GPU."""
    output: int
    """Bytes of printed text that are kept."""
    jobs: int
    """How many runs of a role there may be at once."""


class UnderWay:
    """The run of the moment. Times are seconds on the monotonic clock."""

    def __init__(self, job: Frame, spare: Spare, limits: Limits, app: Channel) -> None:
        self.number = job.run
        self.output = Output(spare.output, limits.output, lambda text: app.send(Kind.OUTPUT, job.run, text=text))
        self._spare = spare
        self._timeout: float = job.body["timeout"]
        self._started = time.monotonic()
        self._reason = ""
        self._stopped_at: float | None = None
        self._killed = False
        self._app = app
        self._room = DATA

    def pass_on(self, frame: Frame) -> None:
        """Give the app a check or a chart, as long as there is room.

        Raises:
            Malformed: it grows beyond a frame, as text that came unescaped can.
        """
        line = encode(Frame(frame.kind, self.number, frame.body))
        self._room -= len(line)
        if self._room >= 0:
            self._app.write(line)

    def stop(self, reason: str) -> None:
        """Interrupt it; `keep_time` kills it when that does not help."""
        if self._stopped_at is None:
            self._reason, self._stopped_at = reason, time.monotonic()
            self._spare.interrupt()

    def keep_time(self) -> None:
        """Do what is due by now."""
        now = time.monotonic()
        if now >= self._started + self._timeout:
            self.stop(f"Stopped by the limit of {self._timeout:g} s")
        if self._stopped_at is not None and now >= self._stopped_at + GRACE and not self._killed:
            self._killed = True
            self._spare.kill()
        self.output.pass_on()

    def patience(self) -> float | None:
        """Seconds until `keep_time` has something to do; None when it waits for the process only."""
        due = [] if self._killed else [self._started + self._timeout]
        if self._stopped_at is not None and not self._killed:
            due = [self._stopped_at + GRACE]
        waits = [max(0.0, moment - time.monotonic()) for moment in due]
        return min([*waits, *([self.output.wait] if self.output.wait is not None else [])], default=None)

    def judged(self, outcome: dict[str, Any]) -> dict[str, Any]:
        """The outcome as reported, or that it was stopped: then with where, as far as that is known."""
        if self._stopped_at is None:
            return {**outcome, "seconds": time.monotonic() - self._started}
        seconds = self._stopped_at - self._started
        where = outcome.get("error") if outcome.get("verdict") != "died" else None
        error = f"{self._reason} after {seconds:.1f} s."
        return {"verdict": "timeout", "error": f"{error}\n{where}" if where else error, "seconds": seconds}


def reported(body: dict[str, Any]) -> dict[str, Any]:
    """What the END frame of a spare says, as far as it is text, and not longer than it can be; and how much memory."""
    told = {name: body.get(name) for name in ("verdict", "error", "observed")}
    texts = {name: cut(text, REPORTED) for name, text in told.items() if isinstance(text, str)}
    memory = body.get("memory")
    return texts | ({"memory": memory} if type(memory) is int and 0 <= memory < MOST_MEMORY else {})


def how_it_ended(code: int, limit: str) -> str:
    """An exit code in words; a negative one is a signal's number. What memory there was to use is said in `limit`."""
    if code >= 0:
        return f"The process ended by itself, with status {code}, before the snippet was through."
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    whys = {"SIGKILL": f" The system does that when memory runs out. {limit}", "SIGSEGV": " It crashed in native code."}
    return f"The process was ended by {name} before the snippet was through.{whys.get(name, '')}"
