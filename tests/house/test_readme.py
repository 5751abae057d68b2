"""What the README says is so: its tables are the code's, its deck is a deck, its commands are commands."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quizapp.cards.loader import load_text
from quizapp.cards.proof import Verdict
from quizapp.cli import app
from quizapp.config import load_settings, unknown_variables
from quizapp.lab.client import Lab
from quizapp.lab.settings import LabSettings
from tests.house.readme import README, ROOT, filled, settings
from tests.shipped import library

TEXT = README.read_text()


def test_the_tables_are_those_of_the_code() -> None:
    assert filled(TEXT) == TEXT, "run `make docs`"


def test_every_setting_has_a_sentence() -> None:
    assert all(sentence.endswith(".") or sentence for _, _, sentence in settings())


async def test_the_deck_in_ten_lines_is_a_deck_and_its_claim_holds() -> None:
    example = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    assert len(example[1].splitlines()) <= 10
    loaded = load_text(example[1], Path("mine.yaml"))
    assert loaded.problems == ()
    assert loaded.deck is not None
    snippet = loaded.deck.cards[0].snippet
    assert snippet is not None
    lab = Lab(LabSettings())
    try:
        run = await lab.run(snippet, {}, 0)
    finally:
        await lab.close()
    assert run.verdict is Verdict.VERIFIED, run.error


@pytest.mark.parametrize("key", ["choices", "type", "cloze", "predict"])
def test_each_other_kind_it_shows_is_one(key: str) -> None:
    line = re.search(rf"^    {key}: .*$", TEXT, re.MULTILINE)
    assert line is not None
    vary = re.search(r"^    vary: .*$", TEXT, re.MULTILINE)
    assert vary is not None
    ask = [] if key == "cloze" else ["    question: Of {short} and {long}?"]
    verify = ['    verify: {model: none, code: "assert short < long"}']
    head = ["deck: d", "title: D", "cards:", "  - id: a"]
    loaded = load_text("\n".join([*head, *ask, line[0], vary[0], *verify, ""]), Path("d.yaml"))
    assert loaded.problems == ()


def test_the_commands_it_names_exist_and_no_other_does() -> None:
    named = set(re.findall(r"`quizapp ([a-z]+)", TEXT))
    exist = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    exist |= {group.name for group in app.registered_groups}
    assert named == exist


def test_each_command_has_help() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        shown = CliRunner().invoke(app, [command.name or command.callback.__name__, "--help"])
        assert shown.exit_code == 0
        assert command.callback.__doc__
        assert command.callback.__doc__.split(";")[0].strip()[:20] in shown.output


def test_the_variables_it_shows_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = re.findall(r"`(QUIZAPP_\w+)='?([^`']+)'?`", TEXT)
    assert len(shown) >= 3
    for name, value in shown:
        monkeypatch.setenv(name, value)
    chosen = load_settings()
    assert unknown_variables() == []
    assert chosen.study.new_per_day == 10
    assert chosen.decks == (Path("/one"), Path("/two"))
    assert chosen.study.learning_steps == (timedelta(minutes=1), timedelta(minutes=10))


def test_the_shipped_decks_look_for_the_note_it_names() -> None:
    (note,) = {deck.notes for deck in library().decks}
    assert f"`{note}`" in TEXT


def test_the_make_targets_it_names_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", TEXT, re.MULTILINE)) <= targets


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "\nmake test " in TEXT
    assert (ROOT / ".ci/run").read_text().rstrip().endswith("make test")
    subprocess.run(["bash", "-n", str(ROOT / ".ci/run")], check=True)


def test_its_pictures_are_there() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT):
        assert (ROOT / path).is_file(), path
