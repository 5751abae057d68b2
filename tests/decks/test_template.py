"""The examples in a new deck are true: their snippets run on the shipped models."""

from __future__ import annotations

import pytest

from quizapp.cards.deck import Entry
from quizapp.cards.loader import load_text
from quizapp.cards.template import TEMPLATE, Name, template
from tests.decks.bench import Bench, Values, draws

LOADED = load_text(template(Name.of("new")), TEMPLATE)
CARDS = {card.entry.id: card.entry for card in (LOADED.deck.cards if LOADED.deck else ())}
RUNS = [(entry, values) for entry in CARDS.values() for values in draws(entry)]


@pytest.mark.parametrize(("entry", "values"), RUNS, ids=lambda part: getattr(part, "id", None) or str(part))
def test_every_claim_of_a_new_deck_holds(bench: Bench, entry: Entry, values: Values) -> None:
    bench.run(entry, values)


def test_what_is_drawn_in_a_new_deck_changes_the_answer(bench: Bench) -> None:
    entry = CARDS["padded-shape"]
    assert {bench.run(entry, values) for values in draws(entry)} == {(2, 7), (2, 9), (2, 11)}
