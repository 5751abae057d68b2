"""Signals that end a command: raised where it is at work, so that it leaves nothing behind on its way out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal came; no `except Exception` takes it for a failure."""

    def __init__(self, number: int) -> None:
        self.number = number
        """Of the signal."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Have the first signal raise, and those after it wait until all is put away.

    Raises:
        Stopped: a signal came.
    """

    def stop(number: int, _: FrameType | None) -> NoReturn:
        for each in NUMBERS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        if before[number] is not signal.SIG_IGN:  # as SIGHUP is under nohup
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
