"""A stub that has no answer yet asks what it asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from quizapp.cards.asked import asked
from quizapp.cards.draft import draft
from quizapp.cards.outline import outline
from quizapp.cards.stubs import stubs_about, undrafted
from tests.cards.test_asked import ANY_NOTES

BARE = "# Course\n\n1-1 pads\n\nTODO\n\n1-2 heads\n\nTODO\n\nwhy?\n"


def left(notes: str, deck: Path) -> list[str]:
    """The words of what no stub of the deck asks."""
    return [one.text for one in undrafted(asked(notes), stubs_about("n.md", deck) or (), outline(notes))]


@given(ANY_NOTES)
def test_of_any_notes_nothing_is_left_but_what_came_later(tmp_path_factory, notes: str) -> None:
    deck = tmp_path_factory.getbasetemp() / "any.yaml"
    deck.write_text(draft(asked(notes), "n.md"), "utf-8", newline="\n")
    assert left(notes, deck) == []


def test_a_todo_that_says_nothing_is_asked_by_the_stub_of_its_own_section(tmp_path: Path) -> None:
    deck = tmp_path / "d.yaml"
    first, *_ = found = asked(BARE)
    deck.write_text(draft(found[:1], "n.md"))
    assert first.text == "1-1 pads"
    assert left(BARE, deck) == ["1-2 heads", "why?"]


@pytest.mark.parametrize(
    "text",
    [
        "deck: d\nnotes: other.md\ncards:\n  - {question: 'why?'}\n",
        "deck: d\ncards:\n  - {question: 'why?'}\n",
        "deck: d\nnotes: n.md\ncards:\n  - {question: ['why?'], section: {1: 2}, asks: 'why?'}\n  - why?\n",
        "deck: d\nnotes: [n.md]\ncards: why?\n",
        "why?",
    ],
)
def test_what_names_other_notes_or_is_no_stub_asks_nothing(tmp_path: Path, text: str) -> None:
    deck = tmp_path / "d.yaml"
    deck.write_text(text)
    assert left("why?\n", deck) == ["why?"]


@pytest.mark.parametrize("text", ["notes: n.md\ncards: [\n", "", "\x00", None])
def test_what_cannot_be_read_is_not_taken_for_a_file_without_stubs(tmp_path: Path, text: str | None) -> None:
    deck = tmp_path / "d.yaml"
    if text is not None:
        deck.write_text(text)
    assert stubs_about("n.md", deck) is None


def test_a_stub_in_other_words_asks_what_its_pieces_say(tmp_path: Path) -> None:
    deck = tmp_path / "d.yaml"
    deck.write_text("deck: d\nnotes: my/n.md\ncards:\n  - {question: 'Really?', asks: [why]}\n")
    assert left("Why is it so?\n", deck) == []
