"""Printing in a thread of its own: whoever reads may pause, as a pager does, and nothing else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Aside:
    """Prints one thing after the other, beside what goes on in the event loop that it is used from."""

    def __init__(self, on_failure: Callable[[], None]) -> None:
        """Print nothing yet.

        Args:
            on_failure: Called in the event loop when something could not be printed.
        """
        self._on_failure = on_failure
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printing")
        self._asked: list[asyncio.Future[None]] = []

    def soon(self, printing: Callable[[], None]) -> asyncio.Future[None]:
        """Have this called after all that was asked before."""
        asked = asyncio.get_running_loop().run_in_executor(self._thread, printing)
        asked.add_done_callback(self._heed)
        self._asked.append(asked)
        return asked

    async def close(self) -> None:
        """Wait until all is printed.

        Raises:
            BaseException: what could not be printed raised it first, as `SystemExit` when the reader has left.
        """
        ended = await asyncio.gather(*self._asked, return_exceptions=True)
        self._thread.shutdown()
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
                raise error

    def _heed(self, asked: asyncio.Future[None]) -> None:
        if asked.cancelled() or asked.exception() is None:
            self._asked.remove(asked)
        else:
            self._on_failure()
