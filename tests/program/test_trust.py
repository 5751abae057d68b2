"""Allowing code with the real program: what was read at a terminal is what runs, and nobody else can say yes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pexpect
import pytest

from quizapp.lab.trust import Trust
from tests.program.deck import DECK
from tests.program.terminal import PATIENCE, Terminal, choose_own_deck, command, environment_of

QUICK = DECK.replace("time.sleep(60)", "time.sleep(0)")
SWAPPED = QUICK.replace("columns come", "swapped in")
QUESTION = "Type yes to allow 2 snippets"


@pytest.fixture
def home(home: Path) -> Path:
    edit(home, QUICK)
    return home


def edit(home: Path, text: str) -> None:
    """The learner's deck on the disk becomes another."""
    assert text != DECK
    (home / ".local/share/quizapp/decks/day.yaml").write_text(text)


def standings(home: Path) -> dict[str, str]:
    """How the code stands, as another process says it; the project's own is left out."""
    code = json.loads(command(home, "trust", "list", "--json").stdout)["code"]
    return {item["card"]: item["standing"] for item in code if item["standing"] != "own"}


def answer_allowing(home: Path, typed: str, **environment: str) -> tuple[int, str]:
    """What `trust allow day` says to an answer."""
    with Terminal(home, "trust", "allow", "day", **environment) as terminal:
        terminal.wait_for(QUESTION)
        terminal.press(typed, "enter")
        return terminal.wait_for_exit(), terminal.text


class TestAllow:
    def test_it_shows_all_the_code_and_a_typed_yes_allows_it(self, home: Path) -> None:
        code, seen = answer_allowing(home, "yes")
        assert code == 0
        for shown in ("1 of 2 · day/columns", "  2  print(", "predict: ids.shape[1]", "2 of 2 · day/second"):
            assert shown in seen
        assert "imports: time · 0 hidden characters" in seen
        assert standings(home) == {"day/columns": "allowed", "day/second": "allowed"}
        verified = command(home, "verify", "day")
        assert verified.returncode == 0, verified.stdout

    @pytest.mark.parametrize("typed", ["", "y", "no", "yes please"])
    def test_anything_else_is_no(self, home: Path, typed: str) -> None:
        code, seen = answer_allowing(home, typed)
        assert (code, "Nothing was allowed." in seen) == (1, True)
        assert set(standings(home).values()) == {"new"}

    def test_what_was_typed_before_the_question_is_no_answer(self, home: Path) -> None:
        with Terminal(home, "trust", "allow", "day") as terminal:
            terminal.press("yes", "enter")
            terminal.wait_for(QUESTION)
            terminal.press("no", "enter")
            assert terminal.wait_for_exit() == 1

    def test_a_file_swapped_while_it_is_asked_is_not_allowed(self, home: Path) -> None:
        with Terminal(home, "trust", "allow", "day") as terminal:
            terminal.wait_for(QUESTION)
            edit(home, SWAPPED)
            terminal.press("yes", "enter")
            assert terminal.wait_for_exit() == 0
        assert standings(home) == {"day/columns": "changed", "day/second": "allowed"}
        changed = command(home, "trust", "diff", "day").stdout
        assert '-    print("columns come")' in changed
        assert '+ 2  print("swapped in")' in changed

    @pytest.mark.parametrize("stream", ["stdin", "stdout"])
    def test_without_a_terminal_nobody_can_have_read_it(self, home: Path, stream: str) -> None:
        shell = pexpect.spawn("sh", ["-c", SHELL[stream]], env=environment_of(home), timeout=PATIENCE)
        shell.expect(pexpect.EOF)
        assert b"run `quizapp trust allow` at a terminal" in shell.before
        assert b"exit code 2" in shell.before
        assert standings(home) == {"day/columns": "new", "day/second": "new"}

    def test_there_is_no_option_that_says_yes(self, home: Path) -> None:
        assert command(home, "trust", "allow", "day", "--yes").returncode == 2

    def test_the_projects_own_decks_need_none(self, home: Path) -> None:
        with Terminal(home, "trust", "allow", "logits-and-loss") as terminal:
            assert terminal.wait_for_exit() == 0
            assert "Nothing of logits-and-loss needs asking" in " ".join(terminal.text.split())


SHELL = {
    "stdin": f"echo yes | {sys.executable} -m quizapp trust allow day; echo exit code $?",
    "stdout": f"{{ {sys.executable} -m quizapp trust allow day; echo exit code $? >&2; }} | cat",
}


