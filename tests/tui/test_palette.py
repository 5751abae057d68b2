"""Suspended cards come back from the palette: over every screen of the program, over no question or note on top."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.cards.proof import Verdict
from quizapp.tui.suspended import SuspendedCards
from tests.tui.conftest import Open, Seat
from tests.tui.deck import ALL_KINDS
from tests.tui.fakes import World
from tests.tui.test_disputes import BEFORE, NOW, verified


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A stranger's deck with a disputed claim, so that every screen of the program can be opened."""
    world = World(tmp_path, {"kinds.yaml": ALL_KINDS}, shipped=False)
    verified(world, ("typed", Verdict.VERIFIED, BEFORE), ("typed", Verdict.REFUTED, NOW))
    return world


async def sit(seat: Seat) -> None:
    """Sit before the recall card, with another one suspended."""
    sitting = (await seat.study(at="recall")).sitting
    (card,) = (card for id_, card in seat.app.library.cards.items() if id_.card == "choices")
    await sitting.commit(sitting.session.suspend(card, seat.world.now))


async def offered(seat: Seat) -> list[str]:
    """The suspended cards that a palette opened now has, as they are found by typing."""
    provider = SuspendedCards(seat.app.screen)
    await provider.startup()
    found = [str(hit.text) async for hit in provider.search("unsus")]
    assert len(found) == len([hit async for hit in provider.discover()])
    return found


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["n"], "NoteScreen"),
        (["question_mark"], "HelpScreen"),
        (["q", "d"], "DisputesScreen"),
        (["space", "r"], "TrustScreen"),
        (["space", "r", "down", "down", "down", "enter"], "DeckTrustScreen"),
    ],
)
async def test_it_offers_no_card_over_a_modal(open_app: Open, keys: list[str], name: str) -> None:
    async with open_app() as seat:
        await sit(seat)
        await seat.press(*keys)
        assert type(seat.app.screen).__name__ == name
        assert await offered(seat) == []


@pytest.mark.parametrize(("keys", "name"), [([], "StudyScreen"), (["q"], "HomeScreen")])
async def test_it_offers_them_over_a_screen(open_app: Open, keys: list[str], name: str) -> None:
    async with open_app() as seat:
        await sit(seat)
        await seat.press(*keys)
        assert type(seat.app.screen).__name__ == name
        assert await offered(seat) == ["Unsuspend kinds/choices"]


async def test_a_card_comes_back_although_a_question_came_up_meanwhile(open_app: Open) -> None:
    async with open_app() as seat:
        await sit(seat)
        provider = SuspendedCards(seat.app.screen)
        await provider.startup()
        (hit,) = [hit async for hit in provider.discover()]
        await seat.press("space", "r")
        await hit.command()
        assert (await seat.log())[-1] == ("unsuspend", "choices")
