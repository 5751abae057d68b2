"""The real program on a deck that tries everything: the bytes it sends to the terminal, and what can be read there."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from quizapp.cards.loader import load_file
from quizapp.cards.sanitize import clean
from quizapp.lab.trust import Trust
from tests.program.hostile import (
    EVERYTHING,
    FILE,
    MARKDOWN,
    MARKUP,
    NOTE,
    NOTES,
    SEQUENCES,
    UNSEEN,
    WRITABLE,
    deck,
    got_through,
    is_only_text,
)
from tests.program.terminal import Terminal, command

ALL_IN_SIGHT = (240, 100)
UNANSWERED = 1.0
"""Seconds, more than those for which the question whether code may run takes no answer."""


@pytest.fixture
def hostile_home(tmp_path: Path) -> Path:
    """A machine with the hostile deck, its note, and another deck that cannot be read."""
    folder = tmp_path / ".local/share/quizapp/decks"
    folder.mkdir(parents=True)
    (folder / FILE).write_text(deck(), encoding="utf-8")
    (folder / f"broken {FILE}").write_text(json.dumps({"deck": EVERYTHING, EVERYTHING: EVERYTHING}))
    (tmp_path / NOTES).write_text(NOTE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("text", [*SEQUENCES.values(), *UNSEEN.values()], ids=[*SEQUENCES, *UNSEEN])
def test_each_of_them_would_be_noticed(text: str) -> None:
    assert got_through(f"\x1b[1;1Htame {text} and on".encode())


@pytest.mark.parametrize("text", [*MARKUP, *MARKDOWN, "猫 é", "\x1b[3;4H\x1b[1;31mred\x1b[0m\r\n"])
def test_plain_text_and_drawing_are_no_alarm(text: str) -> None:
    assert not got_through(text.encode())


def run_once(terminal: Terminal, verdict: str) -> None:
    """Run the card's code, allowed once."""
    terminal.press_until("r", "once")
    end = time.monotonic() + UNANSWERED
    while time.monotonic() < end:
        terminal.read()
    terminal.press("down", "enter")
    terminal.wait_for(verdict)


def test_nothing_of_a_hostile_deck_reaches_the_terminal(hostile_home: Path) -> None:
    with Terminal(hostile_home, size=ALL_IN_SIGHT, QUIZAPP_NOTES=str(hostile_home)) as terminal:
        terminal.wait_for(
            "Title PWN⟨U+200B⟩ED", "! decks/broken ␛]0;PWNED␇⟨U+009D⟩0;PWNED⟨U+009C⟩PWN⟨U+202E⟩ED[x].yaml"
        )
        terminal.press("up", "enter")  # from the first row to the last, the own deck
        terminal.wait_for(
            "Question Drawn", "[press](javascript:PWNED)", "y[i]", "&#27;]0;PWNED&#7;", "esc leave the line"
        )
        terminal.press("\x1b[200~pasted \x07\x9b2J\x1b[201~")
        terminal.wait_for("pasted ␇⟨U+009B⟩2J")
        terminal.press("escape", "n")
        terminal.wait_for("Noted ␛]52;c;UFdORUQ=␇", "PWN⟨U+202E⟩ED")
        terminal.press("escape")
        run_once(terminal, "refuted")
        terminal.wait_for(
            "Printed ␛]52;c;", "Complained", "Bytes ��2J␛]0;PWNED␇", "Bars", "Heat", "Line", "Cell", "Message"
        )
        terminal.wait_for("Answer", "Heading", "Item", "Fence", "Corrects")
        terminal.press_until("1", "Which Drawn")
        terminal.press_until("space", "Why PWN")
        terminal.press_until("1", "What does it raise?")
        run_once(terminal, "! error")
        terminal.wait_for("ValueError: Raised ␛]52;c;")
        terminal.press("q", "q")
        assert terminal.wait_for_exit() == 0
    assert got_through(terminal.raw) == set()


def allow(home: Path) -> None:
    """Let the code of the hostile deck run."""
    loaded = load_file(home / ".local/share/quizapp/decks" / FILE)
    assert loaded.deck is not None
    Trust(home / ".local/share/quizapp").allow(loaded.deck.cards)


COMMANDS = [
    ["check"],
    ["check", "--json"],
    ["due"],
    ["verify", "hostile"],
    ["verify", "hostile", "--json"],
    ["trust", "revoke", EVERYTHING],
    ["check", EVERYTHING],
    ["verify", EVERYTHING],
    [EVERYTHING],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: clean(" ".join(arguments))[:24])
def test_nothing_of_it_reaches_who_reads_what_is_printed(hostile_home: Path, arguments: list[str]) -> None:
    allow(hostile_home)
    done = command(hostile_home, *arguments)
    printed = done.stdout + done.stderr
    assert all(map(is_only_text, printed.split("\n")))
    assert "PWN" in printed, "it is told, as text"
    if "--json" in arguments:
        assert printed.isascii()
        return
    with Terminal(hostile_home, *arguments) as terminal:
        assert terminal.wait_for_exit() == done.returncode
    assert got_through(terminal.raw) == set()


def test_nothing_of_code_that_is_to_be_trusted_or_has_changed_reaches_the_terminal(hostile_home: Path) -> None:
    allow(hostile_home)
    path = hostile_home / ".local/share/quizapp/decks" / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("'Raised '", f"'{WRITABLE}'"), encoding="utf-8")
    done = command(hostile_home, "trust", "diff", "hostile")
    assert "⟨U+200B⟩" in done.stdout
    assert all(map(is_only_text, (done.stdout + done.stderr).split("\n")))
    for arguments in (["trust", "diff", "hostile"], ["trust", "allow", "hostile"]):
        with Terminal(hostile_home, *arguments, size=ALL_IN_SIGHT) as terminal:
            terminal.wait_for("⟨U+200B⟩")
            terminal.press("no", "enter")
            terminal.wait_for_exit()
        assert got_through(terminal.raw) == set()
