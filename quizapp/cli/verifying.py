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

from quizapp.cards.proof import Run
from quizapp.cli.composition import now
from quizapp.cli.progress import Progress, stderr_if_terminal
from quizapp.lab.client import Lab, LabState, Phase
from quizapp.lab.settings import LabSettings
from quizapp.lab.verification import Claim, Verification, verify
from quizapp.lab.verification_report import as_text
from quizapp.printing import say
from quizapp.store.ledger import Ledger
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
        runs = sum(len(claim.draws) for claim in claims)
        self._progress = Progress(runs, None if quiet else stderr_if_terminal(), time.monotonic)

    @property
    def verifications(self) -> list[Verification]:
        """Those that have ended, in the order of the claims."""
        return [self._ended[entry] for claim in self.claims if (entry := claim.card.id.entry) in self._ended]

    @property
    def _roles(self) -> list[str]:
        """Those that anything is run in, in the order in which they are needed."""
        return list(dict.fromkeys(c.card.snippet.role for c in self.claims if c.card.snippet and not c.refusal))

    async def run(self, settings: LabSettings, jobs: int) -> None:
        """Prove them all, or those that a signal leaves time for; nothing is left running."""
        lab = Lab(settings, self._lab_changed, jobs)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger") as writer:
            proving = asyncio.create_task(self._prove(lab, writer))
            redrawing = asyncio.create_task(self._redraw())
            self._heed_signals(proving)
            try:
                with suppress(asyncio.CancelledError):
                    await proving
                self._tell_rest()
            finally:
                redrawing.cancel()
                self._progress.close()
                await lab.close()
                await asyncio.get_running_loop().run_in_executor(writer, self.ledger.write)

    def _heed_signals(self, proving: asyncio.Task[None]) -> None:
        """Have a signal end what goes on, but never the ending itself."""

        def stop(number: int) -> None:
            if self.stopped_by is None and not proving.done():
                self.stopped_by = number
                proving.cancel()

        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, stop, number)

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
            with self._progress.lifted():
                say("\n".join(map(as_text, verifications)))

    def _run_ended(self, _: Run) -> None:
        self._progress.ready()
        self._progress.run_ended()

    def _lab_changed(self, state: LabState) -> None:
        self._progress.status = state.message or "starting…"
        if state.phase is Phase.READY and self._progress.ready() and self._progress.shown:
            with self._progress.lifted():
                say(self._heading(state), problem=True)

    def _heading(self, state: LabState) -> str:
        """What is verified, and where, for whoever watches."""
        names = dict(state.models)
        models = [role if role == names[role] else f"{role}={names[role]}" for role in self._roles if role in names]
        where = f"{', '.join(models)} · {state.device}" if models else state.device
        return f"Verifying {counted(len(self.claims), 'claim')} on {where}"

    async def _redraw(self) -> None:
        while True:
            self._progress.show()
            await asyncio.sleep(REDRAW_EVERY)
