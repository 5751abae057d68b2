"""Proofs on their way into the store, where a verification that takes long must lock nobody out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from quizapp.cards.proof import Proof
from quizapp.errors import StoreError


class Ledger:
    """Collects proofs, and holds the writer's lock only while it writes them. One thread adds, one writes."""

    def __init__(self, data_dir: Path, clock: Callable[[], datetime]) -> None:
        """Open nothing yet.

        Args:
            data_dir: The learner's data folder.
            clock: Gives the instant, aware; asked whenever the log is opened.
        """
        self._data_dir = data_dir
        self._clock = clock
        self.waiting: list[Proof] = []
        """What is not recorded yet."""
        self.recorded = 0
        """How many are."""
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why what was added is not all recorded, in sentences; empty when it is."""
        return self._trouble if self.waiting else ""

    def add(self, proof: Proof) -> None:
        """Have a proof recorded by the next `write` that can."""
        self.waiting.append(proof)

    def write(self) -> None:
        """Record what was added; where that cannot be, it waits for the next call, and `trouble` says why."""
        now_waiting = tuple(self.waiting)
        if not now_waiting:
            return
        from quizapp.store.log import open_log  # takes a third of a second, and nobody should wait for it

        try:
            log = open_log(self._data_dir, self._clock())
            try:
                log.record(now_waiting)
                del self.waiting[: len(now_waiting)]
                self.recorded += len(now_waiting)
            finally:
                log.close()
        except StoreError as error:
            self._trouble = str(error)