class TestListRevokeDiff:
    @pytest.fixture(autouse=True)
    def _allowed(self, home: Path) -> None:
        assert answer_allowing(home, "yes")[0] == 0

    def test_what_is_revoked_asks_again(self, home: Path) -> None:
        assert command(home, "trust", "revoke", "day/second").returncode == 0
        assert standings(home) == {"day/columns": "allowed", "day/second": "new"}
        assert command(home, "trust", "revoke", "--all").returncode == 0
        assert set(standings(home).values()) == {"new"}

    @pytest.mark.parametrize("arguments", [[], ["nowhere"], ["day/nothing"], ["day", "--all"]], ids=" ".join)
    def test_what_cannot_be_revoked_is_said_and_nothing_is(self, home: Path, arguments: list[str]) -> None:
        done = command(home, "trust", "revoke", *arguments)
        assert (done.returncode, "quizapp trust list" in done.stderr) == (2, True)
        assert set(standings(home).values()) == {"allowed"}

    def test_the_list_has_what_is_gone_and_what_was_forbidden(self, home: Path) -> None:
        Trust(home / ".local/share/quizapp").forbid("nasty")
        edit(home, QUICK.replace("id: second", "id: last"))
        done = command(home, "trust", "list")
        assert done.stdout.splitlines()[:-1] == [
            "never    nasty: nothing of it runs",
            "allowed  day/columns",
            "new      day/last",
            "gone     day/second",
        ]
        assert command(home, "trust", "diff").stdout == "Nothing changed since it was allowed.\n"

    def test_a_secret_that_others_can_read_is_told_and_nothing_runs(self, home: Path) -> None:
        (home / ".local/share/quizapp/trust.key").chmod(0o644)
        done = command(home, "trust", "list")
        assert (done.returncode, "other users can read it" in done.stderr) == (2, True)
        assert "refused  day/columns" in done.stdout
        verified = command(home, "verify", "day")
        assert (verified.returncode, "0 of 2" in verified.stdout) == (2, True), verified.stdout
        assert "other users can read it" in verified.stderr


class TestInTheQuiz:
    def test_what_was_shown_runs_though_the_file_was_swapped_meanwhile(self, home: Path) -> None:
        with Terminal(home) as terminal:
            choose_own_deck(terminal)
            terminal.wait_for("How many columns?", "esc leave the line")
            terminal.press("7", "enter")
            terminal.wait_for("wants to run this", 'print("columns come")')
            edit(home, SWAPPED)
            terminal.press_until("down", "▸ once")
            terminal.press("down", "enter")
            terminal.wait_for("✓ predicted")
            terminal.press_until("\x1b[6~", "columns come")
            assert "swapped in" not in terminal.text
            assert standings(home) == {"day/columns": "changed", "day/second": "new"}, "told while the session runs"
            assert command(home, "trust", "revoke", "day").returncode == 0
            terminal.press_until("r", "wants to run this")

    def test_keys_that_were_pressed_too_early_answer_nothing(self, home: Path) -> None:
        with Terminal(home) as terminal:
            choose_own_deck(terminal)
            terminal.wait_for("How many columns?", "esc leave the line")
            terminal.press("7", "enter", "down", "down", "enter")
            terminal.wait_for("wants to run this", "▸ no")
            terminal.press_until("down", "▸ once")

    def test_a_deck_that_was_forbidden_says_so(self, home: Path) -> None:
        Trust(home / ".local/share/quizapp").forbid("day")
        with Terminal(home) as terminal:
            choose_own_deck(terminal)
            terminal.wait_for("How many columns?", "esc leave the line")
            terminal.press("7", "enter")
            terminal.wait_for("You said never to this deck", "revoke day")


class TestMasterSwitch:
    OFF = {"QUIZAPP_LAB__ENABLED": "false"}  # noqa: RUF012

    def test_r_says_that_it_is_off_and_asks_nothing(self, home: Path) -> None:
        with Terminal(home, **self.OFF) as terminal:
            choose_own_deck(terminal)
            terminal.wait_for("How many columns?", "esc leave the line")
            terminal.press("7", "enter")
            assert "wants to run" not in terminal.wait_for("Running code is switched off")

    def test_verify_says_so_and_allowing_works_all_the_same(self, home: Path) -> None:
        code, seen = answer_allowing(home, "yes", **self.OFF)
        assert (code, "Running code is switched off" in seen) == (0, True)
        assert set(standings(home).values()) == {"allowed"}
        verified = command(home, "verify", "day", **self.OFF)
        assert (verified.returncode, "Running code is switched off" in verified.stdout) == (2, True)
