"""What `quizapp verify` refuses, it refuses in a sentence and before anything runs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from quizapp.cli import app
from quizapp.cli.junit_file import writable, write_whole
from quizapp.cli.verify import not_recorded
from quizapp.errors import ConfigError
from quizapp.store.ledger import Ledger
from tests.store.making import a_proof


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--junit", "/nowhere/at/all/out.xml"], "there is no folder /nowhere/at/all"),
        (["--junit", "/dev/null"], "/dev/null is no file"),
        (["--junit", "/tmp"], "/tmp is no file"),
        (["--junit", "x" * 300], "cannot be written"),
        (["--role", "casual"], "There is no role 'casual'; there are causal, masked, none."),
        (["--role", "causal=/nowhere"], "There is no folder /nowhere"),
        (["--jobs", "0"], "--jobs"),
        (["--jobs", "65"], "--jobs"),
        (["--diff", "--role", "causal"], "--diff runs nothing"),
        (["--diff", "--jobs", "2"], "--diff runs nothing"),
        (["--diff", "--junit", "out.xml"], "--diff runs nothing"),
        (["--diff", "nowhere"], "There is no deck nowhere"),
        (["nowhere"], "There is no deck nowhere"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_what_cannot_be_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["verify", *arguments])
    if isinstance(done.exception, ConfigError):  # as `__main__` prints it and exits with 2
        assert says in str(done.exception)
    else:
        assert (done.exit_code, says in done.output) == (2, True), done.output
    assert "✓" not in done.output
    assert not (tmp_path / "out.xml").exists()


def test_a_report_goes_through_links_and_takes_the_place_of_the_last(tmp_path: Path) -> None:
    kept = tmp_path / "kept.xml"
    kept.write_text("before")
    link = tmp_path / "link.xml"
    link.symlink_to(kept)
    write_whole(writable(link), b"<after/>")
    assert link.is_symlink()
    assert ElementTree.parse(kept).getroot().tag == "after"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.xml", "link.xml"]


def test_a_report_that_cannot_be_written_leaves_the_last_one(tmp_path: Path) -> None:
    report = tmp_path / "out.xml"
    report.mkdir()
    (report / "in the way").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_whole(report, b"<after/>")
    assert [path.name for path in tmp_path.iterdir()] == ["out.xml"]


def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """What `verify` came to and all it told, with a deck of one claim, where nothing may run."""
    monkeypatch.setenv("QUIZAPP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QUIZAPP_LAB__ENABLED", "false")
    (tmp_path / "decks").mkdir(exist_ok=True)
    deck = "deck: d\ntitle: D\ncards: [{id: a, question: q, answer: a, verify: {model: none, code: 'assert 1'}}]\n"
    (tmp_path / "decks/d.yaml").write_text(deck)
    done = CliRunner().invoke(app, ["verify", "d", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("decks", "code", "expected"),
    [([], 0, 2), (["d"], 0, 0), ([], 1, 1), (["d"], 1, 1)],
    ids=["all hold", "one that holds", "one of all is refuted", "one that is refuted"],
)
def test_all_claims_are_not_verified_where_a_folder_with_decks_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decks: list[str], code: int, expected: int
) -> None:
    ran(tmp_path, monkeypatch)
    monkeypatch.setenv("QUIZAPP_DECKS", "/nowhere/decks")
    monkeypatch.setattr(sys.modules["quizapp.cli.verify"], "prove", lambda *_, **__: code)
    done = CliRunner().invoke(app, ["verify", *decks])
    assert (done.exit_code, done.stderr.count("/nowhere/decks, which does not exist")) == (expected, 1)


def test_claims_that_could_not_be_read_are_not_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(tmp_path, monkeypatch)
    deck = (tmp_path / "decks/d.yaml").read_text().replace("deck: d", "deck: other")
    unread = deck.replace("}}]", "}}, {id: unread, question: q, anwser: a}]")
    (tmp_path / "decks/other.yaml").write_text(unread)
    monkeypatch.setattr(sys.modules["quizapp.cli.verify"], "prove", lambda *_, **__: 0)
    assert CliRunner().invoke(app, ["verify", "d"]).exit_code == 0
    for decks in (["d", "other"], []):
        done = CliRunner().invoke(app, ["verify", *decks])
        (told,) = done.stderr.splitlines()
        assert (done.exit_code, told.startswith("not read: "), "did you mean 'answer'?" in told) == (2, True, True)


def test_nothing_to_prove_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = ran(tmp_path, monkeypatch, "--role", "masked")
    assert (code, "There was nothing to prove" in told) == (2, True)


def test_what_did_not_run_is_no_run_and_reported_before_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "out.xml"
    report.write_text("of another day")

    def leave(*_: object, **__: object) -> None:
        raise SystemExit(141)

    code, told = ran(tmp_path, monkeypatch, "--junit", str(report))
    assert (code, "0 of 1 claim verified, in 0 runs" in told) == (2, True)
    assert ElementTree.parse(report).getroot().get("skipped") == "1"
    report.write_text("of another day")
    monkeypatch.setattr(sys.modules["quizapp.cli.verify"], "tell", leave)
    assert ran(tmp_path, monkeypatch, "--junit", str(report))[0] == 141
    assert ElementTree.parse(report).getroot().get("skipped") == "1"


def test_it_is_told_how_much_was_not_recorded(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    assert not_recorded(ledger) == ""
    ledger.add(a_proof())
    assert not_recorded(ledger) == "Not recorded: "
    ledger.recorded = 4
    assert not_recorded(ledger) == "Not recorded, 1 of them: "
