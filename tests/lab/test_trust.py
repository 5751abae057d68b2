"""Code runs only after it was allowed exactly as it is."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.cards.card import Card, Deck, Kind
from quizapp.cards.deck import Entry
from quizapp.cards.identity import CardId
from quizapp.cards.proof import Snippet
from quizapp.errors import LabError
from quizapp.lab.trust import Trust


def card(
    code: str = "assert True", role: str = "none", predict: str | None = None, cloze: str | None = None, **entry: object
) -> Card:
    """A card of a deck called `deck`."""
    written = Entry.model_validate({"id": "card", "question": "?", "answer": "!", **entry})
    return Card(
        CardId("deck", "card", cloze), Kind.RECALL, "?", "!", written, Snippet(role, code, predict), Path("d"), 1
    )


DECK = Deck("deck", "Deck", (), Path("d.yaml"))


def test_nothing_of_a_stranger_is_trusted_at_first(tmp_path: Path) -> None:
    assert not Trust(tmp_path).is_trusted(DECK, card())
    assert list(tmp_path.iterdir()) == []


def test_the_projects_own_decks_need_no_asking(tmp_path: Path) -> None:
    assert Trust(tmp_path).is_trusted(replace(DECK, shipped=True), card())


def test_what_was_allowed_stays_allowed_after_a_restart(tmp_path: Path) -> None:
    Trust(tmp_path / "new").allow(DECK, card())
    assert Trust(tmp_path / "new").is_trusted(DECK, card())
    assert Trust(tmp_path / "new").is_trusted(DECK, card(cloze="c2")), "siblings share their code"


@pytest.mark.parametrize(
    "changed",
    [
        card("assert True "),
        card(role="causal"),
        card(predict="1"),
        card(vary={"n": [1]}),
        replace(card(), id=CardId("deck", "other")),
        replace(card(), id=CardId("other", "card")),
    ],
    ids=["code", "role", "predict", "vary", "card", "deck"],
)
def test_any_change_asks_again(tmp_path: Path, changed: Card) -> None:
    trust = Trust(tmp_path)
    trust.allow(DECK, card())
    assert not trust.is_trusted(DECK, changed)


def test_one_and_true_are_different_values(tmp_path: Path) -> None:
    trust = Trust(tmp_path)
    trust.allow(DECK, card(vary={"n": [1]}))
    assert trust.is_trusted(DECK, card(vary={"n": [1]}))
    assert not trust.is_trusted(DECK, card(vary={"n": [True]}))
    assert not trust.is_trusted(DECK, card(vary={"n": ["1"]}))


def test_an_entry_copied_from_another_learner_is_no_trust(tmp_path: Path) -> None:
    theirs, mine = Trust(tmp_path / "theirs"), Trust(tmp_path / "mine")
    theirs.allow(DECK, card())
    mine.allow(DECK, card("assert 1"))
    (tmp_path / "mine" / "trust.json").write_bytes((tmp_path / "theirs" / "trust.json").read_bytes())
    assert not mine.is_trusted(DECK, card())


def test_an_entry_moved_to_another_card_is_no_trust(tmp_path: Path) -> None:
    trust, other = Trust(tmp_path), replace(card(), id=CardId("deck", "other"))
    trust.allow(DECK, card())
    written = json.loads((tmp_path / "trust.json").read_text())
    written["allowed"]["deck/other"] = written["allowed"]["deck/card"]
    (tmp_path / "trust.json").write_text(json.dumps(written))
    assert not trust.is_trusted(DECK, other)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"version": 9, "allowed": {}}', "[" * 100_000, "\0" * 100])
def test_a_damaged_file_trusts_nothing_says_so_and_is_kept(tmp_path: Path, content: str) -> None:
    trust = Trust(tmp_path)
    trust.allow(DECK, card())
    (tmp_path / "trust.json").write_text(content)
    assert not trust.is_trusted(DECK, card())
    assert "trust.json" in trust.problem or "cannot be read" in trust.problem
    trust.allow(DECK, card())
    assert trust.is_trusted(DECK, card())
    assert trust.problem == ""
    assert (tmp_path / "trust.damaged").read_text() == content


@pytest.mark.parametrize("entry", [1, None, "é", "", ["x"]])
def test_an_entry_of_another_shape_is_no_trust(tmp_path: Path, entry: object) -> None:
    trust = Trust(tmp_path)
    trust.allow(DECK, card())
    (tmp_path / "trust.json").write_text(json.dumps({"version": 1, "allowed": {"deck/card": entry}}))
    assert not trust.is_trusted(DECK, card())


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 33])
def test_a_damaged_secret_trusts_nothing_and_is_made_anew(tmp_path: Path, secret: bytes) -> None:
    trust = Trust(tmp_path)
    trust.allow(DECK, card())
    (tmp_path / "trust.key").write_bytes(secret)
    assert not trust.is_trusted(DECK, card())
    assert "trust.key" in trust.problem
    trust.allow(DECK, card())
    assert trust.is_trusted(DECK, card())


def test_the_secret_is_the_users_alone_and_made_once(tmp_path: Path) -> None:
    trust = Trust(tmp_path)
    trust.allow(DECK, card())
    secret = (tmp_path / "trust.key").read_bytes()
    trust.allow(DECK, card("assert 2"))
    assert (tmp_path / "trust.key").read_bytes() == secret
    assert stat.S_IMODE((tmp_path / "trust.key").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"trust.key", "trust.json"}


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="asked again"):
        Trust(tmp_path / "file").allow(DECK, card())
