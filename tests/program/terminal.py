"""The real program in a pseudo-terminal, its screen kept by a terminal emulator."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

PATIENCE = 20.0
"""Seconds to wait for something that must come; generous, since it is not what is measured."""

FAR_ROLLOVER = f"{datetime.now(UTC) + timedelta(hours=12):%H:%M}"
"""About twelve hours from now, so that no study day begins while a test runs; one for all of its programs."""

DECKS_READ = tempfile.TemporaryDirectory(prefix="quizapp-tests-")
"""What is kept of decks that were read, for all programs of a test run: reading the shipped ones takes a second."""

ESCAPE_PAUSE = 0.5
KEYS = {"enter": "\r", "escape": "\x1b", "space": " ", "down": "\x1b[B", "up": "\x1b[A", "ctrl+q": "\x11", "tab": "\t"}


def environment_of(home: Path, **more: str) -> dict[str, str]:
    """What the program may know of this machine, whoever runs the tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CACHE_HOME": DECKS_READ.name,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "QUIZAPP_STUDY__ROLLOVER": FAR_ROLLOVER,
        "OMP_NUM_THREADS": "1",
        "QUIZAPP_LAB__IMPORTS": "[]",  # half a second of each start, which few of these tests need
        **more,
    }


class Terminal:
    """A terminal with one program in it."""

    def __init__(self, home: Path, *arguments: str, size: tuple[int, int] = (24, 80), **environment: str) -> None:
        rows, columns = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        """Every byte the program wrote."""
        env = environment_of(home, TERM="xterm-256color", COLORTERM="truecolor", **environment)
        self.process = pexpect.spawn(
            sys.executable, ["-m", "quizapp", *arguments], env=env, dimensions=size, timeout=PATIENCE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.close(force=True)

    @property
    def text(self) -> str:
        """What the screen shows now, a line per row."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self, seconds: float = 0.05) -> None:
        """Take in what the program wrote, waiting at most `seconds` for it."""
        try:
            written = self.process.read_nonblocking(65536, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += written
        self._stream.feed(written)

    def wait_for(self, *texts: str, gone: str | None = None) -> str:
        """Wait until the screen shows all the texts (and no longer `gone`); returns the screen."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read()
            seen = self.text
            if all(text in seen for text in texts) and (gone is None or gone not in seen):
                return seen
            if not self.process.isalive():
                break
        raise AssertionError(f"waited for {texts}, the screen shows:\n{self.text}")

    def press(self, *keys: str) -> None:
        """Press keys by name, or type text."""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            if key == "escape":
                end = time.monotonic() + ESCAPE_PAUSE  # at once with the next key it would read as alt and that key
                while time.monotonic() < end:
                    self.read()

    def press_until(self, key: str, text: str) -> None:
        """Press a key again and again until the screen shows the text: one too early is left out on purpose."""
        end = time.monotonic() + PATIENCE
        while text not in self.text and time.monotonic() < end:
            self.press(key)
            pause = time.monotonic() + ESCAPE_PAUSE
            while text not in self.text and time.monotonic() < pause:
                self.read()
        self.wait_for(text)

    def wait_for_exit(self) -> int:
        """Wait until the program has ended; returns its exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.isalive() and time.monotonic() < end:
            self.read()
        assert not self.process.isalive(), f"still running; the screen shows:\n{self.text}"
        self.read()
        self.process.close()
        return int(self.process.exitstatus if self.process.exitstatus is not None else -self.process.signalstatus)


def choose_own_deck(terminal: Terminal) -> None:
    """Move up from the first row to the last, the learner's own deck, and study it."""
    terminal.wait_for("One day", "q quit")
    terminal.press("up", "enter")


def rate_the_first_card(terminal: Terminal) -> None:
    """Study the learner's own deck, and rate its first card, so that its second is asked."""
    choose_own_deck(terminal)
    terminal.wait_for("How many columns?", "esc leave the line")
    terminal.press("escape", "space")
    terminal.wait_for("3 good")
    terminal.press_until("4", "What comes second?")


def command(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "quizapp", *arguments],
        env=environment_of(home, **environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
