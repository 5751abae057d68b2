"""The end of a sitting says what it came to, and what may be done next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizapp.tui.screens.study import StudyScreen
from quizapp.tui.screens.summary import SummaryScreen, _spent
from tests.tui.conftest import Open
from tests.tui.fakes import World
from tests.tui.test_home import ONE_CARD


@pytest.fixture
def two_decks(tmp_path) -> World:
    return World(tmp_path / "two", {f"{id_}.yaml": ONE_CARD.format(id=id_, title=f"Deck {id_}") for id_ in "ab"})


@pytest.mark.parametrize(("down", "says"), [(0, "Nothing more is due today."), (1, "due today in Deck a.")])
async def test_it_says_in_which_deck_nothing_is_left(open_app: Open, two_decks: World, down: int, says: str) -> None:
    async with open_app(world=two_decks) as seat:
        await seat.press(*["down"] * down, "enter", "b", *["b"] * (1 - down))
        assert isinstance(seat.app.screen, SummaryScreen)
        assert says in seat.text
        assert "g go on" not in seat.text


async def test_it_says_what_is_held_back_and_by_which_deck(open_app: Open, tmp_path) -> None:
    later = ONE_CARD.format(id="a", title="Later") + "    after: [b/a]\n"
    world = World(tmp_path / "two", {"a.yaml": later, "b.yaml": ONE_CARD.format(id="b", title="Sooner")})
    assert not world.services().load_library().problems
    async with open_app(world=world) as seat:
        await seat.press("down", "enter")
        assert "in Later: 1 new card waits until the cards that it comes after are learnt (Sooner)." in " ".join(
            seat.text.split()
        )


async def test_going_on_is_offered_while_a_card_comes_back(open_app: Open, two_decks: World) -> None:
    two_decks.settings = two_decks.settings.model_copy(
        update={"learn_ahead": timedelta(), "learning_steps": (timedelta(minutes=5, seconds=30),)}
    )
    async with open_app(world=two_decks) as seat:
        await seat.press("down", "enter", "space", "1")
        assert isinstance(seat.app.screen, SummaryScreen)
        assert "A card in learning comes back at 12:06" in seat.text, "not a minute early"
        assert "g go on" in seat.text
        await seat.press("g")
        assert isinstance(seat.app.screen, SummaryScreen)
        seat.world.tick(minutes=6)
        await seat.press("g")
        assert isinstance(seat.app.screen, StudyScreen)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (22.4, "22 s"), (59.6, "1 min 0 s"), (61, "1 min 1 s"), (4000, "66 min 40 s")],
)
def test_the_time_spent_is_told_in_its_own_unit(seconds: float, words: str) -> None:
    assert _spent(timedelta(seconds=seconds)) == words
