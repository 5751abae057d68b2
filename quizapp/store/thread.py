"""The log in a thread of its own, awaited from the screens. Importing this imports no SQLAlchemy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from quizapp.cards.identity import CardId
from quizapp.cards.proof import Proof
from quizapp.errors import StoreError
from quizapp.store.lock import PATIENCE
from quizapp.study.events import Event
from quizapp.study.memory import CardState

if TYPE_CHECKING:
    from quizapp.store.log import Log

Answer = TypeVar("Answer")


class AsyncStore:
    """The writing log as a screen sees it (`study.ports.AsyncLog`).

    The first call opens the log, in the thread; so does the next one after an opening that failed.
    A call that was made is carried out, whether or not its caller still waits.
    """

    def __init__(self, data_dir: Path, clock: Callable[[], datetime], patience: float = PATIENCE) -> None:
        """Start nothing yet.

        Args:
            data_dir: The learner's data folder.
            clock: Gives the instant, aware; asked when the log is opened.
            patience: Seconds to wait then for another writer.
        """
        self._data_dir = data_dir
        self._clock = clock
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._opened: Log | None = None
        self._closed = False

    async def append(self, event: Event) -> None:
        """See `AsyncLog.append`."""
        await self._run(lambda log: log.append(event))

    async def states(self) -> dict[CardId, CardState]:
        """See `LogReader.states`."""
        return await self._run(lambda log: log.states())

    async def events(self, since: date | None = None) -> list[Event]:
        """See `LogReader.events`."""
        return await self._run(lambda log: log.events(since))

    async def last_undoable(self) -> Event | None:
        """See `LogReader.last_undoable`."""
        return await self._run(lambda log: log.last_undoable())

    async def proofs(self) -> list[Proof]:
        """See `LogReader.proofs`."""
        return await self._run(lambda log: log.proofs())

    async def close(self) -> None:
        """Finish what was asked before, back up if owed, release the lock, end the thread; again does nothing.

        Raises:
            StoreError: the backup failed; the log is closed and whole.
        """
        if not self._closed:
            self._closed = True
            closing = self._submit(self._close_log)
            self._thread.shutdown(wait=False)
            await closing

    async def _run(self, work: Callable[[Log], Answer]) -> Answer:
        if self._closed:
            raise StoreError("The review log was closed already; start quizapp again.")
        return await self._submit(lambda: work(self._log()))

    def _submit(self, work: Callable[[], Answer]) -> asyncio.Future[Answer]:
        """Queue the work; cancelling the future that is returned leaves it queued."""
        return asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, work))

    def _log(self) -> Log:
        """In the store's thread: the log, opened at the first call."""
        if self._opened is None:
            from quizapp.store.log import open_log

            self._opened = open_log(self._data_dir, self._clock(), patience=self._patience)
        return self._opened

    def _close_log(self) -> None:
        if self._opened is not None:
            self._opened.close()
