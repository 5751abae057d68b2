"""Each command with the real program: what it says, where, and how it ends."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from quizapp.cards.loader import load_file
from quizapp.cli.composition import compose
from quizapp.config import Settings, config_file
from quizapp.lab.trust import Trust
from tests.program.deck import DECK
from tests.program.terminal import Terminal, command, rate_the_first_card


def test_without_a_terminal_it_says_what_to_run_instead(home: Path) -> None:
    done = command(home)
    assert done.returncode == 2
    assert "quizapp due" in done.stderr
    assert "Traceback" not in done.stderr


def test_counts_can_be_read_while_a_session_is_open(home: Path) -> None:
    with Terminal(home) as terminal:
        rate_the_first_card(terminal)
        counts = json.loads(command(home, "due", "--json").stdout)
        assert counts["decks"]["day"] == {"due": 0, "learning": 0, "new": 1, "held": 0}


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


CLAIMS = """\
deck: {deck}
title: Claims of {deck}
cards:
  - id: claim
    question: What is it?
    answer: This.
    verify: {{model: none, code: "{code}"}}
"""


def allow(home: Path, deck: str, code: str) -> None:
    """A deck of the learner's own with one claim, its code read and allowed."""
    folder = home / ".local/share/quizapp"
    path = folder / f"decks/{deck}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CLAIMS.format(deck=deck, code=code))
    loaded = load_file(path)
    assert loaded.problems == ()
    assert loaded.deck is not None
    Trust(folder).allow(loaded.deck.cards)


@pytest.mark.parametrize(
    ("code", "exit_code", "verdict", "says"),
    [
        ("assert 1 + 1 == 2", 0, "verified", "1 of 1 claim verified, in 1 run on "),
        ("x = 3; assert x == 4", 1, "refuted", "assert x == 4"),
        ("assert len(7)", 1, "error", "TypeError"),
        ("import time; time.sleep(60); assert True", 1, "timeout", "0 of 1 claim verified"),
    ],
    ids=["verified", "refuted", "error", "timeout"],
)
def test_verify_runs_the_claim_and_its_exit_code_is_the_verdicts(
    tmp_path: Path, code: str, exit_code: int, verdict: str, says: str
) -> None:
    allow(tmp_path, "claims", code)
    done = command(tmp_path, "verify", "claims", QUIZAPP_LAB__TIMEOUT="1" if verdict == "timeout" else "30")
    assert (done.returncode, verdict in done.stdout, says in done.stdout) == (exit_code, True, True), done.stdout
    assert done.stderr == ""


def test_verify_json_has_the_failed_check(tmp_path: Path) -> None:
    allow(tmp_path, "claims", "x = 3; assert x == 4")
    done = command(tmp_path, "verify", "claims", "--json")
    answer = json.loads(done.stdout)
    (claim,) = answer["claims"]
    assert (done.returncode, claim["card"], claim["verdict"]) == (1, "claims/claim", "refuted")
    assert [check["passed"] for check in claim["checks"]] == [False]
    assert answer["problems"] == []


@pytest.mark.parametrize(
    "text",
    [DECK.replace("question:", "qestion:"), DECK.replace("title: One day", "title: [")],
    ids=["no card is right", "no YAML"],
)
def test_verify_says_what_is_wrong_with_a_deck_that_is_there_but_broken(home: Path, text: str) -> None:
    (home / ".local/share/quizapp/decks/day.yaml").write_text(text)
    done = command(home, "verify", "day")
    assert (done.returncode, "There is no deck" in done.stderr) == (2, False)
    assert "not read: " in done.stderr
    assert "day.yaml:" in done.stderr


def test_due_says_how_many_problems_there_are_and_where_to_see_them(home: Path) -> None:
    assert command(home, "due").stderr == ""
    (home / ".local/share/quizapp/decks/day.yaml").write_text(DECK.replace("answer:", "anwser:"))
    done = command(home, "due", "--json")
    assert (done.returncode, done.stderr) == (0, "2 problems in your decks; `quizapp check` lists them.\n")
    assert json.loads(done.stdout)["total"]["new"] > 0


def test_folders_that_are_set_but_do_not_exist_are_told_by_each_command(home: Path) -> None:
    missing = {"QUIZAPP_DECKS": "/nowhere/decks", "QUIZAPP_NOTES": "/nowhere/notes"}
    told = [
        "QUIZAPP_DECKS: `decks` is /nowhere/decks, which does not exist; make the folder or correct the setting.",
        "QUIZAPP_NOTES: `notes` is /nowhere/notes, which does not exist; make the folder or correct the setting.",
    ]
    checked = command(home, "check", **missing)
    assert (checked.returncode, checked.stderr.splitlines()) == (2, told)
    assert ", 0 problems" in checked.stdout
    counted = command(home, "due", "--json", **missing)
    assert (counted.returncode, counted.stderr.splitlines()) == (0, told)
    json.loads(counted.stdout)


@pytest.mark.parametrize("arguments", [["check"], ["due"], ["verify", "--diff"]], ids=" ".join)
def test_each_command_that_reads_settings_says_once_which_variables_are_none(
    tmp_path: Path, arguments: list[str]
) -> None:
    allow(tmp_path, "claims", "assert True")
    done = command(tmp_path, *arguments, QUIZAPP_STUDY_NEW_PER_DAY="1", QUIZAPP_FOO="3")
    assert done.returncode == 0
    assert done.stderr == (
        "QUIZAPP_FOO is no setting, so it does nothing.\n"
        "QUIZAPP_STUDY_NEW_PER_DAY is no setting; did you mean QUIZAPP_STUDY__NEW_PER_DAY?\n"
    )


