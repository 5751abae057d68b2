"""Proofs on their way into the store, where a verification that takes long must lock nobody out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.cards.proof import Proof
from quizapp.errors import StoreError

if TYPE_CHECKING:
    from quizapp.store.log import Log


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
        self.trouble = ""
        """What was wrong when it was last written, in sentences; that may be why some are waiting."""

    def add(self, proof: Proof) -> None:
        """Have a proof recorded by the next `write` that can."""
        self.waiting.append(proof)

    def write(self, patience: float = 0.0) -> None:
        """Record what was added; what cannot be waits for the next call, and `trouble` says why.

        Args:
            patience: Seconds to wait for another writer.
        """
        now_waiting = tuple(self.waiting)
        if not now_waiting:
            return
        from quizapp.store.log import open_log  # takes a third of a second, and nobody should wait for it

        self.trouble = ""
        try:
            log = open_log(self._data_dir, self._clock(), patience=patience)
            try:
                self._record(log, now_waiting)
            finally:
                log.close()
        except StoreError as error:
            self.trouble = str(error)

    def _record(self, log: Log, proofs: Sequence[Proof]) -> None:
        """All at once; where that cannot be, each by itself, so that one that cannot be kept holds back no other."""
        try:
            log.record(proofs)
        except StoreError as error:
            self.trouble = str(error)
            for proof in proofs if len(proofs) > 1 else ():
                self._record(log, [proof])
        else:
            self.recorded += len(proofs)
            for proof in proofs:
                self.waiting.remove(proof)
