"""A verification as it goes on: what is printed, what is kept, and how it is stopped."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from pathlib import Path

from quizapp.cards.proof import Run, Verdict
from quizapp.cli.aside import Aside
from quizapp.cli.composition import now
from quizapp.cli.progress import Progress, stderr_if_terminal
from quizapp.lab.client import Lab, LabState, Phase
from quizapp.lab.settings import LabSettings
from quizapp.lab.verification import Claim, Verification, verify
from quizapp.lab.verification_report import as_text, reason
from quizapp.printing import say
from quizapp.store.ledger import Ledger
from quizapp.store.lock import PATIENCE
from quizapp.study.words import counted

WRITE_EVERY = 5.0
"""Seconds of work that a kill can cost."""
REDRAW_EVERY = 0.2
"""Seconds between two looks at the clock."""


class Verifying:
    """Proves claims, says of each how it went, and has it recorded. Used once."""

    def __init__(self, claims: Sequence[Claim], data_dir: Path, trials: Collection[str] = (), *, quiet: bool) -> None:
        """Start nothing yet.

        Args:
            claims: In the order in which they are told.
            data_dir: Where they are recorded.
            trials: Roles that have another model than the settings name.
            quiet: Print nothing meanwhile.
        """
        self.claims = claims
        self.ledger = Ledger(data_dir, now)
        self.stopped_by: int | None = None
        """The number of the signal that ended it early."""
        self._trials = trials
        self._quiet = quiet
        self._ended: dict[str, Verification] = {}
        self._told = 0
        self._reasons: set[str] = set()
        self._aside = Aside(self._cannot_print)
        self._proving: asyncio.Task[None] | None = None
        runs = sum(len(claim.draws) for claim in claims if not claim.refusal)
        self._progress = Progress(runs, None if quiet else stderr_if_terminal(), time.monotonic)

    @property
    def verifications(self) -> list[Verification]:
        """Those that have ended, in the order of the claims."""
        return [self._ended[entry] for claim in self.claims if (entry := claim.card.id.entry) in self._ended]

    @property
    def stopped(self) -> bool:
        """Whether it ended before all claims had."""
        return len(self._ended) < len(self.claims)

    @property
    def outcome(self) -> list[Verification]:
        """One for each claim, in their order, for those that were stopped too."""
        return [
            self._ended.get(claim.card.id.entry) or Verification.none(claim, "The verification was stopped before.")
            for claim in self.claims
        ]

    @property
    def _roles(self) -> list[str]:
        """Those that anything is run in, in the order in which they are needed."""
        return list(dict.fromkeys(c.card.snippet.role for c in self.claims if c.card.snippet and not c.refusal))

    async def run(self, settings: LabSettings, jobs: int, private: Sequence[Path] = ()) -> None:
        """Prove them all, or those that a signal leaves time for; nothing is left running.

        Raises:
            SystemExit: whoever reads what is printed has left.
        """
        lab = Lab(settings, self._lab_changed, jobs, private)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger") as writer:
            self._proving = asyncio.create_task(self._prove(lab, writer))
            redrawing = asyncio.create_task(self._redraw())
            self._heed_signals()
            try:
                with suppress(asyncio.CancelledError):
                    await self._proving
                self._tell_rest()
            finally:
                redrawing.cancel()
                await lab.close()
                await asyncio.get_running_loop().run_in_executor(writer, self.ledger.write, PATIENCE)
        self._aside.soon(self._progress.close)
        await self._aside.close()

    def _heed_signals(self) -> None:
        """Have a signal end what goes on, but never the ending itself."""

        def stop(number: int) -> None:
            if self.stopped_by is None and self._proving is not None and not self._proving.done():
                self.stopped_by = number
                self._proving.cancel()

        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, stop, number)

    def _cannot_print(self) -> None:
        """Prove no more: nobody would hear of it."""
        if self._proving is not None:
            self._proving.cancel()

    async def _prove(self, lab: Lab, writer: ThreadPoolExecutor) -> None:
        for role in self._roles:
            lab.prepare(role)
        written = time.monotonic()
        async with aclosing(verify(self.claims, lab, self._run_ended)) as ended:
            async for verification in ended:
                self._take(verification)
                if time.monotonic() - written >= WRITE_EVERY:
                    await asyncio.get_running_loop().run_in_executor(writer, self.ledger.write)
                    written = time.monotonic()

    def _take(self, verification: Verification) -> None:
        """Keep what a claim came to, and tell it once all before it are told."""
        self._ended[verification.claim.card.id.entry] = verification
        self._progress.claim_ended(verification.verdict)
        snippet = verification.claim.card.snippet
        tried = snippet is not None and snippet.role in self._trials
        if proof := verification.proof(now(), trial=tried):
            self.ledger.add(proof)
        ready: list[Verification] = []
        while self._told < len(self.claims) and (entry := self.claims[self._told].card.id.entry) in self._ended:
            ready.append(self._ended[entry])
            self._told += 1
        self._tell(ready)

    def _tell_rest(self) -> None:
        """Of those that were stopped: what had ended after one that had not."""
        rest = [claim.card.id.entry for claim in self.claims[self._told :]]
        self._tell([self._ended[entry] for entry in rest if entry in self._ended])

    def _tell(self, verifications: Sequence[Verification]) -> None:
        if verifications and not self._quiet:
            told = "\n".join(map(self._as_text, verifications))
            self._aside.soon(lambda: self._say(told))

    def _as_text(self, verification: Verification) -> str:
        """What it came to; a reason not to run it that others share is told once."""
        told = as_text(verification, self._reasons)
        self._reasons |= {why for run in verification.runs if (why := reason(run))}
        return told

    def _say(self, text: str, *, problem: bool = False) -> None:
        """In the thread that prints."""
        with self._progress.lifted():
            say(text, problem=problem)

    def _run_ended(self, run: Run) -> None:
        if run.verdict is not Verdict.UNAVAILABLE:
            self._progress.ready()
        self._progress.run_ended()

    def _lab_changed(self, state: LabState) -> None:
        self._progress.status = state.message or "starting…"
        if state.phase is Phase.READY and self._progress.ready() and self._progress.shown:
            heading = self._heading(state)
            self._aside.soon(lambda: self._say(heading, problem=True))

    def _heading(self, state: LabState) -> str:
        """What is verified, and where, for whoever watches."""
        names = dict(state.models)
        models = [role if role == names[role] else f"{role}={names[role]}" for role in self._roles if role in names]
        where = f"{', '.join(models)} · {state.device}" if models else state.device
        return f"Verifying {counted(len(self.claims), 'claim')} on {where}"

    async def _redraw(self) -> None:
        while True:
            await self._aside.soon(self._progress.show)
            await asyncio.sleep(REDRAW_EVERY)
