"""How far a pull is, on one line of the terminal that is written again and again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Self, TextIO

from quizapp.cards.sanitize import clean
from quizapp.cli.progress import bar_of, columns, seconds
from quizapp.lab.pulling.watching import told
from quizapp.printing import say, say_again
from quizapp.study.words import cut

REDRAW_EVERY = 0.2
"""Seconds between two lines."""
SURE_AFTER = 2.0
"""Seconds after which a speed is worth telling."""


class Transfer:
    """A watcher that shows what goes on where `stream` is a terminal, and tells what stays to be read on stderr.

    As a context it shows it from a thread of its own, so that time is seen to pass where nothing comes.
    """

    def __init__(self, stream: TextIO | None, clock: Callable[[], float]) -> None:
        """Show nothing yet.

        Args:
            stream: Where to show it; None shows nothing.
            clock: Seconds from any moment on.
        """
        self._stream = stream
        self._clock = clock
        self._lock = Lock()
        self._over = Event()
        self._thread = Thread(target=self._redraw, daemon=True)
        self.begin("")

    def __enter__(self) -> Self:
        """Show it from now on."""
        if self._stream is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        self._over.set()
        if self._stream is not None:
            self._thread.join()
            say_again("", self._stream)

    def say(self, sentence: str) -> None:
        """Tell something that stays to be read."""
        with self._lock:
            if self._stream is not None:
                say_again("", self._stream)
            say(sentence, problem=True)

    def begin(self, what: str, total: int = 0) -> None:
        """From here on something else is counted."""
        with self._lock:
            self._what, self._total, self._began = what, total, self._clock()
            self._first: int | None = None
            self._done = 0

    def at(self, done: int) -> None:
        """So many bytes are there; those that were there at first say nothing of the speed."""
        if self._first is None:
            self._first, self._began = done, self._clock()
        self._done = done

    def line(self, cells: int) -> str:
        """What is shown, in fewer cells than the terminal has."""
        what, elapsed = clean(self._what, newlines=False), self._clock() - self._began
        if not self._total or self._first is None:
            return cut(f"{what}…  {seconds(elapsed)}" if what else "", cells - 1)
        amount = f"{told(self._done)} of {told(self._total)}"
        parts = [bar_of(min(1.0, self._done / self._total)), amount, *self._speed(elapsed), what]
        return cut("  ".join(parts), cells - 1)

    def _speed(self, elapsed: float) -> list[str]:
        came = self._done - (self._first or 0)
        if elapsed < SURE_AFTER or not came:
            return []
        left = (self._total - self._done) * elapsed / came
        return [f"{told(int(came / elapsed))}/s · about {seconds(left)} left"]

    def _redraw(self) -> None:
        while not self._over.is_set():
            with self._lock:
                if self._stream is not None and self._what:
                    say_again(self.line(columns(self._stream)), self._stream)
            self._over.wait(REDRAW_EVERY)