def test_the_quiz_is_told_what_is_doubtful_about_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZAPP_FOO", "3")
    quiz = compose(Settings(data_dir=tmp_path, notes=tmp_path / "nowhere"))
    assert [notice.partition(",")[0] for notice in quiz.services.notices] == [
        "QUIZAPP_FOO is no setting",
        f"{config_file()}: `notes` is {tmp_path / 'nowhere'}",
    ]


LONG = "x" * 300
BAD: dict[str, tuple[list[str], dict[str, str], str]] = {
    "a zone by its rules": (["due"], {"TZ": "JST-9"}, "set TZ to one such as"),
    "a zone by long rules": (["due"], {"TZ": "EST5EDT,M3.2.0,M11.1.0"}, "set TZ to one such as"),
    "a zone of nowhere": (["due"], {"TZ": "Nowhere/City"}, "TZ is 'Nowhere/City'"),
    "a zone that is a folder": (["due"], {"TZ": "Europe"}, "set TZ to one such as"),
    "a zone that is another file": (["due"], {"TZ": sys.executable}, "set TZ to one such as"),
    "a table that is not JSON": (["due"], {"QUIZAPP_STUDY": "{bad"}, "QUIZAPP_STUDY: this is not JSON"),
    "a part of one that is not JSON": (["due"], {"QUIZAPP_LAB__MODELS": "x"}, "MODELS: this is not JSON"),
    "the home of nobody": (["due"], {"QUIZAPP_DATA_DIR": "~nosuchuser/x"}, "the home of nobody"),
    "a data folder with a long name": (["due"], {"QUIZAPP_DATA_DIR": f"/tmp/{LONG}"}, "cannot be opened"),
    "a file of settings that is not there": (["due"], {"QUIZAPP_CONFIG": "/nowhere.toml"}, "which is no file"),
    "a file of settings with a long name": (["due"], {"QUIZAPP_CONFIG": f"/tmp/{LONG}"}, "cannot be read"),
    "a file of settings that fails": (["due"], {"QUIZAPP_CONFIG": "/proc/self/mem"}, "cannot be read"),
    "a file that is not there": (["check", "/nowhere"], {}, "There is no /nowhere"),
    "a file with a long name": (["check", LONG], {}, "There is no xxx"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_a_sentence_and_never_a_traceback(tmp_path: Path, case: str) -> None:
    arguments, environment, says = BAD[case]
    done = command(tmp_path, *arguments, **environment)
    assert (done.returncode, "Traceback" in done.stderr, says in done.stderr) == (2, False, True), done.stderr
    assert done.stderr.startswith("quizapp: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'notes = "\xff"', "config.toml:1: this is not UTF-8; save the file as UTF-8."),
        (b"notes =", "config.toml is not TOML"),
        (b'notes = "~nosuchuser/x"', "~nosuchuser is the home of nobody here"),
        (b'notes = "a\\u0000"', "cannot have the character U+0000"),
    ],
)
def test_a_bad_file_of_settings_is_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    done = command(tmp_path, "due", QUIZAPP_CONFIG=str(path))
    assert (done.returncode, "Traceback" in done.stderr, says in done.stderr) == (2, False, True), done.stderr


@pytest.mark.parametrize("flag", [[], ["--json"]], ids=["text", "json"])
def test_a_file_name_that_is_no_text_can_be_printed(tmp_path: Path, flag: list[str]) -> None:
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text("deck: d\n")
    done = command(tmp_path, "check", *flag, str(tmp_path), PYTHONIOENCODING="utf-8:strict")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr


@pytest.mark.parametrize("name", ["due", "verify"])
def test_a_terminal_that_lacks_a_character_shows_its_escape(tmp_path: Path, name: str) -> None:
    allow(tmp_path, "题", "assert True")
    done = command(tmp_path, *(["due"] if name == "due" else ["verify", "题"]), PYTHONIOENCODING="latin-1")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert ("Claims of \\u9898" if name == "due" else "\\u9898/claim") in done.stdout


FOREIGN = "\x1b[31mred\x7f\x9b2J\u202e"
"""Colour, delete, a control sequence of one byte, and a mark that turns the text around."""


@pytest.mark.parametrize("flag", [[], ["--json"]], ids=["text", "json"])
def test_nothing_that_a_terminal_obeys_is_printed(tmp_path: Path, flag: list[str]) -> None:
    folder = tmp_path / FOREIGN
    folder.mkdir()
    (folder / "d.yaml").write_text("deck: d\n")
    for path in (folder, tmp_path / f"{FOREIGN}-not-there"):
        done = command(tmp_path, "check", *flag, str(path))
        assert done.returncode in (1, 2)
        assert not set(done.stdout + done.stderr) & set(FOREIGN) - set("[31mred2J"), ascii(done.stdout + done.stderr)
    if flag:
        (problem, *_) = json.loads(command(tmp_path, "check", "--json", str(folder)).stdout)["problems"]
        assert problem["path"] == str(folder / "d.yaml")


def test_a_wrong_setting_is_a_sentence(home: Path) -> None:
    done = command(home, "due", QUIZAPP_STUDY__DESIRED_RETENTION="2")
    assert done.returncode == 2
    assert "desired_retention" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_says_each_command_whole(home: Path) -> None:
    assert "..." not in command(home, "--help", COLUMNS="80").stdout.partition("Commands:")[2]


def test_schema_is_json(home: Path) -> None:
    assert json.loads(command(home, "schema").stdout)["$schema"].startswith("https://json-schema.org/")
