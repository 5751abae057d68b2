"""The decks as the screens have them: read once, and again whenever a file of theirs was saved.

The files are looked at twice a second instead of being watched: that needs no library and no watch that a system may
refuse, works on network drives and for folders that are made later, and costs less than a blinking cursor. What is read
is read in a thread of its own that nobody waits for: a drive that does not answer holds up neither a key nor the exit.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ClassVar, TypeVar

from quizapp.cards.card import Library
from quizapp.cards.changes import News, kept, told

Answer = TypeVar("Answer")


class Readings:
    """One reading of the decks after another."""

    EVERY: ClassVar[float] = 0.5
    """Seconds between two looks at the files."""
    SETTLING: ClassVar[float] = 0.15
    """Seconds for which the files must have stayed as they are: editors write in steps, with no file in between."""
    STEPS: ClassVar[int] = 10
    """After so many such pauses it is read anyway, and again later: something that never ends may be written."""

    def __init__(self, load: Callable[[], Library], stamps: Callable[[], object]) -> None:
        """Read nothing yet.

        Args:
            load: Reads all decks.
            stamps: Something that is another after a deck file was saved; cheap.
        """
        self._load, self._stamps = load, stamps
        self._seen: object = None
        self._known: Library | None = None

    async def next(self) -> tuple[Library, News]:
        """The decks and what is new in them: the first time at once, later when whoever saves a file is done.

        Of what cannot be read just now they have the last good version; see `kept`.

        Raises:
            OSError: They could not be read; the next call tries again.
        """
        seen = await aside(self._stamps) if self._known is None else await self._saved()
        library, news = await aside(self._read)
        self._known, self._seen = library, seen
        return library, news

    def _read(self) -> tuple[Library, News]:
        """Read the decks and compare them with those before, which takes a while where there are thousands of cards."""
        now = self._load()
        before = self._known or now
        after = kept(before, now)
        return after, told(before, now, after)

    async def _saved(self) -> object:
        """Wait until a file was saved and stays as it is; the stamps it has then."""
        seen = self._seen
        while seen == self._seen:
            await asyncio.sleep(self.EVERY)
            seen = await aside(self._stamps)
        for _ in range(self.STEPS):
            await asyncio.sleep(self.SETTLING)
            before, seen = seen, await aside(self._stamps)
            if before == seen:
                break
        return seen


async def aside(work: Callable[[], Answer]) -> Answer:
    """What some work comes to, done in a thread that ends with the program, finished or not.

    Raises:
        BaseException: what the work raised.
    """
    done: Future[Answer] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            done.set_exception(error)

    threading.Thread(target=run, name="decks", daemon=True).start()
    return await asyncio.wrap_future(done)
