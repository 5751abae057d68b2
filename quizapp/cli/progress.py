"""How far something is, on one line of the terminal that is written again and again."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from rich.cells import cell_len

from quizapp.cards.proof import Verdict
from quizapp.cards.sanitize import clean
from quizapp.printing import say_again
from quizapp.study.words import cut

CELLS = 8
"""Of the bar."""
KINDS = {
    Verdict.VERIFIED.sign: "verified",
    Verdict.REFUTED.sign: "refuted",
    Verdict.ERROR.sign: "errors",
    Verdict.UNAVAILABLE.sign: "not run",
}
"""What verdicts of one sign are called together; those of the first three are told even where there are none."""
ALWAYS = 3


def has_room_for_a_bar(stream: TextIO | None) -> bool:
    """Whether a line can be written again there: a terminal that obeys, and has the characters."""
    if stream is None or not stream.isatty() or os.environ.get("TERM", "dumb") in {"dumb", ""}:
        return False
    try:
        "▇▁✓✗–·…".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Progress:
    """Counts runs and claims, and shows them where `stream` is a terminal."""

    def __init__(self, total: int, stream: TextIO | None, clock: Callable[[], float]) -> None:
        """Show nothing yet.

        Args:
            total: Runs that there will be.
            stream: Where to show it; None shows nothing.
            clock: Seconds from any moment on.
        """
        self.total = total
        self.status = "starting…"
        """What all are waiting for; foreign text. Not shown once a run can begin."""
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._running_since: float | None = None
        self._runs = 0
        self._claims: Counter[Verdict] = Counter()

    @property
    def shown(self) -> bool:
        """Whether anyone sees it."""
        return self._stream is not None

    def ready(self) -> bool:
        """The runs can begin: from here on it is measured how fast they end. False when that was known."""
        if self._running_since is not None:
            return False
        self._running_since = self._clock()
        return True

    def run_ended(self) -> None:
        """One run more."""
        self._runs += 1

    def claim_ended(self, verdict: Verdict) -> None:
        """One claim more."""
        self._claims[verdict] += 1

    def show(self) -> None:
        """Write the line anew."""
        if self._stream is not None:
            say_again(self.line(columns(self._stream)), self._stream)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Take the line away while something else is printed."""
        if self._stream is not None:
            say_again("", self._stream)
        yield
        self.show()

    def close(self) -> None:
        """Take the line away."""
        if self._stream is not None:
            say_again("", self._stream)
            self._stream = None

    def line(self, columns: int) -> str:
        """What is shown, in fewer cells than the terminal has: in the last one it may go on to the next line."""
        elapsed = self._clock() - self._began
        if self._running_since is None:
            return cut(f"{clean(self.status, newlines=False)}  {seconds(elapsed)}", columns - 1)
        share = self._runs / self.total if self.total else 1.0
        bar = bar_of(share)
        times = " · ".join(filter(None, (seconds(elapsed), self._left())))
        words, marks = ("  ".join([bar, "  ".join(_counts(self._claims, spelt)), times]) for spelt in (True, False))
        return cut(words if cell_len(words) < columns else marks, columns - 1)

    def _left(self) -> str:
        """What is left if the rest is as fast as what was run."""
        if not self._runs or self._runs >= self.total or self._running_since is None:
            return ""
        each = (self._clock() - self._running_since) / self._runs
        return f"about {seconds(each * (self.total - self._runs))} left"


def _counts(claims: Mapping[Verdict, int], spelt: bool) -> Iterator[str]:
    for at, (sign, word) in enumerate(KINDS.items()):
        count = sum(number for verdict, number in claims.items() if verdict.sign == sign)
        if count or at < ALWAYS:
            yield f"{sign} {count}" + (f" {word}" if spelt else "")


def bar_of(share: float) -> str:
    """How much is done, as a bar and as a number."""
    full = int(share * CELLS)
    return f"{'▇' * full}{'▁' * (CELLS - full)} {int(share * 100)} %"


def seconds(span: float) -> str:
    """`12 s`, `3 min 05 s`."""
    minutes, seconds = divmod(int(span), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def columns(stream: TextIO) -> int:
    """Of the terminal."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def stderr_if_terminal() -> TextIO | None:
    """Where a bar is shown: stderr, so that what is printed can be kept apart from it."""
    return sys.stderr if has_room_for_a_bar(sys.stderr) else None
