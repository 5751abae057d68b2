"""Each command with the real program: what it says, where, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.program.deck import DECK
from tests.program.terminal import Terminal, choose_own_deck, command


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
