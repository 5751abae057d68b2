"""Code runs only after it was allowed exactly as it is, by this learner."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.cards.card import Card, Kind
from quizapp.cards.deck import Entry
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Snippet
from quizapp.errors import LabError
from quizapp.lab.trust import Trust
from quizapp.lab.trust_code import Code, code_of, codes_of, digest
from quizapp.lab.trust_standing import Standing


def card(
    code: str = "assert True",
    role: str = "none",
    predict: str | None = None,
    cloze: str | None = None,
    name: str = "deck/card",
    **entry: object,
) -> Card:
    written = Entry.model_validate({"id": "card", "question": "?", "answer": "!", **entry})
    number = replace(CardId.parse(name), cloze=cloze)
    return Card(number, Kind.RECALL, "?", "!", written, Snippet(role, code, predict), Path("d"), 1)


def manifest(path: Path, *cards: Card) -> Path:
    path.write_text(json.dumps({entry: digest(entry, code) for entry, code in codes_of(cards).items()}))
    return path


def edit(folder: Path, change: Any) -> None:
    """Change what `trust.json` says."""
    written = json.loads((folder / "trust.json").read_text())
    change(written)
    (folder / "trust.json").write_text(json.dumps(written))


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    """One who has allowed `card()`."""
    trust = Trust(tmp_path)
    trust.allow([card()])
    return trust


CHANGED = {
    "code": card("assert True "),
    "role": card(role="causal"),
    "predict": card(predict="1"),
    "vary": card(vary={"n": [1]}),
}


class TestAllowing:
    def test_nothing_of_a_stranger_is_trusted_at_first(self, tmp_path: Path) -> None:
        assert Trust(tmp_path).standing(card()) is Standing.NEW
        assert not Trust(tmp_path).is_trusted(card())
        assert list(tmp_path.iterdir()) == []

    def test_what_was_allowed_stays_allowed_after_a_restart(self, tmp_path: Path) -> None:
        Trust(tmp_path / "new").allow([card()])
        assert Trust(tmp_path / "new").is_trusted(card())
        assert Trust(tmp_path / "new").is_trusted(card(cloze="c2")), "siblings share their code"

    @pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
    def test_any_change_asks_again_and_what_was_allowed_is_known(self, trust: Trust, changed: Card) -> None:
        assert trust.standing(changed) is Standing.CHANGED
        assert not trust.is_trusted(changed)
        assert trust.reading().before(changed).canonical == code_of(card()).canonical

    @pytest.mark.parametrize("name", ["deck/other", "other/card"])
    def test_the_same_code_under_another_name_asks(self, trust: Trust, name: str) -> None:
        assert trust.standing(card(name=name)) is Standing.NEW

    def test_one_and_true_are_different_values(self, trust: Trust) -> None:
        trust.allow([card(vary={"n": [1]})])
        assert trust.is_trusted(card(vary={"n": [1]}))
        for other in (True, "1", 1.0):
            assert not trust.is_trusted(card(vary={"n": [other]}))

    def test_a_deck_is_allowed_card_by_card_until_one_changes_or_comes(self, trust: Trust) -> None:
        deck = [card(f"assert {number}", name=f"deck/{number}") for number in (1, 2)]
        trust.allow(deck)
        assert all(map(trust.is_trusted, deck))
        assert not trust.is_trusted(card("assert 0", name="deck/1"))
        assert not trust.is_trusted(card("assert 3", name="deck/3"))
        assert trust.is_trusted(deck[1])

    def test_a_card_without_code_is_never_allowed_to_have_some(self, trust: Trust) -> None:
        trust.allow([replace(card(name="deck/quiet"), snippet=None)])
        assert not trust.is_trusted(card(name="deck/quiet"))


class TestTheProjectsOwn:
    def test_it_needs_no_asking_as_it_came(self, tmp_path: Path) -> None:
        trust = Trust(tmp_path, manifest(tmp_path / "own.json", card()))
        assert trust.standing(card()) is Standing.OWN

    @pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
    def test_what_was_edited_in_place_asks(self, tmp_path: Path, changed: Card) -> None:
        trust = Trust(tmp_path, manifest(tmp_path / "own.json", card()))
        assert trust.standing(changed) is Standing.NEW

    @pytest.mark.parametrize("content", [None, "", "[1]", "{"])
    def test_without_its_manifest_nothing_is_the_projects(self, tmp_path: Path, content: str | None) -> None:
        if content is not None:
            (tmp_path / "own.json").write_text(content)
        assert Trust(tmp_path, tmp_path / "own.json").standing(card()) is Standing.NEW

    def test_a_never_counts_for_it_too(self, tmp_path: Path) -> None:
        trust = Trust(tmp_path, manifest(tmp_path / "own.json", card()))
        trust.forbid("deck")
        assert trust.standing(card()) is Standing.NEVER

    def test_it_asks_while_nobody_can_tell_whether_it_was_forbidden(self, tmp_path: Path) -> None:
        trust = Trust(tmp_path, manifest(tmp_path / "own.json", card()))
        trust.forbid("deck")
        (tmp_path / "trust.json").write_text("{")
        assert trust.standing(card()) is Standing.NEW
        assert "all code asks, the project's own too" in trust.reading().problem

    def test_it_runs_although_nothing_that_was_allowed_counts(self, tmp_path: Path) -> None:
        trust = Trust(tmp_path, manifest(tmp_path / "own.json", card()))
        trust.allow([card(name="other/card")])
        (tmp_path / "trust.key").unlink()
        assert trust.standing(card()) is Standing.OWN
        assert "all code but the project's own asks again" in trust.reading().problem


class TestNeverAndRevoking:
    def test_never_is_for_the_whole_deck_and_outlives_a_restart(self, trust: Trust, tmp_path: Path) -> None:
        trust.forbid("deck")
        assert Trust(tmp_path).standing(card()) is Standing.NEVER
        assert Trust(tmp_path).standing(card("assert 9", name="deck/new")) is Standing.NEVER
        assert Trust(tmp_path).standing(card(name="other/card")) is Standing.NEW

    @pytest.mark.parametrize("secret", [None, b"short", b"x" * 32, "shared"])
    def test_never_needs_no_secret(self, tmp_path: Path, secret: bytes | str | None) -> None:
        trust = Trust(tmp_path, manifest(tmp_path / "own.json", card()))
        trust.allow([card("assert 1")])
        trust.forbid("deck")
        match secret:
            case None:
                (tmp_path / "trust.key").unlink()
            case bytes():
                (tmp_path / "trust.key").write_bytes(secret)
            case _:
                (tmp_path / "trust.key").chmod(0o644)
        assert trust.standing(card()) is Standing.NEVER
        assert trust.forbid("other") == ""
        assert trust.standing(card(name="other/card")) is Standing.NEVER

    @pytest.mark.parametrize("version", [1, 2])
    def test_a_never_of_an_older_version_counts(self, trust: Trust, tmp_path: Path, version: int) -> None:
        edit(tmp_path, lambda written: written.update(version=version, never={"deck": "any mac"}))
        assert trust.standing(card()) is Standing.NEVER

    def test_a_never_that_is_taken_back_asks_again(self, trust: Trust) -> None:
        trust.forbid("deck")
        trust.revoke(["deck"])
        assert trust.standing(card()) is Standing.NEW

    def test_allowing_ends_a_never(self, trust: Trust) -> None:
        trust.forbid("deck")
        trust.allow([card()])
        assert trust.standing(card()) is Standing.ALLOWED

    def test_a_card_or_a_whole_deck_can_be_revoked(self, trust: Trust) -> None:
        two, far = card(name="deck/two"), card(name="decks/card")
        trust.allow([two, far])
        trust.revoke(["deck/card"])
        assert [trust.standing(one) for one in (card(), two, far)] == [Standing.NEW, Standing.ALLOWED, Standing.ALLOWED]
        trust.revoke(["deck"])
        assert [trust.standing(one) for one in (two, far)] == [Standing.NEW, Standing.ALLOWED]
        assert trust.reading().remembered == {"decks/card"}

    def test_revoking_needs_no_secret(self, trust: Trust, tmp_path: Path) -> None:
        (tmp_path / "trust.key").chmod(0o644)
        trust.revoke(["deck"])
        assert trust.reading().remembered == frozenset()


TEXT = st.text(max_size=8)
CODES = st.builds(
    Code,
    model=TEXT,
    code=TEXT,
    predict=st.none() | TEXT,
    vary=st.dictionaries(
        TEXT, st.tuples(st.integers() | st.booleans() | TEXT | st.floats(allow_nan=False)), max_size=2
    ),
)


@given(CODES, CODES)
def test_two_codes_read_the_same_only_when_they_are_the_same(one: Code, other: Code) -> None:
    exactly = repr(one) == repr(other)  # tells 1 from True and 0.0 from -0.0
    assert (one.canonical == other.canonical) is exactly
    assert (digest("a/b", one) == digest("a/b", other)) is exactly


def positions(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every plain value in nested ones."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [path] if inner is None else [found for at, part in inner for found in positions(part, (*path, at))]


class TestForgery:
    @given(data=st.data())
    def test_an_entry_with_any_of_its_values_changed_is_refused(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        folder = tmp_path_factory.mktemp("trust")
        allowed = card("assert n", predict="n", vary={"n": [1, True, "x"]})
        Trust(folder).allow([allowed])
        written = json.loads((folder / "trust.json").read_text())
        *way, last = data.draw(st.sampled_from(positions(written["allowed"]["deck/card"])))
        value = data.draw(st.none() | st.integers() | st.booleans() | st.floats(allow_nan=False) | TEXT)
        part = written["allowed"]["deck/card"]
        for step in way:
            part = part[step]
        assume(repr(part[last]) != repr(value))
        part[last] = value
        (folder / "trust.json").write_text(json.dumps(written))
        assert Trust(folder).standing(allowed) is Standing.REFUSED
        assert Trust(folder).reading().before(allowed) is None

    def test_code_written_into_an_entry_is_not_allowed_by_that(self, trust: Trust, tmp_path: Path) -> None:
        edit(tmp_path, lambda written: written["allowed"]["deck/card"]["code"].update(code="import os"))
        assert trust.standing(card("import os")) is Standing.REFUSED

    def test_an_entry_moved_to_another_card_is_refused(self, trust: Trust, tmp_path: Path) -> None:
        edit(tmp_path, lambda written: written["allowed"].update({"deck/other": written["allowed"]["deck/card"]}))
        assert trust.standing(card(name="deck/other")) is Standing.REFUSED

    def test_a_file_copied_from_another_learner_is_refused(self, tmp_path: Path) -> None:
        theirs, mine = Trust(tmp_path / "theirs"), Trust(tmp_path / "mine")
        theirs.allow([card()])
        mine.allow([card("assert 1")])
        (tmp_path / "mine" / "trust.json").write_bytes((tmp_path / "theirs" / "trust.json").read_bytes())
        assert mine.standing(card()) is Standing.REFUSED

    def test_a_file_without_its_secret_is_refused_in_words(self, trust: Trust, tmp_path: Path) -> None:
        (tmp_path / "trust.key").unlink()
        assert trust.standing(card()) is Standing.REFUSED
        assert "trust.key: No such file" in trust.reading().problem

    @pytest.mark.parametrize("entry", [1, None, "é", "\ud800", "", ["x"], {}, {"mac": 1}, {"mac": "", "code": []}])
    @pytest.mark.parametrize("version", [1, 2])
    def test_an_entry_of_another_shape_is_no_trust(
        self, trust: Trust, tmp_path: Path, entry: object, version: int
    ) -> None:
        content = {"version": version, "allowed": {"deck/card": entry}}
        (tmp_path / "trust.json").write_text(json.dumps(content))
        assert not trust.is_trusted(card())
        assert trust.reading().before(card()) is None


class TestSandbox:
    """A permission that was given where a sandbox held the code is for that only."""

    @pytest.fixture
    def trust(self, tmp_path: Path) -> Trust:
        trust = Trust(tmp_path)
        trust.allow([card()], sandboxed=True)
        return trust

    def test_it_is_remembered_and_asks_after_a_change(self, trust: Trust, tmp_path: Path) -> None:
        assert Trust(tmp_path).standing(card()) is Standing.SANDBOX
        assert trust.standing(card("assert 1")) is Standing.CHANGED

    @pytest.mark.parametrize("value", [False, None, 1, "true", "gone"])
    def test_taking_the_restriction_away_is_a_forgery(self, trust: Trust, tmp_path: Path, value: object) -> None:
        def change(written: Any) -> None:
            entry = written["allowed"]["deck/card"]
            del entry["sandboxed"]
            if value != "gone":
                entry["sandboxed"] = value

        edit(tmp_path, change)
        assert trust.standing(card()) is Standing.REFUSED

    def test_so_is_adding_one(self, trust: Trust, tmp_path: Path) -> None:
        trust.allow([card()])
        edit(tmp_path, lambda written: written["allowed"]["deck/card"].update(sandboxed=True))
        assert trust.standing(card()) is Standing.REFUSED

    def test_a_permission_without_it_replaces_one_with_it(self, trust: Trust) -> None:
        trust.allow([card()])
        assert trust.standing(card()) is Standing.ALLOWED

    def test_the_projects_own_is_not_restricted(self, trust: Trust, tmp_path: Path) -> None:
        assert Trust(tmp_path, manifest(tmp_path / "own.json", card())).standing(card()) is Standing.OWN

    def test_what_was_signed_before_there_was_a_sandbox_counts_everywhere(self, trust: Trust, tmp_path: Path) -> None:
        plain = {"model": "none", "code": "assert True", "predict": None, "vary": {}}
        message = json.dumps(["quizapp trust 2", ["allowed", "deck/card", plain]])
        mac = hmac.new((tmp_path / "trust.key").read_bytes(), message.encode(), hashlib.sha256).hexdigest()
        edit(tmp_path, lambda written: written["allowed"].update({"deck/card": {"mac": mac, "code": plain}}))
        assert trust.standing(card()) is Standing.ALLOWED


class TestFirstVersion:
    """What version 1 of the file says stays valid; it kept no code to compare with."""

    @pytest.fixture
    def trust(self, tmp_path: Path) -> Trust:
        secret = b"0123456789abcdef" * 2
        (tmp_path / "trust.key").touch(mode=0o600)
        (tmp_path / "trust.key").write_bytes(secret)
        message = '["deck", "card", ["none", "assert n", null], [["n", [["int", 1], ["bool", true]]]]]'
        mac = hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()
        (tmp_path / "trust.json").write_text(json.dumps({"version": 1, "allowed": {"deck/card": mac}}))
        return Trust(tmp_path)

    ALLOWED = card("assert n", vary={"n": [1, True]})

    def test_what_it_allowed_is_allowed(self, trust: Trust) -> None:
        assert trust.standing(self.ALLOWED) is Standing.ALLOWED

    def test_what_changed_asks_and_has_nothing_to_compare_with(self, trust: Trust) -> None:
        assert trust.standing(card("assert n", vary={"n": [1, 1]})) is Standing.CHANGED
        assert trust.reading().before(self.ALLOWED) is None

    def test_it_goes_on_in_the_new_file(self, trust: Trust, tmp_path: Path) -> None:
        trust.allow([card(name="deck/two")])
        assert json.loads((tmp_path / "trust.json").read_text())["version"] == 3
        assert trust.standing(self.ALLOWED) is Standing.ALLOWED
        assert trust.standing(card(name="deck/two")) is Standing.ALLOWED


DAMAGED = ["", "{", "[]", "null", '{"version": 0, "allowed": {}}', '{"version": 2}', "[" * 100_000, "\0" * 100]
DAMAGED += ['{"version": 2, "allowed": {}, "never": 1}', '{"version": 3, "allowed": {}, "never": [[]]}']


class TestFiles:
    @pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
    def test_a_damaged_file_trusts_nothing_says_so_and_is_kept(
        self, trust: Trust, tmp_path: Path, content: str
    ) -> None:
        for kept in ("trust.damaged", "trust.damaged1"):
            (tmp_path / "trust.json").write_text(content)
            assert trust.standing(card()) is Standing.NEW
            assert "trust.json" in trust.reading().problem
            told = trust.allow([card()])
            assert f"every never too, could not be read and counts no more; the file is now {tmp_path / kept}." in told
            assert trust.is_trusted(card())
            assert trust.reading().problem == ""
            assert (tmp_path / kept).read_text() == content
            assert trust.allow([card()]) == ""

    def test_what_a_later_version_wrote_is_left_alone(self, trust: Trust, tmp_path: Path) -> None:
        content = '{"version": 4, "allowed": {}, "never": [], "perhaps": []}'
        (tmp_path / "trust.json").write_text(content)
        assert trust.standing(card()) is Standing.NEW
        assert "a later quizapp wrote" in trust.reading().problem
        for decide in (lambda: trust.allow([card()]), lambda: trust.forbid("deck"), lambda: trust.revoke(["deck"])):
            with pytest.raises(LabError, match=r"a later quizapp wrote .*trust\.json; update this one"):
                decide()
        assert (tmp_path / "trust.json").read_text() == content

    def test_one_reading_serves_any_number_of_cards(self, trust: Trust, tmp_path: Path) -> None:
        reading = trust.reading()
        (tmp_path / "trust.json").unlink()
        assert reading.standing(card()) is Standing.ALLOWED
        assert trust.standing(card()) is Standing.NEW

    @pytest.mark.parametrize("secret", [b"", b"short", b"x" * 33])
    def test_a_damaged_secret_trusts_nothing_and_is_made_anew(
        self, trust: Trust, tmp_path: Path, secret: bytes
    ) -> None:
        (tmp_path / "trust.key").write_bytes(secret)
        assert trust.standing(card()) is Standing.REFUSED
        assert "trust.key" in trust.reading().problem
        trust.allow([card()])
        assert trust.is_trusted(card())

    @pytest.mark.parametrize(("mode", "can"), [(0o644, "read"), (0o640, "read"), (0o620, "change"), (0o602, "change")])
    def test_a_secret_that_others_can_get_at_is_refused_and_left_alone(
        self, trust: Trust, tmp_path: Path, mode: int, can: str
    ) -> None:
        (tmp_path / "trust.key").chmod(mode)
        assert trust.standing(card()) is Standing.REFUSED
        assert f"other users can {can} it" in trust.reading().problem
        with pytest.raises(LabError, match=rf"trust\.key: other users can {can} it; .*chmod 600"):
            trust.allow([card()])
        (tmp_path / "trust.key").chmod(0o600)
        assert trust.is_trusted(card())

    def test_a_secret_of_another_user_is_refused(
        self, trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "trust.key").stat().st_uid + 1)
        assert trust.standing(card()) is Standing.REFUSED
        assert "belongs to another user" in trust.reading().problem
        with pytest.raises(LabError, match="belongs to another user"):
            trust.allow([card()])

    def test_a_pipe_in_the_place_of_the_secret_is_not_waited_for(self, trust: Trust, tmp_path: Path) -> None:
        (tmp_path / "trust.key").unlink()
        os.mkfifo(tmp_path / "trust.key", 0o600)
        assert not trust.is_trusted(card())

    def test_the_files_are_the_users_alone_and_the_secret_is_made_once(self, trust: Trust, tmp_path: Path) -> None:
        secret = (tmp_path / "trust.key").read_bytes()
        trust.allow([card("assert 2")])
        assert (tmp_path / "trust.key").read_bytes() == secret
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert modes == {"trust.key": 0o600, "trust.json": 0o600, "trust.lock": 0o600}

    def test_what_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(LabError, match="asked again"):
            Trust(tmp_path / "file").allow([card()])


ALLOW_MANY = """\
import sys
from pathlib import Path
from tests.lab.test_trust import Trust, card
for number in range(20):
    Trust(Path(sys.argv[1])).allow([card(name=f"{sys.argv[2]}/{number}")])
"""


def test_writers_in_several_processes_lose_nothing_of_each_others(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    writers = [subprocess.Popen([sys.executable, "-c", ALLOW_MANY, tmp_path, name], cwd=root) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    cards = [card(name=f"{deck}/{number}") for deck in "abc" for number in range(20)]
    assert all(map(Trust(tmp_path).is_trusted, cards))


def test_writers_in_one_process_lose_nothing_of_each_others(tmp_path: Path) -> None:
    threads = [threading.Thread(target=Trust(tmp_path).allow, args=([card(name=f"d/{at}")],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Trust(tmp_path).reading().remembered) == 8


def test_a_writer_that_does_not_end_is_told(trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from quizapp.lab import trust_file

    monkeypatch.setattr(trust_file, "PATIENCE", 0.05)
    with trust_file.locked(tmp_path / "trust.lock"), pytest.raises(LabError, match="another process is changing it"):
        trust.allow([card(name="deck/late")])
    trust.allow([card(name="deck/late")])


def test_only_what_is_the_projects_or_was_allowed_runs() -> None:
    assert {standing for standing in Standing if standing.runs} == {
        Standing.OWN,
        Standing.ALLOWED,
        Standing.SANDBOX,
    }
