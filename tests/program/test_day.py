"""A day's review with the real program in a pseudo-terminal: real decks, real models, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from quizapp.store.log import open_reader
from quizapp.study.events import EventKind
from tests.program.terminal import Terminal

DECK = """\
deck: day
title: One day
cards:
  - id: columns
    question: "Two sentences of 2 and 5 words are padded. How many columns?"
    answer: The longer one's words and two.
    predict: {value: "ids.shape[1]"}
    verify:
      model: masked
      code: |
        ids = tokenizer(["the " * 2, "the " * 5], padding=True, return_tensors="pt")["input_ids"]
        print("columns come")
        assert ids.shape[0] == 2
  - id: second
    question: What comes second?
    answer: This.
    verify: {model: none, code: "import time; time.sleep(60); assert True"}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty machine state but for one deck, which came with nobody."""
    decks = tmp_path / ".local/share/quizapp/decks"
    decks.mkdir(parents=True)
    (decks / "day.yaml").write_text(DECK)
    return tmp_path


def events(home: Path) -> list[EventKind]:
    return [event.kind for event in open_reader(home / ".local/share/quizapp").events()]


def choose_own_deck(terminal: Terminal) -> None:
    """Move to the last row, the learner's own deck, and study it."""
    terminal.wait_for("One day", "q quit")
    terminal.press("down", "down", "down", "down", "enter")


def test_predict_run_rate_quit_and_go_on(home: Path) -> None:
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?", "1 of 2")
        terminal.press("7", "enter")
        terminal.wait_for("wants to run this code on your machine", "print(")
        terminal.press("down", "enter")
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
        terminal.wait_for("What comes second?", "2 of 2")
        terminal.press("u")
        terminal.wait_for("How many columns?", "1 of 2")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert events(home) == [EventKind.REVIEW, EventKind.UNDO]


def test_escape_stops_a_snippet_and_quitting_leaves_nothing_running(home: Path) -> None:
    with Terminal(home, QUIZAPP_TEST_MARK=str(home)) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?")
        terminal.press("escape", "b")
        terminal.wait_for("What comes second?")
        terminal.press("r")
        terminal.wait_for("wants to run this code")
        terminal.press("down", "enter")
        terminal.wait_for("esc stop")
        terminal.press("escape")
        terminal.wait_for("! stopped", "by you")
        group = os.getpgid(terminal.process.pid)
        terminal.press("q", "q")
        assert terminal.wait_for_exit() == 0
    left = subprocess.run(["ps", "-o", "pid=,args=", "-g", str(group)], capture_output=True, text=True, check=False)
    assert left.stdout.strip() == ""


def test_a_killed_program_loses_no_rating(home: Path) -> None:
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?")
        terminal.press("escape", "space")
        terminal.wait_for("3 good")
        terminal.press("4")
        terminal.wait_for("What comes second?")
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
        terminal.wait_for("1 of 20", "predict")


def command(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", **environment}
    return subprocess.run(
        [sys.executable, "-m", "quizapp", *arguments], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_without_a_terminal_it_says_what_to_run_instead(home: Path) -> None:
    done = command(home)
    assert done.returncode == 2
    assert "quizapp due" in done.stderr
    assert "Traceback" not in done.stderr


def test_counts_can_be_read_while_a_session_is_open(home: Path) -> None:
    with Terminal(home) as terminal:
        choose_own_deck(terminal)
        terminal.wait_for("How many columns?")
        terminal.press("escape", "space", "4")
        terminal.wait_for("What comes second?")
        counts = json.loads(command(home, "due", "--json").stdout)
        assert counts["decks"]["day"] == {"due": 0, "learning": 0, "new": 1}


def test_a_second_session_is_told_who_holds_the_log(home: Path) -> None:
    with Terminal(home) as first:
        first.wait_for("Everything")
        with Terminal(home) as second:
            assert second.wait_for_exit() == 2
            assert str(first.process.pid).encode() in second.raw


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["check", "DECK"], 0, "1 deck, 2 cards, 0 problems"),
        (["check", "/nowhere"], 2, "There is no /nowhere"),
        (["verify", "nowhere"], 2, "There is no deck nowhere"),
        (["verify", "day"], 2, "not allowed yet"),
        (["nonsense"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_codes_say_how_it_went(home: Path, arguments: list[str], code: int, says: str) -> None:
    deck = str(home / ".local/share/quizapp/decks/day.yaml")
    done = command(home, *(deck if argument == "DECK" else argument for argument in arguments))
    assert (done.returncode, says in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr


def test_check_exits_1_for_a_wrong_deck_and_lists_every_problem(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(DECK.replace("answer:", "anwser:"))
    done = command(tmp_path, "check", str(tmp_path / "wrong.yaml"))
    assert done.returncode == 1
    assert done.stdout.count("did you mean 'answer'?") == 2


def test_check_fix_adds_ids_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_text("deck: d\ntitle: D  # mine\ncards:\n  - question: Why so?\n    answer: Because.\n")
    done = command(tmp_path, "check", "--fix", str(path))
    assert "why-so" in done.stdout
    assert path.read_text().replace("id: why-so\n    ", "") == (
        "deck: d\ntitle: D  # mine\ncards:\n  - question: Why so?\n    answer: Because.\n"
    )


def test_verify_exits_1_when_a_claim_is_refuted(tmp_path: Path) -> None:
    """A refuted claim in a deck that needs no asking: one of the shipped kind, in a copy of the package."""
    done = command(tmp_path, "verify", "logits-and-loss", "--json", QUIZAPP_LAB__MODELS='{"causal": "/nowhere"}')
    assert done.returncode in (1, 2)
    assert {claim["verdict"] for claim in json.loads(done.stdout)["claims"]} & {"unavailable", "error", "died"}


def test_a_wrong_setting_is_a_sentence(home: Path) -> None:
    done = command(home, "due", QUIZAPP_STUDY__DESIRED_RETENTION="2")
    assert done.returncode == 2
    assert "desired_retention" in done.stderr
    assert "Traceback" not in done.stderr


def test_schema_is_json(home: Path) -> None:
    assert json.loads(command(home, "schema").stdout)["$schema"].startswith("https://json-schema.org/")
