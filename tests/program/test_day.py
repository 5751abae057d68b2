"""A day's review with the real program in a pseudo-terminal: real decks, real models, real files."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from quizapp.store.log import open_reader
from quizapp.study.events import EventKind
from tests.lab.conftest import eventually, processes_with
from tests.program.terminal import Terminal, choose_own_deck, rate_the_first_card


def events(home: Path) -> list[EventKind]:
    return [event.kind for event in open_reader(home / ".local/share/quizapp").events()]


def test_predict_run_rate_quit_and_go_on(home: Path) -> None:
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?", "0 of 2 done", "esc leave the line")
        terminal.press("7", "enter")
        terminal.wait_for("wants to run this on", "print(")
        terminal.press_until("down", "▸ once")
        terminal.press("enter")
        terminal.wait_for("you  7     model  7     ✓ predicted", "suggested: good")
        terminal.press("4")
        terminal.wait_for("What comes second?")
        terminal.press("q")
        terminal.wait_for("19 new", "1 done")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert events(home) == [EventKind.REVIEW]

    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("What comes second?", "1 of 2 done")
        terminal.press("u")
        terminal.wait_for("How many columns?", "0 of 2 done", "esc leave the line")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert events(home) == [EventKind.REVIEW, EventKind.UNDO]


async def test_escape_stops_a_snippet_and_quitting_leaves_nothing_running(home: Path) -> None:
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?", "esc leave the line")
        terminal.press("escape", "b")
        terminal.wait_for("What comes second?")
        terminal.press_until("r", "wants to run this on")
        terminal.press_until("down", "▸ once")
        terminal.press("enter")
        terminal.wait_for("esc stop")
        terminal.press("escape")
        terminal.wait_for("! stopped", "by you")
        assert processes_with(f"HOME={home}") > {terminal.process.pid}, "the worker is not told by its HOME"
        terminal.press("q", "q")
        assert terminal.wait_for_exit() == 0
        assert await eventually(lambda: not processes_with(f"HOME={home}"))


def test_a_killed_program_loses_no_rating(home: Path) -> None:
    with Terminal(home) as terminal:
        rate_the_first_card(terminal)
        os.kill(terminal.process.pid, signal.SIGKILL)
        assert terminal.wait_for_exit() == -signal.SIGKILL
    assert events(home) == [EventKind.REVIEW]
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("What comes second?")


def test_the_first_screen_needs_no_models_and_no_folders(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.wait_for("Everything", "new", "q quit")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


def test_it_fits_a_small_terminal(tmp_path: Path) -> None:
    with Terminal(tmp_path, size=(12, 50)) as terminal:
        terminal.wait_for("Everything", "20", "lab", "study")
        terminal.press("enter")
        terminal.wait_for("0 of 20 done", "reveal")
