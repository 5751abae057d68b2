"""`quizapp draft` and `quizapp outline`: what they print, what they refuse, and that nothing is overwritten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from typer.testing import CliRunner

from quizapp.cards.draft import MOST
from quizapp.cards.identity import CardId
from quizapp.cards.loader import load_file
from quizapp.cards.notes import MAX_BYTES
from quizapp.cards.outline import Section
from quizapp.cli import app
from quizapp.errors import ConfigError, QuizappError
from quizapp.store.log import open_log
from quizapp.study.coverage import Covered, Known
from quizapp.study.coverage_words import lines
from quizapp.study.memory import CardState, State
from tests.cards.test_asked import NOTES
from tests.store.making import a_review
from tests.study.test_coverage import DECK, look
from tests.study.test_coverage import NOTES as COURSE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one deck, a notes folder with two files, and the current folder with none."""
    for name in ("data/decks", "notes", "here"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data/decks/d.yaml").write_text(DECK, encoding="utf-8")
    (tmp_path / "notes/course.md").write_text(COURSE, encoding="utf-8")
    (tmp_path / "notes/other.md").write_text(NOTES, encoding="utf-8")
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("QUIZAPP_NOTES", str(tmp_path / "notes"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def refused(done: Result) -> str:
    """The sentence that `__main__` prints before it exits with 2."""
    assert isinstance(done.exception, QuizappError)
    assert done.stdout == ""
    return str(done.exception)


def test_a_draft_is_found_by_its_name_written_once_and_complete_when_answered(home: Path) -> None:
    done = run("draft", "other.md", "-o", "mine.yaml")
    assert done.exit_code == 0, done.output
    assert "mine.yaml: 15 cards to answer; `quizapp check mine.yaml` names each until it is." in done.stdout
    told = run("check", "mine.yaml")
    assert told.exit_code == 1
    assert told.stdout.count("has no answer") == 15
    mine = Path("mine.yaml")
    assert "is there already" in refused(run("draft", "other.md", "--to", "mine.yaml"))
    mine.write_text(mine.read_text("utf-8").replace("# answer:", "answer: So."), "utf-8")
    assert run("check", "mine.yaml").exit_code == 0
    (home / "data/decks/mine.yaml").write_bytes(mine.read_bytes())
    again = run("draft", "other.md")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "is on a card already (15 of 15)" in again.stderr


def test_a_draft_is_printed_and_leaves_out_what_a_card_asks(home: Path) -> None:
    done = run("draft", "course.md")
    assert done.exit_code == 0
    path = home / "printed.yaml"
    path.write_text(done.stdout, "utf-8")
    assert [problem.card for problem in load_file(path).problems] == ["the-attention-mask", "read-the-source"]
    assert "2 things that the notes ask are on cards already." in done.stderr


def test_what_waits_for_its_answer_is_not_drafted_again(home: Path) -> None:
    mine = home / "data/decks/mine.yaml"
    run("draft", "other.md", "-o", str(mine))
    again = run("draft", "other.md")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "other.md asks is drafted already; 0 of 15 on cards.\n" in again.stderr
    drafted = mine.read_text("utf-8")
    mine.write_text(drafted.replace("# answer:", "answer: [CLS] is.", 1), "utf-8")
    unread = run("draft", "other.md")
    assert f"{mine} cannot be read, so what it asks may be drafted again; `quizapp check` says why." in unread.stderr
    mine.write_text(drafted.replace("# answer:", "answer: So.", 5), "utf-8")
    with (home / "notes/other.md").open("a", encoding="utf-8") as notes:
        notes.write("\n\nDoes it grow?\n")
    grown = run("draft", "other.md")
    assert grown.exit_code == 0
    assert grown.stdout.count("- id:") == 1
    assert "deck: other-2\n" in grown.stdout
    assert f"5 things that the notes ask are on cards already.\n10 things that the notes ask wait in {mine} " in (
        grown.stderr
    )


@pytest.mark.parametrize("command", ["draft", "outline"])
@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("gone.md", None, "name a file that exists"),
        (".", None, "is a folder"),
        ("latin.md", "café\nné".encode("latin-1"), "latin.md:1: this is not UTF-8"),
        ("wide.md", "# a\n为什么?".encode("utf-16"), "wide.md:1: this is not UTF-8"),
        ("huge.md", b"why?\n" * (MAX_BYTES // 4), "larger than 1024 KiB"),
        ("x" * 300, None, "name a file that exists"),
    ],
    ids=["missing", "folder", "latin", "utf-16", "huge", "long"],
)
def test_what_is_no_notes_is_refused_in_a_sentence(
    home: Path, command: str, name: str, data: bytes | None, says: str
) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    assert says in refused(run(command, name))


def test_without_a_notes_folder_the_setting_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUIZAPP_NOTES")
    assert "set `notes` in the settings" in refused(run("outline", "course.md"))


@pytest.mark.parametrize("notes", [b"", b"# Only\n\ntext.\n", b"\xef\xbb\xbf\r\n"])
def test_notes_that_ask_nothing_make_no_deck(home: Path, notes: bytes) -> None:
    Path("n.md").write_bytes(notes)
    done = run("draft", "n.md", "-o", "n.yaml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "n.md asks nothing" in done.stderr
    assert not Path("n.yaml").exists()


def test_a_draft_of_very_many_questions_says_that_it_has_only_the_first(home: Path) -> None:
    Path("many.md").write_text("".join(f"why {number}?\n" for number in range(MOST + 1)), "utf-8")
    done = run("draft", "many.md", "-o", "many.yaml")
    assert f"many.yaml: {MOST} cards to answer" in done.stdout
    assert f"ask {MOST + 1} things that are on no card; these are the first {MOST}." in done.stderr


def test_windows_notes_make_the_same_draft(home: Path) -> None:
    Path("other.md").write_bytes(b"\xef\xbb\xbf" + NOTES.replace("\n", "\r\n").encode())
    here = run("draft", "other.md").stdout
    Path("other.md").unlink()
    assert here == run("draft", "other.md").stdout


def test_a_draft_goes_nowhere_it_cannot(home: Path) -> None:
    assert "cannot be written" in refused(run("draft", "other.md", "-o", "no/such/mine.yaml"))
    full = run("draft", "other.md", "-o", "/dev/full")
    assert isinstance(full.exception, ConfigError)  # it is there already, as every device is


def test_the_outline_tells_what_is_covered_and_what_is_open(home: Path) -> None:
    done = run("outline", "course.md")
    assert done.exit_code == 1, done.output  # a card names a section that is not there
    assert "    1-1 pads" in done.stdout
    assert "1 section of 6 has text and no card" in done.stdout
    assert "Open: 0 questions, 2 TODOs." in done.stdout
    assert f"{home / 'data/decks/d.yaml'}:12: card 'lost' names the section '9-9'" in done.stdout
    assert max(map(cell_len, done.stdout.split("\n1 card")[0].splitlines())) <= 80


def test_the_outline_exits_0_where_every_section_is_found(home: Path) -> None:
    deck = home / "data/decks/d.yaml"
    deck.write_text("".join(line for line in DECK.splitlines(keepends=True) if "9-9" not in line), "utf-8")
    assert run("outline", "course.md").exit_code == 0


def test_an_outline_of_notes_that_no_deck_names_says_how_to_name_them(home: Path) -> None:
    done = run("outline", "other.md")
    assert done.exit_code == 0
    assert "put `notes: other.md` at the top of one" in done.stderr
    assert "3-2 schedulers" in done.stdout


def test_the_outline_knows_what_is_remembered_while_a_session_holds_the_log(home: Path) -> None:
    now = datetime.now(UTC)
    log = open_log(home / "data", now)
    state = CardState(State.REVIEW, 0, 100.0, 5.0, due_on=now.date() + timedelta(99), reviewed_on=now.date(), reps=1)
    log.append(replace(a_review(CardId("d", "pads"), at=now), after=state))
    found = json.loads(run("outline", "course.md", "--json").stdout)
    log.close()
    assert found["decks"] == ["d"]
    pads = next(part for part in found["sections"] if part["title"] == "1-1 pads")
    assert (pads["cards"], pads["learnt"], pads["new"]) == (3, 1, 2)
    assert pads["remembered"] > 0.99
    assert [one["line"] for one in found["open"]] == [8, 19]


FOUND = look()
MANY = Known(cards=99999, learnt=9999, new=999, remembered=1.0, doubtful=99, corrects=99)


@given(st.integers(60, 200), st.text(max_size=60), st.integers(0, 6))
def test_no_line_of_the_tree_is_wider_than_the_terminal(width: int, title: str, depth: int) -> None:
    part = Covered(Section(title, 1, 1, 1), depth, MANY, 99, bare=False)
    tree = "\n".join(lines(replace(FOUND, total=MANY, sections=(part,)), title, width)).split("\n\n")[0]
    assert all(cell_len(line) <= width for line in tree.split("\n"))
