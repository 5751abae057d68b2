"""The shipped decks: they load, they say where they come from, and what they claim holds on the shipped models."""

from __future__ import annotations

import ast
import re

import pytest

from quizapp.cards.card import Kind
from quizapp.cards.deck import Entry
from tests.decks.bench import DECKS, ENTRIES, LIBRARY, Bench, Values, draws

every_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
RUNS = [(entry, values) for entry in ENTRIES.values() for values in draws(entry)]
PLURAL = "(batches|layers|pads|positions|rows|steps|texts|tokens|words)"
PREDICTIONS = {name: entry for name, entry in ENTRIES.items() if entry.predict}


def test_every_deck_loads_without_a_problem() -> None:
    assert LIBRARY.problems == ()
    assert len(LIBRARY.decks) == len(list(DECKS.glob("*.yaml"))) >= 2
    assert all(deck.shipped for deck in LIBRARY.decks)


def test_there_are_cards_of_every_kind() -> None:
    assert {card.kind for card in LIBRARY.cards.values()} == set(Kind)
    assert len(ENTRIES) >= 18
    assert len(PREDICTIONS) >= 6
    assert sum(bool(entry.vary) for entry in PREDICTIONS.values()) >= 3


@pytest.mark.parametrize("card", LIBRARY.cards.values(), ids=map(str, LIBRARY.cards))
def test_every_card_asks_answers_and_has_a_proof(card) -> None:
    assert card.question.strip()
    assert card.answer.strip()
    assert card.snippet is not None


@every_entry
def test_every_card_cites_a_section_of_the_notes_and_a_source(entry: Entry) -> None:
    assert entry.section
    assert entry.source
    assert entry.source.startswith(("https://huggingface.co/", "https://arxiv.org/abs/"))


@every_entry
def test_every_option_says_why(entry: Entry) -> None:
    assert all(choice.why.strip() for choice in entry.choices or ())


@pytest.mark.parametrize(("entry", "values"), RUNS, ids=lambda part: getattr(part, "id", None) or str(part))
def test_what_is_drawn_reads_well(entry: Entry, values: Values) -> None:
    for text in filter(None, (entry.question, entry.answer, entry.corrects)):
        drawn = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), text)
        assert not re.match(r"\d+[.)] ", drawn), "a number and a dot begin a list"
        assert not re.search(rf"(?<![−+\d.] )\b1 {PLURAL}\b", drawn), "one of several"


@every_entry
def test_a_snippet_fits_on_a_screen(entry: Entry) -> None:
    assert entry.verify
    lines = entry.verify.code.splitlines()
    assert len(lines) < 20
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize(("entry", "values"), RUNS, ids=lambda part: getattr(part, "id", None) or str(part))
def test_every_claim_holds(bench: Bench, entry: Entry, values: Values) -> None:
    observed = bench.run(entry, values)
    assert ast.literal_eval(repr(observed)) == observed, "a prediction has to be something one can type"


@pytest.mark.parametrize("entry", PREDICTIONS.values(), ids=PREDICTIONS)
def test_what_is_drawn_changes_the_answer(bench: Bench, entry: Entry) -> None:
    assert len({repr(bench.run(entry, values)) for values in draws(entry)}) > 1
