"""`new` and `check`: what they write, say and end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from quizapp.cards.template import SCHEMA_FILE
from quizapp.cli import app

WRONG = """\
deck: d
title: D
cards:
  - id: a
    question: Why?
    anwser: x
    after: [bb]
  - {id: b, question: Look, answer: a}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "QUIZAPP_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("QUIZAPP_DECKS", raising=False)

    def called(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return called


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "decks"


def test_a_new_deck_is_written_among_the_learners_own_and_is_right(run, own: Path) -> None:
    done = run("new", "注意力 掩码")
    assert done.exit_code == 0, done.output
    path = own / "注意力-掩码.yaml"
    assert done.stdout.startswith(f"{path}\nis a new deck")
    assert f"quizapp check {path}" in done.stdout
    assert "QUIZAPP_DECKS" not in done.stdout
    checked = run("check", path)
    assert (checked.exit_code, checked.stdout) == (0, "1 deck, 6 cards, 0 problems\n")


def test_a_deck_in_another_folder_says_how_the_quiz_comes_to_read_it(run, tmp_path: Path) -> None:
    done = run("new", "x", "--in", tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere/x.yaml").is_file()
    assert "or to QUIZAPP_DECKS" in done.stdout


def test_the_home_of_nobody_is_no_folder_for_a_deck(run) -> None:
    assert str(run("new", "x", "--in", "~nosuchuser/x").exception) == (
        "--in: ~nosuchuser is the home of nobody here; write the path out."
    )


def test_no_deck_is_written_that_would_share_a_history(run, own: Path, shipped: Path, tmp_path: Path) -> None:
    own.mkdir()
    places = {"d": shipped / "lessons.yaml", "x": own / "other name.yaml"}
    places["d"].write_text(WRONG)
    places["x"].write_text("deck: x\ntitle: [\n")
    for name, place in places.items():
        done = run("new", name, "--in", tmp_path / "elsewhere")
        assert str(done.exception).startswith(f"The deck '{name}' ")
        assert str(place) in str(done.exception)
    assert not (tmp_path / "elsewhere").exists()


def test_a_deck_of_the_learners_own_is_to_be_edited_and_a_shipped_one_to_be_copied(
    run, own: Path, shipped: Path
) -> None:
    place = shipped / "lessons.yaml"
    place.write_text(WRONG.replace("anwser", "answer"))
    copy = own / "lessons.yaml"
    assert str(run("new", "d").exception) == (
        f"The deck 'd' comes with quizapp, and {place} is replaced at each update; to change it, copy it to {copy} "
        "and edit the copy, or choose another name."
    )
    own.mkdir()
    for text in (place.read_text(), "deck: d\ntitle: [\n"):
        copy.write_text(text)
        assert str(run("new", "d").exception) == f"The deck 'd' is {copy}; edit that, or choose another name."


def test_check_explains_each_problem_with_its_line(run, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(WRONG)
    done = run("check", path)
    assert done.exit_code == 1
    assert done.stdout.split("\n\n")[:2] == [
        f"""\
{path}:6: unknown key 'anwser' in card 'a'; did you mean 'answer'?
     6 │ anwser: x
       │ ^^^^^^
         A key that is not known would be passed over, and what stands there with it.""",
        f"""\
{path}:7: `after` of card 'a' names 'bb', which this deck does not have; did you mean 'b'?
     7 │ after: [bb]
       │         ^^
         What is not there cannot be learnt, so this name holds nothing back.""",
    ]
    assert done.stdout.endswith(
        "1 deck, 1 card, 2 problems, 3 suggestions\n`quizapp check --fix` puts 1 thing right, and says what.\n"
    )


def test_what_could_be_better_is_no_failure_and_each_file_is_summed_up(run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG.replace("anwser", "answer").replace("bb", "b"))
    (tmp_path / "b.yaml").write_text(WRONG.replace("anwser", "answer").replace("bb", "b").replace("deck: d", "deck: e"))
    done = run("check", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert done.exit_code == 0
    assert (
        f"{tmp_path / 'a.yaml'}: 3 suggestions\n{tmp_path / 'b.yaml'}: 3 suggestions\n2 decks, 4 cards" in done.stdout
    )
    assert ":8: suggestion: the question of card 'b' has no question mark" in done.stdout


def test_decks_that_are_not_checked_now_may_be_named(run, own: Path) -> None:
    own.mkdir()
    deck = own / "d.yaml"
    deck.write_text(WRONG.replace("anwser", "answer").replace("bb", "other/x"))
    assert "no deck 'other'" not in run("check", deck).stdout
    assert "no deck 'other' was read, so 'other/x'" in run("check").stdout


def test_fix_says_each_thing_and_json_has_all_of_it(run, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(WRONG)
    before = json.loads(run("check", "--json", path).stdout)
    assert (before["fixable"], before["fixed"]) == (1, [])
    assert before["problems"][0] == {
        "path": str(path),
        "line": 6,
        "column": 5,
        "width": 6,
        "card": "a",
        "message": "unknown key 'anwser' in card 'a'; did you mean 'answer'?",
        "why": "A key that is not known would be passed over, and what stands there with it.",
        "source": "    anwser: x",
    }
    done = json.loads(run("check", "--fix", "--json", path).stdout)
    assert done["fixed"] == [{"path": str(path), "line": 6, "message": "the key `anwser` is now `answer`."}]
    assert [problem["line"] for problem in done["problems"]] == [7]
    assert len(done["suggestions"]) == 3
    assert path.read_text() == WRONG.replace("anwser", "answer")


def test_what_is_no_deck_file_is_told_and_never_fixed(run, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Mine\n\n\tmake\n")
    done = run("check", "--fix", path)
    assert done.exit_code == 1
    assert "this is no deck file" in done.stdout
    assert "1 problem\n" in done.stdout[-20:]
    assert path.read_text() == "# Mine\n\n\tmake\n"


def test_a_schema_of_another_version_is_told_and_renewed(run, own: Path) -> None:
    run("new", "x")
    (own / SCHEMA_FILE).write_text(run("schema").stdout.replace('"after"', '"before"'))
    assert f"{own / SCHEMA_FILE}:1: suggestion: your editor completes" in run("check", own).stdout
    assert f"{own / SCHEMA_FILE}:1: fixed: this is the schema" in run("check", "--fix", own).stdout
    assert run("check", own).stdout == "1 deck, 6 cards, 0 problems\n"


@pytest.mark.parametrize("limit", [1, 4, 400])
def test_due_says_what_of_a_deck_is_held_back(run, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setenv("QUIZAPP_STUDY__NEW_PER_DAY", str(limit))
    new = min(4, limit)
    run("new", "mine")
    said = run("due").stdout
    assert "\n1 new card waits until the cards that it comes after are learnt.\n" in said
    assert f"   {new} new   Mine (1 held back)\n" in said
    counts = json.loads(run("due", "--json").stdout)["decks"]["mine"]
    assert counts == {"due": 0, "learning": 0, "new": new, "held": 1}
