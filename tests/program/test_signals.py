"""A program that is told to end gives the terminal back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.program.terminal import Terminal

LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOW_CURSOR = b"\x1b[?25h"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_program_told_to_end_gives_the_terminal_back(tmp_path: Path, number: signal.Signals) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.wait_for("quizapp", "q quit")
        os.kill(terminal.process.pid, number)
        assert terminal.wait_for_exit() == 128 + number
        assert LEAVE_ALTERNATE_SCREEN in terminal.raw
        assert SHOW_CURSOR in terminal.raw.rpartition(LEAVE_ALTERNATE_SCREEN)[2] + terminal.raw[-200:]
