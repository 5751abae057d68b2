"""What of some notes is covered by cards, remembered, and open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from quizapp.cards.card import Card
from quizapp.cards.loader import load_text
from quizapp.study.coverage import Coverage, Covered, Learner, coverage
from quizapp.study.memory import CardState
from tests.cards.test_asked import ANY_NOTES
from tests.study.samples import DAY, MINUTE, NOW, TODAY, in_learning, in_review, scheduler

NOTES = """\
# Course

## Part one

1-1 pads

为什么要 pad? 不一样长.
todo: the attention mask

1-2 empty

1-3 heads

A head is a linear layer.

## Part two

Why is it shifted?
- [ ] read the source
"""

DECK = """\
deck: d
title: D
notes: course.md
cards:
  - {id: pads, section: 1-1, question: 为什么要 pad？, answer: a, corrects: It is not batches.}
  - id: cloze
    section: 1-1 pads
    cloze: "{{c1::Pads}} are {{c2::masked}}."
    corrects: They are.
  - {id: shift, section: Part two, question: "Who shifts?", answer: a, asks: [why is it shifted]}
  - {id: general, section: Course, question: "Who wrote it?", answer: a}
  - {id: lost, section: 9-9, question: "Where?", answer: a, asks: [never written]}
  - {id: nowhere, question: "Where else?", answer: a}
"""


def cards(deck: str = DECK) -> list[Card]:
    loaded = load_text(deck, Path("d.yaml"))
    assert loaded.problems == ()
    assert loaded.deck
    return list(loaded.deck.cards)


def look(states: dict[str, CardState] | None = None, doubtful: tuple[str, ...] = (), notes: str = NOTES) -> Coverage:
    known = {card.id: (states or {})[card.id.name] for card in cards() if card.id.name in (states or {})}
    return coverage(notes, cards(), Learner(known, doubtful, scheduler(), NOW))


def section(found: Coverage, title: str) -> Covered:
    return next(part for part in found.sections if part.section.title == title)


def test_each_section_has_its_cards_with_those_below_it() -> None:
    found = look()
    assert [(part.section.title, part.depth, part.known.cards) for part in found.sections] == [
        ("Course", 0, 5),
        ("Part one", 1, 3),
        ("1-1 pads", 2, 3),
        ("1-2 empty", 2, 0),
        ("1-3 heads", 2, 0),
        ("Part two", 1, 1),
    ]
    assert (found.total.cards, found.unfiled) == (7, 1)


def test_a_section_is_bare_where_it_says_something_that_no_card_is_about() -> None:
    assert [part.section.title for part in look().sections if part.bare] == ["1-3 heads"]


def test_open_is_what_no_card_asks_in_the_same_words_nor_says_that_it_answers() -> None:
    found = look()
    assert [(one.text, one.todo) for one in found.open] == [("the attention mask", True), ("read the source", True)]
    assert [part.open for part in found.sections] == [2, 1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("old", "new"),
    [("section: 1-1,", "section: 1-3,"), ("为什么要 pad？", '"Why pad?"'), ("asks: [why is it", "asks: [how is it")],
)
def test_nothing_is_guessed_from_what_a_question_means(old: str, new: str) -> None:
    found = coverage(NOTES, cards(DECK.replace(old, new)), Learner({}, (), scheduler(), NOW))
    assert len(found.open) == 3


def test_how_well_it_is_known_is_told_as_on_the_first_screen() -> None:
    states = {
        "pads": in_review(TODAY, 10.0),
        "cloze#c1": in_review(TODAY - 30 * DAY, 3.0),
        "cloze#c2": in_learning(NOW + MINUTE),
        "shift": CardState(suspended=True),
    }
    found = look(states)
    pads = section(found, "1-1 pads").known
    assert (pads.cards, pads.learnt, pads.new) == (3, 2, 0)
    chances = [scheduler().retrievability(states[name], NOW) or 0 for name in ("pads", "cloze#c1", "cloze#c2")]
    assert pads.remembered == pytest.approx(sum(chances) / 3)
    assert section(found, "Part two").known.remembered is None
    assert (found.total.learnt, found.total.new) == (2, 4)


def test_claims_in_doubt_and_corrections_count_once_for_a_cloze() -> None:
    pads = section(look(doubtful=("d/cloze", "d/shift", "other/pads")), "1-1 pads").known
    assert (pads.doubtful, pads.corrects) == (1, 2)


def test_what_a_card_names_and_the_notes_do_not_have_is_told_with_its_place() -> None:
    assert look().gone == (
        "d.yaml:12: card 'lost' names the section '9-9', which the notes do not have.",
        "d.yaml:12: card 'lost' asks 'never written', which the notes do not say.",
    )


def test_notes_without_a_heading_have_no_sections_and_lose_what_names_one() -> None:
    found = look(notes="为什么要 mask?\n")
    assert found.sections == ()
    assert [one.line for one in found.open] == [1]
    assert len(found.gone) == 7  # the siblings of a cloze say it once


@given(ANY_NOTES)
def test_any_notes_can_be_looked_at(notes: str) -> None:
    found = look(notes=notes)
    json.dumps(found.as_dict())
    assert all(part.depth <= 6 for part in found.sections)
    assert len(found.open) >= max((part.open for part in found.sections), default=0)
