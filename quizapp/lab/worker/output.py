"""What a snippet prints: drained as fast as it comes, passed on in pieces, kept to a head and a tail."""

from __future__ import annotations

import codecs
import os
import time
from collections.abc import Callable

PIECE = 1 << 16
PIPE_PIECES = 16
"""More than a pipe holds."""
PAUSE = 0.05
"""Seconds between two pieces, so that a flood of lines is not a flood of frames."""


class Output:
    """The reading end of a run's standard output and error.

    Half of the limit is passed on as it comes. Of the rest only the end is remembered, and passed on when the run is
    over, after a line that says how much was left out. Memory stays within the limit whatever is printed.
    """

    def __init__(self, descriptor: int, limit: int, emit: Callable[[str], None]) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self._emit = emit
        self._head_left = limit - limit // 2
        self._tail_size = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._left_out = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._due = 0.0
        self.ended = False
        """Whether every writer has closed it."""

    def drain(self) -> bool:
        """Read what is there now, at most one piece; False when there is nothing more."""
        try:
            data = os.read(self.descriptor, PIECE)
        except BlockingIOError:
            return False
        self.ended = not data
        head, rest = data[: self._head_left], data[self._head_left :]
        self._head_left -= len(head)
        self._head += head
        if rest and (whole := self._head.rfind(b"\n") + 1):  # a line that is cut in two reads badly
            rest = bytes(self._head[whole:]) + rest
            del self._head[whole:]
        self._tail += rest
        surplus = max(0, len(self._tail) - self._tail_size)
        self._left_out += surplus
        del self._tail[:surplus]
        return bool(data)

    @property
    def wait(self) -> float | None:
        """Seconds until the next piece may be passed on; None while there is none."""
        return max(0.0, self._due - time.monotonic()) if self._head else None

    def pass_on(self) -> None:
        """Give away what has come of the head, if the pause is over."""
        if self._head and time.monotonic() >= self._due:
            self._give(bytes(self._head))
            self._head.clear()
            self._due = time.monotonic() + PAUSE

    def finish(self) -> None:
        """Read what is left in the pipe and give it all away."""
        for _ in range(PIPE_PIECES):  # bounded: something the snippet left behind may write on until it is swept
            if not self.drain():
                break
        self._give(bytes(self._head), final=bool(self._left_out))
        if self._left_out:
            part = self._tail.find(b"\n") + 1
            self._left_out += part
            del self._tail[:part]
            self._emit(f"\n[… {self._left_out:,} bytes left out …]\n")
        self._give(bytes(self._tail), final=True)

    def _give(self, data: bytes, *, final: bool = False) -> None:
        for start in range(0, len(data) or 1, PIECE):
            piece = data[start : start + PIECE]
            if text := self._decoder.decode(piece, final and start + PIECE >= len(data)):
                self._emit(text)
