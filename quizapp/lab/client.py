"""The lab as the app sees it: one worker, as many runs at once as it is made for, and no surprise that is an exception.

A run never raises for what a snippet does. A worker or a role that dies takes its run along (*died*), and the next
run starts a new one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from quizapp.cards.deck import Value
from quizapp.cards.proof import Run, Snippet, Verdict
from quizapp.lab.naming import short_name
from quizapp.lab.pending import PendingRun
from quizapp.lab.protocol import NO_MODEL, Malformed
from quizapp.lab.settings import LabSettings
from quizapp.lab.state import LabState, Phase
from quizapp.lab.supervisor import Supervisor
from quizapp.lab.transcript import Transcript
from quizapp.lab.trust_standing import Standing

__all__ = ["Lab", "LabState", "Phase"]

NOT_HELD = (
    f"{Standing.SANDBOX.sentence}, which is not there now: "
    "in the quiz, r asks again; `quizapp trust allow DECK` shows it and asks."
)
LOOK_AGAIN = 0.05
"""Seconds between two looks at whether a worker that starts knows its sandbox."""


class Lab:
    """Runs snippets. It lives in one event loop; `on_state` hears of each change of `state`.

    It takes `jobs` runs at once, the others wait; a worker that cannot keep runs apart has them one by one. `private`
    are this program's own folders, which no snippet may see.
    """

    def __init__(
        self,
        settings: LabSettings,
        on_state: Callable[[LabState], None] = lambda _: None,
        jobs: int = 1,
        private: Sequence[Path] = (),
    ) -> None:
        self._settings = settings
        self._on_state = on_state
        self._jobs = jobs
        self._private = private
        self._worker: Supervisor | None = None
        self._wanted: dict[str, None] = {}
        self._turn = asyncio.Semaphore(jobs)
        self._runs: set[PendingRun] = set()
        self._count = 0
        self._closed = False
        self._models = tuple((role, short_name(model)) for role, model in settings.models.items())

    @property
    def state(self) -> LabState:
        """How far it is."""
        if self._worker is None:
            off = "" if self._settings.enabled else "running code is switched off"
            return LabState(Phase.OFF, off, self._settings.device, self._models, "")
        worker = self._worker
        return LabState(
            worker.phase, worker.message, worker.device, self._models, worker.sandbox, worker.why_not_strong
        )

    def start(self) -> None:
        """Start the worker in the background, unless it is there, running is switched off, or the lab was closed."""
        if not self._settings.enabled or self._closed or (self._worker is not None and self._worker.alive):
            return
        self._worker = Supervisor(self._settings, self._jobs, self._private, lambda: self._on_state(self.state))
        for role in self._wanted:
            self._worker.prepare(role)
        self._on_state(self.state)

    def prepare(self, role: str) -> None:
        """Have a spare of this role ready soon; no effect where there can be none."""
        if self._why_not(role):
            return
        self.start()
        if role not in self._wanted and self._worker is not None:
            self._wanted[role] = None
            self._worker.prepare(role)

    async def run(
        self,
        snippet: Snippet,
        values: Mapping[str, Value],
        seed: int,
        on_output: Callable[[str], None] = lambda _: None,
        timeout: float | None = None,  # noqa: ASYNC109 - the worker keeps this clock
        *,
        sandboxed: bool = False,
    ) -> Run:
        """Run a snippet and wait for its verdict; cancelling the wait stops the run.

        Args:
            snippet: what to run. Whoever calls has made sure that it is trusted.
            values: drawn values, bound as variables before the code.
            seed: seeds the random numbers of Python, NumPy and torch.
            on_output: hears each piece of printed text, cleaned.
            timeout: seconds, instead of the settings' own limit.
            sandboxed: it was trusted for a sandbox only, so without a strong one it is *unavailable*.
        """
        limit = timeout or self._settings.timeout
        order: dict[str, object] = {"role": snippet.role, "code": snippet.code, "predict": snippet.predict}
        order |= {"values": dict(values), "seed": seed, "timeout": limit}
        async with self._turn:
            if reason := self._why_not(snippet.role):
                return Run(Verdict.UNAVAILABLE, error=reason)
            self.prepare(snippet.role)
            assert self._worker is not None
            self._count += 1
            transcript = Transcript(self._settings.output_kb << 10, on_output)
            run = PendingRun(self._count, transcript, limit)
            self._runs.add(run)
            try:
                if sandboxed:
                    await self._end_unless_held(self._worker, run)
                return run.ended.result() if run.ended.done() else await self._follow(self._worker, run, order)
            finally:
                self._runs.discard(run)

    async def _end_unless_held(self, worker: Supervisor, run: PendingRun) -> None:
        """Wait until the worker has said how it holds runs; end this one, not yet ordered, if no sandbox does."""
        while not (worker.sandbox or worker.phase is Phase.BROKEN or self._closed or run.ended.done()):
            await asyncio.wait({run.ended}, timeout=LOOK_AGAIN)
        if self._closed or not worker.alive:
            run.end(Verdict.UNAVAILABLE, "The lab was closed." if self._closed else worker.message)
        elif worker.sandbox != "strong":
            run.end(Verdict.UNAVAILABLE, NOT_HELD)

    async def _follow(self, worker: Supervisor, run: PendingRun, order: dict[str, object]) -> Run:
        try:
            worker.order(run, order)
        except Malformed as error:
            return Run(Verdict.UNAVAILABLE, error=f"The snippet cannot be sent: {error}")
        try:
            return await asyncio.shield(run.ended)
        finally:
            worker.stop(run)

    async def stop(self) -> None:
        """Stop what runs, if anything does, and wait until it has ended."""
        runs, worker = set(self._runs), self._worker
        if runs and worker is not None:
            for run in runs:
                worker.stop(run)
            await asyncio.wait({run.ended for run in runs})

    async def close(self) -> None:
        """End the worker and all that it started, for good."""
        self._closed = True
        if self._worker is not None:
            await self._worker.close()
            self._worker = None
            self._on_state(self.state)

    def _why_not(self, role: str) -> str:
        """Why nothing can be run in this role; else nothing."""
        if not self._settings.enabled:
            return "Running code is switched off: `enabled = false` under [lab] in the settings."
        if self._closed:
            return "The lab was closed."
        if role != NO_MODEL and role not in self._settings.models:
            return f"There is no role {role!r}; there are {', '.join([*self._settings.models, NO_MODEL])}."
        return ""
