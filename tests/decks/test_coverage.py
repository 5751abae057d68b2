"""Everything that the notes say or ask is on a card: which row of the list of claims is covered where."""

from __future__ import annotations

import pytest

from tests.decks.about import ABOUT
from tests.decks.bench import ENTRIES

ROWS = range(1, 113)
COVERED = {row: [card for card, about in ABOUT.items() if row in about.rows] for row in ROWS}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_claims_is_covered(row: int) -> None:
    assert COVERED[row], f"no card is about row {row}"


def test_only_cards_and_rows_that_exist_are_named() -> None:
    assert set(ABOUT) == set(ENTRIES)
    assert {row for about in ABOUT.values() for row in about.rows} <= set(ROWS)
