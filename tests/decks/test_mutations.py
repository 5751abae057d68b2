"""No claim is idle: change what a snippet's claim is about, and one of its asserts must notice."""

from __future__ import annotations

import pytest

from quizapp.cards.deck import Entry
from tests.decks.about import ABOUT
from tests.decks.bench import ENTRIES, Bench, Values, draws

MUTATIONS = [(card, old, new) for card, about in ABOUT.items() for old, new in about.mutants]


@pytest.mark.parametrize(("card", "old", "new"), MUTATIONS)
def test_an_assert_notices(bench: Bench, card: str, old: str, new: str) -> None:
    entry = ENTRIES[card]
    assert entry.verify
    assert old in entry.verify.code
    changed = entry.verify.code.replace(old, new)
    assert any(_noticed(bench, entry, values, changed) for values in draws(entry))


def _noticed(bench: Bench, entry: Entry, values: Values, code: str) -> bool:
    try:
        bench.run(entry, values, code)
    except AssertionError:
        return True
    return False


def test_every_card_is_put_to_this_test() -> None:
    assert {card for card, about in ABOUT.items() if about.mutants} == set(ENTRIES)
